"""Decides what each pair of instructions encloses, and marks it in the tree.

A pair encloses what lies between its two ends in their lowest common ancestor: words of one
paragraph; paragraphs of a body, cell, section or frame; rows of a table; items of a list. Both
ends in one row, but in different cells, enclose that row. Where an end stands alone, its
paragraph, row or item vanishes; where text stands beside it, that text is inside.

The tree is not rebuilt: processing instructions ``<?greffier open 3?>``, ``close 3`` and
``value 3`` are put where a block begins and ends and where a value goes (3 is the number of
the marker), and :mod:`.program` reads them from the text of the part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lxml import etree

from .markers import Kind, Marker
from .notes import Report
from .odf_names import q
from .trees import PARAGRAPHS, SPAN, copy_of, insert_after, parent_of, replace, split_around
from .xml_parts import remove

TARGET = "greffier"
#: Blocks within blocks: more than any template needs, fewer than Python's stack can take.
_DEPTH = 50

_ROW, _CELL, _ITEM = q("table:table-row"), q("table:table-cell"), q("text:list-item")
_COVERED = q("table:covered-table-cell")
_INLINE = frozenset({SPAN, q("text:a"), q("text:meta")})
_ROW_PARENTS = frozenset(
    q(f"table:{name}") for name in ("table", "table-rows", "table-header-rows", "table-row-group")
)
_LIST = q("text:list")
_NOT_CONTAINERS = frozenset(
    {
        q("office:document-content"),
        q("office:document-styles"),
        q("office:body"),
        q("office:master-styles"),
        q("style:master-page"),
        q("draw:frame"),
        q("text:note"),
    }
)
#: What may be left of a paragraph, row or list that vanishes with its instruction.
_HOLLOW = PARAGRAPHS | _INLINE | {_ROW, _CELL, _COVERED, _ITEM, _LIST, q("text:s"), q("text:tab")}


@dataclass(frozen=True, slots=True)
class Pair:
    """A block: its opening and closing instruction."""

    opening: Marker
    closing: Marker


@dataclass(slots=True)
class _Unit:
    """A paragraph, row or item that ends of blocks stand in, in document order."""

    element: etree._Element
    ends: list[tuple[int, Marker]] = field(default_factory=list)


class Arrangement:
    """The marks of one part; its numbers are those of the markers given."""

    def __init__(
        self, markers: Sequence[Marker], report: Report, page_breaks: Collection[str] = ()
    ) -> None:
        """Arrange ``markers``; ``page_breaks`` are the paragraph styles that begin a page."""
        self._page_breaks = page_breaks
        self._numbers = {marker: number for number, marker in enumerate(markers)}
        self._report = report
        self._blocks = {m.element for m in markers if m.kind in (Kind.OPEN, Kind.CLOSE)}
        self._units: dict[etree._Element, _Unit] = {}
        self._inline: list[tuple[Pair, etree._Element]] = []

    def arrange(self) -> None:
        """Put the marks into the tree; everything that cannot be marked is reported."""
        pairs = pair_up(list(self._numbers), self._report)
        for pair in pairs:
            self._find_scope(pair)
        for unit in self._units.values():
            self._check(unit)
        if self._report.errors:
            return
        for marker, number in self._numbers.items():
            self._mark_value(marker, number)
        for pair, common in self._inline:
            self._mark_inline(pair, common)
        for unit in self._units.values():
            self._mark_unit(unit)

    # --- which part of the tree -----------------------------------------------------------

    def _find_scope(self, pair: Pair) -> None:
        start, end = pair.opening.element, pair.closing.element
        common, first, last = _lowest_common_ancestor(start, end)
        if common.tag in PARAGRAPHS or common.tag in _INLINE:
            if set(_path(start, common)) | set(_path(end, common)) <= _INLINE:
                self._inline.append((pair, common))
            else:
                self._crossing(pair)
            return
        if common.tag == _ROW:
            first = last = common
            expected: tuple[frozenset[str], ...] = (frozenset({_CELL}), PARAGRAPHS)
        elif common.tag in _ROW_PARENTS:
            expected = (frozenset({_ROW}), frozenset({_CELL}), PARAGRAPHS)
        elif common.tag == _LIST:
            expected = (frozenset({_ITEM, q("text:list-header")}), PARAGRAPHS)
        elif common.tag in _NOT_CONTAINERS:
            self._crossing(pair)
            return
        else:
            expected = (PARAGRAPHS,)
        for unit, marker in ((first, pair.opening), (last, pair.closing)):
            path = [tag for tag in _path(marker.element, common) if tag not in _INLINE]
            stands = len(path) == len(expected) and all(
                tag in allowed for tag, allowed in zip(path, expected, strict=True)
            )
            if not stands and not _is_hollow(unit, self._blocks):
                self._crossing(pair)
                return
        for unit, marker in ((first, pair.opening), (last, pair.closing)):
            entry = self._units.setdefault(unit, _Unit(unit))
            entry.ends.append((self._numbers[marker], marker))

    def _crossing(self, pair: Pair) -> None:
        self._report.error(
            "block-crosses-container",
            f"“{pair.opening.site.field}” is closed in another part of the document: "
            f"{pair.closing.site.where or 'elsewhere'}.",
            pair.opening.site,
            "Put both ends in the same cell, table, list, section, frame or text.",
        )

    def _check(self, unit: _Unit) -> None:
        """Two blocks may not share a paragraph or row that has content of its own."""
        unit.ends.sort(key=lambda end: end[0])
        if self._vanishes(unit):
            if unit.element.get(q("text:style-name")) in self._page_breaks:
                site = unit.ends[0][1].site
                self._report.warning(
                    "page-break-lost",
                    f"The page break before “{site.field}” vanishes with its paragraph.",
                    site,
                    "Put the page break on the paragraph that follows.",
                )
            return
        closed: Marker | None = None
        for _, marker in unit.ends:
            if marker.kind is Kind.CLOSE:
                closed = marker
            elif closed is not None:
                self._report.error(
                    "blocks-overlap",
                    f"“{marker.site.field}” begins where “{closed.site.field}” ends, "
                    "and there is other content beside them.",
                    marker.site,
                    "Put each instruction in a paragraph or row of its own.",
                )
        if unit.element.tag in PARAGRAPHS:
            self._report.warning(
                "text-beside-instruction",
                f"Text stands beside “{unit.ends[0][1].site.field}”; it belongs to what the "
                "instruction encloses.",
                unit.ends[0][1].site,
                "Put the instruction in a paragraph of its own, which will vanish.",
            )

    def _vanishes(self, unit: _Unit) -> bool:
        """Whether nothing but ends of blocks stands in it.

        The one row that a pair encloses never vanishes: it is what the pair is about.
        """
        around = (unit.element, *unit.element.iterancestors())
        units = [self._units[element] for element in around if element in self._units]
        elements = {marker.element for one in units for _, marker in one.ends}
        alone = unit.element.tag == _ROW and len({m.kind for _, m in unit.ends}) > 1
        return not alone and _is_hollow(unit.element, elements)

    # --- marks ----------------------------------------------------------------------------

    def _mark_value(self, marker: Marker, number: int) -> None:
        if marker.kind in (Kind.IMAGE, Kind.STATIC_IMAGE):
            marker.element.addprevious(_mark("open", number))
            insert_after(marker.element, _mark("close", number))
        elif marker.kind is Kind.FIELD:
            replace(marker.element, _mark("value", number))
        elif marker.kind is Kind.FUNCTION:
            replace(marker.element, _styled_like(marker.element, _mark("value", number)))

    def _mark_inline(self, pair: Pair, common: etree._Element) -> None:
        number = self._numbers[pair.opening]
        for marker, what in ((pair.opening, "open"), (pair.closing, "close")):
            while parent_of(marker.element) is not common:
                split_around(marker.element)
            replace(marker.element, _mark(what, number))

    def _mark_unit(self, unit: _Unit) -> None:
        """Marks of one unit nest: outer blocks open first and close last."""
        vanishes = self._vanishes(unit)
        place = unit.element
        for number, marker in unit.ends:
            if marker.kind is Kind.OPEN:
                place.addprevious(_mark("open", number))
            elif vanishes:
                place.addprevious(_mark("close", number))
        for number, marker in reversed(unit.ends):
            if marker.kind is Kind.CLOSE and not vanishes:
                insert_after(place, _mark("close", number))
        if vanishes:
            remove(place)
        else:
            for _, marker in unit.ends:
                _remove_with_paragraph(marker.element, unit.element)


def pair_up(markers: Sequence[Marker], report: Report) -> list[Pair]:
    """Match every opening instruction with its closing one, by name, outer ones first."""
    pairs: dict[Marker, Pair] = {}
    open_blocks: list[Marker] = []
    for marker in markers:
        if marker.kind is Kind.OPEN:
            if marker.name in ("when", "otherwise") and not any(
                block.name == "choose" for block in open_blocks
            ):
                report.error(
                    "choose-missing", f"“{marker.name}” stands outside “choose”.", marker.site
                )
            open_blocks.append(marker)
            if len(open_blocks) == _DEPTH + 1:
                report.error(
                    "blocks-too-deep", f"Blocks are nested more than {_DEPTH} deep.", marker.site
                )
        elif marker.kind is Kind.CLOSE:
            _close(marker, open_blocks, pairs, report)
    for marker in open_blocks:
        report.error(
            "block-not-closed",
            f"“{marker.site.field}” is not closed.",
            marker.site,
            f"Put “/{marker.name}” where it ends.",
        )
    return [pairs[marker] for marker in markers if marker in pairs]


def _close(
    closing: Marker, open_blocks: list[Marker], pairs: dict[Marker, Pair], report: Report
) -> None:
    if not any(block.name == closing.name for block in open_blocks):
        report.error(
            "block-not-opened",
            f"“/{closing.name}” closes nothing: no “{closing.name}” is open here.",
            closing.site,
        )
        return
    while open_blocks[-1].name != closing.name:
        unclosed = open_blocks.pop()
        report.error(
            "block-not-closed",
            f"“{unclosed.site.field}” must be closed before “/{closing.name}” "
            f"({closing.site.where}).",
            unclosed.site,
            f"Put “/{unclosed.name}” before it.",
        )
    opening = open_blocks.pop()
    pairs[opening] = Pair(opening, closing)


def _lowest_common_ancestor(
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


def _is_hollow(element: etree._Element, ignored: set[etree._Element]) -> bool:
    """Whether an element holds neither text nor anything to see, ``ignored`` aside."""
    if element in ignored:
        return True
    if element.tag not in _HOLLOW or (element.text or "").strip():
        return False
    return all(_is_hollow(child, ignored) and not (child.tail or "").strip() for child in element)


def _remove_with_paragraph(element: etree._Element, unit: etree._Element) -> None:
    """Take an instruction out of a row or item that stays, and the paragraph it was alone in.

    The last paragraph of a cell or item stays, for it gives the cell its style and height.
    """
    paragraph = next(a for a in element.iterancestors() if a.tag in PARAGRAPHS)
    remove(element)
    container = paragraph.getparent()
    if container is None or paragraph is unit:  # it vanished with another instruction, or stays
        return
    if len(container) > 1 and _is_hollow(paragraph, set()):
        remove(paragraph)


def _styled_like(link: etree._Element, mark: etree._Element) -> etree._Element:
    """The mark in the character style the text of the link has, where it has one."""
    if len(link) == 1 and link[0].tag == SPAN and not (link.text or "").strip():
        span = copy_of(link[0])
        span.append(mark)
        return span
    return mark


def _mark(what: str, number: int) -> etree._Element:
    return etree.ProcessingInstruction(TARGET, f"{what} {number}")
