"""Rewrite drawings in SVG: what leaves is made anew of what is known to draw, and of nothing else.

Elements and attributes are copied from allow-lists; style sheets become attributes; references
may only lead to other elements of the same drawing. Rewriting what has been rewritten changes
nothing. A drawing is bounded in elements, in text and in what its references multiply to.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from lxml import etree

from ..pictures.raster import outline
from ..telling.wording import say
from . import svg_names as names
from .svg_styles import Rule, StyleRefused, read_rules, styled
from .xml_parts import attributes

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "{http://www.w3.org/XML/1998/namespace}"
#: The type of lxml-stubs knows no default namespace.
_NSMAP = cast("Mapping[str, str]", {None: _SVG[1:-1], "xlink": _XLINK})
_HREF = f"{{{_XLINK}}}href"

#: Elements of one drawing: the coat of arms with the most detail has a few thousand.
MAX_ELEMENTS = 20_000
#: The same after every ``use``, clip and mask has been put in its place.
MAX_DRAWN = 50_000
#: References that lead on to references.
MAX_REFERENCE_DEPTH = 8
#: Characters of all paths together.
MAX_PATH_CHARACTERS = 2_000_000

#: What any value may consist of: no colon, no backslash, no brackets but round ones.
_VALUE = re.compile(r"[-+.,%#\s\w()'\"/!]*")
_INSIDE = re.compile(r"url\(\s*([\"']?)#([\w.-]+)\1\s*\)", re.IGNORECASE)
#: Numbers that no drawing needs: they make LibreOffice compute for ever, or nothing at all.
_OVERLARGE = re.compile(r"(?<![\d.])\d{8,}|[\d.][eE]\+?0*(?:[7-9]|[1-9]\d)")
#: A colour in hexadecimal, which may look like such a number.
_COLOUR = re.compile(r"#[0-9A-Fa-f]+")
_NUMBERS = re.compile(r"[-+.,\s\deE]*")
_PATH = re.compile(r"[-+.,\s\deEMmZzLlHhVvCcSsQqTtAa]*")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LENGTH = re.compile(rf"\s*({_NUMBER.pattern})\s*(px|pt|pc|mm|cm|in)?\s*")
_PX_PER = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_DATA_URL = re.compile(r"data:image/(?:png|jpe?g|gif);base64,", re.IGNORECASE)
#: A dash shorter than this part of the drawing is not seen, but costs.
_FINEST_DASH = 1 / 2_000


class SvgRefused(Exception):
    """A drawing that holds what none may hold; ``found`` says in words what."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(found)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that was rewritten."""

    root: etree._Element
    #: Width and height in CSS pixels; None when it states neither a size nor a view box.
    size_px: tuple[float, float] | None


def is_svg(root: etree._Element) -> bool:
    """Whether that is the root of an SVG drawing."""
    return root.tag == f"{_SVG}svg"


def rewrite(root: etree._Element, *, effects: bool, pixels: int = 0) -> Drawing:
    """Make a drawing anew.

    Args:
        root: its ``svg`` element, as :func:`.xml_parts.parse` read it.
        effects: whether it may have what is in ``svg_names.EFFECTS`` too, as drawings
            that a designer or Word put into a document may.
        pixels: most pixels of a picture embedded in it (with ``effects``).

    Raises:
        SvgRefused: it loads, runs or animates something, or is over the limits.
    """
    return _Rewriting(root, effects, pixels).drawing()


def with_view(root: etree._Element, ratio: float) -> etree._Element:
    """A rewritten drawing that shows its middle only, with that ratio of width to height.

    Args:
        root: a drawing with a size; it is changed.
        ratio: width divided by height.
    """
    size = _size(root)
    assert size is not None
    numbers = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    x, y, width, height = numbers if len(numbers) == 4 else (0.0, 0.0, *size)
    wide, high = min(width, height * ratio), min(height, width / ratio)
    view = (x + (width - wide) / 2, y + (height - high) / 2, wide, high)
    root.set("viewBox", " ".join(f"{number:.6g}" for number in view))
    scale = size[0] / width
    root.set("width", f"{wide * scale:.6g}")
    root.set("height", f"{high * scale:.6g}")
    return root


