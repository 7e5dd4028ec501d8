"""Amounts and numbers written the way a locale writes them, always rounded half up.

Patterns are those of CLDR (https://www.unicode.org/reports/tr35/tr35-numbers.html),
read by Babel. Babel rounds half to even (0.125 becomes 0,12); offices and
accountants round half away from zero, so every number is rounded before Babel
sees it. Numbers are decimal throughout: a JSON number is taken as it is written.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberPattern, get_currency_precision, parse_pattern
from babel.numbers import format_currency as babel_currency

from ..errors import ValueRefused
from ..telling.wording import say
from .quick_numbers import Write, quick

#: Longest pattern accepted. Real ones have about ten characters; a pattern also
#: sets how long its result is.
MAX_PATTERN = 100
#: Digits before or after the decimal point; a trillion with cents needs fifteen.
MAX_DIGITS = 40
#: Formatted results kept, so that a column of like amounts is formatted once.
REMEMBERED = 4096

_CURRENCY_KINDS: dict[str, Literal["standard", "accounting", "name"]] = {
    "standard": "standard",
    "accounting": "accounting",
    "name": "name",
}

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_PRINTF = re.compile(
    r"(?P<before>(?:[^%]|%%)*)%(?P<flags>[-+ 0]*)(?P<width>\d{0,2})(?:\.(?P<digits>\d{1,2}))?"
    r"(?P<kind>[dfs])(?P<after>(?:[^%]|%%)*)"
)


def is_missing(value: object) -> bool:
    """Whether the data leaves this value out: such a value is printed as nothing."""
    return value is None or value == ""


def to_decimal(value: object) -> Decimal:
    """Read a number from the data: a JSON number, or the same as text (``"12.50"``).

    Raises ValueRefused for anything else, and for numbers no document holds.
    """
    if isinstance(value, bool):
        raise ValueRefused(say("needs a number and was given true or false"))
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 2 * MAX_DIGITS or not _NUMBER.fullmatch(text):
            raise ValueRefused(
                say(
                    "needs a number and was given a text that is none; "
                    "write it with a point and without spaces: 1234.50"
                )
            )
        number = Decimal(text)
    elif isinstance(value, float):
        number = Decimal(repr(value))
    elif isinstance(value, int):
        if abs(value) >= 10**MAX_DIGITS:
            raise ValueRefused(say("was given a number with too many digits"))
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    else:
        raise ValueRefused(say("needs a number and was given {kind}", kind=kind_of(value)))
    if not number.is_finite():
        raise ValueRefused(say("needs a number and was given one that is not finite"))
    if number and not -MAX_DIGITS <= number.adjusted() <= MAX_DIGITS:
        raise ValueRefused(say("was given a number with too many digits"))
    return number


def kind_of(value: object) -> str:
    """Name the kind of a value for an error message, never the value itself."""
    if value is None:
        return say("nothing")
    if isinstance(value, bool):
        return say("true or false")
    if isinstance(value, int | float | Decimal):
        return say("a number")
    if isinstance(value, str):
        return say("a text")
    if isinstance(value, dict):
        return say("an object")
    if isinstance(value, list | tuple | range):
        return say("a list")
    return say("something else")


def round_half_up(number: Decimal, digits: int) -> Decimal:
    """Round to so many digits after the point (before it when negative), 5 away from zero."""
    with localcontext() as context:
        context.prec = 3 * MAX_DIGITS
        # Nothing has no sign, also where a small debt is rounded to it.
        return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


@lru_cache(maxsize=256)
def read_locale(name: str) -> Locale:
    """Find a CLDR locale by name: ``fr_BE``, ``fr-BE`` or ``fr_FR.UTF-8``."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueRefused(
            say("was given a locale that does not exist; write fr_BE or nl_BE")
        ) from None


@lru_cache(maxsize=256)
def _read_pattern(pattern: str) -> NumberPattern:
    if len(pattern) > MAX_PATTERN:
        raise ValueRefused(
            say("was given a pattern longer than {limit} characters", limit=MAX_PATTERN)
        )
    try:
        shape = parse_pattern(pattern)
    except (ValueError, IndexError):
        shape = None
    if shape is None or not shape.number_pattern:
        raise ValueRefused(say("was given a pattern without digits; write #,##0.00"))
    return shape


def _rounded(number: Decimal, pattern: NumberPattern, digits: int | None = None) -> Decimal:
    """Round to what the pattern shows (or to ``digits``), so that Babel has nothing to round."""
    if pattern.exp_prec or "@" in pattern.pattern:
        return number
    shown = pattern.frac_prec[1] if digits is None else digits
    return round_half_up(number, shown + pattern.scale)


