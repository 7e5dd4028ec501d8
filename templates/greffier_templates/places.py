"""Where something stands in a document, in the words of a LibreOffice user.

``body › under heading “Costs” › table “Lines” › row 2 › cell B › “Total: price”``
"""

from __future__ import annotations

from lxml import etree

from .odf_names import q
from .trees import PARAGRAPHS, parent_of, plain_text

_LONGEST_QUOTE = 60
_TABLE, _ROW = q("table:table"), q("table:table-row")
_CELLS = frozenset({q("table:table-cell"), q("table:covered-table-cell")})
_HEADING = q("text:h")
_MASTER_PAGE = q("style:master-page")
_AROUND_PAGE = {
    q("style:header"): "header",
    q("style:header-left"): "header of left pages",
    q("style:header-first"): "header of the first page",
    q("style:footer"): "footer",
    q("style:footer-left"): "footer of left pages",
    q("style:footer-first"): "footer of the first page",
}


class Places:
    """Follows one pass through a part in document order, to say where the pass is."""

    def __init__(self) -> None:
        self._heading = ""
        self._rows: dict[etree._Element, int] = {}
        self._last_row: dict[etree._Element, int] = {}

    #: The elements :meth:`pass_by` wants to see.
    WATCHED = (_HEADING, _ROW)

    def pass_by(self, element: etree._Element) -> None:
        """Take note of a heading or a table row that the pass has come to."""
        if element.tag == _HEADING:
            self._heading = plain_text(element).strip()
        else:
            table = next(element.iterancestors(_TABLE), None)
            if table is not None:
                self._rows[element] = self._last_row[table] = self._last_row.get(table, 0) + 1

    def describe(self, element: etree._Element) -> str:
        """The place of an element the pass has reached."""
        steps: list[str] = []
        for ancestor in (element, *element.iterancestors()):
            step = self._step(ancestor)
            if step:
                steps.append(step)
        in_heading = element.tag == _HEADING or any(True for _ in element.iterancestors(_HEADING))
        if steps and steps[-1] == "body" and self._heading and not in_heading:
            steps.insert(-1, f"under heading {quoted(self._heading)}")
        return " › ".join(reversed(steps))

    def _step(self, element: etree._Element) -> str:
        tag = element.tag
        if tag in PARAGRAPHS:
            text = plain_text(element).strip()
            kind = "heading " if tag == _HEADING else ""
            return f"{kind}{quoted(text)}" if text else ""
        if tag in _CELLS:
            return f"cell {_column_letters(_column(element))}"
        if tag == _ROW:
            return f"row {self._rows.get(element, '?')}"
        if tag in _AROUND_PAGE:
            return f"{_AROUND_PAGE[tag]} of page style {quoted(_page_style(element))}"
        return _named_step(element)


def _named_step(element: etree._Element) -> str:
    match etree.QName(element).localname:
        case "text" if element.tag == q("office:text"):
            return "body"
        case "table":
            return f"table {quoted(element.get(q('table:name'), ''))}"
        case "section":
            return f"section {quoted(element.get(q('text:name'), ''))}"
        case "frame" | "custom-shape" | "rect" | "ellipse":
            return f"frame {quoted(element.get(q('draw:name'), ''))}"
        case "note":
            return element.get(q("text:note-class"), "footnote")
        case "list-item" | "list-header":
            number = 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))
            return f"list item {number}"
        case "table-of-content" | "alphabetical-index" | "bibliography" | "user-index":
            return f"index {quoted(element.get(q('text:name'), ''))}"
    return ""


def quoted(text: str) -> str:
    """Text between quotes, shortened to what helps to find it."""
    text = " ".join(text.split())
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1] + "…"
    return f"“{text}”"


def _page_style(header: etree._Element) -> str:
    page = parent_of(header)
    return page.get(q("style:display-name"), page.get(q("style:name"), ""))


def _column(cell: etree._Element) -> int:
    repeated = q("table:number-columns-repeated")
    before = cell.itersiblings(*_CELLS, preceding=True)
    return sum(int(one.get(repeated, "1")) for one in before)


def _column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
