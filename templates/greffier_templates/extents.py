"""Decides what each block encloses; changes nothing.

A block encloses what lies between its ends in their lowest common ancestor: words of one
paragraph; paragraphs of a body, cell, section or frame; rows of a table; items of a list. Ends
in one row, but in different cells, enclose that row. ``else`` and its like are ends too: of
what stands before them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
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
HOLLOW = (
    PARAGRAPHS
    | _CELLS
    | _ITEMS
    | {SPAN, _ROW, _LIST}
    | names("table:covered-table-cell text:s text:tab office:annotation office:annotation-end")
)


class Extent(enum.Enum):
    """What a pair can enclose besides whole units."""

    #: Words of one paragraph.
    WORDS = enum.auto()
    #: Nothing: its ends stand in different texts.
    NONE = enum.auto()


@dataclass(frozen=True, slots=True)
class Units:
    """Whole paragraphs, rows or items, from the first to the last of ``ends``."""

    #: For each end of the block the unit that it stands in, in document order.
    ends: tuple[etree._Element, ...]


def extent_of(pair: Pair, instructions: set[etree._Element]) -> Units | Extent:
    """What a block encloses.

    ``instructions`` are the elements of all blocks: a list or table that holds nothing else
    counts as a paragraph, for it will vanish.
    """
    elements = [marker.element for marker in pair.ends]
    common, units = lowest_common_ancestor(elements)
    if common.tag in PARAGRAPHS or common.tag in INLINE:
        within = {tag for element in elements for tag in _path(element, common)} <= INLINE
        return Extent.WORDS if within else Extent.NONE
    if common.tag in _BETWEEN_TEXTS:
        return Extent.NONE
    expected = _expected_path(common)
    if common.tag == _ROW:
        units = (common,) * len(units)
    for unit, element in zip(units, elements, strict=True):
        path = [tag for tag in _path(element, common) if tag not in INLINE]
        stands = len(path) == len(expected) and all(map(_is_in, path, expected))
        if not stands and not is_hollow(unit, instructions):
            return Extent.NONE
    return Units(units)


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
    elements: Sequence[etree._Element],
) -> tuple[etree._Element, tuple[etree._Element, ...]]:
    """The innermost element around all, and its children that hold each of them."""
    paths = [[element, *element.iterancestors()][::-1] for element in elements]
    depth = 0
    while all(path[depth] is paths[0][depth] for path in paths):
        depth += 1
    return paths[0][depth - 1], tuple(path[depth] for path in paths)


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
    return all(one is not None for one in _seen(element, ignored))


def content_beside(
    unit: etree._Element, end: etree._Element, ignored: set[etree._Element]
) -> tuple[bool, bool]:
    """Whether a unit holds something to see before one of ``ignored``, and after it."""
    seen = list(_seen(unit, ignored))
    place = seen.index(end)
    return None in seen[:place], None in seen[place:]


def _seen(element: etree._Element, ignored: set[etree._Element]) -> Iterator[etree._Element | None]:
    """In document order: those of ``ignored``, and None for each thing that is to be seen."""
    if element in ignored:
        yield element
    elif element.tag not in HOLLOW and element.tag not in INLINE:
        yield None
    else:
        if (element.text or "").strip():
            yield None
        for child in element:
            yield from _seen(child, ignored)
            if (child.tail or "").strip():
                yield None
