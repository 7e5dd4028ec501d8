"""A tenant's webhooks, from ``POST /v1/webhooks`` to what its application receives."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from greffier import keys
from greffier.access.model import Role
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.tables import Delivery, now
from greffier.store.tables import Webhook as Row
from greffier.store.urls import database_url
from greffier.webhooks import endpoints, retrying
from greffier.webhooks.model import EVENTS, Failure, document_data
from sqlalchemy import func, select, update
from standardwebhooks import WebhookVerificationError
from unit.service import test_registry
from unit.service.conftest import Serve, Service
from unit.service.webhooks.receiver import Receiver

LOCAL = {"webhook_allow": "127.0.0.1", "webhook_http": True, "api_key": "k" * 20}
FINISHED = "document.finished"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry after hundredths of a second."""
    monkeypatch.setattr(retrying, "DELAYS_S", (0.01, 0.02, 0.03))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    await made.start()
    yield made
    await made.server.close()


class Town(test_registry.Town):
    """A tenant with a key, and its webhooks."""

    def __init__(self, service: Service, slug: str, key: str) -> None:
        super().__init__(service, key)
        self.slug = slug

    async def ask(self, method: str, path: str = "", **more: Any) -> ClientResponse:
        return await super().ask(method, f"/v1/webhooks{path}", **more)

    async def add(self, url: str, **more: Any) -> dict[str, Any]:
        answer = await self.ask("POST", json={"url": url, **more})
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
        assert answer.headers["Location"] == f"/v1/webhooks/{made['id']}"
        return made

    async def deliveries(self, webhook: str) -> list[dict[str, Any]]:
        answer = await self.ask("GET", f"/{webhook}/deliveries")
        found: list[dict[str, Any]] = (await answer.json())["deliveries"]
        return found

    async def ended(self, webhook: str) -> list[dict[str, Any]]:
        """Wait until nothing is to be sent any more."""
        async with asyncio.timeout(20):
            while True:
                found = await self.deliveries(webhook)
                if found and all(each["state"] != "waiting" for each in found):
                    return found
                await asyncio.sleep(0.02)

    async def announce(self, event: str = FINISHED, document: str = "d1") -> int:
        app = self.service.app
        async with app[keys.DATABASE].write(self.slug) as session:
            data = document_data(document, "done")
            return await app[keys.ANNOUNCER].announce(session, self.slug, event, data)


async def town(service: Service, slug: str, *roles: Role) -> Town:
    made = await test_registry.town(service, slug, *roles)
    return Town(service, slug, made.headers["Authorization"].removeprefix("Bearer "))


@pytest.fixture
async def service(serve: Serve) -> Service:
    return await serve(**LOCAL)


@pytest.fixture
async def namur(service: Service) -> Town:
    return await town(service, "namur")


