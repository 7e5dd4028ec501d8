"""Sample data for a template: invented, and enough to see every branch of it."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

from ..blocks.loading import NO_BLOCKS, Loader
from ..errors import TemplateError
from ..markers import Marker
from ..model import Finding, Severity
from ..telling.wording import say
from .goals import Goal, goals
from .inventing import invented, least_of
from .needs import needs
from .outline import Outline, outline
from .settling import VARIANTS, Settler, vary
from .trial import blocks_met

#: Samples tried for one branch.
_TRIES = 60
#: Samples tried in all.
_MOST_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Sample:
    """Data that fills a template without an error."""

    #: What it shows: the branch that the samples before it do not come into.
    title: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples that together come into every branch that could be reached."""

    samples: tuple[Sample, ...]
    #: The branches that no sample was found for, and what else deserves a look.
    warnings: tuple[Finding, ...]


def samples(source: bytes, loader: Loader = NO_BLOCKS) -> Samples:
    """Invent samples for a template; there is always one, the first, with everything in it.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
        TemplateInvalid: it has mistakes; the findings are all of them.
    """
    return samples_of(outline(source, loader))


def samples_of(template: Outline, *, seconds: float = math.inf) -> Samples:
    """Invent samples for a template that was read already.

    Args:
        template: its outline.
        seconds: how long to look for data that comes into another branch.
    """
    return _Search(template, time.monotonic() + seconds).run()


class _Search:
    """Tries data until every branch was come into."""

    def __init__(self, template: Outline, end: float) -> None:
        self._needed = needs(template)
        self._goals = list(goals(template.steps, ()))
        self._template = template
        self._full: dict[str, Any] = invented(self._needed)
        self._found: list[Sample] = []
        self._missing: dict[Marker, None] = dict.fromkeys(goal.marker for goal in self._goals)
        self._tries = _MOST_TRIES
        #: By ``time.monotonic``.
        self._end = end

    def run(self) -> Samples:
        """Find the samples."""
        warnings: list[Finding] = []
        try:
            self._take(say("everything"), self._full)
        except TemplateError as error:
            self._found.append(Sample(say("everything"), self._full))
            warnings += [_unfit(finding) for finding in error.findings]
        for goal in self._goals:
            if goal.marker in self._missing and not self._is_over:
                self._reach(goal)
        least = least_of(self._needed)
        if least != self._full and self._tried(least) is not None:
            self._found.append(Sample(say("as little as possible"), least))
        warnings += map(_not_reached, self._missing)
        return Samples(tuple(self._found), tuple(warnings))

    @property
    def _is_over(self) -> bool:
        return self._tries < 0 or time.monotonic() > self._end

    def _take(self, title: str, data: dict[str, Any]) -> None:
        for marker in blocks_met(self._template, data):
            self._missing.pop(marker, None)
        self._found.append(Sample(title, data))

    def _tried(self, data: dict[str, Any]) -> frozenset[Marker] | None:
        """The blocks that the data comes into; None when it does not fit, or after many tries."""
        self._tries -= 1
        if self._is_over:
            return None
        try:
            return blocks_met(self._template, data)
        except TemplateError:
            return None

    def _reach(self, goal: Goal) -> None:
        for data in islice(self._candidates(goal), _TRIES):
            if self._is_over:
                return
            met = self._tried(data)
            if met is not None and goal.marker in met:
                self._take(goal.marker.site.field, data)
                return

    def _candidates(self, goal: Goal) -> Iterator[dict[str, Any]]:
        """Data that may come into a branch: settled by the form of its conditions, then varied."""
        settled = copy.deepcopy(self._full)
        goal.settle(Settler(settled, self._needed))
        yield settled
        for number in count():
            varied = copy.deepcopy(settled)
            settler = Settler(varied, self._needed)
            places = list(goal.places(settler))
            if number >= len(places) * VARIANTS:
                return
            place, turn = places[number // VARIANTS], number % VARIANTS
            vary(place, turn)
            yield varied


def _unfit(finding: Finding) -> Finding:
    return replace(
        finding,
        code="sample-unfit",
        message=say("The sample does not fit here: {why}", why=finding.message),
        severity=Severity.WARNING,
    )


def _not_reached(marker: Marker) -> Finding:
    return Finding(
        code="branch-not-reached",
        message=say("No sample was found that comes into “{block}”.", block=marker.site.field),
        where=marker.site.where,
        field=marker.site.field,
        hint=say("Write one yourself, and check that this part is ever printed."),
        severity=Severity.WARNING,
    )
