"""How wide a picture may become where it stands: the column of text, or the cell of a table."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ..gate.odf_attributes import number
from ..gate.odf_names import names, q
from ..rich.css import length

_STYLE, _CELLS = q("style:style"), names("table:table-cell table:covered-table-cell")
_TABLE, _COLUMN = q("table:table"), q("table:table-column")
_ANCHORED_TO_PAGE = "page"
#: The width of text on A4 with margins of two centimetres.
_A4_CM = 17.0
#: Left and right of what stands in a cell: 0.097 cm each, unless its style says otherwise.
_PADDING_CM = 0.2


def text_width_cm(styles: etree._Element | None) -> float:
    """The width between the margins of a template's pages, cm; that of A4 if it is not said.

    Args:
        styles: the root of styles.xml.
    """
    layout = None if styles is None else next(styles.iter(q("style:page-layout-properties")), None)
    if layout is None:
        return _A4_CM
    margin = length(layout.get(q("fo:margin"))) or 0.0
    left, right = (length(layout.get(q(f"fo:margin-{side}"))) for side in ("left", "right"))
    width = length(layout.get(q("fo:page-width"))) or 0.0
    inner = width - (margin if left is None else left) - (margin if right is None else right)
    return inner if inner > 1 else _A4_CM


def room_cm(element: etree._Element, text_cm: float) -> float | None:
    """How wide something may be where it stands, cm; None where it is not known.

    Args:
        element: a paragraph or frame in the tree of its part.
        text_cm: the width between the margins of the page.
    """
    if element.get(q("text:anchor-type")) == _ANCHORED_TO_PAGE:
        return None
    for ancestor in element.iterancestors():
        if ancestor.tag in _CELLS:
            return _cell_cm(ancestor)
        if ancestor.tag == q("draw:frame"):
            return length(ancestor.get(q("svg:width")))
    return text_cm


def _cell_cm(cell: etree._Element) -> float | None:
    table = next((one for one in cell.iterancestors() if one.tag == _TABLE), None)
    if table is None:
        return None
    first = sum(
        number(one.get(q("table:number-columns-repeated"), "1"))
        for one in cell.itersiblings(*_CELLS, preceding=True)
    )
    span = number(cell.get(q("table:number-columns-spanned"), "1"))
    widths = [width for index, width in enumerate(_columns(table)) if first <= index < first + span]
    if not widths or None in widths:
        return None
    return sum(filter(None, widths)) - _PADDING_CM


def _columns(table: etree._Element) -> Iterator[float | None]:
    """The width of each column, cm."""
    styles = {
        style.get(q("style:name")): style
        for style in table.getroottree().getroot().iter(_STYLE)
        if style.get(q("style:family")) == "table-column"
    }
    for column in table.iter(_COLUMN):
        if next(column.iterancestors(_TABLE)) is not table:
            continue  # of a table in one of its cells
        style = styles.get(column.get(q("table:style-name")))
        properties = None if style is None else style.find(q("style:table-column-properties"))
        width = None if properties is None else length(properties.get(q("style:column-width")))
        for _ in range(number(column.get(q("table:number-columns-repeated"), "1"))):
            yield width
