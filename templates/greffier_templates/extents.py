"""Decides what each pair of instructions encloses; changes nothing.

A pair encloses what lies between its two ends in their lowest common ancestor: words of one
paragraph; paragraphs of a body, cell, section or frame; rows of a table; items of a list. Both
ends in one row, but in different cells, enclose that row.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lxml import etree

from .gate.odf_names import names, q
from .pairs import Pair
from .trees import PARAGRAPHS, SPAN

#: What divides a paragraph into words, and can be divided itself.
INLINE = names("text:span text:a text:meta")
_ROW, _LIST = q("table:table-row"), q("text:list")
_CELLS = names("table:table-cell")
_ITEMS = names("text:list-item text:list-header")
_TABLES = names("table:table table:table-rows table:table-header-rows table:table-row-group")
#: Elements around several texts, none of which a block may join.
_BETWEEN_TEXTS = names(
    "office:document-content office:document-styles office:body office:master-styles "
    "style:master-page draw:frame text:note"
)
#: What may be left of a paragraph, row or list that vanishes with its instruction.
_HOLLOW = (
    PARAGRAPHS
    | _CELLS
    | _ITEMS
    | {SPAN, _ROW, _LIST}
    | names("table:covered-table-cell text:s text:tab")
)


class Extent(enum.Enum):
    """What a pair can enclose besides whole units."""

    #: Words of one paragraph.
    WORDS = enum.auto()
    #: Nothing: its ends stand in different texts.
    NONE = enum.auto()


@dataclass(frozen=True, slots=True)
class Units:
    """Whole paragraphs, rows or items, ``first`` to ``last``."""

    first: etree._Element
    last: etree._Element


def extent_of(pair: Pair, instructions: set[etree._Element]) -> Units | Extent:
    """What a pair encloses.

    ``instructions`` are the elements of all blocks: a list or table that holds nothing else
    counts as a paragraph, for it will vanish.
    """
    start, end = pair.opening.element, pair.closing.element
    common, first, last = lowest_common_ancestor(start, end)
    if common.tag in PARAGRAPHS or common.tag in INLINE:
        within = {*_path(start, common), *_path(end, common)} <= INLINE
        return Extent.WORDS if within else Extent.NONE
    if common.tag in _BETWEEN_TEXTS:
        return Extent.NONE
    expected = _expected_path(common)
    if common.tag == _ROW:
        first = last = common
    for unit, element in ((first, start), (last, end)):
        path = [tag for tag in _path(element, common) if tag not in INLINE]
        stands = len(path) == len(expected) and all(map(_is_in, path, expected))
        if not stands and not is_hollow(unit, instructions):
            return Extent.NONE
    return Units(first, last)


def _expected_path(common: etree._Element) -> tuple[frozenset[str], ...]:
    """What must lie between the common ancestor and an end that has text of its own beside."""
    if common.tag == _ROW:
        return (_CELLS, PARAGRAPHS)
    if common.tag in _TABLES:
        return (frozenset({_ROW}), _CELLS, PARAGRAPHS)
    if common.tag == _LIST:
        return (_ITEMS, PARAGRAPHS)
    return (PARAGRAPHS,)


def _is_in(tag: str, allowed: frozenset[str]) -> bool:
    return tag in allowed


def lowest_common_ancestor(
    start: etree._Element, end: etree._Element
) -> tuple[etree._Element, etree._Element, etree._Element]:
    """The innermost element around both, and its children that hold the one and the other."""
    above_start = [start, *start.iterancestors()][::-1]
    above_end = [end, *end.iterancestors()][::-1]
    depth = 0
    while above_start[depth] is above_end[depth]:
        depth += 1
    return above_start[depth - 1], above_start[depth], above_end[depth]


def _path(element: etree._Element, common: etree._Element) -> list[str]:
    """The tags between ``common`` and ``element``, outermost first."""
    path: list[str] = []
    for ancestor in element.iterancestors():
        if ancestor is common:
            break
        path.append(str(ancestor.tag))
    return path[::-1]


def is_hollow(element: etree._Element, ignored: set[etree._Element]) -> bool:
    """Whether an element holds neither text nor anything to see, ``ignored`` aside."""
    if element in ignored:
        return True
    if element.tag not in _HOLLOW or (element.text or "").strip():
        return False
    return all(is_hollow(child, ignored) and not (child.tail or "").strip() for child in element)
