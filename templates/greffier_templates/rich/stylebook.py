"""The styles of a template, as formatted text needs them: found by name, and looked into."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from ..gate.odf_names import NS, q
from ..gate.xml_parts import attributes
from ..pictures.room import text_width_cm
from .css import length

_NAME, _DISPLAY, _FAMILY = q("style:name"), q("style:display-name"), q("style:family")
_PARENT, _OUTLINE = q("style:parent-style-name"), q("style:default-outline-level")
_MASTER, _LIST_STYLE = q("style:master-page-name"), q("style:list-style-name")
_LEVEL = q("text:level")
_PARAGRAPH, _TEXT = q("style:paragraph-properties"), q("style:text-properties")
_PREFIXES = {NS[prefix]: prefix for prefix in ("fo", "style", "text")}
_DECLARATION = re.compile(r' xmlns:\w+="[^"]*"')
_DEEPEST_CHAIN = 30
_DEFAULT_POINTS = 12.0


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style."""

    name: str
    display: str
    parent: str = ""
    #: Heading level that paragraphs of this style have, 0 for none.
    outline: int = 0
    is_automatic: bool = False
    #: Attributes with their prefixes: ``fo:margin-left``.
    paragraph: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    #: Tab stops and the like, as XML.
    inner: str = ""
    master_page: str = ""
    list_style: str = ""


#: Family and name -> the style.
_Styles = Mapping[tuple[str, str], Style]


class Stylebook:
    """The styles that one part can use: the common ones, and its own automatic ones."""

    def __init__(self, styles: etree._Element | None, part: etree._Element) -> None:
        """Read ``styles``, the root of styles.xml, and the automatic styles of ``part``."""
        self._common = dict(_read(styles, "office:styles"))
        self._automatic = dict(_read(part, "office:automatic-styles"))
        self._default = _default(styles)
        self._lists = {
            style.get(_NAME, ""): style
            for root in (styles, part)
            if root is not None
            for style in root.iter(q("text:list-style"))
        }
        self._names = {family: dict(self._callable(family)) for family in ("paragraph", "text")}
        #: What names of styles made while filling begin with; no style of the part does.
        self.prefix = self._free_prefix()
        #: Centimetres from margin to margin.
        self.page_width = text_width_cm(styles)

    def _callable(self, family: str) -> Iterator[tuple[str, str]]:
        """What a style may be called -> its name; the name it is displayed by goes first."""
        styles = [one for (kind, _), one in self._common.items() if kind == family]
        for style in styles:
            yield style.name, style.name
        for style in styles:
            for name in (
                style.display.replace(" ", "-"),
                style.display.replace(" ", "_"),
                style.display,
            ):
                yield name, style.name

    def _free_prefix(self) -> str:
        prefix = "Rich"
        names = {name for _, name in (*self._common, *self._automatic)}
        while any(name.startswith(prefix) for name in names):
            prefix += "_"
        return prefix

    # --- by name --------------------------------------------------------------------------

    def find(self, family: str, name: str) -> str | None:
        """The common style of that family that is called so, in Writer or in the file."""
        return self._names[family].get(name)

    def first(self, family: str, *names: str) -> str | None:
        """The first of some styles that the template has."""
        return next((name for name in names if (family, name) in self._common), None)

    def heading(self, level: int) -> str | None:
        """The paragraph style of headings of that level."""
        usual = f"Heading_20_{level}"
        if ("paragraph", usual) in self._common:
            return usual
        return next(
            (
                style.name
                for (family, _), style in self._common.items()
                if family == "paragraph" and style.outline == level
            ),
            None,
        )

    def nearest(self, name: str) -> str:
        """The display name of the style most like ``name``; empty when none is."""
        shown = {style.display for style in self._common.values()}
        near = difflib.get_close_matches(name, sorted(shown), 1)
        return near[0] if near else ""

    def named(self, names: Collection[str]) -> bool:
        """Whether all of these are styles of the template, of either family."""
        return all(any(name in known for known in self._names.values()) for name in names)

    # --- looked into ----------------------------------------------------------------------

    def style(self, family: str, name: str) -> Style:
        """The style of that name; one that says nothing when there is none."""
        found = self._automatic.get((family, name)) or self._common.get((family, name))
        return found or Style(name, name)

    def _chain(self, name: str) -> Iterator[Style]:
        style = self.style("paragraph", name)
        for _ in range(_DEEPEST_CHAIN):
            yield style
            if not style.parent:
                return
            style = self._common.get(("paragraph", style.parent), Style(style.parent, ""))

    def says(self, name: str, attribute: str) -> str:
        """What a paragraph style, or one it is based on, says: ``fo:keep-with-next``."""
        for style in self._chain(name):
            found = style.paragraph.get(attribute)
            if found is not None:
                return found
        return ""

    def centimetres(self, name: str, attribute: str) -> float:
        """The same for a length; 0 when nothing is said, or a percentage."""
        return length(self.says(name, attribute)) or 0.0

    def breaks_page(self, name: str) -> bool:
        """Whether a paragraph of this style begins a page or column."""
        style = self.style("paragraph", name)
        breaks = self.says(name, "fo:break-before") in ("page", "column")
        return breaks or any(one.master_page for one in (style, *self._chain(name)))

    def list_indent(self, name: str, level: int) -> float:
        """How far text is set in at a level of a list style, centimetres."""
        style = self._lists.get(name)
        if style is not None:
            for one in style:
                if one.get(_LEVEL) == str(level):
                    alignments = one.iter(q("style:list-level-label-alignment"))
                    return sum(length(place.get(q("fo:margin-left"))) or 0 for place in alignments)
        return 0.0

    def points(self, name: str) -> float:
        """The size of the characters of a paragraph style."""
        percent = 1.0
        for style in self._chain(name):
            found = style.text.get("fo:font-size", "")
            if found.endswith("%"):
                percent *= _number(found[:-1], 100.0) / 100
            elif found:
                return _number(found.removesuffix("pt"), _DEFAULT_POINTS) * percent
        return self._default * percent


