"""A service without LibreOffice, reached over HTTP."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from greffier.app import create_app
from greffier.settings import Settings
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.urls import database_url, sqlite_url
from greffier.testing import FakeRooms
from odt import field, odt, p
from sqlalchemy.engine import URL

ODT = "application/vnd.oasis.opendocument.text"
LETTER = odt(p("Dear ", field("name"), ","))


@dataclass
class Service:
    """The service under test."""

    client: TestClient[Any, Any]
    rooms: FakeRooms
    settings: Settings
    app: web.Application

    async def post(self, request: object, *, template: bytes | None = LETTER) -> ClientResponse:
        """Post a form with a request and a template."""
        form = FormData()
        form.add_field("request", json.dumps(request), content_type="application/json")
        if template is not None:
            form.add_field("template", template, filename="t.odt", content_type=ODT)
        return await self.client.post("/v1/documents", data=form)

    async def cleared(self) -> bool:
        """Whether the files of all requests are gone, at once or soon after the answer."""
        folder = self.settings.work_dir / "requests"
        async with asyncio.timeout(10):
            while any(folder.iterdir()):
                await asyncio.sleep(0.005)
        return True


Serve = Callable[..., Awaitable[Service]]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied: making them takes longer than most tests."""
    file = tmp_path_factory.mktemp("store") / "greffier.sqlite"

    async def make() -> None:
        database = Database(sqlite_url(file))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """URL of an empty database, of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "x.sqlite")
    return database_url(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def serve(tmp_path: Path, empty_store: Path) -> AsyncIterator[Serve]:
    """Start a service with settings of the test's own."""
    clients: list[TestClient[Any, Any]] = []

    async def start(*, duration_s: float = 0.0, **given: Any) -> Service:
        usual = {"auth": "required" if "api_key" in given else "off"}
        settings = Settings(data_dir=tmp_path / "data", workers=1, **{**usual, **given})
        if not settings.database_url and not (store := tmp_path / "data/greffier.sqlite").exists():
            store.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(empty_store, store)
        rooms = FakeRooms(duration_s=duration_s)
        app = create_app(settings, furnish=rooms.furnish)
        server = TestServer(app)
        await server.start_server(access_log=None)
        client: TestClient[Any, Any] = TestClient(server)
        clients.append(client)
        return Service(client, rooms, settings, app)

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def service(serve: Serve) -> Service:
    """A service with the usual settings."""
    return await serve()
