"""The code of the Swiss QR-bill.

Standard: SIX, Swiss Payment Standards, Implementation Guidelines for the QR-bill, version 2.3
(structured addresses only, in force since November 2025).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ...errors import ValueRefused
from ...functions.amounts import is_missing
from ...telling.wording import say
from . import fields
from .fields import wrong
from .symbols import Symbol, matrix, saying

#: Side of the code, and free space around it, mm.
SIDE_MM, QUIET_MM = 46.0, 5.0
_CROSS_MM = 7.0
#: Of version 25, the largest that is allowed.
_MOST_MODULES = 117
_ADDRESS = frozenset({"name", "street", "house_number", "postal_code", "town", "country"})
_COUNTRY = re.compile(r"[A-Z]{2}")
_MOST_ALTERNATIVES = 2
#: QR-IBANs have an institution number in this range; it stands behind the check digits.
_QR_INSTITUTIONS = range(30_000, 32_000)

#: The Swiss cross in a square of side 1, after the drawing that SIX publishes: a white border,
#: a black field and the white cross.
_CROSS = (
    '<path fill="#ffffff" d="M0 0H1V1H0z"/>'
    '<path fill="#000000" d="M0.0717 0.0717H0.9283V0.9283H0.0717z"/>'
    '<path fill="#ffffff" d="M0.4192 0.2020H0.5859V0.7576H0.4192z"/>'
    '<path fill="#ffffff" d="M0.2222 0.3990H0.7778V0.5657H0.2222z"/>'
)


def swissqr_text(  # noqa: PLR0917 - the fields of the standard in its order
    iban: object,
    creditor: object,
    amount: object = None,
    currency: object = "CHF",
    debtor: object = None,
    reference: object = None,
    message: object = None,
    bill_information: object = None,
    alternatives: object = (),
) -> str:
    """What the code of a Swiss QR-bill says.

    Raises:
        ValueRefused: naming the field that does not fit.
    """
    account = fields.iban("iban", iban)
    if account[:2] not in ("CH", "LI"):
        wrong("iban", say("is not of Switzerland or Liechtenstein"))
    paid = fields.amount("amount", amount)
    money = _text("currency", currency, 3)
    if money not in ("CHF", "EUR"):
        wrong("currency", say("is neither CHF nor EUR"))
    unstructured = _text("message", message, 140)
    billed = _text("bill_information", bill_information, 140)
    if len(unstructured) + len(billed) > 140:
        wrong(
            "bill_information",
            say("has, together with the message, more than {limit} characters", limit=140),
        )
    lines = [
        *("SPC", "0200", "1", account),
        *_address("creditor", creditor),
        *("",) * 7,  # the ultimate creditor is for future use
        f"{paid}" if paid is not None else "",
        money,
        *(_address("debtor", debtor) if debtor else ("",) * 7),
        *_reference(reference, account),
        unstructured,
        "EPD",
    ]
    others = _alternatives(alternatives)
    if billed or others:
        lines += [billed, *others]
    return "\n".join(lines)


def _reference(reference: object, account: str) -> tuple[str, str]:
    """Kind and number; which kind depends on the account."""
    line = _text("reference", reference, 35).replace(" ", "").upper()
    needs_qr = int(account[4:9]) in _QR_INSTITUTIONS if account[4:9].isdigit() else False
    if needs_qr:
        if not line or fields.checked("ch.esr", line) is None:
            wrong("reference", say("is not a QR reference, which this QR-IBAN needs"))
        return "QRR", line.zfill(27)
    if not line:
        return "NON", ""
    if line.isdigit():
        wrong("reference", say("is a QR reference, but the IBAN is no QR-IBAN"))
    return "SCOR", fields.creditor_reference("reference", line)


def _address(field: str, value: object) -> Sequence[str]:
    """Type, name, street, house number, postal code, town and country."""
    given = fields.members(field, value, _ADDRESS)

    def line(name: str, most: int) -> str:
        return _text(f"{field}.{name}", given.get(name), most)

    country = line("country", 2).upper()
    if not _COUNTRY.fullmatch(country):
        wrong(f"{field}.country", say("is not a country of two letters"))
    return (
        "S",
        fields.required(f"{field}.name", line("name", 70)),
        line("street", 70),
        line("house_number", 16),
        fields.required(f"{field}.postal_code", line("postal_code", 16)),
        fields.required(f"{field}.town", line("town", 35)),
        country,
    )


def _alternatives(value: object) -> list[str]:
    if is_missing(value):
        return []
    if not isinstance(value, list | tuple) or len(value) > _MOST_ALTERNATIVES:
        wrong("alternatives", say("is not a list of at most two"))
    return [_text("alternatives", one, 100) for one in value]


def _text(field: str, value: object, most: int) -> str:
    return fields.text(field, value, most, _is_allowed)


def _is_allowed(character: str) -> bool:
    """Latin letters and signs: the Unicode blocks of section 4.1.1."""
    point = ord(character)
    return 0x20 <= point <= 0x7E or 0xA0 <= point <= 0x17F or character in "ȘșȚț€"


def _symbol(said: str) -> Symbol:
    """The code with its cross; 46 mm wide and 5 mm free around it."""
    plain = matrix("QRCode", said, quiet=0.0, raw=True, options=[("ec_level", "M")])
    if len(plain.rows) > _MOST_MODULES:
        raise ValueRefused(say("is given more text than such a code can hold"))
    modules_per_mm = len(plain.rows) / SIDE_MM
    return dataclasses.replace(
        plain,
        quiet=QUIET_MM * modules_per_mm,
        quiet_right=QUIET_MM * modules_per_mm,
        mark=_CROSS,
        mark_modules=_CROSS_MM * modules_per_mm,
    )


#: The code itself, with the arguments of the text above.
swissqr = saying(swissqr_text, _symbol)