@lru_cache(maxsize=REMEMBERED)
def currency_text(
    number: Decimal,
    currency: str,
    pattern: str | None,
    locale: str,
    *,
    currency_digits: bool,
    format_type: str,
    decimal_quantization: bool,
    group_separator: bool,
) -> str:
    """Write an amount; the arguments are those of ``babel.numbers.format_currency``."""
    write = _currency_writer(
        currency,
        pattern,
        locale,
        currency_digits,
        format_type,
        decimal_quantization,
        group_separator,
    )
    return write(number)


@lru_cache(maxsize=256)
def _currency_writer(  # noqa: PLR0917 - the cache is faster with arguments by position
    currency: str,
    pattern: str | None,
    locale: str,
    currency_digits: bool,
    format_type: str,
    decimal_quantization: bool,
    group_separator: bool,
) -> Write:
    found = read_locale(locale)
    kind = _CURRENCY_KINDS.get(format_type)
    if kind is None:
        raise ValueRefused(say("knows the format types standard, accounting and name"))
    if pattern:
        shape = _read_pattern(pattern)
    else:
        shape = found.currency_formats["standard" if kind == "name" else kind]

    def write(number: Decimal) -> str:
        return babel_currency(
            number,
            currency,
            format=None if kind == "name" and not pattern else shape,
            locale=found,
            currency_digits=currency_digits,
            format_type=kind,
            decimal_quantization=decimal_quantization,
            group_separator=group_separator,
        )

    if not decimal_quantization:
        return write
    own_digits = get_currency_precision(currency) if currency and currency_digits else None
    if kind == "name":  # which depends on the number: one euro, two euros
        return lambda number: write(_rounded(number, shape, own_digits))
    return _rounding(write, shape, own_digits, found)


@lru_cache(maxsize=REMEMBERED)
def decimal_text(number: Decimal, pattern: str | None, locale: str) -> str:
    """Write a number; without a pattern as the locale writes numbers (three decimals at most)."""
    return _decimal_writer(pattern, locale)(number)


@lru_cache(maxsize=256)
def _decimal_writer(pattern: str | None, locale: str) -> Write:
    found = read_locale(locale)
    shape: NumberPattern = _read_pattern(pattern) if pattern else found.decimal_formats[None]
    return _rounding(lambda number: str(shape.apply(number, found)), shape, None, found)


def _rounding(write: Write, shape: NumberPattern, digits: int | None, locale: Locale) -> Write:
    """``write`` for numbers of any precision, which it is given rounded; quick where it can be."""
    fewest, most = shape.frac_prec if digits is None else (digits, digits)
    if fewest == most and not shape.scale and not shape.exp_prec and "@" not in shape.pattern:
        quickly = quick(write, most, locale)
        return lambda number: quickly(round_half_up(number, most))
    return lambda number: write(_rounded(number, shape, digits))


@lru_cache(maxsize=REMEMBERED)
def percent_text(number: Decimal, pattern: str | None, locale: str) -> str:
    """Write a share as a percentage: 0.21 becomes 21 %."""
    found = read_locale(locale)
    shape: NumberPattern = _read_pattern(pattern) if pattern else found.percent_formats[None]
    return str(shape.apply(_rounded(number, shape), found))


def printf_text(
    number: Decimal, pattern: str, *, locale: str | None = None, grouping: bool = False
) -> str:
    """Write a number by a C pattern (``%.2f``): the patterns of py3o's older functions.

    With the signs of ``locale``; without one, with a decimal comma.
    """
    match = _PRINTF.fullmatch(pattern) if len(pattern) <= MAX_PATTERN else None
    if match is None:
        raise ValueRefused(say("was given a pattern that is none; write %.2f"))
    digits = 0 if match["kind"] == "d" else int(match["digits"] or 6)
    if match["kind"] == "s":
        text = format(number, "f").replace(".", ",")
    elif locale is None:
        text = format(round_half_up(number, digits), "f").replace(".", ",")
    else:
        shape = ("#,##0" if grouping else "0") + ("." + "0" * digits if digits else "")
        text = decimal_text(number, shape, locale)
    sign = next((flag for flag in "+ " if flag in match["flags"]), "")
    if number >= 0 and match["kind"] != "s":
        text = sign + text
    width = int(match["width"] or 0)
    if "-" in match["flags"]:
        text = text.ljust(width)
    elif "0" in match["flags"]:
        text = text.zfill(width)
    return (match["before"] + text.rjust(width) + match["after"]).replace("%%", "%")
