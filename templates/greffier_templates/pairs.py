"""Matches the instructions that open blocks with those that close them, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .markers import Kind, Marker
from .notes import Report
from .wording import say

#: Blocks within blocks: more than any template needs, fewer than Python's stack can take.
_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """A block: its opening and closing instruction."""

    opening: Marker
    closing: Marker


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
                    "choose-missing",
                    say("“{name}” stands outside “choose”.", name=marker.name),
                    marker.site,
                )
            open_blocks.append(marker)
            if len(open_blocks) == _DEPTH + 1:
                report.error(
                    "blocks-too-deep",
                    say("Blocks are nested more than {depth} deep.", depth=_DEPTH),
                    marker.site,
                )
        elif marker.kind is Kind.CLOSE:
            _close(marker, open_blocks, pairs, report)
    for marker in open_blocks:
        report.error(
            "block-not-closed",
            say("“{instruction}” is not closed.", instruction=marker.site.field),
            marker.site,
            say("Put “{end}” where it ends.", end=f"/{marker.name}"),
        )
    return [pairs[marker] for marker in markers if marker in pairs]


def _close(
    closing: Marker, open_blocks: list[Marker], pairs: dict[Marker, Pair], report: Report
) -> None:
    if not any(block.name == closing.name for block in open_blocks):
        report.error(
            "block-not-opened",
            say(
                "“{end}” closes nothing: no “{name}” is open here.",
                end=f"/{closing.name}",
                name=closing.name,
            ),
            closing.site,
        )
        return
    while open_blocks[-1].name != closing.name:
        unclosed = open_blocks.pop()
        report.error(
            "block-not-closed",
            say(
                "“{instruction}” must be closed before “{end}” ({place}).",
                instruction=unclosed.site.field,
                end=f"/{closing.name}",
                place=closing.site.where,
            ),
            unclosed.site,
            say("Put “{end}” before it.", end=f"/{unclosed.name}"),
        )
    opening = open_blocks.pop()
    pairs[opening] = Pair(opening, closing)
