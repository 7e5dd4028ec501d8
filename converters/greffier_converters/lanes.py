"""Jobs that wait for a process: interactive ones first, in each lane tenant by tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from greffier_converters.errors import QueueFull
from greffier_converters.model import Job, Lane
from greffier_converters.process import Process
from greffier_converters.turns import Turns

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

    @property
    def tenant(self) -> str:
        """Whose job it is."""
        return self.job.tenant

    def fits(self, process: Process) -> bool:
        """Whether this process may do the job."""
        return (
            self.job.affinity == process.affinity
            and process.tenant in (None, self.job.tenant)
            and not (self.fresh and process.jobs)
        )

    def distance(self, process: Process) -> tuple[bool, ...]:
        """Rank the processes that fit: the smallest is the best."""
        return (
            process.tenant is None,
            # Where the niceness cannot be lowered again, batch work stays on the
            # processes that had some, and interactive work on the others.
            (process.nice > 0) != (self.lane is Lane.BATCH),
        )


class Lanes:
    """The queue of a supervisor: a lane for each kind of hurry, in it a line for each tenant."""

    def __init__(self, *, length: int, processes: int) -> None:
        self._length = length
        self._processes = processes
        self._lanes: Mapping[Lane, Turns[Waiter]] = {lane: Turns(length) for lane in Lane}
        self._mean_run_s = 1.0

    def everyone(self) -> list[Waiter]:
        """List all that wait."""
        return [waiter for turns in self._lanes.values() for waiter in turns.everyone()]

    def in_turn(self) -> Iterator[Waiter]:
        """Offer work to all that wait, in the order in which it is their turn.

        Who takes it must ``begin`` before the next is asked for.
        """
        for lane in Lane:
            yield from self._lanes[lane].in_turn()

    def depth(self, lane: Lane) -> int:
        """How many jobs wait in a lane."""
        return len(self._lanes[lane])

    def at_work(self, lane: Lane) -> int:
        """How many jobs of a lane are at work."""
        return self._lanes[lane].at_work

    def join(self, waiter: Waiter) -> None:
        """Queue up, before the tenant's others when the job has had a turn already.

        Raises:
            QueueFull: with the time after which, at the present pace, room is likely.
        """
        turns = self._lanes[waiter.lane]
        if not waiter.fresh and not turns.has_room(waiter.tenant):
            ahead = turns.turns_until_gone(waiter.tenant)
            raise QueueFull(
                f"The queue of {self._length} is full, and you have {turns.waiting(waiter.tenant)} "
                "jobs in it already, which is your share; try again later.",
                limit="queue_length",
                retry_after_s=max(1.0, ahead * self._mean_run_s / self._processes),
            )
        turns.join(waiter, first=waiter.fresh)

    def leave(self, waiter: Waiter) -> None:
        """Stop waiting; nothing to do for who does not wait any more."""
        self._lanes[waiter.lane].leave(waiter)

    def begin(self, waiter: Waiter) -> None:
        """Let a job go to work."""
        self._lanes[waiter.lane].begin(waiter)

    def end(self, lane: Lane, tenant: str) -> None:
        """Take note that a job is done, or given up."""
        self._lanes[lane].end(tenant)

    def note_pace(self, run_s: float) -> None:
        """Learn how long a job takes."""
        self._mean_run_s += _WEIGHT_OF_NEWEST * (run_s - self._mean_run_s)
