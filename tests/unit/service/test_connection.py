"""What callers send that is not quite HTTP, over a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from greffier.app import create_app
from greffier.connection import listen
from greffier.keys import METRICS
from greffier.settings import Settings
from greffier.testing import FakeRooms


class Door:
    """A service behind a socket."""

    def __init__(self, app: web.Application, port: int) -> None:
        self.app = app
        self._port = port

    async def send(self, *pieces: bytes) -> bytes:
        """Send bytes and give what comes until the service closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(20):
            answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    app = create_app(Settings(data_dir=tmp_path, workers=1), furnish=FakeRooms().furnish)
    runner = web.AppRunner(app)
    await runner.setup()
    with socket.create_server(("127.0.0.1", 0)) as bound:
        listener = await listen(runner, bound, head_timeout_s=0.3)
        yield Door(app, bound.getsockname()[1])
        listener.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01GARBAGE\r\n\r\n",
        b"GET /GARBAGE" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-A: GARBAGE" + b"x" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nGARBAGE\r\n\r\n",
    ],
    ids=["no HTTP", "TLS", "long path", "long header", "no header"],
)
async def test_broken_http_is_a_problem_like_any_other(
    door: Door, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="greffier")
    head, _, body = (await door.send(sent)).partition(b"\r\n\r\n")
    status, *headers = head.decode().splitlines()
    assert status.split()[1] == "400"
    assert "Content-Type: application/problem+json" in headers
    assert "Server: greffier" in headers
    problem = json.loads(body)
    assert problem["type"] == "/problems/request-malformed"
    assert f"X-Request-Id: {problem['instance'].rpartition(':')[2]}" in headers
    assert b"GARBAGE" not in body
    assert [record.facts["status"] for record in caplog.records] == [400]
    assert "GARBAGE" not in caplog.text
    measures = door.app[METRICS].exposition().decode()
    assert 'greffier_problems_total{problem="request-malformed"} 1.0' in measures
    assert 'method="(none)",route="(none)",status="400"} 1.0' in measures


@pytest.mark.parametrize("sent", [b"", b"GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow:"])
async def test_a_head_that_never_ends_is_given_up(door: Door, sent: bytes) -> None:
    assert await door.send(sent) == b""


async def test_a_request_in_time_is_answered(door: Door) -> None:
    answer = await door.send(b"GET /health/live HTTP/1.1\r\nHost: a\r\n", b"\r\n")
    assert b'{"alive": true}' in answer
