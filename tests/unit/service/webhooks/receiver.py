"""A receiver as a town's application would be: real HTTP, and the official package to verify."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook


@dataclass
class Call:
    """One call."""

    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """Give what it says, if it is signed with a secret."""
        read: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return read

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Keeps what arrives, and answers as the test wants."""

    #: Statuses of the next answers; then 204.
    answers: deque[int] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)
    server: TestServer[Any] = field(init=False)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._receive)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()

    async def _receive(self, request: web.Request) -> web.Response:
        self.calls.append(Call(dict(request.headers), await request.read()))
        return web.Response(status=self.answers.popleft() if self.answers else 204)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/hook"

    async def until(self, calls: int) -> None:
        """Wait for so many calls."""
        async with asyncio.timeout(20):
            while len(self.calls) < calls:
                await asyncio.sleep(0.01)