async def test_an_event_arrives_signed(namur: Town, receiver: Receiver) -> None:
    webhook = await namur.add(receiver.url, description="ERP")
    assert await namur.announce() == 1
    await receiver.until(1)
    (call,) = receiver.calls
    told = call.verified(webhook["secret"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", told.pop("timestamp"))
    assert told == {
        "type": FINISHED,
        "data": {
            "id": "d1",
            "state": "done",
            "links": {"self": "/v1/documents/d1", "content": "/v1/documents/d1/content"},
        },
    }
    (delivery,) = await namur.ended(webhook["id"])
    assert delivery["id"] == call.id
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("delivered", 1, 204)
    assert (delivery["failure"], delivery["next_at"]) == (None, None)


async def test_a_receiver_that_fails_twice_gets_the_same_event_again(
    namur: Town, receiver: Receiver
) -> None:
    receiver.answers.extend((500, 302))
    webhook = await namur.add(receiver.url)
    await namur.announce()
    await receiver.until(3)
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
    assert {call.id for call in receiver.calls} == {delivery["id"]}
    assert len({call.body for call in receiver.calls}) == 1
    for call in receiver.calls:
        call.verified(webhook["secret"])


async def test_on_postgresql_it_is_no_different(
    postgres_url: str, serve: Serve, receiver: Receiver
) -> None:
    database = Database(database_url(postgres_url))
    await migrate(database)
    await database.close()
    namur = await town(await serve(**LOCAL, database_url=postgres_url), "namur")
    receiver.answers.extend((500, 500))
    webhook = await namur.add(receiver.url)
    await namur.announce()
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
    for call in receiver.calls:
        call.verified(webhook["secret"])


async def test_a_receiver_that_never_takes_it_is_left(namur: Town, receiver: Receiver) -> None:
    receiver.answers.extend([503] * 9)
    webhook = await namur.add(receiver.url)
    await namur.announce()
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("failed", 4, 503)
    assert len(receiver.calls) == 4
    # The next event is sent all the same.
    receiver.answers.clear()
    await namur.announce(document="d2")
    await receiver.until(5)


async def test_a_delivery_survives_a_restart(
    serve: Serve, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "DELAYS_S", (0.5,) * 3)
    receiver.answers.extend((500,))
    first = await serve(**LOCAL)
    namur = await town(first, "namur")
    webhook = await namur.add(receiver.url)
    await namur.announce()
    await receiver.until(1)
    async with asyncio.timeout(10):
        while (await namur.deliveries(webhook["id"]))[0]["attempts"] < 1:
            await asyncio.sleep(0.01)
    (waiting,) = await namur.deliveries(webhook["id"])
    assert (waiting["state"], waiting["status"]) == ("waiting", 500)
    assert waiting["next_at"] is not None
    await first.client.close()
    assert len(receiver.calls) == 1
    namur.service = await serve(**LOCAL)
    await receiver.until(2)
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    receiver.calls[1].verified(webhook["secret"])


async def test_no_town_is_told_anothers_events(service: Service, receiver: Receiver) -> None:
    towns = [await town(service, slug) for slug in ("ath", "binche", "ciney")]
    secrets = {}
    for each in towns:
        secrets[each.slug] = (await each.add(f"{receiver.url}/{each.slug}"))["secret"]
    for number in range(5):
        for each in towns:
            assert await each.announce(document=f"{each.slug}-{number}") == 1
    await receiver.until(15)
    seen = set()
    for call in receiver.calls:
        document = json.loads(call.body)["data"]["id"]
        slug = document.partition("-")[0]
        call.verified(secrets[slug])
        for other in secrets.keys() - {slug}:
            with pytest.raises(WebhookVerificationError):
                call.verified(secrets[other])
        seen.add(document)
    assert len(seen) == 15


async def test_what_is_rolled_back_is_not_told(namur: Town, receiver: Receiver) -> None:
    webhook = await namur.add(receiver.url)
    app = namur.service.app
    with pytest.raises(RuntimeError):
        async with app[keys.DATABASE].write("namur") as session:
            await app[keys.ANNOUNCER].announce(session, "namur", FINISHED, {"id": "x"})
            raise RuntimeError
    await namur.announce(document="d2")
    assert len(await namur.ended(webhook["id"])) == 1
    assert [json.loads(call.body)["data"]["id"] for call in receiver.calls] == ["d2"]


async def test_only_the_events_asked_for_are_told(namur: Town, receiver: Receiver) -> None:
    await namur.add(receiver.url, events=["document.failed"])
    assert await namur.announce(FINISHED) == 0
    assert await namur.announce("document.failed") == 1
    await receiver.until(1)


async def test_an_event_that_there_is_not_is_a_bug(namur: Town) -> None:
    with pytest.raises(KeyError):
        await namur.announce("document.finnished")


async def test_gone_ends_the_webhook(namur: Town, receiver: Receiver) -> None:
    receiver.answers.append(410)
    webhook = await namur.add(receiver.url)
    await namur.announce()
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("failed", 1, 410)
    (listed,) = (await (await namur.ask("GET")).json())["webhooks"]
    assert listed["disabled_at"] is not None
    assert await namur.announce() == 0
    answer = await namur.ask("POST", f"/{webhook['id']}/test")
    assert (answer.status, (await answer.json())["type"]) == (409, "/problems/webhook-disabled")
    assert len(receiver.calls) == 1


async def test_what_waits_for_a_receiver_that_is_gone_is_not_sent(
    namur: Town, receiver: Receiver
) -> None:
    receiver.answers.extend((500, 410))
    webhook = await namur.add(receiver.url)
    await namur.announce(document="d1")
    await receiver.until(1)
    async with namur.service.app[keys.DATABASE].write("namur") as session:
        await session.execute(update(Row).values(disabled_at=now()))
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["failure"]) in [
        ("failed", "disabled"),
        ("failed", None),  # the second attempt was under way already
    ]


async def test_both_secrets_sign_for_a_day(namur: Town, receiver: Receiver) -> None:
    webhook = await namur.add(receiver.url)
    answer = await namur.ask("POST", f"/{webhook['id']}/rotate")
    assert answer.headers["Cache-Control"] == "no-store"
    new, old = (await answer.json())["secret"], webhook["secret"]
    assert new != old
    await namur.announce()
    await receiver.until(1)
    assert receiver.calls[0].verified(new) == receiver.calls[0].verified(old)
    async with namur.service.app[keys.DATABASE].write("namur") as session:
        await session.execute(update(Row).values(rotated_at=now() - endpoints.BOTH_SIGN))
    await namur.announce()
    await receiver.until(2)
    receiver.calls[1].verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.calls[1].verified(old)


async def test_rotating_twice_ends_the_first_secret_at_once(
    namur: Town, receiver: Receiver
) -> None:
    webhook = await namur.add(receiver.url)
    for _ in range(2):
        await namur.ask("POST", f"/{webhook['id']}/rotate")
    await namur.announce()
    await receiver.until(1)
    with pytest.raises(WebhookVerificationError):
        receiver.calls[0].verified(webhook["secret"])


async def test_a_webhook_can_be_tried(namur: Town, receiver: Receiver) -> None:
    webhook = await namur.add(receiver.url, events=["document.failed"])
    answer = await namur.ask("POST", f"/{webhook['id']}/test")
    assert answer.status == 202
    delivery = await answer.json()
    await receiver.until(1)
    told = receiver.calls[0].verified(webhook["secret"])
    assert (told["type"], told["data"]) == ("webhook.test", {"webhook": webhook["id"]})
    assert receiver.calls[0].id == delivery["id"]


async def test_a_secret_is_shown_once(namur: Town, receiver: Receiver) -> None:
    made = await namur.add(receiver.url)
    secret = made.pop("secret")
    for path in ("", f"/{made['id']}", f"/{made['id']}/deliveries"):
        assert secret not in await (await namur.ask("GET", path)).text()
    assert await (await namur.ask("GET", f"/{made['id']}")).json() == made
    assert (await (await namur.ask("GET")).json()) == {"webhooks": [made]}


async def test_a_removed_webhook_is_called_no_more(namur: Town, receiver: Receiver) -> None:
    receiver.answers.extend([500] * 9)
    webhook = await namur.add(receiver.url)
    await namur.announce()
    await receiver.until(1)
    assert (await namur.ask("DELETE", f"/{webhook['id']}")).status == 204
    calls = len(receiver.calls)
    await asyncio.sleep(0.3)
    assert len(receiver.calls) <= calls + 1  # one may have been under way
    assert (await namur.ask("GET", f"/{webhook['id']}")).status == 404
    assert await namur.announce() == 0


async def test_old_deliveries_are_forgotten(namur: Town, receiver: Receiver) -> None:
    webhook = await namur.add(receiver.url)
    await namur.announce()
    await namur.ended(webhook["id"])
    async with namur.service.app[keys.DATABASE].write("namur") as session:
        await session.execute(update(Delivery).values(ended_at=now() - timedelta(days=31)))
    await namur.announce(document="d2")
    await receiver.until(2)
    await namur.ended(webhook["id"])
    async with namur.service.app[keys.DATABASE].read("namur") as session:
        assert await session.scalar(select(func.count(Delivery.id))) == 1


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.2/", "https://169.254.169.254/", "ftp://x/", "https://u:p@example.org/"],
)
async def test_an_address_that_may_not_be_called_is_refused(namur: Town, url: str) -> None:
    answer = await namur.ask("POST", json={"url": url})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (422, "/problems/webhook-target-refused")
    assert "127.0.0.2" not in problem["detail"]
    assert (await (await namur.ask("GET")).json())["webhooks"] == []


