"""Codes that say what they are given: QR, Data Matrix, Aztec, Code 128, EAN-13."""

from __future__ import annotations

from decimal import Decimal

from ...errors import ValueRefused
from ...functions.amounts import kind_of
from ...telling.wording import say
from .fields import checked, wrong
from .symbols import Symbol, bars, matrix

_LEVELS = ("L", "M", "Q", "H")


def qr(content: object, level: object = "M") -> Symbol:
    """A QR code; ``level`` says how much of it may be damaged: L, M, Q or H.

    Raises:
        ValueRefused: it is too much for such a code, or there is no such level.
    """
    if level not in _LEVELS:
        wrong("level", say("is none of {levels}", levels=", ".join(_LEVELS)))
    return matrix("QRCode", _text(content), quiet=4.0, options=[("ec_level", level)])


def datamatrix(content: object) -> Symbol:
    """A Data Matrix, always square.

    Raises:
        ValueRefused: it is too much for such a code.
    """
    return matrix("DataMatrix", _text(content), quiet=2.0, options=[("force_square", True)])


def aztec(content: object) -> Symbol:
    """An Aztec code.

    Raises:
        ValueRefused: it is too much for such a code.
    """
    return matrix("Aztec", _text(content), quiet=2.0)


def code128(content: object) -> Symbol:
    """Bars of Code 128.

    Raises:
        ValueRefused: it has other characters than those of an English keyboard, or too many.
    """
    said = _text(content)
    if not (said.isascii() and said.isprintable()):
        raise ValueRefused(say("can only hold letters without accents, digits and signs"))
    return bars("Code128", said, quiet=10.0, quiet_right=10.0)


def ean13(content: object) -> Symbol:
    """Bars of an EAN-13; of twelve digits the check digit is computed.

    Raises:
        ValueRefused: it has not twelve or thirteen digits, or a wrong check digit.
    """
    said = _text(content).replace(" ", "").replace("-", "")
    if len(said) == 12 and said.isascii() and said.isdigit():
        said += _check_digit(said)
    if len(said) != 13 or checked("ean", said) is None:
        raise ValueRefused(say("needs twelve digits, or thirteen of which the last one is right"))
    return bars("EAN13", said, quiet=11.0, quiet_right=7.0)


def _check_digit(digits: str) -> str:
    """The last digit of an EAN-13, GS1 General Specifications 7.9."""
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return str(-(odd + 3 * even) % 10)


def _text(content: object) -> str:
    """What a code is to say; numbers as Python writes them."""
    if isinstance(content, bool) or not isinstance(content, str | int | float | Decimal):
        raise ValueRefused(
            say("needs a text or a number and was given {kind}", kind=kind_of(content))
        )
    return str(content)
