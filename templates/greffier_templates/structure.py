"""Marks in the tree where each block begins and ends and where each value goes.

Where an end of a block stands alone, its paragraph, row or item vanishes; where text stands
beside it, that text is inside the block.

The tree is not rebuilt: processing instructions ``<?greffier open 3?>``, ``close 3`` and
``value 3`` are put where a block begins and ends and where a value goes (3 is the number of
the marker), and :mod:`.program` reads them from the text of the part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lxml import etree

from .extents import Extent, Units, extent_of, is_hollow, lowest_common_ancestor
from .gate.odf_names import q
from .gate.xml_parts import remove
from .markers import Kind, Marker
from .notes import Report
from .pairs import Pair, pair_up
from .trees import PARAGRAPHS, SPAN, copy_of, insert_after, parent_of, replace, split_around
from .wording import say

TARGET = "greffier"


@dataclass(slots=True)
class _Unit:
    """A paragraph, row or item that ends of blocks stand in."""

    element: etree._Element
    #: The ends with their numbers, in document order once all are known.
    ends: list[tuple[int, Marker]] = field(default_factory=list)
    #: Whether it is all that a pair encloses: a row with both ends in its cells.
    enclosed: bool = False
    #: Whether nothing but those ends stands in it.
    vanishes: bool = False


class Arrangement:
    """The marks of one part; its numbers are those of the markers given."""

    def __init__(
        self, markers: Sequence[Marker], report: Report, page_breaks: Collection[str] = ()
    ) -> None:
        """Arrange ``markers``; ``page_breaks`` are the paragraph styles that begin a page."""
        self._page_breaks = page_breaks
        self._numbers = {marker: number for number, marker in enumerate(markers)}
        self._report = report
        self._units: dict[etree._Element, _Unit] = {}
        self._words: list[Pair] = []

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

    # --- where ----------------------------------------------------------------------------

    def _find_extents(self) -> None:
        markers = list(self._numbers)
        blocks = {m.element for m in markers if m.kind in (Kind.OPEN, Kind.CLOSE)}
        for pair in pair_up(markers, self._report):
            match extent_of(pair, blocks):
                case Extent.WORDS:
                    self._words.append(pair)
                case Units(first, last):
                    self._add_end(first, pair.opening)
                    self._add_end(last, pair.closing)
                    self._units[first].enclosed |= first is last
                case Extent.NONE:
                    self._report_crossing(pair)
        for unit in self._units.values():
            unit.ends.sort(key=lambda end: end[0])
            unit.vanishes = not unit.enclosed and self._is_bare(unit)

    def _add_end(self, element: etree._Element, marker: Marker) -> None:
        unit = self._units.setdefault(element, _Unit(element))
        unit.ends.append((self._numbers[marker], marker))

    def _is_bare(self, unit: _Unit) -> bool:
        """Whether only its own ends and those of the row or item around it stand in it."""
        around = (unit.element, *unit.element.iterancestors())
        units = [self._units[element] for element in around if element in self._units]
        return is_hollow(unit.element, {m.element for one in units for _, m in one.ends})

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
            if unit.element.get(q("text:style-name")) in self._page_breaks:
                self._report.warning(
                    "page-break-lost",
                    say(
                        "The page break before “{instruction}” vanishes with its paragraph.",
                        instruction=site.field,
                    ),
                    site,
                    say("Put the page break on the paragraph that follows."),
                )
            return
        closed: Marker | None = None
        for _, marker in unit.ends:
            if marker.kind is Kind.CLOSE:
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

    # --- marks ----------------------------------------------------------------------------

    def _mark_value(self, marker: Marker, number: int) -> None:
        if marker.kind in (Kind.IMAGE, Kind.STATIC_IMAGE):
            marker.element.addprevious(_mark("open", number))
            insert_after(marker.element, _mark("close", number))
        elif marker.kind is Kind.FIELD:
            replace(marker.element, _mark("value", number))
        elif marker.kind is Kind.FUNCTION:
            replace(marker.element, _styled_like(marker.element, _mark("value", number)))

    def _mark_words(self, pair: Pair) -> None:
        start, end = pair.opening.element, pair.closing.element
        # Found only now, because marking a pair around this one may have divided a span.
        common, _, _ = lowest_common_ancestor(start, end)
        for element, what in ((start, "open"), (end, "close")):
            while parent_of(element) is not common:
                split_around(element)
            replace(element, _mark(what, self._numbers[pair.opening]))

    def _mark_unit(self, unit: _Unit) -> None:
        """Marks of one unit nest: outer blocks open first and close last."""
        place = unit.element
        for number, marker in unit.ends:
            if marker.kind is Kind.OPEN:
                place.addprevious(_mark("open", number))
            elif unit.vanishes:
                place.addprevious(_mark("close", number))
        for number, marker in reversed(unit.ends):
            if marker.kind is Kind.CLOSE and not unit.vanishes:
                insert_after(place, _mark("close", number))
        if unit.vanishes:
            remove(place)
        else:
            for _, marker in unit.ends:
                _remove_with_paragraph(marker.element, unit.element)


def _remove_with_paragraph(element: etree._Element, unit: etree._Element) -> None:
    """Take an instruction out of a row or item that stays, and the paragraph it was alone in.

    The last paragraph of a cell or item stays, for it gives the cell its style and height.
    """
    paragraph = next(a for a in element.iterancestors() if a.tag in PARAGRAPHS)
    remove(element)
    container = paragraph.getparent()
    if container is None or paragraph is unit:  # it vanished with another instruction, or stays
        return
    if len(container) > 1 and is_hollow(paragraph, set()):
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
