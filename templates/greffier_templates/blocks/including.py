"""Prepares the blocks that a template includes and puts each into its place.

::

    host part ─ include "letterhead" ─ Blocks (loader, gate) ─ TemplatePart ─ its own includes
                                                                    │
    host part ◄──────────────── Graft (content, styles, pictures) ──┘

A block is prepared like a template, by itself: its instructions must be closed within it, and
what is wrong is told from its own first page on. Then it becomes part of its host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from ..extents import is_hollow
from ..functions.number_styles import NumberStyles
from ..functions.offered import Function
from ..functions.translations import Translations
from ..markers import Marker
from ..part import TemplatePart
from ..pictures.around import around
from ..telling.notes import Report
from ..telling.places import BLOCK
from ..telling.site import Site
from ..telling.wording import say
from ..typed_tags import wants_typed_tags, warn_of_switch
from ..unpacked import Unpacked, unpack
from .graft import AROUND_PAGE, Graft
from .loading import Blocks


class Including:
    """Includes blocks into one template."""

    def __init__(
        self,
        blocks: Blocks,
        functions: Mapping[str, Function],
        picture_names: Iterator[str],
        translations: Translations,
        *,
        keeps: bool = False,
    ) -> None:
        """``picture_names`` are names no frame of the template has.

        ``keeps``: let what has no data stay in documents as a working tag.
        """
        self._keeps = keeps
        self._blocks, self._functions, self._picture_names = blocks, functions, picture_names
        self._translations = translations

    def into(
        self, part: TemplatePart, host: Unpacked, name: str, chain: Sequence[str] = ()
    ) -> None:
        """Include what a part asks for.

        What is wrong goes into the report of the part; the tree of one that has mistakes is
        left half done.

        Args:
            part: the part ``name`` of ``host``.
            host: what it is a part of.
            name: ``content.xml`` or ``styles.xml``.
            chain: the names of the blocks around it, outermost first.
        """
        marks = {mark.text: mark for mark in part.root.iter(etree.PI)}
        for number, marker in part.includes.items():
            package = self._blocks.open(marker, chain, part.report)
            if package is None:
                continue
            block = unpack(package)
            included = self._prepared(block, marker, chain)
            for finding in included.findings:
                part.report.foreign(finding, marker.site)
            _warn_of_headers(block, marker, part)
            if included.breaks_pages:
                part.report.warning(
                    "block-page-break-left-out",
                    say(
                        "A page break of the block “{name}” vanishes with the paragraph of its "
                        "instruction.",
                        name=marker.name,
                    ),
                    marker.site,
                    say("Put the page break on the paragraph that follows the instruction."),
                )
            if not part.report.has_errors:
                part.absorb(included)
                graft = Graft(block, host, name, part.report)
                graft.put(marks[f"include {number}"], marker)

    def _prepared(self, block: Unpacked, marker: Marker, chain: Sequence[str]) -> TemplatePart:
        root = block.roots["content.xml"]
        root.set(BLOCK, " ".join((*chain, marker.name)))
        notes = Report()
        self._translations.take(root, notes)
        styles = NumberStyles(block.roots.values())
        warn_of_switch(block.parts.get("meta.xml"), notes)
        included = TemplatePart(
            root,
            self._functions,
            self._picture_names,
            styles,
            around(block),
            typed_tags=wants_typed_tags(block.parts.get("meta.xml")),
            keeps=self._keeps,
        )
        for finding in notes.findings:
            included.report.foreign(finding, Site())
        self.into(included, block, "content.xml", (*chain, marker.name))
        return included


def _warn_of_headers(block: Unpacked, marker: Marker, part: TemplatePart) -> None:
    around = (child for one in block.roots["styles.xml"].iter(*AROUND_PAGE) for child in one)
    if not all(is_hollow(child, set()) for child in around):
        part.report.warning(
            "block-header-left-out",
            say("The header and footer of the block “{name}” are left out.", name=marker.name),
            marker.site,
            say("Only the body of a block is included: move there what is to be seen."),
        )
