"""Documents that crashed two processes and are refused for some minutes.

Keyed by tenant and digest, so that no tenant can make another's document be
refused. Only crashes lead here: a deadline missed under load says nothing about
the document.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from greffier_converters.errors import DocumentQuarantined
from greffier_converters.model import Job, Suspect


class Quarantine:
    """Remembers suspects until their time is over or an operator lifts them."""

    def __init__(self, duration_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._duration_s = duration_s
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}

    def add(self, job: Job) -> None:
        """Refuse this document from now on; a job without a digest cannot be recognised."""
        if job.digest:
            self._until[job.tenant, job.digest] = self._clock() + self._duration_s

    def check(self, job: Job) -> None:
        """Raise DocumentQuarantined when the job's document is refused at present."""
        remaining_s = self._until.get((job.tenant, job.digest), 0) - self._clock()
        if remaining_s > 0:
            raise DocumentQuarantined(
                "This document crashed two processes and is refused for "
                f"{math.ceil(remaining_s / 60)} more minute(s). An operator can let it in earlier.",
                retry_after_s=remaining_s,
            )

    def suspects(self) -> tuple[Suspect, ...]:
        """List what is refused at present."""
        now = self._clock()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return tuple(Suspect(*key, until - now) for key, until in self._until.items())

    def lift(self, tenant: str, digest: str) -> bool:
        """Let a document in again; False when it was not refused."""
        return self._until.pop((tenant, digest), None) is not None
