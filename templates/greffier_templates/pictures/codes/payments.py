"""What payment codes say: SEPA transfers (EPC, GiroCode) and Italian notices (pagoPA).

Standards: European Payments Council, EPC069-12 version 2.1 (version 002 of the code); pagoPA,
Avviso di pagamento, “Codice QR”, and SANP, “Avviso di pagamento” (check digits).
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...functions.amounts import is_missing
from ...telling.wording import say
from . import fields
from .fields import wrong
from .symbols import Symbol, matrix, saying

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_PURPOSE = re.compile(r"[A-Z0-9]{1,4}")
_MOST_BYTES = 331
_QUIET = 4.0
#: Numbers of notices that end in check digits begin with one of these (SANP 2.5).
_CHECKED_NOTICES = ("0", "3")
_MOST_PAGOPA = Decimal("999999999.99")


def epc_text(  # noqa: PLR0917 - the fields of the standard in its order
    iban: object,
    name: object,
    amount: object = None,
    text: object = None,
    reference: object = None,
    bic: object = None,
    purpose: object = None,
    information: object = None,
) -> str:
    """What the code of a SEPA credit transfer says: banking apps fill their form from it.

    Raises:
        ValueRefused: naming the field that does not fit.
    """
    paid = fields.amount("amount", amount)
    unstructured = fields.message("text", text, 140)
    structured = fields.creditor_reference("reference", reference)
    if unstructured and structured:
        wrong("reference", say("cannot be given together with “text”"))
    lines = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        _matching("bic", bic, _BIC),
        fields.required("name", fields.text("name", name, 70)),
        fields.iban("iban", iban),
        f"EUR{paid}" if paid is not None else "",
        _matching("purpose", purpose, _PURPOSE),
        structured,
        unstructured,
        fields.text("information", information, 70),
    ]
    whole = "\n".join(lines).rstrip("\n")
    if len(whole.encode()) > _MOST_BYTES:
        wrong("text", say("makes the code longer than {limit} bytes", limit=_MOST_BYTES))
    return whole


def _matching(field: str, value: object, form: re.Pattern[str]) -> str:
    line = fields.text(field, value, 35).replace(" ", "").upper()
    if line and not form.fullmatch(line):
        wrong(field, say("is not of the form that the standard wants"))
    return line


def pagopa_text(notice: object, creditor: object, amount: object) -> str:
    """What the code of an Italian payment notice says.

    Args:
        notice: the 18 digits of the notice (numero avviso).
        creditor: the 11 digits of the tax code of the creditor (codice fiscale dell'ente).
        amount: euros.

    Raises:
        ValueRefused: naming the field that does not fit.
    """
    number = fields.digits("notice", notice, 18)
    if number.startswith(_CHECKED_NOTICES) and int(number[:16]) % 93 != int(number[16:]):
        wrong("notice", say("has wrong check digits"))
    tax_code = fields.digits("creditor", creditor, 11)
    if fields.checked("luhn", tax_code) is None:
        wrong("creditor", say("has wrong check digits"))
    if is_missing(amount):
        wrong("amount", say("is empty"))
    paid = fields.amount("amount", amount, _MOST_PAGOPA)
    assert paid is not None
    cents = int(paid * 100)
    return f"PAGOPA|002|{number}|{tax_code}|{cents:02d}"


def _epc_symbol(said: str) -> Symbol:
    return matrix("QRCode", said, quiet=_QUIET, raw=True, options=[("ec_level", "M")])


def _pagopa_symbol(said: str) -> Symbol:
    """Version 4, 33 modules, as pagoPA wants it."""
    return matrix("QRCode", said, quiet=_QUIET, options=[("ec_level", "M"), ("version", 4)])


#: The codes themselves, with the arguments of the texts above.
epc = saying(epc_text, _epc_symbol)
pagopa = saying(pagopa_text, _pagopa_symbol)
