"""Documents that are described, fetched later, listed, erased, and expire."""

from __future__ import annotations

from typing import Any

import pytest
from greffier import keys
from greffier.access.model import Role
from greffier.access.policy import PolicyRefused
from greffier_converters.errors import StorageFull
from unit.service.conftest import Serve, Service
from unit.service.kept.conftest import blobs, post
from unit.service.test_registry import Town, problem, town

JSON = "application/json"


async def described(asker: Town, name: str = "Ann") -> dict[str, Any]:
    """Have a letter kept; gives its description."""
    answer = await post(asker, name, Accept=JSON)
    assert answer.status == 201, await answer.text()
    told: dict[str, Any] = await answer.json()
    return told


async def test_a_description_says_what_was_made_and_where_it_is(namur: Town) -> None:
    answer = await post(namur, Accept=JSON)
    told = await answer.json()
    assert answer.status == 201
    assert answer.headers["Location"] == f"/v1/documents/{told['id']}" == told["links"]["self"]
    assert (told["state"], told["media_type"], told["pages"]) == ("done", "application/pdf", 1)
    assert (told["filename"], told["warnings"]) == ("letter.pdf", [])
    assert set(told["timings_ms"]) == {"queue", "fill", "convert", "finish"}
    assert told["provenance"]["data_digest"].startswith("sha256:")
    assert told["created_at"] <= told["done_at"] < told["expires_at"]
    again = await namur.ask("GET", told["links"]["self"])
    assert await again.json() == told


async def test_the_bytes_come_as_they_would_have_at_once(namur: Town) -> None:
    at_once = await post(namur)
    told = await described(namur)
    answer = await namur.ask("GET", told["links"]["content"])
    assert answer.status == 200
    content = await answer.read()
    assert content == await at_once.read()
    assert len(content) == told["size"] == int(answer.headers["Content-Length"])
    for name in ("Content-Type", "Content-Disposition", "Greffier-Pages", "Greffier-Warnings"):
        assert answer.headers[name] == at_once.headers[name]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_unchanged_bytes_are_not_sent_again(namur: Town) -> None:
    told = await described(namur)
    tag = (await namur.ask("GET", told["links"]["content"])).headers["ETag"]
    again = await namur.ask("GET", told["links"]["content"], headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_direct_answer_is_not_kept(namur: Town, service: Service) -> None:
    assert (await post(namur)).status == 200
    assert blobs(service) == []
    assert (await (await namur.ask("GET", "/v1/documents")).json())["documents"] == []


async def test_erasing_takes_effect_at_once(namur: Town, service: Service) -> None:
    told, other = await described(namur), await described(namur)
    assert len(blobs(service)) == 2
    assert (await namur.ask("DELETE", told["links"]["self"])).status == 204
    assert len(blobs(service)) == 1
    for method, address in (
        ("GET", told["links"]["self"]),
        ("GET", told["links"]["content"]),
        ("DELETE", told["links"]["self"]),
    ):
        assert await problem(await namur.ask(method, address)) == (404, "document-not-found")
    assert (await namur.ask("GET", other["links"]["content"])).status == 200


async def test_no_other_town_sees_or_erases_a_document(namur: Town, gent: Town) -> None:
    told = await described(namur)
    for method, address in (
        ("GET", told["links"]["self"]),
        ("GET", told["links"]["content"]),
        ("DELETE", told["links"]["self"]),
    ):
        assert await problem(await gent.ask(method, address)) == (404, "document-not-found")
    assert (await (await gent.ask("GET", "/v1/documents")).json())["documents"] == []
    assert (await namur.ask("GET", told["links"]["content"])).status == 200


async def test_the_list_goes_page_by_page_the_newest_first(namur: Town) -> None:
    made = [(await described(namur))["id"] for _ in range(3)]
    page = await (await namur.ask("GET", "/v1/documents?limit=2")).json()
    assert [each["id"] for each in page["documents"]] == [made[2], made[1]]
    rest = await namur.ask("GET", f"/v1/documents?limit=2&state=done&after={page['next']}")
    assert [each["id"] for each in (await rest.json())["documents"]] == [made[0]]
    none = await (await namur.ask("GET", "/v1/documents?state=failed")).json()
    assert none == {"documents": [], "next": None}


async def test_an_application_lists_its_own_documents_only(namur: Town, service: Service) -> None:
    clerk = await town(service, "namur", Role.RENDER)
    mine, theirs = await described(clerk), await described(namur)
    listed = await (await clerk.ask("GET", "/v1/documents")).json()
    assert [each["id"] for each in listed["documents"]] == [mine["id"]]
    listed = await (await namur.ask("GET", "/v1/documents")).json()  # its key may operate
    assert [each["id"] for each in listed["documents"]] == [theirs["id"], mine["id"]]


async def test_what_has_expired_is_gone_and_then_erased(namur: Town, service: Service) -> None:
    told = await described(namur)
    await expire(service)
    answer = await namur.ask("GET", told["links"]["content"])
    assert await problem(answer) == (404, "document-not-found")
    assert (await (await namur.ask("GET", "/v1/documents")).json())["documents"] == []
    assert await service.app[keys.KEPT].sweep() == 1
    assert blobs(service) == []
    assert await service.app[keys.KEPT].sweep() == 0


async def test_a_service_erases_at_its_start_what_expired_while_it_was_down(serve: Serve) -> None:
    import asyncio

    first = await serve()
    await described(await town(first, "namur"))
    await expire(first)
    await first.client.close()
    second = await serve()
    async with asyncio.timeout(10):
        while blobs(second):
            await asyncio.sleep(0.01)


async def test_a_town_keeps_documents_for_as_long_as_it_wants(
    namur: Town, gent: Town, service: Service
) -> None:
    from datetime import datetime

    await service.app[keys.TENANTS].change("namur", policy={"result_ttl_s": 3600})
    for asker, seconds in ((namur, 3600), (gent, 86400)):
        told = await described(asker)
        ends = [datetime.fromisoformat(told[name]) for name in ("done_at", "expires_at")]
        assert (ends[1] - ends[0]).total_seconds() == seconds
    with pytest.raises(PolicyRefused, match=r"result_ttl_s: .*; results: .*There are: result_ttl"):
        await service.app[keys.TENANTS].change("gent", policy={"result_ttl_s": 1, "results": 2})


async def test_nothing_is_kept_when_there_is_no_room(
    namur: Town, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StorageFull("No room is left where stored files lie.")

    with monkeypatch.context() as patched:
        patched.setattr(service.app[keys.BLOBS], "put", full)
        refused = await post(namur, Accept=JSON, Idempotency_Key="a")
        assert await problem(refused) == (507, "storage-full")
    assert (await (await namur.ask("GET", "/v1/documents")).json())["documents"] == []
    assert (await post(namur, Accept=JSON, Idempotency_Key="a")).status == 201


async def expire(service: Service) -> None:
    """Let the time of all documents be over."""
    from datetime import timedelta

    from greffier.store.tables import Document, now
    from sqlalchemy import update

    async with service.app[keys.DATABASE].write_all() as session:
        await session.execute(update(Document).values(expires_at=now() - timedelta(seconds=1)))
