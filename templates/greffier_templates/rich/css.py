"""Reads what ``style`` attributes say: the few properties a letter has a use for.

Values are those of CSS 2.2 and CSS Color 4 as editors write them; what is not understood is
as good as not written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from PIL import ImageColor

from .model import Border, Size

_CM_PER = {
    "cm": 1.0,
    "mm": 0.1,
    "q": 0.025,
    "in": 2.54,
    "pt": 2.54 / 72,
    "pc": 2.54 / 6,
    "px": 2.54 / 96,
    # Relative to the characters, which are taken to be of 12 points.
    "em": 2.54 / 6,
    "rem": 2.54 / 6,
    "ex": 2.54 / 12,
    "ch": 2.54 / 12,
}
_LENGTH = re.compile(r"([+-]?(?:\d{1,5}(?:\.\d{0,6})?|\.\d{1,6}))\s*([a-z%]*)", re.ASCII)
#: The longest length of any use, centimetres: the long side of A3.
_LONGEST_CM = 42.0
_LONGEST_STYLE = 4_000
_HIDDEN = {"display": "none", "visibility": "hidden", "mso-hide": "all", "mso-list": "ignore"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$")
_SPACED_COLOR = re.compile(r"(rgba?|hsla?)\(([^)]*)\)")
#: Colours that mean “as it is”.
_NO_COLOR = frozenset(
    {"transparent", "inherit", "initial", "unset", "auto", "currentcolor", "none"}
)
_SYSTEM_COLORS = {"windowtext": "black", "window": "white", "buttonface": "#f0f0f0"}
#: CSS Fonts 4, absolute sizes, as percent of medium; and the two relative ones.
_SIZE_WORDS = {
    "xx-small": 60,
    "x-small": 75,
    "small": 89,
    "medium": 100,
    "large": 120,
    "x-large": 150,
    "xx-large": 200,
    "smaller": 83,
    "larger": 120,
}
_BORDER_WORDS = {"thin": 0.5, "medium": 1.0, "thick": 2.0}
_LINES = {
    "solid": "solid",
    "dashed": "dashed",
    "dotted": "dotted",
    "double": "double",
    "inset": "solid",
    "outset": "solid",
    "groove": "solid",
    "ridge": "solid",
}
_BLACK = "#000000"


class Declarations(dict[str, str]):
    """What a style attribute says: property -> value, both in small letters."""

    __slots__ = ("has_borders", "is_break_after", "is_break_before", "is_hidden")

    def __init__(self, properties: Mapping[str, str]) -> None:
        super().__init__(properties)
        #: Whether browsers, or Word, show nothing of the element.
        self.is_hidden = any(properties.get(name) == value for name, value in _HIDDEN.items())
        #: Whether a page ends before or after the element.
        self.is_break_before = self._breaks("before")
        self.is_break_after = self._breaks("after")
        self.has_borders = any(name.startswith("border") for name in properties)

    def _breaks(self, side: str) -> bool:
        return "always" in self.get(f"page-break-{side}", "") or self.get(f"break-{side}") in (
            "page",
            "always",
        )

    def only(self, names: Collection[str]) -> Declarations:
        """These of them."""
        if not self:
            return self
        return Declarations({name: value for name, value in self.items() if name in names})

    def without(self, *starts: str) -> Declarations:
        """All but those whose names begin so."""
        if not self:
            return self
        kept = {name: value for name, value in self.items() if not name.startswith(starts)}
        return Declarations(kept)


@lru_cache(maxsize=1024)
def declarations(style: str) -> Declarations:
    """The properties that a style attribute sets; the last of each counts."""
    if not style or len(style) > _LONGEST_STYLE:
        return Declarations({})
    found: dict[str, str] = {}
    for declaration in _COMMENT.sub("", style).split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = _IMPORTANT.sub("", value.strip().lower())
    return Declarations(found)


#: What an element without a style attribute says.
NOTHING = Declarations({})


def size(value: str | None) -> Size | None:
    """A length in centimetres, or percent; a number alone is pixels, as in attributes."""
    found = _LENGTH.fullmatch(value.strip().lower()) if value else None
    if found is None:
        return None
    number, unit = float(found[1]), found[2] or "px"
    if unit == "%":
        return Size(number, is_percent=True)
    per = _CM_PER.get(unit)
    return None if per is None or number * per > _LONGEST_CM else Size(number * per)


def length(value: str | None) -> float | None:
    """A length that is no percentage, in centimetres."""
    found = size(value)
    return None if found is None or found.is_percent else found.value


def sides(value: str) -> tuple[str, str, str, str]:
    """Top, right, bottom and left of a property for all four: ``0 auto``."""
    words = value.split()
    match len(words):
        case 1:
            return (words[0],) * 4
        case 2:
            return words[0], words[1], words[0], words[1]
        case 3:
            return words[0], words[1], words[2], words[1]
        case 4:
            return words[0], words[1], words[2], words[3]
    return ("",) * 4


@lru_cache(maxsize=1024)
def color(value: str | None) -> str | None:
    """A colour as ``#rrggbb``; None for none, or for the one it would be anyway."""
    text = (value or "").strip().lower()
    text = _SYSTEM_COLORS.get(text, text)
    if not text or text in _NO_COLOR or len(text) > 60:
        return None
    found = _SPACED_COLOR.fullmatch(text)
    if found is not None:
        parts = [part for part in re.split(r"[\s,/]+", found[2].strip()) if part]
        if len(parts) == 4 and parts[3] in ("0", "0.0", "0%"):
            return None
        text = f"{found[1][:3]}({','.join(part.removesuffix('deg') for part in parts[:3])})"
    try:
        red, green, blue, *_ = ImageColor.getrgb(text)
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}" if max(red, green, blue) < 256 else None


