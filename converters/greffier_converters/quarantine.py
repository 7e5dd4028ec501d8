"""Documents that crashed two fresh processes and are refused for some minutes.

Keyed by tenant and digest, so that no tenant can make another's document be
refused. Only crashes of processes that had done nothing else count: one that
dies after other work may have been worn out by it, or killed from outside. A
deadline missed under load says nothing about the document either.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from greffier_converters.errors import DocumentQuarantined
from greffier_converters.model import Job, Suspect

_CRASHES_TO_REFUSE = 2


class Quarantine:
    """Remembers suspects until their time is over or an operator lifts them."""

    def __init__(self, duration_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._duration_s = duration_s
        self._clock = clock
        #: Tenant and digest -> crashes so far, and until when they count.
        self._crashes: dict[tuple[str, str], tuple[int, float]] = {}

    def note_crash(self, job: Job) -> None:
        """Count a fresh process that died on this document; the second has it refused.

        A job without a digest cannot be recognised when it comes again.
        """
        if job.digest:
            self._forget()
            count, _ = self._crashes.get((job.tenant, job.digest), (0, 0.0))
            self._crashes[job.tenant, job.digest] = count + 1, self._clock() + self._duration_s

    def check(self, job: Job) -> None:
        """Raise DocumentQuarantined when the job's document is refused at present."""
        count, until = self._crashes.get((job.tenant, job.digest), (0, 0.0))
        remaining_s = until - self._clock()
        if count >= _CRASHES_TO_REFUSE and remaining_s > 0:
            raise DocumentQuarantined(
                "This document crashed two processes and is refused for "
                f"{math.ceil(remaining_s / 60)} more minute(s). An operator can let it in earlier.",
                retry_after_s=remaining_s,
            )

    def suspects(self) -> tuple[Suspect, ...]:
        """List what is refused at present."""
        self._forget()
        return tuple(
            Suspect(*key, until - self._clock())
            for key, (count, until) in self._crashes.items()
            if count >= _CRASHES_TO_REFUSE
        )

    def lift(self, tenant: str, digest: str) -> bool:
        """Let a document in again; False when nothing was held against it."""
        return self._crashes.pop((tenant, digest), None) is not None

    def _forget(self) -> None:
        now = self._clock()
        self._crashes = {key: noted for key, noted in self._crashes.items() if noted[1] > now}
