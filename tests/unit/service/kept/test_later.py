"""Documents that are accepted now and made by a job."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import make_mocked_request
from greffier import keys
from greffier.handlers.wishes import Manner, wish_of
from greffier.kept.storing import Storing
from greffier.store.tables import Audit, Delivery, Usage, Webhook
from greffier_converters.model import Lane
from odt import PNG, field, link, odt, p, picture
from sqlalchemy import func, select
from unit.service.conftest import LETTER, ODT, Serve, Service
from unit.service.kept.conftest import blobs, post
from unit.service.kept.test_kept_documents import JSON
from unit.service.test_registry import FIRST, SECOND, Town, problem, town

ASYNC = {"Prefer": "respond-async"}


async def ended(asker: Town, address: str) -> dict[str, Any]:
    """Wait until a document is made, or cannot be; gives its description."""
    async with asyncio.timeout(30):
        while True:
            told: dict[str, Any] = await (await asker.ask("GET", address)).json()
            if told["state"] not in ("waiting", "running"):
                return told
            await asyncio.sleep(0.02)


async def test_an_accepted_document_is_made_as_it_would_have_been_at_once(namur: Town) -> None:
    at_once = await post(namur)
    answer = await post(namur, **ASYNC)
    told = await answer.json()
    assert answer.status == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert int(answer.headers["Retry-After"]) >= 1
    assert told["state"] in ("waiting", "running")
    assert told["expires_at"] is None
    told = await ended(namur, answer.headers["Location"])
    assert (told["state"], told["pages"], told["filename"]) == ("done", 1, "letter.pdf")
    made = await namur.ask("GET", told["links"]["content"])
    assert await made.read() == await at_once.read()
    assert made.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]


async def test_its_work_waits_behind_that_of_people(namur: Town, service: Service) -> None:
    answer = await post(namur, **ASYNC)
    await ended(namur, answer.headers["Location"])
    await post(namur)
    assert service.rooms.converter.lanes == [Lane.BATCH, Lane.INTERACTIVE]
    later, at_once = (each.lane for each in service.rooms.renderer.callers[::2])
    assert (later, at_once) == (Lane.BATCH, Lane.INTERACTIVE)


async def test_the_order_is_erased_when_it_is_done(namur: Town, service: Service) -> None:
    answer = await post(namur, **ASYNC)
    await ended(namur, answer.headers["Location"])
    async with asyncio.timeout(10):
        while [path.parent.name for path in blobs(service)] != ["results"]:
            await asyncio.sleep(0.01)
    assert await service.cleared()


async def test_all_that_a_form_brings_is_there_when_the_job_runs(namur: Town) -> None:
    form = FormData()
    request = '{"data": {"name": "Ann"}, "output": {"format": "odt"}}'
    form.add_field("request", request, content_type="application/json")
    host = odt(p(link('include="head"')), p(picture("py3o.staticimage.seal")), p(field("name")))
    form.add_field("template", host, filename="t.odt", content_type=ODT)
    form.add_field("block-head", odt(p("of the block")), filename="head.odt", content_type=ODT)
    form.add_field("seal", PNG, filename="seal.png")
    answer = await namur.ask("POST", "/v1/documents", data=form, headers=ASYNC)
    told = await ended(namur, answer.headers["Location"])
    assert told["state"] == "done", told
    content = await (await namur.ask("GET", told["links"]["content"])).read()
    assert b"of the block".hex().encode() in content
    assert told["warnings"] == []


async def test_a_conversion_can_be_made_later_too(namur: Town) -> None:
    form = FormData()
    form.add_field("file", LETTER, filename="t.odt")
    answer = await namur.ask("POST", "/v1/conversions", data=form, headers=ASYNC)
    assert answer.status == 202
    assert (await ended(namur, answer.headers["Location"]))["filename"] == "document.pdf"


async def test_the_version_counts_that_was_live_when_the_order_was_accepted(
    namur: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (FIRST, SECOND):
        await namur.create("permit")
        await namur.send("permit", content)
    await namur.publish("permit", 1)
    gate = asyncio.Event()
    make = service.app[keys.PRESS].make_document

    async def held(*args: Any, **named: Any) -> Any:
        if named["caller"].lane is Lane.BATCH:  # publishing makes documents too
            await gate.wait()
        return await make(*args, **named)

    monkeypatch.setattr(service.app[keys.PRESS], "make_document", held)
    request = {"template": "permit", "data": {"name": "Ann"}, "output": {"format": "odt"}}
    answers = []
    for version in (2, 1):  # the one that is live then is not the one accepted with
        answer = await namur.ask("POST", "/v1/documents", json=request, headers=ASYNC)
        answers.append(answer.headers["Location"])
        await namur.publish("permit", version)
    gate.set()
    told = [await ended(namur, address) for address in answers]
    assert [each["template"] for each in told] == ["permit@1", "permit@2"]


async def test_mistakes_are_told_before_anything_is_accepted(namur: Town, service: Service) -> None:
    request = {"template": "not-yet", "data": {}}
    refused = await namur.ask("POST", "/v1/documents", json=request, headers=ASYNC)
    assert await problem(refused) == (404, "template-not-found")
    refused = await namur.ask("POST", "/v1/documents", json={"dat": {}}, headers=ASYNC)
    assert await problem(refused) == (400, "request-invalid")
    assert blobs(service) == []
    assert (await (await namur.ask("GET", "/v1/documents")).json())["documents"] == []


async def test_what_goes_wrong_later_is_told_in_the_description(
    namur: Town, service: Service
) -> None:
    broken = odt(p(field("name.")))
    answer = await post(namur, template=broken, Accept_Language="fr", **ASYNC)
    told = await ended(namur, answer.headers["Location"])
    assert told["state"] == "failed"
    assert told["problem"]["type"] == "/problems/template-invalid"
    assert told["problem"]["errors"][0]["where"]
    assert told["expires_at"] is not None
    again = await namur.ask("GET", f"{answer.headers['Location']}/content")
    assert await problem(again) == (409, "document-failed")
    async with asyncio.timeout(10):
        while blobs(service):
            await Storing(service.app[keys.DATABASE], service.app[keys.BLOBS]).sweep()


async def test_a_document_that_is_not_made_yet_cannot_be_fetched(serve: Serve) -> None:
    service = await serve(duration_s=30)
    namur = await town(service, "namur")
    answer = await post(namur, **ASYNC)
    refused = await namur.ask("GET", f"{answer.headers['Location']}/content")
    assert await problem(refused) == (409, "document-not-ready")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (await namur.ask("DELETE", answer.headers["Location"])).status == 204


async def test_erasing_stops_what_is_being_made(serve: Serve) -> None:
    service = await serve(duration_s=1)
    namur = await town(service, "namur")
    answer = await post(namur, **ASYNC)
    async with asyncio.timeout(20):
        while not service.rooms.converter.conversions:
            await asyncio.sleep(0.01)
    assert (await namur.ask("DELETE", answer.headers["Location"])).status == 204
    assert blobs(service) == []
    assert await problem(await namur.ask("GET", answer.headers["Location"])) == (
        404,
        "document-not-found",
    )
    await asyncio.sleep(1.5)
    assert blobs(service) == []
    assert await service.cleared()


async def test_the_same_order_is_accepted_once(namur: Town, service: Service) -> None:
    first = await post(namur, Idempotency_Key="a", **ASYNC)
    again = await post(namur, Idempotency_Key="a", **ASYNC)
    assert (first.status, again.status) == (202, 202)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    await ended(namur, first.headers["Location"])
    assert (await post(namur, Idempotency_Key="a", **ASYNC)).status == 202
    assert len(service.rooms.converter.conversions) == 1
    refused = await post(namur, Idempotency_Key="a", Accept=JSON)
    assert await problem(refused) == (409, "idempotency-conflict")


async def test_of_many_orders_at_once_exactly_one_is_accepted(
    namur: Town, service: Service
) -> None:
    answers = await asyncio.gather(*(post(namur, Idempotency_Key="a", **ASYNC) for _ in range(12)))
    accepted = {each.headers["Location"] for each in answers if each.status == 202}
    assert len(accepted) == 1
    assert {each.status for each in answers} <= {202, 409}
    await ended(namur, accepted.pop())
    assert len(service.rooms.converter.conversions) == 1


@pytest.mark.parametrize(
    ("prefer", "later"),
    [
        ("respond-async", True),
        ("return=minimal, Respond-Async; x=1", True),
        ("respond-async, wait=10", True),
        ("return=representation", False),
        ('x="respond-async"', False),
        ("", False),
    ],
)
def test_the_preference_is_found_among_others(prefer: str, later: bool) -> None:
    request = make_mocked_request("POST", "/v1/documents", headers={"Prefer": prefer})
    assert (wish_of(request).manner is Manner.LATER) is later


async def test_what_is_made_later_is_recorded_and_counted_once(
    namur: Town, service: Service
) -> None:
    answer = await post(namur, Idempotency_Key="a", **ASYNC)
    await post(namur, Idempotency_Key="a", **ASYNC)
    bad = await post(namur, template=odt(p(field("name."))), **ASYNC)
    await post(namur, Idempotency_Key="b")
    await post(namur, Idempotency_Key="b")
    for each in (answer, bad):
        await ended(namur, each.headers["Location"])
    async with asyncio.timeout(10):
        while len(made := await _made(service)) < 2:
            await asyncio.sleep(0.02)
    ids = [each.headers["Location"].rpartition("/")[2] for each in (answer, bad)]
    assert made == {ids[0]: ("ok", 1, "all"), ids[1]: ("template-invalid", None, "all")}
    async with service.app[keys.DATABASE].read_all() as session:
        used = await session.execute(
            select(func.sum(Usage.documents), func.sum(Usage.failures)).where(
                Usage.tenant == "namur"
            )
        )
    assert tuple(used.one()) == (2, 1)


async def _made(service: Service) -> dict[str, tuple[str, int | None, str]]:
    """What is recorded of documents that were made later."""
    async with service.app[keys.DATABASE].read_all() as session:
        rows = await session.scalars(select(Audit).where(Audit.action == "documents.make"))
        return {row.request_id: (row.outcome, row.pages, row.key) for row in rows}


async def test_webhooks_are_told_of_the_end(namur: Town, service: Service) -> None:
    database = service.app[keys.DATABASE]
    async with database.write("namur") as session:
        session.add(Webhook(id="w", url="https://example.org/", secrets=["whsec_x"]))
    good = await post(namur, **ASYNC)
    bad = await post(namur, template=odt(p(field("name."))), **ASYNC)
    for answer in (good, bad):
        await ended(namur, answer.headers["Location"])
    async with database.read("namur") as session:
        rows = list(await session.scalars(select(Delivery)))
    told = {row.event: row.payload["data"]["links"]["self"] for row in rows}
    assert told == {
        "document.finished": good.headers["Location"],
        "document.failed": bad.headers["Location"],
    }
