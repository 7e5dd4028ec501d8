"""Where in a template formatted text is to be put, and what is valid there."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ..gate.odf_names import names, q
from ..trees import PARAGRAPHS, SPAN
from ..unpacked import group
from .css import length
from .stylebook import Stylebook

_HEADING = q("text:h")
_STYLE, _COLUMN_STYLE = q("text:style-name"), q("table:style-name")
_CELLS = names("table:table-cell table:covered-table-cell")
_COLUMN = q("table:table-column")
_REPEATED, _SPANNED = q("table:number-columns-repeated"), q("table:number-columns-spanned")
_WIDTH = q("svg:width")
#: Around these nothing but lines of text can stand in a table's place.
_WITHOUT_TABLES = names(
    "text:note-body text:list-item text:list-header draw:custom-shape draw:rect draw:ellipse "
    "office:annotation"
)
#: Around these a heading is none of the document's.
_WITHOUT_HEADINGS = _WITHOUT_TABLES | names(
    "style:header style:footer style:header-left style:footer-left style:header-first "
    "style:footer-first draw:text-box"
)
#: The width of text on A4 with margins of two centimetres.
_A4_CM = 17.0
#: What a cell's line and padding take of its width, centimetres.
_PADDING_CM = 0.2


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a template."""

    #: The style of the paragraph.
    style: str = "Standard"
    #: The character style of the place; empty for that of the paragraph.
    characters: str = ""
    #: Whether nothing else is in the paragraph, so that blocks may take its place.
    is_alone: bool = False
    #: Whether the paragraph is all that its cell, item or frame holds: something must stay.
    is_sole: bool = False
    has_tables: bool = True
    has_headings: bool = True
    #: Centimetres from margin to margin.
    width: float = _A4_CM


def spot_of(mark: etree._Element, stylebook: Stylebook) -> Spot:
    """The place of a mark that stands where a value goes."""
    page_width = stylebook.page_width
    characters = ""
    alone = True
    element = mark
    paragraph = element.getparent()
    while paragraph is not None and paragraph.tag not in PARAGRAPHS:
        alone = alone and paragraph.tag == SPAN and _is_all(element, paragraph)
        if paragraph.tag == SPAN and not characters:
            characters = paragraph.get(_STYLE, "")
        element = paragraph
        paragraph = element.getparent()
    if paragraph is None:
        return Spot(width=page_width)
    alone = alone and _is_all(element, paragraph) and paragraph.tag != _HEADING
    tags = {one.tag for one in paragraph.iterancestors()}
    container = paragraph.getparent()
    return Spot(
        paragraph.get(_STYLE, "Standard"),
        characters,
        alone,
        container is not None and len(container) == 1,
        not tags & _WITHOUT_TABLES,
        not tags & _WITHOUT_HEADINGS,
        _width(paragraph, page_width),
    )


def _is_all(element: etree._Element, parent: etree._Element) -> bool:
    """Whether an element is all that its parent shows."""
    return len(parent) == 1 and not (parent.text or "").strip() and not (element.tail or "").strip()


def _width(paragraph: etree._Element, page_width: float) -> float:
    for ancestor in paragraph.iterancestors():
        if ancestor.tag in _CELLS:
            return _cell_width(ancestor) or page_width / 3
        if ancestor.tag == q("draw:frame"):
            return length(ancestor.get(_WIDTH)) or page_width / 2
    return page_width


def _cell_width(cell: etree._Element) -> float:
    table = next(cell.iterancestors(q("table:table")), None)
    if table is None:
        return 0.0
    styles = _column_widths(table.getroottree())
    columns: list[float] = []
    for column in table.iter(_COLUMN):
        if next(column.iterancestors(q("table:table"))) is table:
            width = styles.get(column.get(_COLUMN_STYLE, ""), 0.0)
            columns += [width] * min(int(column.get(_REPEATED, "1")), 1_000)
    before = sum(int(one.get(_REPEATED, "1")) for one in cell.itersiblings(*_CELLS, preceding=True))
    spanned = int(cell.get(_SPANNED, "1"))
    return max(sum(columns[before : before + spanned]) - _PADDING_CM, 0.0)


def _column_widths(tree: etree._ElementTree) -> dict[str, float]:
    found = {}
    for properties in tree.iter(q("style:table-column-properties")):
        style = properties.getparent()
        if style is not None:
            name = style.get(q("style:name"), "")
            found[name] = length(properties.get(q("style:column-width"))) or 0.0
    return found


def end_of_styles(root: etree._Element) -> etree._Element:
    """A comment at the end of the automatic styles of a part, which get more while filling."""
    end = etree.Comment("")
    group(root, "office:automatic-styles").append(end)
    return end
