"""The plain functions for amounts, numbers, dates and times: ``money(fee, 'EUR')``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

from ..errors import ValueRefused
from ..telling.wording import say
from . import amounts, dates
from .amounts import MAX_PATTERN, is_missing, kind_of, read_locale, to_decimal

Function = Callable[..., object]

_MOST_DIGITS = 20
_CURRENCY = re.compile("[A-Z]{3}", re.ASCII)
_STYLES = ("short", "medium", "long", "full")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)

#: Between a date and a time in a sentence; CLDR’s own form is for lists.
_AT = {
    "da": "{date} kl. {time}",
    "de": "{date} um {time} Uhr",
    "en": "{date} at {time}",
    "fr": "{date} à {time}",
    "it": "{date} alle ore {time}",
    "nl": "{date} om {time}",
}
#: The day before the name of a month, outside quotes: on the first, French writes 1er.
_FRENCH_DAY = re.compile(r"('[^']*')|(?<!d)d(?!d)(?=[\s\u00a0]+MMM)")


def format_functions(default_locale: str, zone: str) -> dict[str, Function]:
    """The functions that format a value, by the name they have in templates."""

    def money(
        number: object, currency: str, digits: int | None = None, locale: str | None = None
    ) -> str:
        if is_missing(number):
            return ""
        locale = locale or default_locale
        if not _CURRENCY.fullmatch(currency):
            raise ValueRefused(say("needs a currency of three capital letters: 'EUR'"))
        shape = None
        if digits is not None:
            standard = read_locale(locale).currency_formats["standard"].pattern
            shape = _with_decimals(standard, digits)
        return amounts.currency_text(
            to_decimal(number),
            currency,
            shape,
            locale,
            currency_digits=digits is None,
            format_type="standard",
            decimal_quantization=True,
            group_separator=True,
        )

    def number(number: object, digits: int | None = None, locale: str | None = None) -> str:
        if is_missing(number):
            return ""
        shape = None if digits is None else _with_decimals("#,##0.#", digits)
        return amounts.decimal_text(to_decimal(number), shape, locale or default_locale)

    def percent(number: object, digits: int = 0, locale: str | None = None) -> str:
        if is_missing(number):
            return ""
        locale = locale or default_locale
        shape = _with_decimals(read_locale(locale).percent_formats[None].pattern, digits)
        return amounts.percent_text(to_decimal(number), shape, locale)

    def date(date: object, style: str = "long", locale: str | None = None) -> str:
        if is_missing(date):
            return ""
        return day_text(dates.to_moment(date), style, locale or default_locale, zone)

    def time(time: object, style: str = "short", locale: str | None = None) -> str:
        if is_missing(time):
            return ""
        return clock_text(to_clock(time), style, locale or default_locale, zone)

    def datetime(date: object, style: str = "long", locale: str | None = None) -> str:
        if is_missing(date):
            return ""
        moment, locale = dates.to_moment(date), locale or default_locale
        if style not in _STYLES:
            return dates.moment_text(moment, style, locale, zone)
        shape = "{date} {time}"
        if style in ("long", "full"):
            shape = _AT.get(read_locale(locale).language, shape)
        return shape.format(
            date=day_text(moment, style, locale, zone),
            time=clock_text(to_clock(date), "short", locale, zone),
        )

    return {
        "date": date,
        "datetime": datetime,
        "money": money,
        "number": number,
        "percent": percent,
        "time": time,
    }


def _with_decimals(pattern: str, digits: int) -> str:
    """A pattern with so many decimals: ``#,##0.### ¤`` with 2 becomes ``#,##0.00 ¤``."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= _MOST_DIGITS:
        raise ValueRefused(say("takes from 0 to {most} digits", most=_MOST_DIGITS))
    decimals = "." + "0" * digits if digits else ""
    return re.sub(r"0(\.[0#]+)?", lambda _: "0" + decimals, pattern)


def day_text(moment: date | datetime, style: str, locale: str, zone: str) -> str:
    """The day of a date or moment in a style of the locale or by a CLDR pattern."""
    found = read_locale(locale)
    if isinstance(moment, datetime) and style in _STYLES:
        moment = _here(moment, zone).date()
    pattern = found.date_formats[style].pattern if style in _STYLES else style
    if found.language == "fr" and moment.day == 1 and len(pattern) <= MAX_PATTERN:
        pattern = _FRENCH_DAY.sub(lambda day: day[1] or "d'er'", pattern)
    return dates.moment_text(moment, pattern, locale, zone)


def clock_text(moment: datetime, style: str, locale: str, zone: str) -> str:
    """The time of a moment in a style of the locale or by a CLDR pattern."""
    formats = read_locale(locale).time_formats
    return dates.moment_text(
        moment, formats[style].pattern if style in _STYLES else style, locale, zone
    )


def to_clock(value: object) -> datetime:
    """A moment that has a time: ``14:30`` alone is on a day that is not shown.

    Raises:
        ValueRefused: it has none.
    """
    if isinstance(value, str) and len(value) <= MAX_PATTERN and _TIME.fullmatch(value.strip()):
        try:
            return datetime.combine(date(2000, 1, 1), time.fromisoformat(value.strip()))
        except ValueError:  # the shape is right and the time is not: 25:00
            raise ValueRefused(say("needs a time; write 14:30")) from None
    if isinstance(value, str | date):
        moment = dates.to_moment(value)
        if isinstance(moment, datetime):
            return moment
        raise ValueRefused(say("was asked for the time of a date that has no time"))
    raise ValueRefused(say("needs a time and was given {kind}", kind=kind_of(value)))


def _here(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(dates.read_zone(zone)) if moment.tzinfo else moment
