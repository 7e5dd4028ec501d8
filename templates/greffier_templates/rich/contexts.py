"""What the elements around a text say about it, worked out once for elements that are alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lxml import etree

from ..gate.xml_parts import attributes, words
from . import looks
from .css import Declarations
from .flow import Context
from .model import Look

_ROLES = {
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "blockquote": "quote",
    "pre": "pre",
    "dt": "term",
    "figcaption": "caption",
    "caption": "caption",
    "th": "head",
}
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
#: What a list says of itself is not how far it is indented: that is up to its level here.
_INDENTS = ("margin", "padding", "text-indent")
#: What a heading says of itself is not how its letters look: that is up to its style.
_LETTERS = ("font-",)
#: What a cell says about the texts in it; the rest is about the cell.
_OF_TEXT = words(
    "text-align color font-weight font-style font-size text-decoration font-variant text-transform"
)
_DD_INDENT_CM = 1.0


class Naming(Protocol):
    """Which styles of the template stand for elements and classes."""

    def paragraph(self, tag: str, classes: str) -> str | None:
        """The paragraph style for an element, or None; classes as in the attribute."""

    def text(self, tag: str, classes: str) -> str | None:
        """The character style for an element, or None."""


_Make = Callable[[etree._Element, Context], Context]
_Key = tuple[str, object, tuple[tuple[str, str], ...], Context]


class Contexts:
    """The contexts within the elements of one text."""

    def __init__(self, naming: Naming, *, is_word: bool) -> None:
        """Name styles by ``naming``; what Word pastes has the sizes of its own styles."""
        self._naming = naming
        self._is_word = is_word
        self._known: dict[_Key, Context] = {}

    def _once(self, kind: str, make: _Make, element: etree._Element, context: Context) -> Context:
        key = (kind, element.tag, tuple(attributes(element)), context)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make(element, context)
        return known

    # --- kinds of elements ----------------------------------------------------------------

    def inline(self, element: etree._Element, context: Context) -> Context:
        """Within an element that formats characters."""
        return self._once("inline", self._inline, element, context)

    def block(self, element: etree._Element, context: Context) -> Context:
        """Within a paragraph, or something that holds paragraphs."""
        return self._once("block", self._block, element, context)

    def listing(self, element: etree._Element, context: Context) -> Context:
        """Within a list."""
        return self._once("list", self._listing, element, context)

    def item(self, element: etree._Element, context: Context) -> Context:
        """Within an item of a list, or a paragraph that is one."""
        return self._once("item", self._item, element, context)

    def table(self, element: etree._Element, context: Context) -> Context:
        """Within a table."""
        return self._once("table", self._table, element, context)

    def row(self, element: etree._Element, context: Context) -> Context:
        """Within a row of a table."""
        return self._once("row", self._row, element, context)

    def cell(self, element: etree._Element, context: Context) -> Context:
        """Within a cell of a table."""
        return self._once("cell", self._cell, element, context)

    # --- what they say --------------------------------------------------------------------

    def _inline(self, element: etree._Element, context: Context) -> Context:
        properties = looks.properties_of(element)
        context = self._styled(element, self._formatted(element, properties, context))
        background = looks.background_of(element, properties) or context.format.background
        lang = looks.lang_of(element) or context.format.lang
        if lang == context.look.lang:  # that of the paragraph
            lang = None
        return context._replace(format=context.format._replace(background=background, lang=lang))

    def _block(self, element: etree._Element, context: Context) -> Context:
        return self._paragraph(element, looks.properties_of(element), context)

    def _listing(self, element: etree._Element, context: Context) -> Context:
        properties = looks.properties_of(element).without(*_INDENTS)
        look = looks.placed(element, properties, context.look)
        return self._formatted(element, properties, context)._replace(
            look=look._replace(indent=0.0, first_line=None), tight=True
        )

    def _item(self, element: etree._Element, context: Context) -> Context:
        properties = looks.properties_of(element).without(*_INDENTS)
        inside = self._paragraph(element, properties, context)
        look = inside.look._replace(indent=0.0, first_line=None)
        return inside._replace(look=look, tight=True)

    def _table(self, element: etree._Element, context: Context) -> Context:
        context = self._formatted(element, looks.properties_of(element), context)
        look = Look(lang=context.look.lang)
        return context._replace(role="cell", style=None, tight=False, look=look)

    def _row(self, element: etree._Element, context: Context) -> Context:
        properties = looks.properties_of(element).only(_OF_TEXT)
        context = self._formatted(element, properties, context)
        return context._replace(look=looks.placed(element, properties, context.look))

    def _cell(self, element: etree._Element, context: Context) -> Context:
        return self._paragraph(element, looks.properties_of(element).only(_OF_TEXT), context)

    def _paragraph(
        self, element: etree._Element, properties: Declarations, context: Context
    ) -> Context:
        tag = str(element.tag)
        if tag in HEADINGS:
            properties = properties.without(*_LETTERS)
        context = self._formatted(element, properties, context)
        look = looks.placed(element, properties, context.look)
        if tag == "dd":
            look = look._replace(indent=look.indent + _DD_INDENT_CM)
        elif tag in ("figure", "figcaption") and look.align is None:
            look = look._replace(align=_figure_side(element))
        role = _ROLES.get(tag, context.role)
        style = self._naming.paragraph(tag, element.get("class", ""))
        if style is None:
            context = self._styled(element, context)
            style = context.style if role == context.role else None
        tight = context.tight and tag != "p"
        is_pre = context.is_pre or tag == "pre"
        return Context(context.format, context.href, role, look, style, tight, is_pre)

    def _formatted(
        self, element: etree._Element, properties: Declarations, context: Context
    ) -> Context:
        if self._is_word and context.role in HEADINGS:
            properties = properties.without("color")
        return looks.formatted(element, properties, context, with_sizes=not self._is_word)

    def _styled(self, element: etree._Element, context: Context) -> Context:
        style = self._naming.text(str(element.tag), element.get("class", ""))
        if style is None:
            return context
        return context._replace(format=context.format._replace(style=style))


def _figure_side(element: etree._Element) -> str:
    classes = element.get("class", "")
    if "align-left" in classes or "side" in classes:
        return "start"
    return "end" if "align-right" in classes else "center"
