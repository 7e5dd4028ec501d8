"""``greffier worker`` as a process: it does jobs beside a service, and leaves nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.urls import database_url
from leaks import nothing_left
from sqlalchemy import text

SCRIPT = (
    "import argparse, sys; from greffier.commands.worker import command\n"
    "parser = argparse.ArgumentParser(); command.configure(parser)\n"
    "sys.exit(command.run(parser.parse_args()))"
)


def worker(folder: Path, settings: Mapping[str, str]) -> subprocess.Popen[str]:
    others = {name: value for name, value in os.environ.items() if "GREFFIER_" not in name}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "--data-dir", str(folder / "data"), "--workers", "1"],
        env={**others, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def registered(database: Database) -> int:
    async with database.read_all() as session:
        count = text("SELECT count(*) FROM procrastinate_workers")
        return int((await session.execute(count)).scalar_one())


async def test_it_works_until_it_is_told_to_stop(postgres_url: str, tmp_path: Path) -> None:
    database = Database(database_url(postgres_url))
    await migrate(database)
    settings = {
        "GREFFIER_DATABASE_URL": postgres_url,
        "GREFFIER_BLOB_URL": f"file://{tmp_path}/shared",
        "GREFFIER_JOBS": "workers",
    }
    with nothing_left(tmp_path):
        process = worker(tmp_path, settings)
        assert process.stdout is not None
        assert process.stdout.readline() == "Greffier does jobs.\n"
        async with asyncio.timeout(30):
            while await registered(database) != 2:  # one a lane
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert await registered(database) == 0
    await database.close()


@pytest.mark.parametrize(
    ("settings", "lacking"),
    [
        ({}, "a database_url of PostgreSQL and a blob_url that all machines share"),
        ({"GREFFIER_BLOB_URL": "file:///shared"}, "a database_url of PostgreSQL"),
        ({"GREFFIER_DATABASE_URL": "postgresql://u@h/n"}, "a blob_url that all machines share"),
    ],
)
def test_what_machines_cannot_share_is_refused(
    tmp_path: Path, settings: dict[str, str], lacking: str
) -> None:
    _, errors = (process := worker(tmp_path, settings)).communicate(timeout=60)
    assert process.returncode == 3
    assert f"It needs {lacking}" in errors
    assert not (tmp_path / "data").exists()
