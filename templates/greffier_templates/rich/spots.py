"""Where in a template formatted text is to be put, and what is valid there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from ..gate.odf_names import names, q
from ..pictures.room import room_cm
from ..trees import PARAGRAPHS, SPAN
from ..unpacked import group
from .stylebook import Stylebook

_HEADING, _LIST, _FRAME = q("text:h"), q("text:list"), q("draw:frame")
_STYLE = q("text:style-name")
_CELLS = names("table:table-cell table:covered-table-cell")
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
#: Cells and frames that share the width, where theirs is not known.
_CELLS_BESIDE = 3


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
    #: The lists of the template it stands in, and how far their text is set in, centimetres.
    lists: int = 0
    list_indent: float = 0.0
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
    around = paragraph.iterancestors(_LIST, *_CELLS, _FRAME)
    lists = list(takewhile(lambda one: one.tag == _LIST, around))
    named = (one.get(_STYLE, "") for one in lists)
    return Spot(
        paragraph.get(_STYLE, "Standard"),
        characters,
        alone,
        container is not None and len(container) == 1,
        not tags & _WITHOUT_TABLES,
        not tags & _WITHOUT_HEADINGS,
        len(lists),
        stylebook.list_indent(next(filter(None, named), ""), len(lists)),
        room_cm(paragraph, page_width) or page_width / _CELLS_BESIDE,
    )


def _is_all(element: etree._Element, parent: etree._Element) -> bool:
    """Whether an element is all that its parent shows."""
    return len(parent) == 1 and not (parent.text or "").strip() and not (element.tail or "").strip()


def end_of_styles(root: etree._Element) -> etree._Element:
    """A comment at the end of the automatic styles of a part, which get more while filling."""
    end = etree.Comment("")
    group(root, "office:automatic-styles").append(end)
    return end
