"""The codes that a frame's name may ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from babel import Locale

from ...functions.amounts import read_locale
from . import payments, plain, swiss
from .symbols import Symbol

#: A code, a code for paying, and bars, for readers who cannot see them.
_CODE = {
    "en": "QR code",
    "fr": "Code QR",
    "nl": "QR-code",
    "de": "QR-Code",
    "da": "QR-kode",
    "it": "Codice QR",
}
_PAYMENT = {
    "en": "QR code for payment",
    "fr": "Code QR de paiement",
    "nl": "QR-code om te betalen",
    "de": "QR-Code zum Bezahlen",
    "da": "QR-kode til betaling",
    "it": "Codice QR per il pagamento",
}
_BARS = {
    "en": "Barcode",
    "fr": "Code-barres",
    "nl": "Streepjescode",
    "de": "Strichcode",
    "da": "Stregkode",
    "it": "Codice a barre",
}


#: ``alt`` among the arguments of a frame's name; one in a text among them does no harm.
_ALT = re.compile(r"[,(]\s*alt\s*=")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of code."""

    #: Makes it; its parameters are the arguments of the frame's name.
    make: Callable[..., Symbol]
    #: Arguments without which there is no code, the first ones.
    needed: int
    #: What readers who cannot see it are told, by language.
    told: Mapping[str, str]
    example: str
    #: Side of its frame where a standard says it, mm.
    side_mm: float | None = None

    def told_in(self, locale: str) -> str:
        """What readers who cannot see it are told, in the language of a CLDR locale."""
        found: Locale = read_locale(locale)
        return self.told.get(found.language, self.told["en"])


CODES: Mapping[str, Code] = {
    "qr": Code(plain.qr, 1, _CODE, "py3o.qr(link)"),
    "epc": Code(
        payments.epc, 2, _PAYMENT, "py3o.epc(town.iban, town.name, total, text=communication)"
    ),
    "pagopa": Code(
        payments.pagopa, 3, _PAYMENT, "py3o.pagopa(notice.number, town.tax_code, notice.amount)"
    ),
    "swissqr": Code(
        swiss.swissqr,
        2,
        _PAYMENT,
        "py3o.swissqr(town.iban, town.address, total)",
        side_mm=swiss.SIDE_MM + 2 * swiss.QUIET_MM,
    ),
    "datamatrix": Code(
        plain.datamatrix, 1, {**_BARS, "en": "Data Matrix code"}, "py3o.datamatrix(number)"
    ),
    "aztec": Code(plain.aztec, 1, {**_BARS, "en": "Aztec code"}, "py3o.aztec(number)"),
    "code128": Code(plain.code128, 1, _BARS, "py3o.code128(number)"),
    "ean13": Code(plain.ean13, 1, _BARS, "py3o.ean13(number)"),
}


def is_told(name: str) -> bool:
    """Whether the name of a frame says what readers who cannot see it are told.

    Codes say what they are; a picture may take its text from the data.
    """
    kind, bracket, arguments = name.removeprefix("py3o.").partition("(")
    if kind == name or not bracket:
        return False
    return kind in CODES or (kind == "image" and _ALT.search(bracket + arguments) is not None)
