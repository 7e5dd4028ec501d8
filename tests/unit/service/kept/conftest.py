"""A service on each kind of database, and two towns."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.urls import database_url
from odt import field, odt, p
from unit.service.conftest import LETTER, ODT, Serve, Service
from unit.service.test_registry import Town, town

OTHER = odt(p("Hello ", field("name"), "."))


@pytest.fixture(params=["sqlite", "postgresql"])
async def settings(
    request: pytest.FixtureRequest, postgres_url: str
) -> AsyncIterator[dict[str, Any]]:
    """Settings that name an empty database of each kind."""
    if request.param == "sqlite":
        yield {}
        return
    database = Database(database_url(postgres_url))
    await migrate(database)
    await database.close()
    yield {"database_url": postgres_url}


@pytest.fixture
def serve(settings: dict[str, Any], serve: Serve) -> Serve:
    """Start services that use that database, and ask for keys.

    The settings come first: the database is dropped when the services are closed.
    """
    return functools.partial(serve, auth="required", **settings)


@pytest.fixture
async def service(serve: Serve) -> Service:
    """A service with the usual settings."""
    return await serve()


@pytest.fixture
async def namur(service: Service) -> Town:
    """A town."""
    return await town(service, "namur")


@pytest.fixture
async def gent(service: Service) -> Town:
    """Another one."""
    return await town(service, "gent")


async def post(
    town: Town, name: str = "Ann", *, template: bytes = LETTER, **headers: str
) -> ClientResponse:
    """Ask for a letter; headers are named with underscores."""
    form = FormData()
    request = f'{{"data": {{"name": "{name}"}}, "output": {{"filename": "letter"}}}}'
    form.add_field("request", request, content_type="application/json")
    form.add_field("template", template, filename="t.odt", content_type=ODT)
    sent = {each.replace("_", "-"): value for each, value in headers.items()}
    return await town.ask("POST", "/v1/documents", data=form, headers=sent)


def blobs(service: Service) -> list[Path]:
    """The files that hold orders and documents."""
    folder = service.settings.data_dir / "blobs"
    return [path for kind in ("orders", "results") for path in folder.glob(f"tenants/*/{kind}/*")]
