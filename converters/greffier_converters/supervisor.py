"""Runs jobs on a fleet of processes, and answers whatever becomes of the processes.

One job, one recipe (``Supervisor._run``): refuse what cannot be accepted, wait
for a process, let it work, and when it died on the job do it once more on one
that has never worked. What the processes do is none of its business.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from greffier_converters import group
from greffier_converters.errors import (
    DeadlineExceeded,
    OfficeCrashed,
    PoolNotReady,
)
from greffier_converters.fleet import Fleet
from greffier_converters.handover import check_room
from greffier_converters.leases import Leases
from greffier_converters.model import Answer, Job, Lane, Limits, Status
from greffier_converters.observer import NullObserver, Observer
from greffier_converters.process import Process, ProcessDied, Program
from greffier_converters.quarantine import Quarantine
from greffier_converters.wire import Frame

__all__ = ["Program", "Supervisor"]

#: After so many failed starts in a row, with no process alive, jobs are refused at
#: once; up to then they wait, because one failed start is often followed by a good one.
_HOPELESS_AFTER_STARTS = 3

_STOPPING = "The service is starting or stopping."

#: Niceness of a process while it does batch work.
_BATCH_NICE = 10


class Supervisor:
    """A pool of processes of one program.

    Promise: every accepted job is answered or raises before its deadline; no
    process, folder or socket of a process outlives ``stop``.

    Args:
        program: what to supervise.
        limits: how much of it.
        folder: where the processes' folders are made; nothing else may use it, what
            lies there at the start is removed.
        observer: is told what happens.
    """

    def __init__(
        self,
        program: Program,
        limits: Limits,
        *,
        folder: Path,
        observer: Observer | None = None,
    ) -> None:
        self.quarantine = Quarantine(limits.quarantine_s)
        self._program = program
        self._limits = limits
        self._folder = folder
        self._observer = observer or NullObserver()
        self._fleet = Fleet(
            program,
            limits,
            folder,
            self._observer,
            changed=self._look_again,
            unavailable=self._refuse_affinity,
        )
        self._leases = Leases(program.name, self._fleet, limits, self._observer)
        self._news = asyncio.Event()
        self._accepting = False

    async def start(self) -> None:
        """Start the processes; returns as soon as one is ready, the others go on starting.

        Raises:
            PoolNotReady: no process became ready; starting goes on in the background,
                with growing pauses, until ``stop``.
        """
        group.adopt_orphans()
        self._accepting = True
        await self._fleet.open()
        while not self._fleet.ready:
            if not self._fleet.starting:
                raise PoolNotReady(self._why_not_ready())
            await self._next_news()

    async def stop(self, *, grace_s: float) -> None:
        """Stop for good.

        1. Refuse new jobs.
        2. Let accepted jobs, running and waiting, finish for up to ``grace_s`` seconds.
        3. Refuse those still waiting, kill every process group.
        4. Wait until no process of any group is left, and remove what they left.

        Promise: when this returns no process that was started here is alive or a
        zombie, and their folders and sockets are gone. Also after a cancelled or
        failed ``start``.
        """
        self._accepting = False
        try:
            async with asyncio.timeout(grace_s):
                while self._fleet.busy or any(self._leases.waiting.values()):
                    await self._next_news()
        except TimeoutError:
            pass
        finally:
            self._leases.refuse_waiting(_STOPPING)
            await asyncio.shield(self._fleet.close())

    @property
    def ready(self) -> bool:
        """Whether a process is there to work and jobs are accepted."""
        return self._accepting and self._fleet.ready > 0

    def status(self) -> Status:
        """Describe the present state."""
        return Status(
            program=self._program.name,
            ready=self._fleet.ready,
            with_affinity=len(self._fleet.alive) - self._fleet.ready,
            busy=len(self._fleet.busy),
            starting=self._fleet.starting,
            waiting=self._leases.waiting,
            start_failures=self._fleet.start_failures,
            start_failure=self._fleet.start_failure,
            quarantined=self.quarantine.suspects(),
            facts=self._fleet.facts,
        )

    async def run(self, job: Job, *, lane: Lane = Lane.INTERACTIVE, deadline: float) -> Answer:
        """Have a job done. Cancelling this kills the process that works on it.

        Args:
            job: what to do; it may be done twice.
            lane: the queue to wait in.
            deadline: time of the running loop (``loop.time()``) by which there must be
                an answer; covers waiting, starting and working.

        Raises:
            DocumentQuarantined: the job crashed two processes some minutes ago.
            QueueFull: too many jobs wait already, of which the tenant has its share.
            PoolNotReady: no process can be started, or the pool is stopping.
            DeadlineExceeded: it took too long.
            OfficeCrashed: two processes died on it, the second a new one.
            StorageFull: there was no room for its files.
        """
        asked = asyncio.get_running_loop().time()
        outcome, queue_s, run_s = "answered", 0.0, 0.0
        try:
            answer = await self._run(job, lane, deadline, asked)
            queue_s, run_s = answer.queue_s, answer.run_s
            return answer
        except BaseException as error:
            outcome = type(error).__name__
            queue_s = asyncio.get_running_loop().time() - asked
            raise
        finally:
            self._observer.finished(self._program.name, lane, outcome, queue_s=queue_s, run_s=run_s)
            self._news.set()

    async def _run(self, job: Job, lane: Lane, deadline: float, asked: float) -> Answer:
        self._check(job)
        for attempt in (1, 2):
            if self._fleet.closed:
                raise PoolNotReady(_STOPPING)
            process = await self._leases.take(job, lane, deadline, fresh=attempt == 2)
            begun = asyncio.get_running_loop().time()
            try:
                message, blob = await self._work(process, job, lane, deadline)
            except ProcessDied:
                check_room(self._folder)
                if not process.jobs:
                    self.quarantine.note_crash(job)
                continue
            run_s = asyncio.get_running_loop().time() - begun
            self._leases.note_pace(run_s)
            return Answer(message, queue_s=begun - asked, run_s=run_s, attempts=attempt, blob=blob)
        raise OfficeCrashed(
            f"Two {self._program.name} processes died on this document, the second a new one."
        )

    def _check(self, job: Job) -> None:
        if not self._accepting:
            raise PoolNotReady(_STOPPING)
        if self._hopeless:
            raise PoolNotReady(self._why_not_ready())
        self.quarantine.check(job)

    async def _work(self, process: Process, job: Job, lane: Lane, deadline: float) -> Frame:
        """Do the job on a leased process and give that back, or see it replaced."""
        loop = asyncio.get_running_loop()
        half_time = (loop.time() + deadline) / 2
        half = loop.call_at(half_time, self._fleet.mark_due, process, "slow")
        try:
            process.be_nice(_BATCH_NICE if lane is Lane.BATCH else 0)
            with process.job_folder.one_job():
                await process.job_folder.hand_over(job)
                request = {**job.message, "folder": str(process.job_folder.path)}
                frame = await self._ask(process, request, job.blob, deadline)
                await process.job_folder.take_results(job)
            if frame[0].get("keep_tenant"):
                process.tenant = job.tenant
            return frame
        finally:
            half.cancel()
            self._leases.release(process, job, lane)

    async def _ask(
        self, process: Process, request: dict[str, object], blob: bytes, deadline: float
    ) -> Frame:
        """Get the answer out of a process, or kill it."""
        try:
            async with asyncio.timeout_at(deadline):
                return await process.call(request, blob)
        except TimeoutError:
            self._fleet.discard(process, "deadline")
            raise DeadlineExceeded(
                f"The {self._program.name} process did not finish in time and was ended.",
                phase="run",
            ) from None
        except ProcessDied as death:
            self._fleet.discard(process, str(death))
            raise
        except BaseException:
            self._fleet.discard(process, "cancelled")
            raise

    def _look_again(self) -> None:
        """Act on a change in the fleet."""
        if self._hopeless:
            self._leases.refuse_waiting(self._why_not_ready())
        self._leases.dispatch()
        self._news.set()

    def _refuse_affinity(self, affinity: str, reason: str) -> None:
        """Answer those at once who wait for a process that cannot be started."""
        self._leases.refuse_waiting(
            f"No {self._program.name} process could be started with what this job needs: {reason}.",
            affinity=affinity,
        )

    async def _next_news(self) -> None:
        self._news.clear()
        await self._news.wait()

    @property
    def _hopeless(self) -> bool:
        return not self._fleet.ready and self._fleet.start_failures >= _HOPELESS_AFTER_STARTS

    def _why_not_ready(self) -> str:
        return (
            f"No {self._program.name} process could be started: {self._fleet.start_failure}. "
            "It is tried again from time to time."
        )
