"""Matches the instructions that open blocks with those that divide and close them, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .markers import BRANCHES, Kind, Marker
from .telling.notes import Report
from .telling.wording import say

#: Blocks within blocks: more than any template needs, fewer than Python's stack can take.
MOST_DEEP = 50
#: With named sections around them, and in all that is included.
MOST_DEEP_IN_ALL = 150
#: What belongs in a block where people write what belongs in another.
_INSTEAD = {("else", "for"): "empty", ("else", "choose"): "otherwise", ("empty", "if"): "else"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A block: its opening and closing instruction, and what divides it."""

    opening: Marker
    closing: Marker
    #: ``elif``, ``else``, ``empty``, in document order.
    branches: tuple[Marker, ...] = ()

    @property
    def ends(self) -> tuple[Marker, ...]:
        """All its instructions, in document order."""
        return (self.opening, *self.branches, self.closing)


@dataclass(slots=True)
class _Open:
    """A block that is not closed yet."""

    marker: Marker
    branches: list[Marker] = field(default_factory=list)


def pair_up(markers: Sequence[Marker], report: Report) -> list[Pair]:
    """Match every opening instruction with its closing one, by name, outer ones first."""
    pairs: dict[Marker, Pair] = {}
    open_blocks: list[_Open] = []
    for marker in markers:
        if marker.kind is Kind.OPEN:
            if marker.name in ("when", "otherwise") and not _is_open("choose", open_blocks):
                report.error(
                    "choose-missing",
                    say("“{name}” stands outside “choose”.", name=marker.name),
                    marker.site,
                )
            open_blocks.append(_Open(marker))
            if len(open_blocks) == MOST_DEEP + 1:
                report_depth(marker, report)
        elif marker.kind is Kind.BRANCH:
            _divide(marker, open_blocks, report)
        elif marker.kind is Kind.CLOSE:
            _close(marker, open_blocks, pairs, report)
    for block in open_blocks:
        marker = block.marker
        report.error(
            "block-not-closed",
            say("“{instruction}” is not closed.", instruction=marker.site.field),
            marker.site,
            say("Put “{end}” where it ends.", end=f"/{marker.name}"),
        )
    return [pairs[marker] for marker in markers if marker in pairs]


def report_depth(marker: Marker, report: Report, most: int = MOST_DEEP) -> None:
    """Report a block that has more than ``most`` around it."""
    report.error(
        "blocks-too-deep",
        say("Blocks are nested more than {depth} deep.", depth=most),
        marker.site,
    )


def _is_open(name: str, open_blocks: Sequence[_Open]) -> bool:
    return any(block.marker.name == name for block in open_blocks)


def _divide(branch: Marker, open_blocks: list[_Open], report: Report) -> None:
    owner = BRANCHES[branch.name]
    if not _is_open(owner, open_blocks):
        around = open_blocks[-1].marker.name if open_blocks else ""
        instead = _INSTEAD.get((branch.name, around))
        report.error(
            "branch-outside-block",
            say(
                "“{name}” belongs to “{block}”, and none is open here.",
                name=branch.name,
                block=owner,
            ),
            branch.site,
            say("In “{block}” it is written “{name}”.", block=around, name=instead)
            if instead
            else "",
        )
        return
    _pop_unclosed(owner, branch.name, branch, open_blocks, report)
    block = open_blocks[-1]
    last = block.branches[-1] if block.branches else None
    if last is not None and last.name != "elif":
        report.error(
            "branch-after-last",
            say(
                "“{name}” stands after “{last}”, which is the last.",
                name=branch.name,
                last=last.name,
            ),
            branch.site,
        )
        return
    block.branches.append(branch)


def _close(
    closing: Marker, open_blocks: list[_Open], pairs: dict[Marker, Pair], report: Report
) -> None:
    if not _is_open(closing.name, open_blocks):
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
    _pop_unclosed(closing.name, f"/{closing.name}", closing, open_blocks, report)
    block = open_blocks.pop()
    pairs[block.marker] = Pair(block.marker, closing, tuple(block.branches))


def _pop_unclosed(
    name: str, end: str, marker: Marker, open_blocks: list[_Open], report: Report
) -> None:
    """Report what is open within the block ``name`` where it may not be."""
    while open_blocks[-1].marker.name != name:
        unclosed = open_blocks.pop().marker
        report.error(
            "block-not-closed",
            say(
                "“{instruction}” must be closed before “{end}” ({place}).",
                instruction=unclosed.site.field,
                end=end,
                place=marker.site.where,
            ),
            unclosed.site,
            say("Put “{end}” before it.", end=f"/{unclosed.name}"),
        )