def _read(root: etree._Element | None, group: str) -> Iterator[tuple[tuple[str, str], Style]]:
    holder = None if root is None else root.find(q(group))
    if holder is None:
        return
    for element in holder.iterfind(q("style:style")):
        family, name = element.get(_FAMILY, ""), element.get(_NAME, "")
        if family in ("paragraph", "text"):
            yield (family, name), _style(element, name, group == "office:automatic-styles")


def _style(element: etree._Element, name: str, is_automatic: bool) -> Style:
    outline = element.get(_OUTLINE, "")
    inner = ""
    paragraph = element.find(_PARAGRAPH)
    if is_automatic and paragraph is not None and len(paragraph):
        inner = "".join(etree.tostring(one, encoding="unicode") for one in paragraph)
        inner = _DECLARATION.sub("", inner)  # the part declares them all
    return Style(
        name,
        element.get(_DISPLAY, name),
        element.get(_PARENT, ""),
        int(outline) if outline in tuple("123456789") else 0,
        is_automatic,
        _attributes(paragraph),
        _attributes(element.find(_TEXT)),
        inner,
        element.get(_MASTER, ""),
        element.get(_LIST_STYLE, ""),
    )


def _attributes(element: etree._Element | None) -> Mapping[str, str]:
    if element is None:
        return {}
    found = {}
    for name, value in attributes(element):
        uri, _, local = name[1:].partition("}")
        if uri in _PREFIXES:
            found[f"{_PREFIXES[uri]}:{local}"] = value
    return found


def _default(styles: etree._Element | None) -> float:
    if styles is not None:
        for element in styles.iter(q("style:default-style")):
            if element.get(_FAMILY) == "paragraph":
                size = _attributes(element.find(_TEXT)).get("fo:font-size", "")
                return _number(size.removesuffix("pt"), _DEFAULT_POINTS)
    return _DEFAULT_POINTS


def _number(text: str, otherwise: float) -> float:
    try:
        return min(max(float(text), 1.0), 1000.0)
    except ValueError:
        return otherwise
