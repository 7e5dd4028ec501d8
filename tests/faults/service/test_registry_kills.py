"""A process that changes the registry is killed at any moment: the store stays consistent."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from greffier.access.tenants import Tenants
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.places import in_folder
from greffier.store.sweeper import sweep
from greffier.store.tables import Publication, Template, Version
from greffier.store.urls import database_url, sqlite_url
from postgres import postgres_server
from sqlalchemy import func, select
from sqlalchemy.engine import URL

KILLS = 10
WRITER = Path(__file__).parents[2] / "registry_writer.py"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "store.sqlite")
    return database_url(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(url: URL) -> AsyncIterator[Database]:
    database = Database(url)
    await migrate(database)
    await Tenants(database).ensure_first()
    yield database
    await database.close()


def writer(url: URL, blobs: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), url.render_as_string(hide_password=False), str(blobs)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


async def is_consistent(database: Database, blobs: Blobs) -> int:
    """Look at every row and every blob that one names; gives the number of versions."""
    async with database.read_all() as session:
        versions = list(await session.scalars(select(Version)))
        for template in await session.scalars(select(Template)):
            numbers = {each.number for each in versions if each.template_id == template.id}
            assert numbers == set(range(1, template.latest + 1))
            assert template.published is None or template.published in numbers
            history = select(Publication.version).where(Publication.template_id == template.id)
            last = await session.scalar(history.order_by(Publication.id.desc()).limit(1))
            assert last == template.published
    for version in versions:
        # Reading holds the bytes against their digest.
        content = await blobs.read(BlobName(version.tenant, "templates", version.digest))
        assert len(content) == version.size
        assert await blobs.read(BlobName(version.tenant, "schemas", version.schema_digest))
    return len(versions)


async def count(database: Database) -> int:
    async with database.read_all() as session:
        return await session.scalar(select(func.count(Version.id))) or 0


@pytest.mark.timeout(300)
async def test_no_half_version_is_left(url: URL, database: Database, tmp_path: Path) -> None:
    blobs = in_folder(tmp_path / "blobs")
    before = 0
    for _ in range(KILLS):
        process = writer(url, tmp_path / "blobs")
        async with asyncio.timeout(60):
            while await count(database) == before:
                await asyncio.sleep(0.005)
        await asyncio.sleep(random.uniform(0, 0.1))
        assert process.poll() is None
        process.kill()
        process.communicate()
        found = await is_consistent(database, blobs)
        assert found > before
        before = found
    # What was put and is named by no row is swept away, and nothing else.
    left = tmp_path / "blobs/incoming"
    await asyncio.sleep(0.01)
    await sweep(database, blobs, age=timedelta(0))
    assert await is_consistent(database, blobs) == before
    kept = [each async for each in blobs.list()]
    assert len(kept) == 2 * before
    assert list(left.iterdir()) == []


@pytest.mark.timeout(300)
async def test_a_database_server_that_is_killed_loses_nothing_committed(tmp_path: Path) -> None:
    with postgres_server(durable=True) as server, server.database() as name:
        url = database_url(server.url(name))
        database, blobs = Database(url), in_folder(tmp_path / "blobs")
        await migrate(database)
        await Tenants(database).ensure_first()
        for _ in range(3):
            before = await count(database)
            process = writer(url, tmp_path / "blobs")
            async with asyncio.timeout(60):
                while await count(database) < before + 5:
                    await asyncio.sleep(0.02)
            seen = await count(database)
            await database.close()
            server.crash()
            process.communicate(timeout=60)
            server.start()
            database = Database(url)
            assert await is_consistent(database, blobs) >= seen
        await database.close()