def text_color(value: str | None) -> str | None:
    """The colour of text; black is the colour it has anyway."""
    found = color(value)
    return None if found == _BLACK else found


def background(properties: Mapping[str, str]) -> str | None:
    """The colour behind something; white is the colour of the paper."""
    if not properties:
        return None
    value = properties.get("background-color") or properties.get("background", "")
    # ``background: url(…) #fff no-repeat``: only a colour by itself or at an end is read.
    words = [value] if "(" in value else value.split()[:1] + value.split()[-1:]
    found = next(filter(None, map(color, words)), None)
    return None if found == "#ffffff" else found


def font_size(value: str | None) -> float | None:
    """Percent of the size around, or points as a negative number; None where it is no size.

    Points stay within what one reads in a letter.
    """
    text = (value or "").strip().lower()
    if text in _SIZE_WORDS:
        return _SIZE_WORDS[text] if text != "medium" else None
    found = size(text) if not text.isdecimal() else None
    if found is None:
        return None
    if found.is_percent or text.endswith("em"):
        percent = found.value if found.is_percent else found.value / _CM_PER["em"] * 100
        percent = min(max(round(percent), 50), 300)
        return None if percent == 100 else float(percent)
    points = round(found.value / _CM_PER["pt"] * 2) / 2
    return -min(max(points, 6.0), 48.0)


def borders(
    properties: Declarations, default: tuple[Border | None, ...]
) -> tuple[Border | None, ...]:
    """The lines around a cell, top, right, bottom, left; ``default`` where nothing is said."""
    if not properties.has_borders:
        return default
    found = list(default)
    if "border" in properties:
        found = [_border(properties["border"])] * 4
    parts = {name: properties.get(f"border-{name}") for name in ("width", "style", "color")}
    for index, side in enumerate(("top", "right", "bottom", "left")):
        if f"border-{side}" in properties:
            found[index] = _border(properties[f"border-{side}"])
        words = [sides(value)[index] for value in parts.values() if value and "(" not in value]
        own = [properties.get(f"border-{side}-{name}", "") for name in ("width", "style", "color")]
        if any((*words, *own)):
            found[index] = _refined(found[index], [*words, *own])
    return tuple(found)


@lru_cache(maxsize=256)
def _border(value: str) -> Border | None:
    """``1px solid #ccc``; as in CSS, a border without a line is none."""
    base = Border(0.75, "none", _BLACK)
    return _refined(base, re.split(r"\s+(?![^(]*\))", value.strip()))


def _refined(border: Border | None, words: list[str]) -> Border | None:
    width, line, shade = border or Border(0.75, "none", _BLACK)
    for word in filter(None, words):
        given = length(word)
        if word in ("none", "hidden"):
            line = "none"
        elif word in _LINES:
            line = _LINES[word]
        elif word in _BORDER_WORDS:
            width = _BORDER_WORDS[word]
        elif given is not None:
            width = given / _CM_PER["pt"]
        else:
            shade = color(word) or shade
    if line == "none" or width <= 0:
        return None
    return Border(min(max(round(width * 4) / 4, 0.25), 6.0), line, shade)
