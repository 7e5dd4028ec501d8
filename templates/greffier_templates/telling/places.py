"""Where something stands in a document, in the words of a LibreOffice user.

``body › under heading “Costs” › table “Lines” › row 2 › cell B › “Total: price”``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lxml import etree

from ..gate.odf_names import q
from ..trees import PARAGRAPHS, parent_of, plain_text
from .anchors import ANCHOR
from .site import Site
from .wording import Wording, joined, phrase, quoted, say

_TABLE, _ROW = q("table:table"), q("table:table-row")
_LIST, _ITEM = q("text:list"), q("text:list-item")
_CELLS = frozenset({q("table:table-cell"), q("table:covered-table-cell")})
_REPEATED = q("table:number-columns-repeated")
_HEADING = q("text:h")
_MASTER_PAGE = q("style:master-page")
_AROUND_PAGE = {
    q("style:header"): phrase("header of page style {name}"),
    q("style:header-left"): phrase("header of left pages of page style {name}"),
    q("style:header-first"): phrase("header of the first page of page style {name}"),
    q("style:footer"): phrase("footer of page style {name}"),
    q("style:footer-left"): phrase("footer of left pages of page style {name}"),
    q("style:footer-first"): phrase("footer of the first page of page style {name}"),
}

#: On the root of a block that is included, while it is being prepared: its name, after those
#: of the blocks around it.
BLOCK = "block"


class Places:
    """Follows one pass through a part in document order, to say where the pass is."""

    def __init__(self) -> None:
        self._sites = 0
        self._heading = ""
        self._numbers: dict[etree._Element, int] = {}
        self._counts: Counter[etree._Element] = Counter()
        self._columns: dict[etree._Element, int] = {}
        #: The place of the paragraph that was asked for last: it often holds several fields.
        self._described: tuple[etree._Element, str] | None = None

    #: The elements :meth:`pass_by` wants to see.
    WATCHED = (_HEADING, _ROW, _ITEM)

    def pass_by(self, element: etree._Element) -> None:
        """Take note of a heading, a table row or a list item that the pass has come to."""
        if element.tag == _HEADING:
            self._heading = plain_text(element).strip()
            return
        whole = next(element.iterancestors(_TABLE, _LIST), None)
        if whole is not None:
            self._counts[whole] += 1
            self._numbers[element] = self._counts[whole]

    def site(self, element: etree._Element, field: str = "") -> Site:
        """The site of an element the pass has reached; ``field`` is what is written there."""
        self._sites += 1
        return Site(self._describe(element), field, self._sites, element.get(ANCHOR, ""))

    def _describe(self, element: etree._Element) -> str:
        steps: list[str] = []
        for ancestor in (element, *element.iterancestors()):
            if ancestor.tag in PARAGRAPHS:
                steps.append(self._paragraph(ancestor))
                break
            steps.append(self._step(ancestor))
        return joined(filter(None, reversed(steps)))

    def _paragraph(self, paragraph: etree._Element) -> str:
        if self._described is None or self._described[0] is not paragraph:
            self._described = (paragraph, self._describe_paragraph(paragraph))
        return self._described[1]

    def _describe_paragraph(self, paragraph: etree._Element) -> str:
        return joined(filter(None, (*self._around(paragraph), self._step(paragraph))))

    def around(self, paragraph: etree._Element) -> str:
        """The place of a paragraph the pass has reached, without its own words."""
        return joined(self._around(paragraph))

    def _around(self, paragraph: etree._Element) -> list[str]:
        steps = [self._step(one) for one in paragraph.iterancestors()]
        steps = [step for step in steps if step]
        tags = {one.tag for one in (paragraph, *paragraph.iterancestors())}
        if self._heading and say("body") in steps[-2:] and _HEADING not in tags:
            place = steps.index(say("body"))
            steps.insert(place, say("under heading {title}", title=quoted(self._heading)))
        return steps[::-1]

    def _step(self, element: etree._Element) -> str:
        tag = element.tag
        if tag in PARAGRAPHS:
            text = plain_text(element).strip()
            if not text:
                return ""
            return say("heading {title}", title=quoted(text)) if tag == _HEADING else quoted(text)
        if tag in _CELLS:
            return say("cell {letters}", letters=_column_letters(self._column(element)))
        if tag in (_ROW, _ITEM):
            number = self._numbers.get(element, "?")
            if tag == _ROW:
                return say("row {number}", number=number)
            return say("list item {number}", number=number)
        return part_name(element)

    def _column(self, cell: etree._Element) -> int:
        """The columns before a cell, counted on from the last cell that was asked for."""
        before = 0
        for one in cell.itersiblings(*_CELLS, preceding=True):
            before += int(one.get(_REPEATED, "1"))
            if one in self._columns:
                before += self._columns[one]
                break
        self._columns[cell] = before
        return before


def part_name(element: etree._Element) -> str:
    """What a part of a document is called: ``table “Lines”``; empty for anything nameless."""
    if element.tag in _AROUND_PAGE:
        return Wording(_AROUND_PAGE[element.tag], {"name": quoted(_page_style(element))})
    match etree.QName(element).localname:
        case "document-content":
            return in_blocks(filter(None, element.get(BLOCK, "").split()))
        case "text" if element.tag == q("office:text"):
            return say("body")
        case "table":
            return say("table {name}", name=quoted(element.get(q("table:name"), "")))
        case "section":
            return say("section {name}", name=quoted(element.get(q("text:name"), "")))
        case "frame" | "custom-shape" | "rect" | "ellipse":
            return say("frame {name}", name=quoted(element.get(q("draw:name"), "")))
        case "note":
            is_endnote = element.get(q("text:note-class")) == "endnote"
            return say("endnote") if is_endnote else say("footnote")
        case "table-of-content" | "alphabetical-index" | "bibliography" | "user-index":
            return say("index {name}", name=quoted(element.get(q("text:name"), "")))
    return ""


def _page_style(header: etree._Element) -> str:
    page = parent_of(header)
    return page.get(q("style:display-name"), page.get(q("style:name"), ""))


def _column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def in_blocks(names: Iterable[str]) -> Wording:
    """The place of what stands in a block: ``block “letterhead” › block “logo”``."""
    return joined(say("block {name}", name=quoted(name)) for name in names)
