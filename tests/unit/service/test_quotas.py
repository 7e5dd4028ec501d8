"""How much a tenant may ask for, make and keep; and that others are let alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientResponse
from greffier import keys
from greffier.access.errors import QuotaMet
from greffier.access.policy import Policy
from greffier.access.quotas import LIMITS, Quotas
from greffier.settings_sources import read_settings
from greffier.store.tables import Usage, now
from odt import odt, p
from unit.service.conftest import LETTER, ODT, Serve, Service
from unit.service.test_registry import FIRST, Town, town


async def check(town: Town) -> ClientResponse:
    """Ask for what is counted."""
    return await town.ask("POST", "/v1/checks", data=LETTER, headers={"Content-Type": ODT})


async def used(town: Town) -> dict[str, tuple[int | None, int]]:
    """What a tenant may use, and uses."""
    answer = await (await town.ask("GET", "/v1/limits")).json()
    return {each["name"]: (each["allowed"], each["used"]) for each in answer["limits"]}


async def limited(service: Service, slug: str, **policy: Any) -> Town:
    """Add a tenant with a policy."""
    found = await town(service, slug)
    await service.app[keys.TENANTS].change(slug, policy=policy)
    return found


async def refusal(answer: ClientResponse) -> tuple[int, str, str, int]:
    """Status, type and limit of a refusal, and the seconds to wait."""
    told = await answer.json()
    wait_s = int(answer.headers.get("Retry-After", 0))
    return answer.status, told["type"].removeprefix("/problems/"), told["limit"], wait_s


async def test_requests_a_minute_are_counted_for_each_tenant(serve: Serve) -> None:
    service = await serve(auth="required", tenant_requests_per_minute=2)
    namur, gent = await town(service, "namur"), await town(service, "gent")
    for _ in range(2):
        assert (await check(namur)).status == 200
    status, name, limit, wait_s = await refusal(await check(namur))
    assert (status, name, limit) == (429, "quota-met", "requests_per_minute")
    assert 50 < wait_s <= 60
    assert (await used(namur))["requests_per_minute"] == (2, 2)
    assert (await check(gent)).status == 200
    # What makes nothing is not counted.
    assert (await namur.ask("GET", "/v1/templates")).status == 200
    metrics = await service.client.get("/metrics", headers=namur.headers)
    assert metrics.status == 403
    assert (
        service.app[keys.METRICS]
        .exposition()
        .count(b'greffier_limits_met_total{limit="requests_per_minute"} 1.0')
    )


async def test_the_minute_moves_on(serve: Serve) -> None:
    service = await serve()
    clock = [1000.0]
    quotas = Quotas(
        service.app[keys.DATABASE], Policy(requests_per_minute=2), clock=lambda: clock[0]
    )
    for moment in (1000.0, 1030.0, 1060.0, 1090.0):
        clock[0] = moment
        async with quotas.admit("default"):
            pass
    clock[0] = 1110.0
    with pytest.raises(QuotaMet) as refused:
        async with quotas.admit("default"):
            pass
    assert refused.value.retry_after_s == 10


async def test_requests_in_flight_are_counted_until_they_are_answered(serve: Serve) -> None:
    service = await serve(auth="required", duration_s=0.5)
    namur = await limited(service, "namur", requests_in_flight=1)
    gent = await town(service, "gent")
    for each in (namur, gent):
        await each.create("permit")
        await each.send("permit", FIRST)
        await each.publish("permit", 1)
    first = asyncio.create_task(namur.render("permit", {"name": "A"}))
    async with asyncio.timeout(10):
        while (await used(namur))["requests_in_flight"] != (1, 1):
            await asyncio.sleep(0.01)
    second = await namur.render("permit", {"name": "A"})
    assert await refusal(second) == (429, "quota-met", "requests_in_flight", 1)
    assert (await gent.render("permit", {"name": "A"})).status == 200
    assert (await first).status == 200
    assert (await used(namur))["requests_in_flight"] == (1, 0)
    assert (await namur.render("permit", {"name": "A"})).status == 200


async def test_refused_requests_leave_no_trace_in_flight(serve: Serve) -> None:
    service = await serve(auth="required")
    namur = await limited(service, "namur", requests_in_flight=1)
    for _ in range(3):
        assert (await namur.ask("POST", "/v1/documents", json={})).status == 400
    assert (await used(namur))["requests_in_flight"] == (1, 0)


async def test_pages_of_a_day_hold_over_a_restart(serve: Serve) -> None:
    service = await serve(auth="required", tenant_pages_per_day=10)
    namur, gent = await town(service, "namur"), await town(service, "gent")
    async with service.app[keys.DATABASE].write("namur") as session:
        today = now().date().isoformat()
        for day, pages in ((today, 6), ("2020-01-01", 99)):
            session.add(Usage(day=day, template="permit", key="a", pages=pages))
        session.add(Usage(day=today, template="other", key="a", pages=3))
    assert (await used(namur))["pages_per_day"] == (10, 9)
    assert (await check(namur)).status == 200
    async with service.app[keys.DATABASE].write("namur") as session:
        session.add(Usage(day=today, template="third", key="a", pages=1))
    status, name, limit, wait_s = await refusal(await check(namur))
    assert (status, name, limit) == (429, "quota-met", "pages_per_day")
    assert 0 < wait_s <= 86_400
    assert (await check(gent)).status == 200


async def test_pages_that_are_made_are_counted(serve: Serve) -> None:
    service = await serve(auth="required")
    namur = await limited(service, "namur", pages_per_day=1)
    await namur.create("permit")
    await namur.send("permit", FIRST)
    await namur.publish("permit", 1)
    made = await namur.render("permit", {"name": "A"}, output={"format": "pdf"})
    assert made.headers["Greffier-Pages"] == "1"
    refused = await namur.render("permit", {"name": "A"}, output={"format": "pdf"})
    assert (await refusal(refused))[:3] == (429, "quota-met", "pages_per_day")


async def test_what_is_kept_has_a_limit(serve: Serve) -> None:
    service = await serve(auth="required")
    namur = await limited(service, "namur", stored_bytes=len(FIRST) + 1200)
    gent = await town(service, "gent")
    for each in (namur, gent):
        await each.create("permit")
        assert (await each.send("permit", FIRST)).status == 201
    assert (await used(namur))["stored_bytes"] == (len(FIRST) + 1200, len(FIRST))
    assert await refusal(await namur.send("permit", odt(p("x" * 3000)))) == (
        413,
        "store-quota-met",
        "stored_bytes",
        0,
    )
    assert (await gent.send("permit", odt(p("x" * 3000)))).status == 201
    versions = await (await namur.ask("GET", "/v1/templates/permit/versions")).json()
    assert len(versions["versions"]) == 1


async def test_documents_are_not_kept_where_there_is_no_room(serve: Serve) -> None:
    service = await serve(auth="required")
    namur = await town(service, "namur")
    await namur.create("permit")
    await namur.send("permit", FIRST)
    await namur.publish("permit", 1)
    await service.app[keys.TENANTS].change("namur", policy={"stored_bytes": len(FIRST)})
    service.app[keys.QUOTAS].forget("namur")
    body = {"template": "permit", "data": {"name": "A"}, "output": {"format": "odt"}}
    for header in ({"Accept": "application/json"}, {"Idempotency-Key": "a"}):
        refused = await namur.ask("POST", "/v1/documents", json=body, headers=header)
        assert (await refusal(refused))[:3] == (413, "store-quota-met", "stored_bytes")
    assert (await namur.ask("POST", "/v1/documents", json=body)).status == 200


async def test_a_policy_goes_before_the_settings_and_null_is_no_limit(serve: Serve) -> None:
    service = await serve(auth="required", tenant_requests_per_minute=1, tenant_stored_bytes=5)
    namur = await limited(service, "namur", requests_per_minute=None, pages_per_day=7)
    assert {name: allowed for name, (allowed, _) in (await used(namur)).items()} == {
        "requests_in_flight": None,
        "requests_per_minute": None,
        "pages_per_day": 7,
        "stored_bytes": 5,
    }
    for _ in range(3):
        assert (await check(namur)).status == 200


async def test_a_changed_policy_counts_at_once(serve: Serve) -> None:
    key = "operator-key-of-16"
    service = await serve(api_key=key)
    operator, namur = Town(service, key), await town(service, "namur")
    assert (await check(namur)).status == 200
    body = {"policy": {"requests_per_minute": 1}}
    assert (await operator.ask("PATCH", "/v1/tenants/namur", json=body)).status == 200
    assert (await check(namur)).status == 200
    assert (await check(namur)).status == 429


def test_every_limit_is_in_the_policy_and_the_settings() -> None:
    assert set(LIMITS) <= set(Policy.model_fields)
    given = {f"tenant_{name}": number for number, name in enumerate(LIMITS, 1)}
    limits = read_settings(given).tenant_limits
    assert limits == Policy(**{name: number for number, name in enumerate(LIMITS, 1)})
