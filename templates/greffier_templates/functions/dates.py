"""Dates and moments, read from ISO 8601 text and written the way a locale writes them.

Patterns are those of CLDR (https://www.unicode.org/reports/tr35/tr35-dates.html),
read by Babel, or C patterns (``%d/%m/%Y``), which are translated to them. A
moment with a zone (``2026-03-09T14:30:00Z``) is shown in the zone of the filling.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.dates import tokenize_pattern

from ..errors import ValueRefused
from ..telling.wording import say
from .amounts import MAX_PATTERN, REMEMBERED, kind_of, read_locale

DATE = "yyyy-MM-dd"
MOMENT = "yyyy-MM-dd HH:mm:ss"
_NAMED = ("short", "medium", "long", "full")

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"(?P<time>[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?\s?(Z|[+-]\d\d(:?\d\d)?)?)?",
    re.ASCII,
)

#: C conversions (``strftime``) and the CLDR fields that say the same.
_CLDR = {
    "%Y": "yyyy",
    "%y": "yy",
    "%m": "MM",
    "%-m": "M",
    "%B": "MMMM",
    "%b": "MMM",
    "%d": "dd",
    "%-d": "d",
    "%e": "d",
    "%j": "DDD",
    "%A": "EEEE",
    "%a": "EEE",
    "%V": "ww",
    "%G": "YYYY",
    "%H": "HH",
    "%-H": "H",
    "%I": "hh",
    "%p": "a",
    "%M": "mm",
    "%S": "ss",
    "%f": "SSSSSS",
    "%F": "yyyy-MM-dd",
    "%T": "HH:mm:ss",
    "%z": "Z",
    "%Z": "z",
}


def to_moment(value: object) -> date | datetime:
    """Read a date or a moment; the result is a datetime only when there is a time.

    Raises ValueRefused for anything but ISO 8601 text (or Python's own types).
    """
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueRefused(say("needs a date and was given {kind}", kind=kind_of(value)))
    text = value.strip()
    match = _ISO.fullmatch(text) if len(text) <= MAX_PATTERN else None
    try:
        if match and match["time"]:
            return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
        if match:
            return date.fromisoformat(text)
    except ValueError:
        pass  # the shape is right and the day is not: 2026-02-30
    raise ValueRefused(
        say(
            "needs a date and was given a text that is none; "
            "write 2026-03-31 or 2026-03-31T14:30:00+02:00"
        )
    )


@lru_cache(maxsize=64)
def read_zone(name: str) -> ZoneInfo:
    """Find an IANA time zone by name: ``Europe/Brussels``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueRefused(
            say("was given a time zone that does not exist; write Europe/Brussels")
        ) from None


@lru_cache(maxsize=256)
def _from_c(pattern: str) -> str:
    """Translate a C pattern to a CLDR one: ``%d/%m/%Y`` becomes ``dd/MM/yyyy``."""
    parts: list[str] = []
    literal = ""
    for piece in re.split(r"(%-?.)", pattern, flags=re.DOTALL):
        if not piece.startswith("%") or piece == "%%":
            literal += piece or ""
        elif piece in _CLDR:
            parts += [_quoted(literal), _CLDR[piece]]
            literal = ""
        else:
            raise ValueRefused(
                say("was given a pattern with an unknown % sign; write %d/%m/%Y or dd/MM/yyyy")
            )
    return "".join([*parts, _quoted(literal)])


def _quoted(literal: str) -> str:
    return "'" + literal.replace("%%", "%").replace("'", "''") + "'" if literal else ""


def means_year(pattern: str) -> bool:
    """Whether the pattern has ``Y`` (the year of an ISO week) where the year is meant.

    That is everywhere but beside a week number: ``YYYY-'W'ww`` is right as it is.
    """
    fields = {value[0] for kind, value in tokenize_pattern(pattern) if kind == "field"}
    return "Y" in fields and not fields & {"w", "W"}


@lru_cache(maxsize=256)
def read_pattern(pattern: str) -> str:
    """Make a CLDR pattern, or the name of one, of what a template asks for."""
    if len(pattern) > MAX_PATTERN:
        raise ValueRefused(
            say("was given a pattern longer than {limit} characters", limit=MAX_PATTERN)
        )
    if pattern in _NAMED:
        return pattern
    if "%" in pattern:
        return _from_c(pattern)
    if not means_year(pattern):
        return pattern
    return re.sub("('[^']*')|Y", lambda match: match[1] or "y", pattern)


@lru_cache(maxsize=REMEMBERED)
def moment_text(moment: date | datetime, pattern: str | None, locale: str, zone: str) -> str:
    """Write a date or a moment; a moment that has a zone is first brought to ``zone``."""
    found = read_locale(locale)
    if pattern and "%" in pattern and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())  # in C, every date is a moment
    if isinstance(moment, datetime):
        here = read_zone(zone)
        # A moment without a zone is the time on the wall here; Babel would take it for UTC.
        local = moment.astimezone(here) if moment.tzinfo else moment.replace(tzinfo=here)
        return babel_datetime(local, read_pattern(pattern or MOMENT), tzinfo=here, locale=found)
    try:
        return babel_date(moment, read_pattern(pattern or DATE), locale=found)
    except AttributeError:
        raise ValueRefused(say("was asked for the time of a date that has no time")) from None
