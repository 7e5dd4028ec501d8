"""Runs jobs that were claimed, and looks after those under way: what dispatchers share."""

from __future__ import annotations

import abc
import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from greffier_converters.errors import PoolNotReady
from greffier_converters.tasks import Tasks
from sqlalchemy.ext.asyncio import AsyncSession

from greffier import problem_types
from greffier.jobs.errors import RetryLater, TakenOver
from greffier.jobs.model import Job, Kind, Lane, NewJob, Timing
from greffier.jobs.queue import Queue
from greffier.problems import Problem, problem_of
from greffier.store.database import Database

_log = logging.getLogger(__name__)

#: Seconds until a job is tried again whose handler did not say when: after each attempt more.
_AGAIN_S = (5, 60, 300)


class Runner(abc.ABC):
    """What dispatchers have in common: all but how they learn that there is work.

    Args:
        database: where the jobs are.
        slots: how many jobs of each lane run here at the same time.
        timing: how patient it is.
    """

    def __init__(
        self, database: Database, slots: Mapping[Lane, int], timing: Timing | None = None
    ) -> None:
        self._database = database
        self._slots = slots
        self._timing = timing or Timing()
        # No other process is called so, also after a restart.
        worker = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._queue = Queue(worker, self._announce)
        #: Job -> its handler at work. Two attempts of one job may be here at the same time.
        self._under_way: dict[Job, asyncio.Task[None]] = {}
        self._tasks = Tasks()

    @abc.abstractmethod
    async def _announce(self, session: AsyncSession, lane: Lane, due: datetime) -> None:
        """Learn, in a transaction, that a job of a lane was queued."""

    def register(self, kind: Kind) -> None:
        """See ``Dispatcher``."""
        self._queue.kinds[kind.name] = kind

    async def enqueue(self, session: AsyncSession, new: NewJob) -> int:
        """See ``Dispatcher``."""
        return await self._queue.enqueue(session, new)

    async def cancel(self, session: AsyncSession, kind: str, subject: str) -> bool:
        """See ``Dispatcher``."""
        return await self._queue.cancel(session, kind, subject)

    async def complete(self, session: AsyncSession, job: Job) -> None:
        """See ``Dispatcher``."""
        await self._queue.complete(session, job)

    async def _run_next(self, lane: Lane) -> bool:
        """Claim the job of a lane whose turn it is and run it; gives whether one was due."""
        job = await self._claim(lane)
        if job is not None:
            await self._run(job)
        return job is not None

    async def _claim(self, lane: Lane) -> Job | None:
        """Claim the job of a lane whose turn it is."""
        async with self._database.write_all() as session:
            return await self._queue.claim(session, lane)

    async def _run(self, job: Job) -> None:
        """Run a job and write down how it ended; cancelled, stop it and queue it again."""
        handler = self._queue.kinds[job.kind].handler
        attempt = asyncio.create_task(handler.run(job), name=f"job {job.id}")
        ending = asyncio.create_task(self._end(job, attempt), name=f"end of job {job.id}")
        self._under_way[job] = attempt
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            # Of the attempt, and not of writing how it ended.
            attempt.cancel()
            await asyncio.wait({ending})
            raise
        finally:
            del self._under_way[job]

    async def _look_after(self) -> None:
        """Give signs of life, stop what was withdrawn, take over from the dead; for ever."""
        while True:
            await asyncio.sleep(self._timing.beat_s)
            beat = asyncio.create_task(self._beat(), name="look after jobs once")
            try:
                await asyncio.shield(beat)
            except asyncio.CancelledError:
                # A statement that is broken off leaves its connection open.
                await asyncio.wait({beat})
                raise
            except Exception as error:
                tell(error, "Jobs could not be looked after")

    async def _take_over(self, silent_s: float) -> None:
        """Queue again, or give up, jobs whose workers gave no sign of life for so long."""
        async with self._database.read_all() as session:
            lost = await self._queue.lost(session, silent_s)
        for job in lost:
            _log.warning(
                "Job %d (%s) lost its worker in attempt %d%s.",
                *(job.id, job.kind, job.attempt),
                ", its last" if job.last else "",
            )
            try:
                # Each by itself: a handler that cannot give one up keeps no other.
                async with self._database.write_all() as session:
                    if job.last:
                        problem = Problem(problem_types.JOB_LOST, "Its workers died, every time.")
                        await self._queue.fail(session, job, problem)
                    else:
                        await self._queue.retry(session, job, 0)
            except Exception as error:
                tell(error, "A job could not be taken over")

    async def _until(self, done: Callable[[], Awaitable[None]]) -> None:
        """Do what has to be done at the start, however long the database is away."""
        while True:
            try:
                return await done()
            except Exception as error:
                tell(error, "Jobs could not be begun")
            await asyncio.sleep(self._timing.beat_s)

    async def _beat(self) -> None:
        # Those that are begun meanwhile are not in the answer.
        asked = dict(self._under_way)
        async with self._database.write_all() as session:
            ours = await self._queue.alive(session, asked)
        for job, attempt in asked.items():
            if job not in ours:
                attempt.cancel()
        await self._take_over(self._timing.lost_after_s)

    async def _end(self, job: Job, attempt: asyncio.Task[None]) -> None:
        """Wait for an attempt and write down how it ended.

        Where that cannot be, the job stays running in the table, and is taken over.
        """
        await asyncio.wait({attempt})
        try:
            async with self._database.write_all() as session:
                if attempt.cancelled():
                    # Where it was withdrawn it is not this attempt's, and nothing happens.
                    await self._queue.give_back(session, job)
                elif (error := attempt.exception()) is None:
                    await self._queue.complete(session, job)
                elif isinstance(error, TakenOver):
                    raise error
                else:
                    await self._failed(session, job, error)
        except TakenOver:
            _log.info("Job %d (%s) was withdrawn, or done by another.", job.id, job.kind)
        except Exception as error:
            tell(error, "The end of a job could not be written down")

    async def _failed(self, session: AsyncSession, job: Job, error: BaseException) -> None:
        """Queue a job again after an attempt that failed, or give it up."""
        cause = error.problem if isinstance(error, RetryLater) else error
        problem = None if cause is None else problem_of(cause)
        if problem is None:
            if cause is not None:
                _log.error("Job %d (%s) failed", job.id, job.kind, exc_info=cause)
            problem = Problem(problem_types.INTERNAL_ERROR, "The job failed, every time.")
        final = not isinstance(error, RetryLater) and not (
            problem.type.retryable or problem.type is problem_types.INTERNAL_ERROR
        )
        if isinstance(cause, PoolNotReady):
            # Nothing was tried, so it does not count.
            await self._queue.give_back(session, job, after_s=self._timing.beat_s)
        elif final or job.last:
            await self._queue.fail(session, job, problem)
            _log.warning(
                "Job %d (%s) failed in attempt %d: %s.",
                *(job.id, job.kind, job.attempt, problem.type.name),
            )
        elif isinstance(error, RetryLater):
            await self._queue.retry(session, job, error.after_s)
        else:
            after_s = _AGAIN_S[min(job.attempt, len(_AGAIN_S)) - 1]
            await self._queue.retry(session, job, after_s)


def tell(error: Exception, what: str) -> None:
    """Log what went wrong in the background: a line for what may pass, all of it for a bug."""
    if problem_of(error) is None:
        _log.critical("%s", what, exc_info=error)
    else:
        _log.error("%s: %s", what, error)
