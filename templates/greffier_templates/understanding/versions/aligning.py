"""Which items of two lists belong together: difflib where it is quick, bounded where it is not.

difflib takes a time that grows with the square of the items, or worse where many are alike, and
templates are hostile. So what begins and ends alike is set aside first; long lists are divided at
the items that stand once in each (as in Bram Cohen's patience diff); what is then still too much
is told as a whole.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

#: Pairs of equal items in a stretch that difflib is given, and items of one of the lists.
_MOST_PAIRS, _MOST_ITEMS = 20_000, 2_000
#: Pairs of changed texts that are looked at to see whether they are one.
_MOST_LOOKS = 2_000
#: How far ahead a text is looked for, among those in the place of one.
_AHEAD = 8
#: Words in common, from 0 to 1, by which two texts are one that was changed.
_ALIKE = 0.5
#: Words of a text that are looked at.
_MOST_WORDS = 300

#: A stretch that is not the same: from and to in the one list, from and to in the other.
Stretch = tuple[int, int, int, int]


def stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[Stretch]:
    """The stretches in which two lists differ, in order."""
    start = _alike(before, after)
    rest = min(len(before), len(after)) - start
    end = min(rest, _alike(before[::-1], after[::-1]))
    yield from _within(before, after, (start, len(before) - end, start, len(after) - end))


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    """How many items are the same from the start."""
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return number
    return min(len(before), len(after))


def _within(before: Sequence[str], after: Sequence[str], whole: Stretch) -> Iterator[Stretch]:
    a0, a1, b0, b1 = whole
    if a0 == a1 or b0 == b1 or _is_quick(before[a0:a1], after[b0:b1]):
        yield from _by_difflib(before, after, whole)
        return
    at_a, at_b = a0, b0
    anchors = [(a0 + a, b0 + b) for a, b in _anchors(before[a0:a1], after[b0:b1])]
    for a, b in (*anchors, (a1, b1)):
        if _is_quick(before[at_a:a], after[at_b:b]):
            yield from _by_difflib(before, after, (at_a, a, at_b, b))
        else:
            yield at_a, a, at_b, b
        at_a, at_b = a + 1, b + 1


def _is_quick(before: Sequence[str], after: Sequence[str]) -> bool:
    if max(len(before), len(after)) > _MOST_ITEMS:
        return False
    counts = Counter(after)
    return sum(counts[one] for one in before) <= _MOST_PAIRS


def _by_difflib(before: Sequence[str], after: Sequence[str], whole: Stretch) -> Iterator[Stretch]:
    a0, a1, b0, b1 = whole
    matcher = difflib.SequenceMatcher(None, before[a0:a1], after[b0:b1], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield a0 + i1, a0 + i2, b0 + j1, b0 + j2


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The longest run, in the order of both, of items that stand once in each."""
    in_before, in_after = Counter(before), Counter(after)
    places = {one: b for b, one in enumerate(after) if in_after[one] == 1 == in_before[one]}
    pairs = [(a, places[one]) for a, one in enumerate(before) if one in places]
    ends: list[int] = []  # the lowest place that ends a run of each length
    last: list[int] = []  # and which pair that is
    came_from: list[int] = []
    for number, (_, b) in enumerate(pairs):
        length = bisect_left(ends, b)
        came_from.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [b]
        last[length : length + 1] = [number]
    run: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        run.append(pairs[number])
        number = came_from[number]
    return run[::-1]


class Pairs:
    """Finds which of the texts that went became which of those that came, by their words."""

    def __init__(self) -> None:
        self._looks = _MOST_LOOKS

    def of(
        self, before: Sequence[str], after: Sequence[str]
    ) -> Iterator[tuple[int | None, int | None]]:
        """Pair the texts of one stretch, in the order of both; None: it has no other."""
        if len(before) == len(after) == 1:
            yield 0, 0
            return
        taken = 0
        for number, text in enumerate(before):
            found = self._like(text, after, taken)
            if found is None:
                yield number, None
                continue
            for added in range(taken, found):
                yield None, added
            yield number, found
            taken = found + 1
        for added in range(taken, len(after)):
            yield None, added

    def _like(self, text: str, after: Sequence[str], start: int) -> int | None:
        words = Counter(text.split()[:_MOST_WORDS])
        for number in range(start, min(start + _AHEAD, len(after))):
            self._looks -= 1
            if self._looks < 0:
                return None
            others = Counter(after[number].split()[:_MOST_WORDS])
            if 2 * (words & others).total() >= _ALIKE * (words.total() + others.total()):
                return number
        return None
