"""Makes one XML part of a template, content.xml or styles.xml, ready to be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from .carriers import Keeper
from .functions.number_styles import NumberStyles
from .functions.offered import Function
from .gate.odf_names import q
from .kept import Kept, find_kept
from .kept_comments import Comments
from .markers import FRAMES, Kind, Marker, find_markers
from .marks import DEPTH, read_mark
from .model import Finding
from .named import rename
from .nodes import Body, Writer
from .pairs import MOST_DEEP_IN_ALL, report_depth
from .pictures.around import Around
from .pictures.frames import prepare_frame
from .program import Program
from .rich.checks import mentions_html, warn_of_styles
from .rich.stylebook import Stylebook
from .structure import Arrangement
from .telling.anchors import take_off
from .telling.lint import page_breaks
from .telling.notes import Report
from .tidy import tidy
from .trees import replace_by_text
from .typed_tags import read_typed_tags

_WORD = re.compile(r"\w+")


class TemplatePart:
    """One part: its markers found, compiled and arranged, and all mistakes reported."""

    def __init__(
        self,
        root: etree._Element,
        functions: Mapping[str, Function],
        picture_names: Iterator[str],
        styles: NumberStyles,
        around: Around,
        *,
        typed_tags: bool = True,
        keeps: bool = False,
    ) -> None:
        """Read the part; ``picture_names`` are names no frame of the template has.

        ``styles`` are the formats for values of the whole template; ``typed_tags``: whether
        ``{{ name }}`` is a tag, or text; ``keeps``: let what has no data stay in documents as a
        working tag.
        """
        self.root = root
        report = Report()
        tidy(root, report, keep_declarations=keeps)
        self._comments = Comments(root)
        if typed_tags:
            read_typed_tags(root, report)
        find_kept(root, picture_names)
        markers = [around.placed(marker) for marker in find_markers(root, report)]
        keeper = Keeper(marker.element for marker in markers) if keeps else None
        #: The instructions that include a block, by number; see :mod:`.blocks.including`.
        self.includes = {n: one for n, one in enumerate(markers) if one.kind is Kind.INCLUDE}
        self._program = Program(markers, functions, styles, report, keeps=keeps)
        self._frames = [m for m in markers if m.kind in FRAMES]
        for frame in self._frames:
            prepare_frame(frame, next(picture_names), report)
        for number, marker in enumerate(markers):
            if marker.kind is Kind.NAMED:
                self._program.renamed[number] = rename(marker.element, root, picture_names)
        arrangement = Arrangement(root, markers, report, page_breaks(root), keeper)
        arrangement.arrange()
        self._program.spans = arrangement.spans
        self._program.waiting_breaks = arrangement.waiting_breaks
        self._program.break_slots = arrangement.break_slots
        self.report = report

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with it, in document order."""
        return self.report.findings

    @property
    def static_images(self) -> Iterator[str]:
        """The ids of the pictures it wants beside the data."""
        return (one.name for one in self._frames if one.kind is Kind.STATIC_IMAGE)

    @property
    def references(self) -> Iterator[str]:
        """The addresses it holds, also those of placeholders for pictures."""
        return (element.get(q("xlink:href"), "") for element in self.root.iter(etree.Element))

    @property
    def words(self) -> Iterator[str]:
        """The words of its instructions: names of the data, among others."""
        for marker in self._program.markers:
            for reading in marker.readings:
                yield from _WORD.findall(reading.source)

    @property
    def breaks_pages(self) -> bool:
        """Whether a page break waits at an instruction for what is written next.

        What is absorbed loses it. The page style that Writer gives to the first paragraph of
        every document does not count.
        """
        waiting = set(self._program.waiting_breaks.values())
        return any(
            style.get(q("style:name")) in waiting and not style.get(q("style:master-page-name"))
            for style in self.root.iter(q("style:style"))
        )

    def absorb(self, block: TemplatePart) -> None:
        """Take over the markers of a block that is about to be put into this part."""
        self._program.absorb(block._program, block.root)
        self._frames += block._frames
        self._comments.absorb(block._comments)

    def text_mark(self, write: Writer) -> str:
        """Text to put into the part, as text or attribute, where ``write`` is to write."""
        return self._program.text_mark(write)

    @property
    def markers(self) -> Sequence[Marker]:
        """What is to be filled, also in its blocks; the marks in the tree are its numbers."""
        return self._program.markers

    def keep_together(self) -> None:
        """Style what is to stay together, once all blocks are in it."""
        if not self.report.has_errors:
            kept = Kept(self.root, self._program.markers, self.report)
            kept.arrange()
            self._program.kept_slots = kept.slots

    def check_depth(self) -> None:
        """Report what is too deep within blocks, once all that it includes is in it."""
        depth = 0
        for instruction in self.root.iter(etree.PI):
            what, number = read_mark(instruction) or ("", 0)
            depth += DEPTH[what] if what in ("open", "close") else 0
            if what == "open" and depth == MOST_DEEP_IN_ALL + 1:
                report_depth(self._program.markers[number], self.report, MOST_DEEP_IN_ALL)

    def check_styles(self, stylebook: Stylebook) -> None:
        """Warn of styles that it asks for and the template does not have."""
        warn_of_styles(self._program.markers, stylebook, self.report)

    @property
    def is_rich(self) -> bool:
        """Whether it may print formatted text; then styles have to wait for the text."""
        return any(mentions_html(marker) for marker in self._program.markers)

    def build(self, stylebook: Stylebook) -> Body:
        """What writes it; only for a template without mistakes."""
        take_off(self.root)
        for place, comment in list(self._comments.places(self.root)):
            replace_by_text(place, self.text_mark(comment.write))
        return self._program.build(self.root, stylebook)
