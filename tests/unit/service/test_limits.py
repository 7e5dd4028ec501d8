"""Bodies that are too large, too slow or left behind, whichever way they come."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData
from unit.service.conftest import LETTER, ODT, Serve, Service


def form(**files: bytes) -> FormData:
    built = FormData()
    built.add_field("request", '{"data": {"name": "A"}}', content_type="application/json")
    for name, content in files.items():
        built.add_field(name, content, filename=f"{name}.odt", content_type=ODT)
    return built


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield b"x" * 1000


async def refusal(service: Service, path: str = "/v1/documents", **request: object) -> str:
    answer = await service.client.post(path, **request)
    assert answer.status == 413, await answer.text()
    assert await service.cleared()
    return str((await answer.json())["type"])


@pytest.fixture
async def small(serve: Serve) -> Service:
    return await serve(max_body_bytes=20_000, max_template_bytes=10_000)


async def test_a_json_body_over_the_limit(small: Service) -> None:
    assert await refusal(small, json={"data": {"a": "x" * 20_000}}) == "/problems/body-too-large"


async def test_a_body_that_does_not_announce_its_size(small: Service) -> None:
    headers = {"Content-Type": "application/json"}
    assert await refusal(small, data=chunks(50_000), headers=headers) == "/problems/body-too-large"


async def test_a_form_over_the_limit(small: Service) -> None:
    assert await refusal(small, data=form(annex=b"x" * 30_000)) == "/problems/body-too-large"


async def test_a_form_that_does_not_announce_its_size(small: Service) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.odt"\r\n\r\n'
        async for chunk in chunks(50_000):
            yield chunk

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert await refusal(small, data=body(), headers=headers) == "/problems/body-too-large"


async def test_a_template_over_its_own_limit(small: Service) -> None:
    assert await refusal(small, data=form(template=b"x" * 12_000)) == "/problems/body-too-large"
    headers = {"Content-Type": ODT}
    path = "/v1/checks"
    assert await refusal(small, path, data=b"x" * 12_000, headers=headers)


async def test_a_body_that_inflates_beyond_the_limit(small: Service) -> None:
    bomb = zlib.compress(json.dumps({"data": {"a": "x" * 5_000_000}}).encode())
    assert len(bomb) < 20_000
    headers = {"Content-Type": "application/json", "Content-Encoding": "deflate"}
    assert await refusal(small, data=bomb, headers=headers) == "/problems/body-too-large"


async def test_a_form_with_too_many_parts(service: Service) -> None:
    built = form()
    for number in range(300):
        built.add_field(f"p{number}", b"x", filename="x")
    answer = await service.client.post("/v1/documents", data=built)
    assert answer.status == 400
    assert await service.cleared()


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_body_that_stalls_is_given_up(serve: Serve, content_type: str) -> None:
    service = await serve(body_timeout_s=0.2)

    async def stalled() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.odt"\r\n\r\nabc'
        await asyncio.sleep(30)
        yield b"never"

    answer = await service.client.post(
        "/v1/documents", data=stalled(), headers={"Content-Type": content_type}
    )
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (408, "/problems/body-too-slow")
    assert problem["retryable"] is True
    assert await service.cleared()


async def test_slow_callers_do_not_delay_others(serve: Serve) -> None:
    service = await serve(body_timeout_s=20)

    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    headers = {"Content-Type": "application/json"}
    slow = [
        asyncio.create_task(service.client.post("/v1/documents", data=stalled(), headers=headers))
        for _ in range(50)
    ]
    await asyncio.sleep(0.2)
    answer = await service.post({"data": {"name": "A"}})
    assert answer.status == 200
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def test_the_deadline_covers_the_conversion(serve: Serve) -> None:
    service = await serve(deadline_s=0.3, duration_s=30)
    answer = await service.post({"data": {"name": "A"}})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (504, "/problems/deadline-exceeded")
    assert await service.cleared()


async def test_a_caller_who_leaves_is_logged_as_499_and_leaves_nothing(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="greffier.access")
    service = await serve(duration_s=30)
    asked = asyncio.create_task(service.post({"data": {"name": "A"}}))
    while not service.rooms.converter.conversions:
        await asyncio.sleep(0.01)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert await service.cleared()
    async with asyncio.timeout(10):
        while not caplog.records:
            await asyncio.sleep(0.01)
    assert [record.facts["status"] for record in caplog.records] == [499]


async def test_a_template_of_just_the_right_size_is_taken(serve: Serve) -> None:
    service = await serve(max_template_bytes=len(LETTER))
    assert (await service.post({"data": {"name": "A"}})).status == 200
