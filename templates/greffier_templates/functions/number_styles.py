"""The format that a designer picks in the dialog of a field: amount, date, time, yes or no.

LibreOffice writes it as ``style:data-style-name`` of the field, the name of a style such as
``number:currency-style`` (OpenDocument 1.3, part 3, 16.29). A style that names a language
prints in it; most name none and print in the language of the request. What the style cannot
print, such as a word where it wants an amount, is printed as it is, as stock py3o prints it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from lxml import etree

from ..errors import ValueRefused
from ..gate.odf_names import q
from ..scope import MISSING, Getter, Scope
from ..telling.site import Site
from .amounts import is_missing, to_decimal

DATA_STYLE = q("style:data-style-name")

_STYLES = frozenset(
    q(f"number:{kind}-style")
    for kind in ("boolean", "currency", "date", "number", "percentage", "text", "time")
)
_PLACES = (q("office:automatic-styles"), q("office:styles"))
_TEXT, _NUMBER, _SYMBOL = q("number:text"), q("number:number"), q("number:currency-symbol")
_MAP, _LONG = q("style:map"), q("number:style")

#: Digits a style may ask for; as many as an amount may have after the point.
_MOST_DIGITS = 20
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?\d{1,15}(?:\.\d{1,15})?)", re.ASCII)
_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}

#: Parts of a date or time -> their CLDR letters, short and long.
_DATE_PARTS = {
    q("number:day"): ("d", "dd"),
    q("number:month"): ("M", "MM"),
    q("number:year"): ("yy", "yyyy"),
    q("number:era"): ("G", "GGGG"),
    q("number:day-of-week"): ("EEE", "EEEE"),
    q("number:week-of-year"): ("w", "w"),
    q("number:quarter"): ("QQQ", "QQQQ"),
    q("number:hours"): ("H", "HH"),
    q("number:minutes"): ("m", "mm"),
    q("number:seconds"): ("s", "ss"),
    q("number:am-pm"): ("a", "a"),
}

#: Writes a value as a style says, with the functions of the scope, which know the language.
Shape = Callable[[object, Scope], str]


class StyleUnknown(Exception):
    """A style that asks for what is not known here, or that the part does not hold."""


class NumberStyles:
    """The styles for values of a template, which may be in another part than their fields."""

    def __init__(self, roots: Collection[etree._Element]) -> None:
        """The styles of these parts; they are looked for when a first one is asked for."""
        self._roots = roots
        self._shapes: dict[str, Shape | None] = {}

    @cached_property
    def _styles(self) -> Mapping[str, etree._Element]:
        return {
            style.get(q("style:name"), ""): style
            for root in self._roots
            for place in root.iterchildren(*_PLACES)
            for style in place
            if style.tag in _STYLES
        }

    def shape(self, name: str) -> Shape | None:
        """How the style of that name writes a value; None when it prints values as they are.

        Raises:
            StyleUnknown: it is not known here.
        """
        if name not in self._shapes:
            self._shapes[name] = self._read(name)
        return self._shapes[name]

    def _read(self, name: str) -> Shape | None:
        style = self._styles.get(name)
        if style is None:
            raise StyleUnknown
        match etree.QName(style).localname:
            case "text-style":
                return None
            case "boolean-style":
                return _yes_no
            case "date-style":
                return _moment("date", style)
            case "time-style":
                return _moment("time", style)
        return None if _is_general(style) else self._number(style)

    def _number(self, style: etree._Element) -> Shape:
        branches = []
        for condition in style.iterchildren(_MAP):
            branch = self._styles.get(condition.get(q("style:apply-style-name"), ""))
            asked = _CONDITION.fullmatch(condition.get(q("style:condition"), ""))
            if branch is None or asked is None:
                raise StyleUnknown
            compare, limit = asked[1], Decimal(asked[2])
            branches.append((compare, limit, _Amount.read(branch)))
        otherwise = _Amount.read(style)
        # The conditions that leave only negative numbers to what is written without a sign.
        negative = any(compare in (">", ">=") and not limit for compare, limit, _ in branches)

        def write(value: object, scope: Scope) -> str:
            number = to_decimal(value)
            for compare, limit, amount in branches:
                if _COMPARE[compare](number, limit):
                    only_negative = compare == "<" and not limit
                    return amount.write(abs(number) if only_negative else number, scope)
            return otherwise.write(abs(number) if negative else number, scope)

        return write


@dataclass(frozen=True, slots=True)
class _Amount:
    """A style for numbers: what stands before and after them, and their CLDR pattern."""

    before: str
    #: Empty when only text is written.
    pattern: str
    after: str
    divided_by: Decimal
    locale: str | None

    @classmethod
    def read(cls, style: etree._Element) -> _Amount:
        """The amount of one style, without its conditions."""
        texts = ["", ""]
        pattern, divided_by = "", Decimal(1)
        for part in style:
            if part.tag in (_TEXT, _SYMBOL):
                texts[bool(pattern)] += part.text or ""
            elif part.tag == _NUMBER and not pattern:
                pattern = _pattern(part)
                divided_by = Decimal(_count(part, "number:display-factor", 1, most=10**12))
            elif part.tag not in (_MAP, q("style:text-properties")):
                raise StyleUnknown
        if style.tag == q("number:percentage-style"):
            divided_by /= 100
        return cls(texts[0], pattern, texts[1], divided_by, _locale(style))

    def write(self, number: Decimal, scope: Scope) -> str:
        """The number, its sign before everything."""
        if not self.pattern:
            return self.before
        sign = "-" if number < 0 else ""
        written = scope.functions["format_decimal"](
            abs(number) / self.divided_by, self.pattern, self.locale
        )
        return f"{sign}{self.before}{written}{self.after}"


def _pattern(number: etree._Element) -> str:
    if len(number) or q("number:decimal-replacement") in number.attrib:
        raise StyleUnknown  # text between the digits, or dashes for no cents
    whole = "0" * _count(number, "number:min-integer-digits", 1)
    if number.get(q("number:grouping")) == "true":
        whole = whole.rjust(4, "#")
        whole = f"{whole[:-3]},{whole[-3:]}"
    most = _count(number, "number:decimal-places", _MOST_DIGITS)
    fewest = 0 if q("number:decimal-places") not in number.attrib else most
    fewest = min(most, _count(number, "number:min-decimal-places", fewest))
    decimals = "0" * fewest + "#" * (most - fewest)
    return (whole or "#") + ("." + decimals if decimals else "")


def _count(element: etree._Element, attribute: str, missing: int, most: int = _MOST_DIGITS) -> int:
    text = element.get(q(attribute), str(missing))
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= most):
        raise StyleUnknown
    return int(text)


def _is_general(style: etree._Element) -> bool:
    """Whether it is the format “General” or “Standard”: the number as it is."""
    own = [(q("number:min-integer-digits"), "1")]
    return len(style) == 1 and style[0].tag == _NUMBER and style[0].items() == own


def _moment(function: str, style: etree._Element) -> Shape:
    pattern, locale = _moment_pattern(list(style)), _locale(style)
    return lambda value, scope: str(scope.functions[function](value, pattern, locale))


def _moment_pattern(parts: Sequence[etree._Element]) -> str:
    pattern = ""
    for part in parts:
        long = part.get(_LONG) == "long"
        if part.tag == _TEXT:
            pattern += _literal(part.text or "")
        elif part.tag == q("number:month") and part.get(q("number:textual")) == "true":
            pattern += "MMMM" if long else "MMM"
        elif part.tag in _DATE_PARTS:
            pattern += _DATE_PARTS[part.tag][long]
        elif part.tag not in (_MAP, q("style:text-properties")):
            raise StyleUnknown
    if any(part.tag == q("number:am-pm") for part in parts):
        pattern = re.sub("('[^']*')|H", lambda hour: hour[1] or "h", pattern)
    return pattern


def _literal(text: str) -> str:
    """Text in a CLDR pattern: letters and quotes in quotes, other characters as they are."""
    return re.sub(r"(?:[^\W\d_]|')+", lambda word: "'" + word[0].replace("'", "''") + "'", text)


def _locale(style: etree._Element) -> str | None:
    """The language that a style names; None for the one of the request."""
    language, country = style.get(q("number:language")), style.get(q("number:country"))
    if not language or language == "none":
        return None
    return f"{language}_{country}" if country and country != "none" else language


def _yes_no(value: object, scope: Scope) -> str:
    return str(scope.functions["yes_no"](value))


def shaped(get: Getter, shape: Shape, site: Site) -> Getter:
    """The value written by ``shape``; as it is, with a warning, where that cannot be."""

    def value(scope: Scope) -> object:
        found = get(scope)
        if found is MISSING or is_missing(found):
            return found
        try:
            return shape(found, scope)
        except ValueRefused:
            scope.reporter.unformatted(site)
            return found

    return value
