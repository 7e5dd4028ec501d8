"""Jobs that wait for a process: interactive ones first, each lane bounded."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from greffier_converters.errors import QueueFull
from greffier_converters.model import Job, Lane
from greffier_converters.process import Process

#: Weight of the newest job in the mean duration; about the last ten count.
_WEIGHT_OF_NEWEST = 0.2


@dataclass(eq=False, slots=True)
class Waiter:
    """One job in the queue."""

    job: Job
    lane: Lane
    #: Whether only a process that has not worked yet will do.
    fresh: bool
    #: Resolved with the process once there is one.
    turn: asyncio.Future[Process]

    def fits(self, process: Process) -> bool:
        """Whether this process may do the job."""
        return (
            self.job.affinity in ("", process.affinity)
            and process.tenant in (None, self.job.tenant)
            and not (self.fresh and process.jobs)
        )

    def distance(self, process: Process) -> tuple[bool, ...]:
        """Rank the processes that fit: the smallest is the best."""
        return (
            process.tenant is None,
            process.affinity != self.job.affinity,
            # Where the niceness cannot be lowered again, batch work stays on the
            # processes that had some, and interactive work on the others.
            (process.nice > 0) != (self.lane is Lane.BATCH),
        )


class Lanes:
    """The queue of a supervisor."""

    def __init__(self, *, length: int, processes: int) -> None:
        self._length = length
        self._processes = processes
        self._lanes: Mapping[Lane, deque[Waiter]] = {lane: deque() for lane in Lane}
        self._mean_run_s = 1.0

    def __iter__(self) -> Iterator[Waiter]:
        """Go through a copy of all that wait, in the order in which it is their turn."""
        return iter([waiter for lane in self._lanes.values() for waiter in lane])

    def depth(self, lane: Lane) -> int:
        """How many jobs wait in a lane."""
        return len(self._lanes[lane])

    def join(self, waiter: Waiter) -> None:
        """Queue up, at the front when the job has had a turn already.

        Raises:
            QueueFull: with the time after which, at the present pace, room is likely.
        """
        lane = self._lanes[waiter.lane]
        if waiter.fresh:
            lane.appendleft(waiter)
            return
        if len(lane) >= self._length:
            raise QueueFull(
                f"{len(lane)} jobs are waiting already; try again later.",
                retry_after_s=max(1.0, len(lane) * self._mean_run_s / self._processes),
            )
        lane.append(waiter)

    def leave(self, waiter: Waiter) -> None:
        """Stop waiting; nothing to do for who does not wait any more."""
        with contextlib.suppress(ValueError):
            self._lanes[waiter.lane].remove(waiter)

    def note_pace(self, run_s: float) -> None:
        """Learn how long a job takes."""
        self._mean_run_s += _WEIGHT_OF_NEWEST * (run_s - self._mean_run_s)
