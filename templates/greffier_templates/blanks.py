"""Lets nothing blank be left behind where blocks write nothing.

What holds nothing but blocks, a paragraph, an item, a row, a list, a table or a section, is put
between the marks ``hold-…`` and ``close``: it is written only if there is something to see in it.
A cell, a frame and a header need a paragraph, so the last one of them stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from .extents import HOLLOW, INLINE
from .gate.odf_names import names, q
from .marks import DEPTH, mark, read_mark
from .trees import PARAGRAPHS, insert_after, parent_of

_ROW, _HEADER_ROWS, _COVERED = (
    q("table:table-row"),
    q("table:table-header-rows"),
    q("table:covered-table-cell"),
)
_ROWS_SPANNED, _COLUMNS_SPANNED = q("table:number-rows-spanned"), q("table:number-columns-spanned")
_TABLE, _LIST, _ITEM, _SECTION = (
    q("table:table"),
    q("text:list"),
    q("text:list-item"),
    q("text:section"),
)
_ITEMS = names("text:list-item text:list-header")
_ROW_GROUPS = names("table:table-rows table:table-header-rows table:table-row-group")
_VANISHING = (*PARAGRAPHS, _ROW, _LIST, _TABLE, _SECTION)
#: Marks of what is to be seen, or may be.
_SEEN = ("value", "include")
#: What needs no paragraph.
_MAY_BE_EMPTY = names("office:text text:section text:list-item")

_HOLLOW_NAMES = "|".join(
    f"{prefix}:{etree.QName(name).localname}"
    for name in sorted(HOLLOW | INLINE | {_HEADER_ROWS})
    for prefix in ("text", "table")
    if name == q(f"{prefix}:{etree.QName(name).localname}")
)
#: What must be in the XML of something for it to stay; it is that of our own writing.
NEEDED: Mapping[str, re.Pattern[str]] = {
    "hold-text": re.compile(rf">\s*[^<\s]|<(?!/|(?:{_HOLLOW_NAMES})[\s/>])"),
    "hold-items": re.compile(r"<text:list-(?:item|header)[\s/>]"),
    "hold-rows": re.compile(r"<table:table-row[\s/>]"),
    "hold-blocks": re.compile(r"<(?!/|text:(?:section|list)[\s/>])"),
}


def hold_blanks(
    root: etree._Element, visible: Collection[int], transparent: Collection[int]
) -> None:
    """Put the marks into a part in which all other marks are.

    ``visible`` are the numbers of markers that are something to see whatever they write:
    pictures. ``transparent`` are those that repeat what is looked into all the same: columns.
    """
    _Blanks(visible, transparent).hold(root)


class _Blanks:
    def __init__(self, visible: Collection[int], transparent: Collection[int]) -> None:
        self._visible = visible
        self._transparent = transparent
        self._no_blocks = {*visible, *transparent}

    def hold(self, root: etree._Element) -> None:
        inner_first = self._around_blocks(root)
        blank = {one for one in inner_first if one.tag in PARAGRAPHS and self._is_blank(one)}
        for unit in list(_vanishing(blank)):
            hold(unit, "hold-text")
        for row in inner_first:
            if row.tag == _ROW and not _is_merged_down(row) and self._is_blank(row):
                hold(_whole_header(row), "hold-text")
        for whole in inner_first:
            if whole.tag == _TABLE and not _certain(whole, {_ROW}, _ROW_GROUPS):
                hold(whole, "hold-rows")
            elif whole.tag == _LIST and not _certain(whole, _ITEMS, ()):
                hold(whole, "hold-items")
            elif whole.tag == _SECTION and not any(True for _ in _outside_blocks(whole)):
                hold(whole, "hold-blocks")

    def _around_blocks(self, root: etree._Element) -> list[etree._Element]:
        """What holds blocks and may vanish, inner ones first."""
        found: set[etree._Element] = set()
        for instruction in root.iter(etree.PI):
            what, number = read_mark(instruction) or ("", 0)
            if what == "open" and number not in self._no_blocks:
                found.update(instruction.iterancestors(*_VANISHING))
        return sorted(found, key=lambda one: sum(1 for _ in one.iterancestors()), reverse=True)

    def _is_blank(self, element: etree._Element) -> bool:
        """Whether there is nothing to see in it outside blocks."""
        return not any(self._seen_outside(element))

    def _seen_outside(self, element: etree._Element) -> Iterator[bool]:
        depth = 0
        if (element.text or "").strip():
            yield True
        for child in element:
            what, number = read_mark(child) or ("", 0)
            if what:
                if depth == 0 and (what in _SEEN or (what == "open" and number in self._visible)):
                    yield True
                if what not in ("open", "close") or number not in self._transparent:
                    depth += DEPTH.get(what, 0)
            elif depth == 0 and child.tag not in HOLLOW and child.tag not in INLINE:
                yield True
            elif depth == 0:
                yield from self._seen_outside(child)
            if depth == 0 and (child.tail or "").strip():
                yield True


def _vanishing(blank: Collection[etree._Element]) -> Iterator[etree._Element]:
    """What vanishes with each of some blank paragraphs; not those that must stay."""
    by_container = defaultdict(list)
    for paragraph in blank:
        by_container[parent_of(paragraph)].append(paragraph)
    for container, paragraphs in by_container.items():
        if container.tag == _ITEM and len(_elements(container)) == 1:
            yield container
            continue
        needed = None
        if container.tag not in _MAY_BE_EMPTY:
            certain = list(_outside_blocks(container))
            if all(one in blank for one in certain):
                needed = next(reversed(certain), None)
        yield from (one for one in paragraphs if one is not needed)


def _outside_blocks(container: etree._Element) -> Iterator[etree._Element]:
    """The children that are written whatever the data are."""
    depth = 0
    for child in container:
        found = read_mark(child)
        if found is not None:
            depth += DEPTH.get(found[0], 0)
        elif depth == 0 and isinstance(child.tag, str):
            yield child


def _elements(container: etree._Element) -> list[etree._Element]:
    return [child for child in container if isinstance(child.tag, str)]


def _certain(whole: etree._Element, tags: Collection[str], groups: Collection[str]) -> bool:
    """Whether a table or list has a row or item that is written whatever the data are.

    ``groups`` are the elements around several of them.
    """
    return any(
        child.tag in tags or (child.tag in groups and _certain(child, tags, groups))
        for child in _outside_blocks(whole)
    )


def _is_merged_down(row: etree._Element) -> bool:
    """Whether a cell of a row is merged with one above or below."""
    cells = _elements(row)
    covered = sum(1 for cell in cells if cell.tag == _COVERED)
    across = sum(_number(cell.get(_COLUMNS_SPANNED)) - 1 for cell in cells)
    return covered != across or any(_number(cell.get(_ROWS_SPANNED)) > 1 for cell in cells)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 1


def _whole_header(row: etree._Element) -> etree._Element:
    """The rows that repeat on each page, when this one is all of them; they may not be none."""
    around = parent_of(row)
    return around if around.tag == _HEADER_ROWS and len(_elements(around)) == 1 else row


def hold(element: etree._Element, what: str) -> None:
    """Write an element only if something is found in it: see :data:`NEEDED`."""
    element.addprevious(mark(what, 0))
    insert_after(element, mark("release", 0))
