"""What nothing refers to is removed once it is old, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from greffier.access.tenants import Tenants
from greffier.registry.model import NewTemplate
from greffier.registry.versions import Versions
from greffier.store import tables
from greffier.store.blobs import Blobs
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.places import in_folder
from greffier.store.references import COLUMNS
from greffier.store.sweeper import sweep
from registered import templates_of
from sqlalchemy import select
from sqlalchemy.engine import URL

NOW = timedelta(0)

#: Columns that are called digests and are none of a blob.
OF_NO_BLOB = {
    "template.origin_digest",  # of a version of another tenant, which that one keeps
    "audit.data_digest",  # of what is kept nowhere
    "loose_blob.digest",  # of what no row names, or not yet
}


@pytest.fixture
async def database(store_url: URL) -> AsyncIterator[Database]:
    database = Database(store_url)
    await migrate(database)
    await Tenants(database).ensure_first()
    yield database
    await database.close()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return in_folder(tmp_path / "blobs")


async def a_version(database: Database, blobs: Blobs, content: bytes, schema: bytes) -> None:
    await templates_of(database).create("default", NewTemplate(slug="letter"))
    await Versions(database, blobs).add("default", "letter", content, author="ann", schema=schema)


async def kept(blobs: Blobs) -> set[str]:
    return {str(each.name) async for each in blobs.list()}


async def test_orphans_go_and_what_rows_name_stays(database: Database, blobs: Blobs) -> None:
    await a_version(database, blobs, b"a template", b"{}")
    named = await kept(blobs)
    orphan = await blobs.put(b"of an upload broken off", tenant="default", kind="template")
    # The same bytes, which another tenant's row does not keep.
    other = await blobs.put(b"a template", tenant="commons", kind="template")
    assert await kept(blobs) == {*named, str(orphan), str(other)}
    await asyncio.sleep(0.01)
    assert await sweep(database, blobs, age=NOW) == 2
    assert await kept(blobs) == named
    assert len(named) == 2


async def test_what_is_young_is_left(database: Database, blobs: Blobs) -> None:
    await blobs.put(b"whose row comes next", tenant="default", kind="template")
    assert await sweep(database, blobs) == 0
    assert len(await kept(blobs)) == 1


async def test_a_blob_of_a_deleted_row_goes(database: Database, blobs: Blobs) -> None:
    await a_version(database, blobs, b"a template", b"{}")
    async with database.write_all() as session:
        for version in await session.scalars(select(tables.Version)):
            await session.delete(version)
    await asyncio.sleep(0.01)
    assert await sweep(database, blobs, age=NOW) == 2
    assert await kept(blobs) == set()


async def test_jobs_that_ended_long_ago_are_forgotten(database: Database, blobs: Blobs) -> None:
    moment = datetime.now(UTC)
    async with database.write_all() as session:
        for subject, ended in (
            ("old", moment - timedelta(days=31)),
            ("new", moment - timedelta(days=29)),
            ("waiting", None),
        ):
            job = tables.Job(tenant="default", kind="letter", subject=subject, ended_at=ended)
            session.add(job)
    await sweep(database, blobs)
    async with database.read_all() as session:
        left = set(await session.scalars(select(tables.Job.subject)))
    assert left == {"new", "waiting"}


def test_every_column_that_names_a_blob_is_asked() -> None:
    asked = {f"{column.class_.__tablename__}.{column.key}" for column in COLUMNS}
    called = {
        f"{table.name}.{column.name}"
        for table in tables.Base.metadata.tables.values()
        for column in table.columns
        if "digest" in column.name or "blob" in column.name
    }
    assert asked == called - OF_NO_BLOB
