"""Databases with the tables, some towns and a table of effects: made once, copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from dispatcher_contract import prepare
from greffier.store.database import Database
from greffier.store.urls import database_url, sqlite_url
from postgres import Postgres
from sqlalchemy.engine import URL


def prepared(url: URL) -> None:
    async def make() -> None:
        database = Database(url)
        await prepare(database)
        await database.close()

    asyncio.run(make())


@pytest.fixture(scope="package")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "jobs.sqlite"
    prepared(sqlite_url(path))
    return path


@pytest.fixture(scope="package")
def postgresql_template(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as name:
        prepared(database_url(postgres.url(name)))
        yield name


@pytest.fixture
async def sqlite(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "jobs.sqlite")
    database = Database(sqlite_url(tmp_path / "jobs.sqlite"))
    yield database
    await database.close()


@pytest.fixture
async def postgresql(postgres: Postgres, postgresql_template: str) -> AsyncIterator[Database]:
    with postgres.database(postgresql_template) as name:
        database = Database(database_url(postgres.url(name)))
        yield database
        await database.close()
