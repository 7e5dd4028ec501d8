"""Reads the tree of HTML into blocks: the allow-list of elements stands here.

What is not named is unwrapped: its text stays, its tag goes.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ..gate.links import safe_href
from ..gate.xml_parts import words
from . import css, looks, word
from .contexts import Contexts, Naming
from .css import Declarations
from .flow import Context, Flow
from .model import NUMBERS, Block, Image, Item, Listing, Look, Paragraph, RichText
from .parsing import DEEPEST, Parsed, too_deep
from .tables import read_table

#: Left out with all they hold.
_DROPPED = words(
    "script style head title meta link base iframe frame frameset noframes object embed applet "
    "param source audio video track svg math form button select option textarea map area template "
    "noscript canvas xml datalist dialog"
)
_BLOCKS = words(
    "address article aside body center div details fieldset figure footer header hgroup legend "
    "main nav p section summary h1 h2 h3 h4 h5 h6 blockquote pre dl dt dd figcaption"
)
_LISTS = frozenset(["ul", "ol", "menu", "dir"])
_LABELS = {
    "decimal": "1",
    "decimal-leading-zero": "1",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "disc": "•",
    "circle": "◦",
    "square": "▪",
    "none": "",
}
_BULLETS = "•◦▪"
#: Tables in tables cost an office more than other elements do.
_TABLE_DEPTH = 6
_LARGEST_NUMBER = 100_000


class Reader:
    """Reads one text."""

    def __init__(self, rich: RichText, parsed: Parsed, naming: Naming) -> None:
        self._rich = rich
        self._parsed = parsed
        self.contexts = Contexts(naming, is_word=word.is_word(rich.source))
        self._depth = 0
        self._lists = 0
        self._handlers: dict[str, Callable[[etree._Element, Context, Flow], None]] = {
            "br": self._break,
            "hr": self._rule,
            "img": self._image,
            "input": self._box,
            "a": self._link,
            "table": self._table,
            "q": self._quoted,
            **dict.fromkeys(_DROPPED, self._nothing),
            **dict.fromkeys(_LISTS, self._list),
            **dict.fromkeys(_BLOCKS, self._block),
        }
        #: Links and pictures that were left out.
        self.dropped_links = 0
        self.dropped_images = 0

    def blocks(self) -> list[Block]:
        """All of it.

        Raises:
            ValueRefused: elements stand in each other endlessly.
        """
        flow = Flow()
        if self._parsed.body is not None:
            self.children(self._parsed.body, Context(), flow)
        flow.close()
        return flow.blocks

    def children(self, element: etree._Element, context: Context, flow: Flow) -> None:
        """Read what an element holds into ``flow``."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise too_deep()
        flow.text(element.text, context)
        for child in element:
            self.element(child, context, flow)
            flow.text(child.tail, context)
        self._depth -= 1

    def element(self, element: etree._Element, context: Context, flow: Flow) -> None:
        """Read one element into ``flow``."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        handler = self._handlers.get(tag)
        if element.attrib and self.is_taken_out(element, context, flow):
            return
        if handler is not None:
            handler(element, context, flow)
        else:
            self.children(element, self.contexts.inline(element, context), flow)

    def is_hidden(self, element: etree._Element) -> bool:
        """Whether nothing of the element is printed, nor anything in its place."""
        if not element.attrib:
            return False
        classes = element.get("class", "").split()
        is_hidden = any(name in self._rich.hide for name in classes)
        return is_hidden or looks.properties_of(element).is_hidden

    def is_taken_out(self, element: etree._Element, context: Context, flow: Flow) -> bool:
        """Whether the element is hidden, or another text was put in its place."""
        if self.is_hidden(element):
            return True
        for name in element.get("class", "").split():
            if name in self._rich.replace:
                is_block = element.tag in self._handlers and element.tag != "a"
                if is_block:
                    flow.close()
                flow.text(self._rich.replace[name], self.contexts.inline(element, context))
                if is_block:
                    flow.close()
                return True
        return False

    # --- characters -----------------------------------------------------------------------

    def _link(self, element: etree._Element, context: Context, flow: Flow) -> None:
        context = self.contexts.inline(element, context)
        href = element.get("href")
        if href is not None and not href.startswith("#"):  # places in the page are not kept
            safe = safe_href(href)
            if safe is None:
                self.dropped_links += 1
            else:
                context = context._replace(href=safe)
        self.children(element, context, flow)

    def _break(self, element: etree._Element, context: Context, flow: Flow) -> None:
        if looks.properties_of(element).is_break_before:
            flow.close()
            flow.page_break = True
        else:
            flow.break_line(context)
        self.children(element, context, flow)  # nothing, but for what parsers put there

    def _quoted(self, element: etree._Element, context: Context, flow: Flow) -> None:
        context = self.contexts.inline(element, context)
        flow.text("“", context)
        self.children(element, context, flow)
        flow.text("”", context)

    def _box(self, element: etree._Element, context: Context, flow: Flow) -> None:
        """The box of a task list; nothing else of a form is kept."""
        if element.get("type", "").lower() == "checkbox":
            flow.text("☒ " if "checked" in element.attrib else "☐ ", context)

    def _image(self, element: etree._Element, context: Context, flow: Flow) -> None:
        source = self._parsed.source(element.get("src", "").strip())
        if not source.lower().startswith("data:"):
            self.dropped_images += 1
            return
        properties = looks.properties_of(element)
        width = css.size(properties.get("width")) or css.size(element.get("width"))
        height = css.size(properties.get("height")) or css.size(element.get("height"))
        parent = element.getparent()
        if width is None and parent is not None:  # CKEditor sizes the figure around it
            width = css.size(looks.properties_of(parent).get("width"))
        flow.image(Image(source, element.get("alt", ""), width, height), context)

    def _nothing(self, element: etree._Element, context: Context, flow: Flow) -> None:
        """Leave it out."""

    # --- paragraphs -----------------------------------------------------------------------

    def _block(self, element: etree._Element, context: Context, flow: Flow) -> None:
        properties = looks.properties_of(element)
        if properties.is_break_before:
            flow.page_break = True
        flow.close()
        if word.is_item(properties):
            self._word_item(element, properties, context, flow)
        elif element.tag == "figure" and element.find("table") is not None:
            # Only the frame of a table: how it stands and its width are the table's.
            self.children(element, context, flow)
        else:
            self.children(element, self.contexts.block(element, context), flow)
        flow.close()
        if properties.is_break_after or "page-break" in element.get("class", ""):
            flow.page_break = True

    def _rule(self, element: etree._Element, context: Context, flow: Flow) -> None:
        properties = looks.properties_of(element)
        if properties.is_break_before or properties.is_break_after:
            flow.close()
            flow.page_break = True
        else:
            flow.add(Paragraph("hr", [], Look(indent=context.look.indent)))

    # --- lists ----------------------------------------------------------------------------

    def _list(self, element: etree._Element, context: Context, flow: Flow) -> None:
        flow.close()
        properties = looks.properties_of(element)
        listing = Listing(self._label(element, properties), [], context.look)
        number = _number(element.get("start")) if listing.is_numbered else None
        context = self.contexts.listing(element, context)
        self._lists += 1
        self._loose(element.text, context, listing)
        for child in element:
            if child.tag == "li":
                self._item(child, context, listing, number)
                number = None if listing.items else number
            elif child.tag in _LISTS and listing.items:
                # Older editors put a list beside the item that it belongs to.
                inner = Flow(listing.items[-1].blocks)
                self.element(child, context, inner)
            else:
                inner = Flow()
                self.element(child, context, inner)
                inner.close()
                if inner.blocks:
                    listing.items.append(Item(inner.blocks))
            self._loose(child.tail, context, listing)
        self._lists -= 1
        if listing.items:
            flow.add(listing)

    def _loose(self, text: str | None, context: Context, listing: Listing) -> None:
        """Text between the items of a list: it is nowhere, and yet it is text."""
        if text and not text.isspace():
            inner = Flow()
            inner.text(text, context)
            inner.close()
            listing.items.append(Item(inner.blocks))

    def _item(
        self, element: etree._Element, context: Context, listing: Listing, number: int | None
    ) -> None:
        inner = Flow()
        if self.is_taken_out(element, context, inner):
            inner.close()
        else:
            inside = self.contexts.item(element, context)
            self._depth += 1
            self.children(element, inside, inner)
            self._depth -= 1
            inner.close()
            if not inner.blocks:
                inner.blocks.append(Paragraph(inside.role, [], inside.look, inside.style, True))
        if inner.blocks:
            value = _number(element.get("value")) if listing.is_numbered else None
            listing.items.append(Item(inner.blocks, number if value is None else value))

    def _label(self, element: etree._Element, properties: Declarations) -> str:
        kind = properties.get("list-style-type") or properties.get("list-style", "").split(" ")[0]
        if kind in _LABELS:
            return _LABELS[kind]
        given = element.get("type", "")
        if element.tag != "ol":
            return _LABELS.get(given.lower()) or _BULLETS[min(self._lists, 2)]
        return given if given in NUMBERS else "1"

    def _word_item(
        self,
        element: etree._Element,
        properties: Declarations,
        context: Context,
        flow: Flow,
    ) -> None:
        """A paragraph that is an item of a list only because Word says so."""
        inner = Flow()
        self.children(element, self.contexts.item(element, context), inner)
        inner.close()
        if inner.blocks:
            marker = word.marker_of(element)
            word.add_item(flow.blocks, Item(inner.blocks), marker, word.level_of(properties))

    # --- tables ---------------------------------------------------------------------------

    def _table(self, element: etree._Element, context: Context, flow: Flow) -> None:
        flow.close()
        self._depth += _TABLE_DEPTH
        read_table(self, element, context, flow)
        self._depth -= _TABLE_DEPTH


def _number(given: str | None) -> int | None:
    if given is None:
        return None
    text = given.strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        return None
    return min(int(text), _LARGEST_NUMBER)
