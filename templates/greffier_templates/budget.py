"""How much one filling may do: counted while it runs, so that it cannot run for ever."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .errors import FillLimitExceeded
from .model import Finding
from .telling.site import Site
from .telling.wording import say

#: Steps between two looks at the clock.
_CLOCK_STEPS = 4096


@dataclass(frozen=True, slots=True)
class FillLimits:
    """What one filling may take; far above any letter or report, below what hurts a server."""

    #: Turns of loops, calls, and items of lists made by expressions: a report of 100,000
    #: rows takes about a million.
    steps: int = 20_000_000
    #: Seconds of wall time.
    seconds: float = 60.0
    #: Bytes of XML written, before compression: a table of 5,000 rows, 459 pages, has 5 million.
    xml_bytes: int = 64 * 1024 * 1024


class Budget:
    """What is left of the limits of one filling."""

    def __init__(self, limits: FillLimits) -> None:
        self._limits = limits
        self._steps = limits.steps
        self._clock_at = limits.steps - _CLOCK_STEPS
        self._deadline = time.monotonic() + limits.seconds
        self._xml_bytes = limits.xml_bytes

    def spend(self, steps: int, site: Site) -> None:
        """Take steps off; ``site`` is where they were needed.

        Raises:
            FillLimitExceeded: none are left, or the time is over.
        """
        self._steps -= steps
        if self._steps < self._clock_at:
            if self._steps < 0:
                raise exceeded(
                    site, say("it takes more than {limit:,} steps", limit=self._limits.steps)
                )
            if time.monotonic() > self._deadline:
                raise exceeded(
                    site,
                    say("it takes more than {limit} seconds", limit=f"{self._limits.seconds:g}"),
                )
            self._clock_at = self._steps - _CLOCK_STEPS

    def write(self, size_bytes: int) -> None:
        """Take written XML off.

        Raises:
            FillLimitExceeded: the document has grown over the limit.
        """
        self._xml_bytes -= size_bytes
        if self._xml_bytes < 0:
            raise exceeded(
                Site(),
                say("it takes more than {limit:,} bytes of XML", limit=self._limits.xml_bytes),
            )


def exceeded(site: Site, why: str) -> FillLimitExceeded:
    """The refusal of a filling that does too much at ``site``; ``why`` is half a sentence."""
    return FillLimitExceeded(
        Finding(
            code="fill-limit",
            message=say("Filling this template with this data does too much: {why}.", why=why),
            where=site.where,
            field=site.field,
            anchor=site.anchor,
            hint=say("Send fewer rows, or divide the document."),
        )
    )
