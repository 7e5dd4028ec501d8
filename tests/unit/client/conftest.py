"""The service itself, and a scripted one: tests say what it answers, and see what was asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from greffier.app import create_app
from greffier.settings import Settings
from greffier.testing import FakeRooms

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ScriptedService:
    """Gives its scripted answers one after the other, then the last one again and again."""

    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Keep what was asked and give the next answer."""
        seen: dict[str, Any] = {"path": request.path, "headers": request.headers.copy()}
        if request.content_type == "multipart/form-data":
            form = await request.post()
            seen["parts"] = {
                name: part.file.read() if isinstance(part, web.FileField) else part
                for name, part in form.items()
            }
        else:
            seen["body"] = await request.read()
        self.requests.append(seen)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


def pdf(content: bytes = b"%PDF-1.7 letter", **headers: str) -> Answer:
    """Answer with a document."""

    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=content, content_type="application/pdf", headers=named)

    return answer


def problem(status: int, *, retryable: bool = False, retry_after: str = "", **more: Any) -> Answer:
    """Answer with problem details."""

    async def answer(_: web.Request) -> web.StreamResponse:
        body = {"type": "/problems/x", "title": "No", "status": status, "retryable": retryable}
        headers = {"Retry-After": retry_after} if retry_after else {}
        return web.json_response(
            body | more, status=status, headers=headers, content_type="application/problem+json"
        )

    return answer


def application(service: ScriptedService) -> web.Application:
    """Put the scripted service behind every address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.handle)
    return app


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    """A scripted service on this test's event loop."""
    scripted = ScriptedService()
    async with TestServer(application(scripted)) as server:
        scripted.url = str(server.make_url("/"))
        yield scripted


@pytest.fixture
def service_in_thread() -> Iterator[ScriptedService]:
    """A scripted service on a loop of its own, for code that blocks."""
    scripted = ScriptedService([pdf()])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = TestServer(application(scripted))
    asyncio.run_coroutine_threadsafe(server.start_server(), loop).result(10)
    scripted.url = str(server.make_url("/"))
    yield scripted
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The service itself (without LibreOffice), on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> TestServer:
        settings = Settings(
            data_dir=tmp_path / "data",
            workers=1,
            auth="off",
            webhook_allow=("127.0.0.1",),
            webhook_http=True,
        )
        server = TestServer(create_app(settings, furnish=FakeRooms().furnish))
        await server.start_server(access_log=None)
        return server

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    yield str(server.make_url("/"))
    asyncio.run_coroutine_threadsafe(server.close(), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()