async def test_an_address_that_may_not_be_called_any_more_is_not(
    serve: Serve, receiver: Receiver
) -> None:
    """What an operator allowed once counts no longer after a restart without it."""
    first = await serve(**LOCAL)
    namur = await town(first, "namur")
    webhook = await namur.add(receiver.url)
    await first.client.close()
    namur.service = await serve(**{**LOCAL, "webhook_allow": ""})
    await namur.announce()
    (delivery,) = await namur.ended(webhook["id"])
    assert (delivery["state"], delivery["failure"]) == ("failed", "target-refused")
    assert receiver.calls == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": "https://1.1.1.1/" + "x" * 3000},
        {"url": "https://1.1.1.1/", "events": ["document.lost"]},
        {"url": "https://1.1.1.1/", "secret": "whsec_x"},
        {"url": "https://1.1.1.1/", "description": "a\nb"},
        {"url": 7},
    ],
)
async def test_mistakes_are_refused_by_name(namur: Town, body: dict[str, Any]) -> None:
    answer = await namur.ask("POST", json=body)
    assert (answer.status, (await answer.json())["type"]) == (400, "/problems/request-invalid")


async def test_a_tenant_may_have_twenty(
    namur: Town, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "MOST", 2)
    for _ in range(2):
        await namur.add(receiver.url)
    answer = await namur.ask("POST", json={"url": receiver.url})
    assert (answer.status, (await answer.json())["type"]) == (409, "/problems/too-many-webhooks")


