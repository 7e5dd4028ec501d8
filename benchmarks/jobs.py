"""Jobs that do nothing, begun and ended: what dispatching costs, on both kinds of database."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.embedded import Embedded
from greffier.jobs.model import Job, Kind, Lane, NewJob
from greffier.jobs.tickets import Tickets
from greffier.problems import Problem
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.tables import Tenant
from greffier.store.urls import database_url, sqlite_url
from postgres import postgres_server
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.table import Measured

TENANTS, SLOTS = 300, 4
#: Jobs a second: more than offices on one machine make letters.
BAR = 60


class Nothing:
    """Does nothing, and tells when it did it often enough."""

    def __init__(self, jobs: int) -> None:
        self._left = jobs
        self.all_done = asyncio.Event()

    async def run(self, job: Job) -> None:
        self._left -= 1
        if not self._left:
            self.all_done.set()

    async def give_up(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        raise problem


async def dispatched(jobs: int) -> list[Measured]:
    """Measure both dispatchers; both databases sync to disk what is committed."""
    with tempfile.TemporaryDirectory(prefix="greffier-bench-") as folder:
        database = Database(sqlite_url(Path(folder) / "jobs.sqlite"))
        on_sqlite = await _a_second(database, Embedded(database, {Lane.PRESS: SLOTS}), jobs)
    with postgres_server(durable=True) as server, server.database() as name:
        database = Database(database_url(server.url(name)))
        on_postgresql = await _a_second(database, Tickets(database, {Lane.PRESS: SLOTS}), jobs)
    return [
        Measured(
            f"Jobs dispatched, {TENANTS} tenants",
            f"{on_sqlite:.0f}/s on SQLite, {on_postgresql:.0f}/s on PostgreSQL",
            f"≥ {BAR}/s",
            min(on_sqlite, on_postgresql) >= BAR,
        )
    ]


async def _a_second(database: Database, dispatcher: Dispatcher, jobs: int) -> float:
    await migrate(database)
    towns = [f"town-{number}" for number in range(TENANTS)]
    nothing = Nothing(jobs)
    dispatcher.register(Kind("nothing", Lane.PRESS, nothing))
    async with database.write_all() as session:
        session.add_all(Tenant(slug=town, title=town) for town in towns)
        await session.flush()
        for number in range(jobs):
            job = NewJob(towns[number % TENANTS], "nothing", str(number))
            await dispatcher.enqueue(session, job)
    begun = time.perf_counter()
    await dispatcher.start()
    await nothing.all_done.wait()
    taken = time.perf_counter() - begun
    await dispatcher.stop()
    await database.close()
    return jobs / taken
