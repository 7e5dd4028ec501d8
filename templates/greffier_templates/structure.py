"""Marks in the tree where each block begins and ends and where each value goes.

Where an end of a block stands alone, its paragraph, row or item vanishes; where text stands
beside it, that text is inside the block; beside ``else``, in the part of it that it stands in.

The tree is not rebuilt: processing instructions ``<?greffier open 3?>``, ``branch 3``,
``close 3`` and ``value 3`` are put where a block begins, divides and ends and where a value goes
(3 is the number of the marker), and :mod:`.program` reads them from the text of the part.
``include 3`` stands where :mod:`.blocks.including` puts another document before that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from .blanks import hold, hold_blanks
from .breaks import Breaks, BreakSlot
from .carriers import Keeper, renamed
from .columns import Columns, Span
from .extents import Extent, Units, content_beside, extent_of, is_hollow, lowest_common_ancestor
from .gate.odf_names import q
from .gate.xml_parts import remove
from .markers import FRAMES, Kind, Marker
from .marks import mark, read_mark
from .pairs import MOST_DEEP, Pair, pair_up, report_depth
from .telling.notes import Report
from .telling.wording import say
from .trees import PARAGRAPHS, SPAN, copy_of, insert_after, parent_of, replace, split_around

_LINK, _INPUT = q("text:a"), q("text:text-input")
#: Instructions of which nothing is left where they stood.
_VANISHING = (Kind.OPEN, Kind.BRANCH, Kind.CLOSE, Kind.COLUMN)


@dataclass(slots=True)
class _Unit:
    """A paragraph, row or item that ends of blocks stand in."""

    element: etree._Element
    #: The ends with their numbers, in document order once all are known.
    ends: list[tuple[int, Marker]] = field(default_factory=list)
    #: Whether it is all that a block encloses: a row with all the ends in its cells.
    enclosed: bool = False
    #: Whether nothing but those ends stands in it.
    vanishes: bool = False

    @property
    def end_elements(self) -> set[etree._Element]:
        """The instructions that stand in it."""
        return {marker.element for _, marker in self.ends}


class Arrangement:
    """The marks of one part; its numbers are those of the markers given."""

    def __init__(
        self,
        root: etree._Element,
        markers: Sequence[Marker],
        report: Report,
        page_breaks: Collection[str] = (),
        keeper: Keeper | None = None,
    ) -> None:
        """Arrange ``markers`` of ``root``.

        ``page_breaks`` are paragraph styles with a break; ``keeper`` holds the tags that may
        stay in documents.
        """
        self._keeper = keeper
        #: Paragraphs that stay only when an instruction in them does.
        self._held: set[etree._Element] = set()
        self._root = root
        self._numbers = {marker: number for number, marker in enumerate(markers)}
        self._breaks = Breaks(root, page_breaks, self._numbers_of_loops())
        self._report = report
        self._units: dict[etree._Element, _Unit] = {}
        self._words: list[Pair] = []
        self._columns = Columns(self._numbers, report)
        #: The style with a page break that waits at a mark, and who may take it.
        self.waiting_breaks: Mapping[int, str] = {}
        self.break_slots: Sequence[BreakSlot] = ()

    @property
    def spans(self) -> list[Span]:
        """The merged cells that change with the columns below them; known once arranged."""
        return self._columns.spans

    def arrange(self) -> None:
        """Put the marks into the tree; everything that cannot be marked is reported."""
        self._find_extents()
        for unit in self._units.values():
            self._check(unit)
        if self._report.has_errors:
            return
        for marker, number in self._numbers.items():
            self._mark_value(marker, number)
        for pair in self._words:
            self._mark_words(pair)
        for unit in self._units.values():
            self._mark_unit(unit)
        for marker, number in self._numbers.items():
            if marker.kind is Kind.COLUMN:
                self._take_out(marker, number)
        self._columns.mark(renewing=self._keeper is not None)
        hold_blanks(
            self._root,
            visible=self._numbers_of(*FRAMES),
            transparent=self._numbers_of(Kind.COLUMN),
        )
        self.waiting_breaks, self.break_slots = self._breaks.arrange()
        if self._keeper is not None:
            self._keeper.put()

    def _numbers_of_loops(self) -> set[int]:
        return {number for marker, number in self._numbers.items() if marker.name == "for"}

    def _numbers_of(self, *kinds: Kind) -> set[int]:
        return {number for marker, number in self._numbers.items() if marker.kind in kinds}

    # --- where ----------------------------------------------------------------------------

    def _find_extents(self) -> None:
        markers = list(self._numbers)
        self._report_deep_names(markers)
        blocks = {marker.element for marker in markers if marker.kind in _VANISHING}
        for pair in pair_up(markers, self._report):
            match extent_of(pair, blocks):
                case Extent.WORDS:
                    self._words.append(pair)
                case Units(units):
                    for element, marker in zip(units, pair.ends, strict=True):
                        self._add_end(element, marker)
                    if units[0] is units[-1]:
                        self._units[units[0]].enclosed = True
                        self._report_branches_in_row(pair)
                case Extent.NONE:
                    self._report_crossing(pair)
        for unit in self._units.values():
            unit.ends.sort(key=lambda end: end[0])
            unit.vanishes = not unit.enclosed and self._is_bare(unit)

    def _report_deep_names(self, markers: Sequence[Marker]) -> None:
        named = {marker.element: marker for marker in markers if marker.kind is Kind.NAMED}
        for element, marker in named.items():
            if sum(1 for one in element.iterancestors() if one in named) == MOST_DEEP:
                report_depth(marker, self._report)

    def _add_end(self, element: etree._Element, marker: Marker) -> None:
        unit = self._units.setdefault(element, _Unit(element))
        unit.ends.append((self._numbers[marker], marker))

    def _is_bare(self, unit: _Unit) -> bool:
        """Whether only its own ends and those of the row or item around it stand in it."""
        around = (unit.element, *unit.element.iterancestors())
        units = [self._units[element] for element in around if element in self._units]
        ends = set().union(*(one.end_elements for one in units))
        return is_hollow(unit.element, ends | self._columns.elements)

    # --- what is wrong --------------------------------------------------------------------

    def _report_crossing(self, pair: Pair) -> None:
        self._report.error(
            "block-crosses-container",
            say(
                "“{instruction}” is closed in another part of the document: {place}.",
                instruction=pair.opening.site.field,
                place=pair.closing.site.where or say("elsewhere"),
            ),
            pair.opening.site,
            say("Put both ends in the same cell, table, list, section, frame or text."),
        )

    def _check(self, unit: _Unit) -> None:
        """Two blocks may not share a paragraph or row that has content of its own."""
        site = unit.ends[0][1].site
        if unit.vanishes:
            self._check_columns_in(unit)
            return
        closed: Marker | None = None
        for _, marker in unit.ends:
            if not self._stands_before(unit, marker):
                closed = marker
            elif closed is not None:
                self._report.error(
                    "blocks-overlap",
                    say(
                        "“{second}” begins where “{first}” ends, "
                        "and there is other content beside them.",
                        second=marker.site.field,
                        first=closed.site.field,
                    ),
                    marker.site,
                    say("Put each instruction in a paragraph or row of its own."),
                )
        if unit.element.tag in PARAGRAPHS:
            self._report.warning(
                "text-beside-instruction",
                say(
                    "Text stands beside “{instruction}”; "
                    "it belongs to what the instruction encloses.",
                    instruction=site.field,
                ),
                site,
                say("Put the instruction in a paragraph of its own, which will vanish."),
            )

    def _check_columns_in(self, unit: _Unit) -> None:
        """Where tags may stay, that of a column needs a place that does not vanish."""
        for marker in self._numbers:
            if (
                self._keeper is not None
                and marker.kind is Kind.COLUMN
                and unit.element in marker.element.iterancestors()
            ):
                self._report.error(
                    "column-cannot-stay",
                    say(
                        "“{instruction}” stands where all vanishes, so it cannot stay there.",
                        instruction=marker.site.field,
                    ),
                    marker.site,
                    say("Put it into a cell of the column that stays."),
                )

    def _stands_before(self, unit: _Unit, marker: Marker) -> bool:
        """Whether what stands in a unit that stays comes after this end of a block."""
        if marker.kind is not Kind.BRANCH or unit.enclosed:
            return marker.kind is Kind.OPEN
        ignored = unit.end_elements | self._columns.elements
        before, after = content_beside(unit.element, marker.element, ignored)
        if before and after:
            self._report.error(
                "branch-within-content",
                say("There is something on both sides of “{branch}”.", branch=marker.site.field),
                marker.site,
                say("Put each instruction in a paragraph or row of its own."),
            )
        return after

    def _report_branches_in_row(self, pair: Pair) -> None:
        for branch in pair.branches:
            self._report.error(
                "branch-within-row",
                say(
                    "“{branch}” stands in the row that “{block}” encloses as a whole.",
                    branch=branch.site.field,
                    block=pair.opening.site.field,
                ),
                branch.site,
                say("Put all instructions of the block into one cell, or into rows of their own."),
            )

    # --- marks ----------------------------------------------------------------------------

    def _mark_value(self, marker: Marker, number: int) -> None:
        element = marker.element
        if marker.kind is Kind.NAMED or marker.kind in FRAMES:
            opening = mark("open", number)
            element.addprevious(opening)
            insert_after(element, mark("close", number))
            if marker.kind in FRAMES:
                self._keep(opening, marker, number)
        elif marker.kind in (Kind.FIELD, Kind.FUNCTION):
            value = mark("value", number)
            self._keep(value, marker, number)
            is_field = marker.kind is Kind.FIELD
            replace(element, value if is_field else _styled_like(element, value))
        elif marker.kind is Kind.INCLUDE:
            replace(element, mark("include", number))

    def _keep(
        self,
        place: etree._Element,
        marker: Marker,
        number: int,
        within: etree._Element | None = None,
    ) -> None:
        """Keep a tag for a mark: by itself, or in what vanishes with it, without other tags."""
        if self._keeper is None:
            return
        tags = {"": self._keeper.tag(marker.element)}
        if marker.kind is Kind.BRANCH and marker.name == "elif":
            tags["if"] = renamed(tags[""], "elif", "if", bare=False)
            tags["else"] = renamed(tags[""], "elif", "else", bare=True)
        for name, tag in tags.items():
            kept = tag if within is None else self._alone_in(within, marker, tag)
            self._keeper.keep(place, number, kept, name)

    def _alone_in(
        self, unit: etree._Element, marker: Marker, tag: etree._Element
    ) -> etree._Element:
        """A copy of what vanishes with an instruction, with its tag alone in it."""
        place = [*unit.iter()].index(marker.element)
        copy = deepcopy(unit)
        copy.tail = None
        twin = [*copy.iter()][place]
        for one in list(copy.iter(_LINK, _INPUT)):
            if one is not twin:
                remove(one)
        tag.tail = None
        replace(twin, tag)
        return copy

    def _mark_words(self, pair: Pair) -> None:
        # Found only now, because marking a pair around this one may have divided a span.
        common, _ = lowest_common_ancestor([marker.element for marker in pair.ends])
        for marker in pair.ends:
            while parent_of(marker.element) is not common:
                split_around(marker.element)
            number = self._numbers[marker]
            place = _end_mark(marker, number)
            self._keep(place, marker, number)
            replace(marker.element, place)

    def _mark_unit(self, unit: _Unit) -> None:
        """Marks of one unit nest: outer blocks open first and close last."""
        place = unit.element
        if unit.vanishes and self._keeper is not None:
            self._keep_ends_of_others(unit)
        after = []
        for number, marker in unit.ends:
            if unit.vanishes or self._stands_before(unit, marker):
                end = _end_mark(marker, number)
                place.addprevious(end)
                if unit.vanishes:
                    self._keep(end, marker, number, within=place)
            else:
                after.append(_end_mark(marker, number))
        for one in reversed(after):
            insert_after(place, one)
        if unit.vanishes:
            self._mark_break(unit)
            remove(place)
        else:
            for number, marker in unit.ends:
                self._take_out(marker, number, unit.element)

    def _keep_ends_of_others(self, unit: _Unit) -> None:
        """Keep the ends of a row's block in a paragraph of it that vanishes for its own ends."""
        for around in unit.element.iterancestors():
            other = self._units.get(around)
            for number, marker in () if other is None or other.vanishes else other.ends:
                if unit.element in marker.element.iterancestors():
                    here = mark("here", number)
                    unit.element.addprevious(here)
                    self._keep(here, marker, number, within=unit.element)

    def _mark_break(self, unit: _Unit) -> None:
        """Mark the page break of a unit that vanishes: in the block that begins or ends there."""
        found = self._breaks.mark(unit.element, unit.ends[0][0])
        if found is None:
            return
        if all(marker.kind is Kind.CLOSE for _, marker in unit.ends):
            first = unit.element
            for _ in unit.ends:
                previous = first.getprevious()
                assert previous is not None, "the marks of its ends are before it"
                first = previous
            first.addprevious(found)
        else:
            unit.element.addprevious(found)

    def _take_out(self, marker: Marker, number: int, unit: etree._Element | None = None) -> None:
        """Take an instruction out of a unit that stays, and the paragraph it was alone in.

        The last paragraph of a cell or item stays, for it gives the cell its style and height.
        """
        element = marker.element
        paragraph = next((a for a in element.iterancestors() if a.tag in PARAGRAPHS), None)
        if self._keeper is None or self._root not in element.iterancestors():
            remove(element)
        else:
            here = mark("here", number)
            self._keep(here, marker, number)
            replace(element, here)
        container = None if paragraph is None else paragraph.getparent()
        # It vanished with another instruction, or stays.
        if paragraph is None or container is None or paragraph is unit:
            return
        ends = {one for one in paragraph.iter(etree.PI) if (read_mark(one) or ("", 0))[0] == "here"}
        if len(container) > 1 and is_hollow(paragraph, ends):
            if self._keeper is None:
                remove(paragraph)
            elif paragraph not in self._held:
                self._held.add(paragraph)
                hold(paragraph, "hold-text")


def _styled_like(link: etree._Element, mark: etree._Element) -> etree._Element:
    """The mark in the character style the text of the link has, where it has one."""
    if len(link) == 1 and link[0].tag == SPAN and not (link.text or "").strip():
        span = copy_of(link[0])
        span.append(mark)
        return span
    return mark


def _end_mark(marker: Marker, number: int) -> etree._Element:
    what = {Kind.OPEN: "open", Kind.BRANCH: "branch", Kind.CLOSE: "close"}[marker.kind]
    return mark(what, number)
