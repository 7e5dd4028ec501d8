"""Brings waiting jobs and free processes together: the only place that decides who goes first."""

from __future__ import annotations

import asyncio

from greffier_converters.errors import DeadlineExceeded, PoolNotReady
from greffier_converters.fleet import Fleet
from greffier_converters.lanes import Lanes, Waiter
from greffier_converters.model import Job, Lane, Limits
from greffier_converters.observer import Observer
from greffier_converters.process import Process


class Leases:
    """Lends the processes of a fleet, one job each, interactive jobs first, tenants in turn.

    ``dispatch`` must be called whenever a process became free or ready.
    """

    def __init__(self, program: str, fleet: Fleet, limits: Limits, observer: Observer) -> None:
        self._program = program
        self._fleet = fleet
        self._limits = limits
        self._observer = observer
        self._lanes = Lanes(length=limits.queue_length, processes=limits.processes)

    @property
    def waiting(self) -> dict[Lane, int]:
        """How many jobs wait in each lane."""
        return {lane: self._lanes.depth(lane) for lane in Lane}

    async def take(self, job: Job, lane: Lane, deadline: float, *, fresh: bool) -> Process:
        """Wait for a process that fits the job; ``release`` must follow.

        Args:
            job: what it is wanted for.
            lane: the queue to wait in.
            deadline: time of the running loop by which it must be there.
            fresh: whether it must not have worked yet.

        Raises:
            QueueFull, DeadlineExceeded, PoolNotReady: as ``Supervisor.run``.
        """
        loop = asyncio.get_running_loop()
        waiter = Waiter(job, lane, fresh, loop.create_future())
        try:
            async with asyncio.timeout_at(deadline):
                if loop.time() >= deadline:
                    # A process must not be given work only to be killed at once.
                    raise TimeoutError
                self._lanes.join(waiter)
                self.dispatch()
                return await waiter.turn
        except TimeoutError:
            self._abandon(waiter)
            raise DeadlineExceeded(
                f"No {self._program} process was free in time.",
                phase="queue" if self._fleet.ready else "start",
            ) from None
        except BaseException:
            self._abandon(waiter)
            raise

    def release(self, process: Process, job: Job, lane: Lane) -> None:
        """Take a process back, unless it was discarded meanwhile."""
        self._lanes.end(lane, job.tenant)
        if process in self._fleet.busy:
            self._fleet.give_back(process)
        self.dispatch()

    def note_pace(self, run_s: float) -> None:
        """Learn how long a job takes, to be able to say when the queue will have room."""
        self._lanes.note_pace(run_s)

    def refuse_waiting(self, reason: str, *, affinity: str | None = None) -> None:
        """Raise PoolNotReady where a process is waited for; None: whichever."""
        for waiter in self._lanes.everyone():
            if affinity in (None, waiter.job.affinity) and not waiter.turn.done():
                self._lanes.leave(waiter)
                waiter.turn.set_exception(PoolNotReady(reason))

    def dispatch(self) -> None:
        """Give every job that may start a process that fits it, or have one started that does."""
        if self._may_start(Lane.INTERACTIVE):
            self._serve()
        for lane, depth in self.waiting.items():
            self._observer.waiting(self._program, lane, depth)

    def _serve(self) -> None:
        coming = self._fleet.starting_with()
        for waiter in self._lanes.in_turn():
            if waiter.turn.done() or not self._may_start(waiter.lane):
                continue  # a caller who was cancelled just now is about to leave
            fitting = [process for process in self._fleet.idle if waiter.fits(process)]
            if fitting:
                process = min(fitting, key=waiter.distance)
                self._fleet.take(process)
                self._lanes.begin(waiter)
                waiter.turn.set_result(process)
            elif coming[waiter.job.affinity]:
                coming[waiter.job.affinity] -= 1
            else:
                self._have_started(waiter.job.affinity)

    def _have_started(self, affinity: str) -> None:
        """Have a process started for a job whose turn it is and that fits none.

        At once, before the next in turn takes the idle one that may have to give way.
        """
        if affinity:
            self._fleet.summon(affinity)
        elif plain := [process for process in self._fleet.idle if not process.affinity]:
            self._fleet.exchange(plain[0])

    def _may_start(self, lane: Lane) -> bool:
        at_work = {lane: self._lanes.at_work(lane) for lane in Lane}
        if sum(at_work.values()) >= self._limits.processes:
            return False  # what is idle now are spares
        batch_may = self._limits.processes - self._limits.interactive_reserved
        return lane is Lane.INTERACTIVE or at_work[Lane.BATCH] < batch_may

    def _abandon(self, waiter: Waiter) -> None:
        """Take back what a caller who no longer waits has been given, or his place."""
        turn = waiter.turn
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.release(turn.result(), waiter.job, waiter.lane)
        else:
            self._lanes.leave(waiter)
