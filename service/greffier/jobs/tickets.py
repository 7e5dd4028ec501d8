"""Jobs run on any number of machines that share a PostgreSQL, dispatched by procrastinate.

Of every job that is queued procrastinate gets a *ticket*, in the same transaction: a job of its
own, without arguments, in the queue of the job's lane. Whoever draws a ticket runs the job whose
turn it is, which is seldom the one the ticket was made for: procrastinate says when and where
there is work, the table ``job`` says which. A ticket too many finds nothing to do, and one too
few is noticed by the caretakers; so procrastinate's own rows may be lost without a job being
lost or done twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.jobs.model import Lane, Timing
from greffier.jobs.queue import clock
from greffier.jobs.runner import Runner, tell
from greffier.store.database import Database

_log = logging.getLogger(__name__)

_TASK = "greffier.turn"


class Tickets(Runner):
    """Runs jobs here, beside others that do so elsewhere; see ``Dispatcher``.

    Args:
        database: on PostgreSQL, with procrastinate's tables (``ticket_tables.py``).
        slots: how many jobs of each lane run here at the same time.
        timing: how patient it is.
    """

    def __init__(
        self, database: Database, slots: Mapping[Lane, int], timing: Timing | None = None
    ) -> None:
        super().__init__(database, slots, timing)
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=_conninfo(database.url), min_size=1, max_size=4 + 2 * len(slots)
            )
        )
        self._app.task(name=_TASK, pass_context=True)(self._draw)
        self._workers: list[asyncio.Task[None]] = []
        self._caretakers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Begin to draw tickets."""
        await self._until(self._app.open_async)
        for lane, slots in self._slots.items():
            self._workers.append(self._tasks.start(self._serve(lane, slots), f"lane {lane}"))
        for caretaker in (self._look_after(), self._look_after_tickets()):
            self._caretakers.append(self._tasks.start(caretaker, "look after jobs"))

    async def stop(self) -> None:
        """See ``Dispatcher``."""
        self._stopping = True
        # Cancelled, procrastinate's workers wait for what is under way, as they were told.
        for worker in self._workers:
            worker.cancel()
        if self._workers:
            await asyncio.wait(self._workers)
        # Until then they gave signs of life, or others would have taken the jobs over.
        for caretaker in self._caretakers:
            caretaker.cancel()
        await self._tasks.finish()
        await self._app.close_async()

    async def _serve(self, lane: Lane, slots: int) -> None:
        """Be a lane's worker, and another one when the database was away for a while."""
        timing = self._timing
        while not self._stopping:
            try:
                await self._app.run_worker_async(
                    queues=[str(lane)],
                    name=f"greffier-{lane}",
                    concurrency=slots,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                    shutdown_graceful_timeout=timing.grace_s,
                    fetch_job_polling_interval=timing.beat_s,
                    update_heartbeat_interval=timing.beat_s,
                    stalled_worker_timeout=timing.lost_after_s,
                )
            except ConnectorException:
                _log.error("No job of lane %s could be begun: the database is away.", lane)
            except Exception as error:
                tell(error, f"No job of lane {lane} could be begun")
            await asyncio.sleep(timing.beat_s)

    async def _draw(self, context: procrastinate.JobContext) -> None:
        """Run the job whose turn it is."""
        try:
            await self._run_next(Lane(context.job.queue))
        except Exception as error:
            tell(error, "No job could be begun")

    async def _announce(self, session: AsyncSession, lane: Lane, due: datetime) -> None:
        connection = await (await session.connection()).get_raw_connection()
        await self._app.configure_task(
            _TASK, queue=str(lane), schedule_at=due, connection=connection.driver_connection
        ).defer_async()

    async def _look_after_tickets(self) -> None:
        """Give tickets of dead workers to others, and make those that lack; for ever."""
        timing = self._timing
        while True:
            await asyncio.sleep(timing.beat_s)
            try:
                await self._revive()
                await self._replenish()
            except Exception as error:
                tell(error, "Jobs could not be looked after")

    async def _revive(self) -> None:
        """Have the tickets of workers that died drawn again."""
        manager = self._app.job_manager
        stalled = await manager.get_stalled_jobs(
            task_name=_TASK, seconds_since_heartbeat=self._timing.lost_after_s
        )
        for ticket in stalled:
            try:
                await manager.retry_job(ticket)
            except ConnectorException as error:
                _log.info("A ticket was taken by another caretaker: %s", error)

    async def _replenish(self) -> None:
        """Make tickets for what could be begun here and is not."""
        for lane, slots in self._slots.items():
            under_way = [self._queue.kinds[job.kind].lane for job in self._under_way]
            free = slots - under_way.count(lane)
            async with self._database.write_all() as session:
                due = await self._queue.count_due(session, lane, limit=free)
                for _ in range(due):
                    await self._announce(session, lane, await clock(session))


def _conninfo(url: URL) -> str:
    """Tell libpq the address of a database."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