async def test_another_tenants_webhook_is_not_there(service: Service, receiver: Receiver) -> None:
    namur, gent = await town(service, "namur"), await town(service, "gent")
    webhook = (await namur.add(receiver.url))["id"]
    for method, path in [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
    ]:
        answer = await gent.ask(method, f"/{webhook}{path}")
        assert (answer.status, (await answer.json())["type"]) == (
            404,
            "/problems/webhook-not-found",
        )
    assert (await (await gent.ask("GET")).json())["webhooks"] == []
    assert (await namur.ask("GET", f"/{webhook}")).status == 200


@pytest.mark.parametrize("id", ["%00", "x", "%F0%9F%98%80", "0" * 999, "%ED%A0%80"])
async def test_an_id_that_is_none_is_not_there(namur: Town, id: str) -> None:
    assert (await namur.ask("GET", f"/{id}")).status == 404


async def test_only_who_operates_may(service: Service) -> None:
    designer = await town(service, "namur", Role.DESIGN, Role.RENDER)
    assert (await designer.ask("GET")).status == 403
    assert (await designer.ask("POST", json={"url": "https://1.1.1.1/"})).status == 403


async def test_calls_are_measured(namur: Town, receiver: Receiver) -> None:
    receiver.answers.append(500)
    webhook = await namur.add(receiver.url)
    await namur.announce()
    await namur.ended(webhook["id"])
    headers = {"Authorization": f"Bearer {LOCAL['api_key']}"}
    text = await (await namur.service.client.get("/metrics", headers=headers)).text()
    assert 'greffier_webhook_calls_total{outcome="500"} 1.0' in text
    assert 'greffier_webhook_calls_total{outcome="delivered"} 1.0' in text


async def test_what_is_done_to_webhooks_is_recorded(namur: Town, receiver: Receiver) -> None:
    webhook = (await namur.add(receiver.url))["id"]
    await namur.ask("POST", f"/{webhook}/rotate")
    await namur.ask("POST", f"/{webhook}/test")
    await namur.ask("DELETE", f"/{webhook}")
    await namur.ask("DELETE", f"/{webhook}")
    answer = await namur.service.client.get("/v1/audit", headers=namur.headers)
    records = (await answer.json())["records"]
    assert [(each["action"], each["subject"], each["outcome"]) for each in records[::-1]] == [
        ("webhooks.create", webhook, "ok"),
        ("webhooks.rotate", webhook, "ok"),
        ("webhooks.test", webhook, "ok"),
        ("webhooks.remove", webhook, "ok"),
        ("webhooks.remove", webhook, "webhook-not-found"),
    ]
    assert receiver.url not in await answer.text()


def test_events_and_failures_are_documented() -> None:
    page = (Path(__file__).parents[4] / "docs/callers/webhooks.md").read_text()
    for name, meaning in EVENTS.items():
        assert f"| `{name}` | {meaning} |" in page
    for failure in Failure:
        assert f"`{failure}`" in page
