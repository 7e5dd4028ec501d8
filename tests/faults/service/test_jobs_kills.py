"""Processes that run jobs are killed: no job is lost, and none counts twice."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dispatcher_contract import TOWNS, Workshop, effects, prepare
from greffier.jobs.embedded import Embedded
from greffier.jobs.tickets import Tickets
from greffier.store.database import Database
from greffier.store.urls import database_url, sqlite_url
from sqlalchemy import text

JOBS = 1000
WORKER = Path(__file__).parents[2] / "jobs_worker.py"


@contextmanager
def process(database: Database, kind: str) -> Iterator[subprocess.Popen[str]]:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, str(WORKER), url, kind, "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "started\n"
            yield worker
        finally:
            worker.kill()


async def enqueue(shop: Workshop, jobs: int = JOBS) -> None:
    worker = shop.worker()
    for town in TOWNS:
        subjects = [str(each) for each in range(jobs) if TOWNS[each % len(TOWNS)] == town]
        await worker.enqueue(*subjects, tenant=town)


async def done(database: Database) -> int:
    return len(await effects(database))


async def some_more_done(database: Database, more: int) -> None:
    """Wait until so many more are done, or all."""
    async with database.read_all() as session:
        jobs = (await session.execute(text("SELECT count(*) FROM job"))).scalar_one()
    aim = min(await done(database) + more, jobs)
    async with asyncio.timeout(240):
        while await done(database) < aim:
            await asyncio.sleep(0.1)


async def each_counts_once(database: Database, jobs: int = JOBS) -> None:
    assert await effects(database) == {(str(each), "done"): 1 for each in range(jobs)}
    async with database.read_all() as session:
        states = await session.execute(text("SELECT DISTINCT state FROM job"))
        assert [row[0] for row in states] == ["done"]


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(sqlite_url(tmp_path / "jobs.sqlite"))
    await prepare(database)
    yield database
    await database.close()


@pytest.fixture
async def postgresql(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(database_url(postgres_url))
    await prepare(database)
    yield database
    await database.close()


@pytest.mark.timeout(300)
async def test_a_service_that_is_killed_goes_on_where_it_was(sqlite: Database) -> None:
    await enqueue(Workshop(Embedded, sqlite))
    for _ in range(5):
        with process(sqlite, "embedded"):
            await some_more_done(sqlite, random.randrange(10, 200))
    with process(sqlite, "embedded") as last:
        await some_more_done(sqlite, JOBS)
        last.send_signal(signal.SIGTERM)
        assert last.wait(30) == 0
    await each_counts_once(sqlite)


@pytest.mark.timeout(300)
async def test_others_do_what_a_killed_worker_had(postgresql: Database) -> None:
    await enqueue(Workshop(Tickets, postgresql))
    with process(postgresql, "tickets") as first, process(postgresql, "tickets") as second:
        await some_more_done(postgresql, 150)
        first.kill()
        await some_more_done(postgresql, 150)
        with process(postgresql, "tickets") as third:
            await some_more_done(postgresql, 150)
            second.kill()
            await some_more_done(postgresql, JOBS)
            third.send_signal(signal.SIGTERM)
            assert third.wait(30) == 0
    await each_counts_once(postgresql)


@pytest.mark.timeout(300)
async def test_a_worker_survives_the_loss_of_its_connections(postgresql: Database) -> None:
    await enqueue(Workshop(Tickets, postgresql), 200)
    with process(postgresql, "tickets") as worker:
        for _ in range(3):
            await some_more_done(postgresql, 20)
            async with postgresql.read_all() as session:
                await session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
        await some_more_done(postgresql, 200)
        assert worker.poll() is None
    await each_counts_once(postgresql, 200)
