"""The PostgreSQL of the tests: what is committed is there, what is over is gone."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from postgres import Postgres, postgres_server
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def test_each_test_has_an_empty_database(postgres_url: str, postgres: Postgres) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE letter (name text)"))
    await engine.dispose()
    with postgres.database() as name:
        engine = create_async_engine(postgres.url(name))
        async with engine.connect() as connection:
            count = text("SELECT count(*) FROM pg_tables WHERE tablename = 'letter'")
            assert await connection.scalar(count) == 0
        await engine.dispose()


def test_a_durable_server_syncs_and_leaves_nothing() -> None:
    with postgres_server(durable=True) as server:
        process, folder = server.process, server.folder
        shown = server.ask("SHOW fsync")
        assert shown == [("on",)]
    assert process is not None
    assert process.poll() is not None
    assert not folder.exists()


def test_the_server_ends_with_the_tests_that_were_killed() -> None:
    script = (
        "import time\nfrom postgres import postgres_server\n"
        "with postgres_server() as server:\n"
        "    print(server.process.pid, server.folder, flush=True)\n    time.sleep(60)\n"
    )
    tests = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdout is not None
    pid, folder = tests.stdout.readline().split()
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    deadline = time.monotonic() + 30
    while _runs(int(pid)):
        assert time.monotonic() < deadline, "the server goes on"
        time.sleep(0.02)
    shutil.rmtree(folder)  # what it could not do itself


def _runs(pid: int) -> bool:
    """Whether a process goes on. One that ended may stay as a zombie: ours, for tests of the
    supervisor have made us the parent of all orphans."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