class _Rewriting:
    def __init__(self, root: etree._Element, effects: bool, pixels: int) -> None:
        self._source = root
        self._pixels = pixels
        self._elements = names.PLAIN | names.EFFECTS if effects else names.PLAIN
        self._attributes = (
            names.ATTRIBUTES | names.EFFECT_ATTRIBUTES if effects else names.ATTRIBUTES
        )
        self._properties = (
            names.PROPERTIES | names.EFFECT_PROPERTIES
            if effects
            else names.PROPERTIES - names.EFFECT_PROPERTIES
        )
        self._effects = effects
        self._rules: Sequence[Rule] = ()
        self._count = self._path_characters = 0
        self._finest_dash = 0.0

    def drawing(self) -> Drawing:
        size = _size(self._source)
        view = _view_box(self._source) or size
        self._finest_dash = max(view) * _FINEST_DASH if view else 0.0
        sheets = [_text(sheet) for sheet in self._source.iter(f"{_SVG}style")]
        try:
            self._rules = read_rules("\n".join(sheets))
        except StyleRefused:
            raise SvgRefused(say("a style sheet with more than plain rules")) from None
        for rule in self._rules:  # those that no element uses may ask for no more than others
            self._declared(rule.declarations)
        copy = etree.Element(f"{_SVG}svg", nsmap=_NSMAP)
        self._copy(self._source, copy)
        if size is not None:
            for side, length in zip(("width", "height"), size, strict=True):
                copy.set(side, f"{length:.6g}")
        _Drawn(copy).check()
        return Drawing(copy, size)

    def _copy(self, source: etree._Element, copy: etree._Element) -> None:
        """Copy an element that is known into ``copy``, and all it holds."""
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise SvgRefused(say("more than {limit:,} elements", limit=MAX_ELEMENTS))
        self._copy_attributes(source, copy)
        textual = etree.QName(copy).localname in names.TEXTUAL
        if textual:
            copy.text = source.text
        last: etree._Element | None = None
        for child in source:
            new = self._new(child)
            if new is not None:
                copy.append(new)
                self._copy(child, new)
                last = new
            if textual and child.tail:
                if last is None:
                    copy.text = (copy.text or "") + child.tail
                else:
                    last.tail = (last.tail or "") + child.tail

    def _new(self, child: etree._Element) -> etree._Element | None:
        """An empty element for what is copied; None for what is left out."""
        tag = str(child.tag)
        if not tag.startswith(_SVG):
            return None  # an editor's own data (Inkscape, Sketch)
        name = tag.removeprefix(_SVG)
        if name in names.SILENT or name == "style":
            return None
        if name == "a":
            name = "g"  # a picture is not clicked on
        if name == "svg" and not self._effects:
            raise SvgRefused(say("a drawing in the drawing"))
        if name not in self._elements:
            raise SvgRefused(names.REFUSED.get(name, say("an element that does not draw")))
        return etree.Element(_SVG + name)

    def _copy_attributes(self, source: etree._Element, copy: etree._Element) -> None:
        name = etree.QName(source).localname
        for attribute, value in attributes(source):
            if attribute in ("href", _HREF) and name != "a":
                copy.set(_HREF, self._reference(name, value))
            elif attribute in self._attributes or attribute in self._properties:
                copy.set(attribute, self._value(attribute, value))
            elif attribute.lower().startswith("on"):
                raise SvgRefused(say("a script"))
            elif attribute == f"{_XML}base":
                raise SvgRefused(say("a link to something outside"))
            elif attribute == f"{_XML}space" and value == "preserve":
                copy.set(attribute, value)
        classes = frozenset(source.get("class", "").split())
        own = source.get("style", "")
        if own or self._rules:
            try:
                found = styled(self._rules, name, source.get("id", ""), classes, own)
            except StyleRefused:
                raise SvgRefused(say("a style that is not understood")) from None
            for attribute, value in self._declared(found):
                copy.set(attribute, value)

    def _declared(self, declarations: Mapping[str, str]) -> list[tuple[str, str]]:
        return [
            (name, self._value(name, value))
            for name, value in declarations.items()
            if name in self._properties
        ]

    # --- values ---------------------------------------------------------------------------

    def _reference(self, name: str, value: str) -> str:
        value = value.strip()
        if re.fullmatch(r"#[\w.-]+", value):
            return value
        if name == "image" and self._effects and self._is_raster(value):
            return value
        raise SvgRefused(say("a link to something outside"))

    def _is_raster(self, value: str) -> bool:
        start = _DATA_URL.match(value)
        if start is None:
            return False
        try:
            content = base64.b64decode("".join(value[start.end() :].split()), validate=True)
        except (binascii.Error, ValueError):
            return False
        seen = outline(content)
        return (
            seen is not None
            and seen.length is not None
            and seen.width_px * seen.height_px <= self._pixels
        )

    def _value(self, attribute: str, value: str) -> str:
        if attribute in ("d", "points"):
            self._path_characters += len(value)
            if self._path_characters > MAX_PATH_CHARACTERS:
                raise SvgRefused(
                    say("more than {limit:,} characters of paths", limit=MAX_PATH_CHARACTERS)
                )
            if not (_PATH if attribute == "d" else _NUMBERS).fullmatch(value):
                raise SvgRefused(say("a path that is none"))
        rest = _INSIDE.sub("", value)
        if "url" in rest.lower():
            raise SvgRefused(say("a link to something outside"))
        if not _VALUE.fullmatch(rest):
            raise SvgRefused(say("a value that is not understood"))
        if attribute != "id" and _OVERLARGE.search(_COLOUR.sub("", rest)):
            raise SvgRefused(say("a number that is too large"))
        if attribute == "stroke-dasharray":
            self._check_dashes(value)
        return value

    def _check_dashes(self, value: str) -> None:
        dashes = [abs(float(number)) for number in _NUMBER.findall(value)]
        if dashes and sum(dashes) < self._finest_dash:
            raise SvgRefused(say("dashes too fine to be seen"))


