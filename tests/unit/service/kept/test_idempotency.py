"""The same key and request give the same document, however often and at whatever time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData
from greffier import keys
from greffier.store.tables import Document, now
from greffier_converters.errors import PoolNotReady
from sqlalchemy import func, select, update
from unit.service.conftest import LETTER, Serve, Service
from unit.service.kept.conftest import OTHER, blobs, post
from unit.service.kept.test_kept_documents import JSON, expire
from unit.service.test_registry import Town, problem, town


async def test_the_same_request_is_answered_with_the_same_document(
    namur: Town, service: Service
) -> None:
    first = await post(namur, Idempotency_Key="a")
    again = await post(namur, Idempotency_Key="a")
    assert (first.status, again.status) == (200, 200)
    assert await first.read() == await again.read()
    assert len(service.rooms.converter.conversions) == 1
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in (
        "Content-Type",
        "Content-Disposition",
        "Content-Location",
        "ETag",
        "Greffier-Pages",
    ):
        assert first.headers[name] == again.headers[name]


async def test_a_description_is_given_again_too(namur: Town) -> None:
    first = await post(namur, Accept=JSON, Idempotency_Key="a")
    again = await post(namur, Accept=JSON, Idempotency_Key="a")
    assert (first.status, again.status) == (201, 201)
    assert await first.json() == await again.json()
    assert first.headers["Location"] == again.headers["Location"]


async def test_a_conversion_is_made_once_too(namur: Town, service: Service) -> None:
    async def convert(content: bytes, filename: str = "t.odt") -> tuple[int, str | None]:
        form = FormData()
        form.add_field("file", content, filename=filename)
        headers = {"Idempotency-Key": "a"}
        answer = await namur.ask("POST", "/v1/conversions", data=form, headers=headers)
        return answer.status, answer.headers.get("Idempotent-Replayed")

    assert await convert(LETTER) == (200, None)
    assert await convert(LETTER) == (200, "true")
    assert (await convert(OTHER))[0] == 409
    assert (await convert(LETTER, "t.docx"))[0] == 409
    assert len(service.rooms.converter.conversions) == 1


@pytest.mark.parametrize(
    "other", [{"name": "Bob"}, {"template": OTHER}, {"Accept": JSON}], ids=lambda each: str(*each)
)
async def test_another_request_under_the_same_key_is_refused(
    namur: Town, other: dict[str, Any]
) -> None:
    assert (await post(namur, Idempotency_Key="a")).status == 200
    refused = await post(namur, **{**other, "Idempotency_Key": "a"})
    assert await problem(refused) == (409, "idempotency-conflict")
    assert (await refused.json())["retryable"] is False


async def test_another_address_is_another_request(namur: Town) -> None:
    assert (await post(namur, Idempotency_Key="a")).status == 200
    form = FormData()
    form.add_field("file", LETTER, filename="t.odt")
    headers = {"Idempotency-Key": "a"}
    refused = await namur.ask("POST", "/v1/conversions", data=form, headers=headers)
    assert await problem(refused) == (409, "idempotency-conflict")


async def test_keys_of_two_towns_have_nothing_to_do_with_each_other(
    namur: Town, gent: Town
) -> None:
    first = await post(namur, "Ann", Idempotency_Key="a")
    second = await post(gent, "Bob", Idempotency_Key="a")
    assert (first.status, second.status) == (200, 200)
    assert await first.read() != await second.read()


async def test_of_many_at_once_exactly_one_makes_the_document(serve: Serve) -> None:
    service = await serve(duration_s=0.3)
    namur = await town(service, "namur")
    answers = await asyncio.gather(*(post(namur, Idempotency_Key="a") for _ in range(12)))
    by_status = {
        status: [each for each in answers if each.status == status] for status in (200, 409)
    }
    assert len(by_status[200]) + len(by_status[409]) == 12
    assert len(service.rooms.converter.conversions) == 1
    fresh = [each for each in by_status[200] if "Idempotent-Replayed" not in each.headers]
    assert len(fresh) == 1
    for refused in by_status[409]:
        assert await problem(refused) == (409, "idempotency-in-progress")
        assert (await refused.json())["retryable"] is True
        assert int(refused.headers["Retry-After"]) >= 1
    assert by_status[409], "the document was made too fast to see two at once"
    again = await post(namur, Idempotency_Key="a")
    assert await again.read() == await fresh[0].read()
    assert len(blobs(service)) == 1


async def test_a_failure_is_not_remembered(namur: Town, service: Service) -> None:
    missing = await namur.ask(
        "POST",
        "/v1/documents",
        json={"template": "not-yet", "data": {}},
        headers={"Idempotency-Key": "a"},
    )
    assert missing.status == 404
    service.rooms.renderer.failure = PoolNotReady("starting")
    assert (await post(namur, Idempotency_Key="a")).status == 503
    service.rooms.renderer.failure = None
    assert (await post(namur, Idempotency_Key="a")).status == 200


async def test_a_caller_who_leaves_may_come_back(serve: Serve) -> None:
    service = await serve(duration_s=30)
    namur = await town(service, "namur")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await post(namur, Idempotency_Key="a")
    service.rooms.converter.duration_s = 0
    async with asyncio.timeout(10):
        while (answer := await post(namur, Idempotency_Key="a")).status == 409:
            await asyncio.sleep(0.02)
    assert answer.status == 200


async def test_a_key_that_a_killed_service_held_can_be_used_when_its_time_is_over(
    namur: Town, service: Service
) -> None:
    await post(namur, "Ann", Idempotency_Key="a")
    await _as_if_killed(service)
    assert await problem(await post(namur, "Ann", Idempotency_Key="a")) == (
        409,
        "idempotency-in-progress",
    )
    await expire(service)
    assert (await post(namur, "Bob", Idempotency_Key="a")).status == 200


async def test_a_key_is_forgotten_when_its_document_is(namur: Town, service: Service) -> None:
    await post(namur, "Ann", Idempotency_Key="a")
    await expire(service)
    answer = await post(namur, "Bob", Idempotency_Key="a")
    assert answer.status == 200
    assert "Idempotent-Replayed" not in answer.headers
    assert len(blobs(service)) == 1


async def test_an_erased_document_is_not_made_again(namur: Town, service: Service) -> None:
    first = await post(namur, Idempotency_Key="a")
    address = first.headers["Content-Location"].removesuffix("/content")
    assert (await namur.ask("DELETE", address)).status == 204
    assert blobs(service) == []
    assert await problem(await post(namur, Idempotency_Key="a")) == (410, "document-erased")
    assert await problem(await post(namur, "Bob", Idempotency_Key="a")) == (
        409,
        "idempotency-conflict",
    )
    async with service.app[keys.DATABASE].read_all() as session:
        (row,) = await session.scalars(select(Document))
    assert (row.description, row.size, row.result_digest, row.order_digest) == ({}, 0, "", "")


async def test_a_key_may_be_a_string_of_structured_fields(namur: Town, service: Service) -> None:
    assert (await post(namur, Idempotency_Key="8e03-97")).status == 200
    again = await post(namur, Idempotency_Key='"8e03-97"')
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(service.rooms.converter.conversions) == 1


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "clé"])
async def test_what_cannot_be_a_key_is_refused(namur: Town, key: str) -> None:
    refused = await post(namur, Idempotency_Key=key)
    told = await refused.json()
    assert (refused.status, told["type"]) == (400, "/problems/request-invalid")
    assert (told["errors"][0]["where"], told["errors"][0]["field"]) == (
        "headers",
        "Idempotency-Key",
    )


async def test_the_files_of_a_kept_document_are_gone_too(service: Service, namur: Town) -> None:
    await post(namur, Idempotency_Key="a")
    await post(namur, Idempotency_Key="a")
    assert await service.cleared()


async def _as_if_killed(service: Service) -> None:
    """Leave the row as a service leaves it that is killed while it makes the document."""
    async with service.app[keys.DATABASE].write_all() as session:
        await session.execute(
            update(Document).values(
                state="claimed",
                result_digest="",
                description={},
                done_at=None,
                expires_at=now() + timedelta(minutes=5),
            )
        )
        assert await session.scalar(select(func.count(Document.id))) == 1