class _Drawn:
    """Counts what is drawn once references have been followed."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._named = {e.get("id", ""): e for e in root.iter(etree.Element) if e.get("id")}
        #: Elements drawn for what a reference leads to, and how many references deep.
        self._known: dict[etree._Element, tuple[int, int]] = {}
        self._open: set[etree._Element] = set()

    def check(self) -> None:
        """Refuse a drawing whose references multiply, or go in a circle."""
        for element in self._root.iter(etree.Element):
            for target in self._targets(element):
                self._cost(target)
        count, _ = self._cost(self._root)
        if count > MAX_DRAWN:
            raise SvgRefused(say("references that multiply beyond measure"))

    def _targets(self, element: etree._Element) -> list[etree._Element]:
        wanted = [element.get(_HREF, "").removeprefix("#")]
        for attribute, value in attributes(element):
            if attribute not in ("d", "points") and "url" in value:
                wanted += [match[1] for match in _INSIDE.findall(value)]
        return [self._named[name] for name in wanted if name in self._named]

    def _cost(self, element: etree._Element) -> tuple[int, int]:
        known = self._known.get(element)
        if known is not None:
            return known
        if element in self._open:
            raise SvgRefused(say("references that go in a circle"))
        self._open.add(element)
        count = depth = 0
        for one in element.iter(etree.Element):
            count += 1
            for target in self._targets(one):
                below, deep = self._cost(target)
                count, depth = count + below, max(depth, deep + 1)
            if depth > MAX_REFERENCE_DEPTH or len(self._open) > 2 * MAX_REFERENCE_DEPTH:
                raise SvgRefused(say("references to references without end"))
            count = min(count, 10 * MAX_DRAWN)
        self._open.discard(element)
        self._known[element] = count, depth
        return count, depth


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _size(root: etree._Element) -> tuple[float, float] | None:
    """Width and height in pixels: as stated, else of the view box, keeping its ratio."""
    width, height = (_length(root.get(side, "")) for side in ("width", "height"))
    view = _view_box(root)
    if width and height:
        return width, height
    if view is None:
        return None
    if width:
        return width, width * view[1] / view[0]
    if height:
        return height * view[0] / view[1], height
    return view


def _length(value: str) -> float | None:
    match = _LENGTH.fullmatch(value)
    if match is None:  # left out, or a percentage of what is around it
        return None
    length = float(match[1]) * _PX_PER[match[2] or "px"]
    return length if 0 < length < 1e6 else None


def _view_box(root: etree._Element) -> tuple[float, float] | None:
    numbers = _NUMBER.findall(root.get("viewBox", ""))
    if len(numbers) != 4:
        return None
    width, height = float(numbers[2]), float(numbers[3])
    return (width, height) if 0 < width < 1e9 and 0 < height < 1e9 else None
