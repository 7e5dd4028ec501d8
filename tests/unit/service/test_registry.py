"""Templates of a tenant over HTTP: sent, checked, published, rendered, gone back to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData
from greffier import keys
from greffier.access.model import Role
from odt import field, link, odt, p
from unit.service.conftest import ODT, Serve, Service

FIRST, SECOND = odt(p("Dear ", field("name"))), odt(p("Hello ", field("name")))
BROKEN = odt(p(field("name.")))


class Town:
    """A tenant with a key for everything."""

    def __init__(self, service: Service, key: str) -> None:
        self.service, self.headers = service, {"Authorization": f"Bearer {key}"}

    async def ask(self, method: str, path: str, **more: Any) -> ClientResponse:
        """Send a request with the tenant's key."""
        headers = {**self.headers, **more.pop("headers", {})}
        return await self.service.client.request(method, path, headers=headers, **more)

    async def create(self, slug: str, **more: Any) -> ClientResponse:
        """Make a template."""
        return await self.ask("POST", "/v1/templates", json={"slug": slug, **more})

    async def send(
        self, slug: str, content: bytes, *, schema: bytes | None = None, **said: Any
    ) -> ClientResponse:
        """Send a version."""
        form = FormData()
        if schema is not None:
            form.add_field("schema", schema, filename="schema.json")
        form.add_field("template", content, filename="t.odt", content_type=ODT)
        form.add_field("request", json.dumps(said), content_type="application/json")
        return await self.ask("POST", f"/v1/templates/{slug}/versions", data=form)

    async def publish(self, slug: str, version: int) -> ClientResponse:
        """Publish a version."""
        body = {"version": version}
        return await self.ask("POST", f"/v1/templates/{slug}/publish", json=body)

    async def render(self, template: str, data: Mapping[str, Any], **more: Any) -> ClientResponse:
        """Make an ODT, which the fake converter passes through."""
        body = {"template": template, "data": data, "output": {"format": "odt"}, **more}
        return await self.ask("POST", "/v1/documents", json=body)


async def town(service: Service, slug: str, *roles: Role) -> Town:
    """Add a tenant."""
    app = service.app
    if slug not in [each.slug for each in await app[keys.TENANTS].list()]:
        await app[keys.TENANTS].add(slug)
    name = "-".join(roles) or "all"
    _, text = await app[keys.API_KEYS].make(slug, name, roles or list(Role))
    return Town(service, text)


@pytest.fixture
async def namur(serve: Serve) -> Town:
    """A town of a service with keys."""
    return await town(await serve(auth="required"), "namur")


async def problem(answer: ClientResponse) -> tuple[int, str]:
    """Status and name of a refusal."""
    told = await answer.json()
    return answer.status, told["type"].removeprefix("/problems/")


async def test_a_template_goes_live_and_is_rendered(namur: Town) -> None:
    assert (await namur.create("permit", title="Permis")).status == 201
    sent = await namur.send("permit", FIRST, note="first")
    version = await sent.json()
    assert (sent.status, version["number"], version["state"]) == (201, 1, "checked")
    assert sent.headers["Location"] == "/v1/templates/permit/versions/1"

    assert await problem(await namur.render("permit", {"name": "Ann"})) == (
        404,
        "template-not-found",
    )
    published = await (await namur.publish("permit", 1)).json()
    assert published["state"] == "published"
    answer = await namur.render("permit", {"name": "Ann"})
    assert answer.status == 200
    assert answer.headers["Greffier-Template"] == "permit@1"
    assert b"Dear Ann".hex().encode() in await answer.read()


async def test_going_back_takes_one_call(namur: Town) -> None:
    await namur.create("permit")
    for number, content in enumerate((FIRST, SECOND), 1):
        await namur.send("permit", content)
        await namur.publish("permit", number)
    assert (await namur.render("permit", {"name": "A"})).headers["Greffier-Template"] == "permit@2"
    assert (await namur.publish("permit", 1)).status == 200
    assert (await namur.render("permit", {"name": "A"})).headers["Greffier-Template"] == "permit@1"
    versions = await (await namur.ask("GET", "/v1/templates/permit/versions")).json()
    assert [each["state"] for each in versions["versions"]] == ["replaced", "published"]


async def test_the_designers_bytes_come_back_exactly(namur: Town) -> None:
    await namur.create("permit")
    await namur.send("permit", FIRST)
    answer = await namur.ask("GET", "/v1/templates/permit/versions/1/content")
    assert await answer.read() == FIRST


async def test_a_version_with_mistakes_does_not_go_live(namur: Town) -> None:
    await namur.create("permit")
    await namur.send("permit", FIRST)
    await namur.publish("permit", 1)
    sent = await (await namur.send("permit", BROKEN)).json()
    assert (sent["state"], sent["errors"]) == ("draft", 1)
    refused = await namur.publish("permit", 2)
    told = await refused.json()
    assert (refused.status, told["type"]) == (409, "/problems/version-not-publishable")
    assert told["errors"][0]["code"]
    assert (await namur.render("permit", {"name": "A"})).headers["Greffier-Template"] == "permit@1"


async def test_a_version_can_be_named(namur: Town) -> None:
    await namur.create("permit")
    for number, content in enumerate((FIRST, SECOND), 1):
        await namur.send("permit", content)
        await namur.publish("permit", number)
    answer = await namur.render("permit", {"name": "A"}, version=1)
    assert answer.headers["Greffier-Template"] == "permit@1"
    assert await problem(await namur.render("permit", {}, version=3)) == (404, "version-not-found")


async def test_only_designers_render_drafts(namur: Town) -> None:
    await namur.create("permit")
    await namur.send("permit", FIRST)
    clerk = await town(namur.service, "namur", Role.RENDER)
    assert (await namur.render("permit", {"name": "A"}, version=1)).status == 200
    assert await problem(await clerk.render("permit", {"name": "A"}, version=1)) == (
        404,
        "version-not-found",
    )


async def test_a_block_of_the_town_goes_before_that_of_commons(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    gent = await town(namur.service, "gent")
    host = odt(p(link('include="letterhead"')), p("body"))
    for each, text in ((commons, "of all"), (namur, "of Namur")):
        await each.create("letterhead", kind="block")
        await each.send("letterhead", odt(p(text)))
        assert (await each.publish("letterhead", 1)).status == 200
    await commons.create("receipt")
    await commons.send("receipt", host)
    assert (await commons.publish("receipt", 1)).status == 200
    for each, text in ((gent, "of all"), (namur, "of Namur")):
        answer = await each.render("commons/receipt", {})
        assert answer.status == 200, await answer.text()
        assert answer.headers["Greffier-Template"] == "commons/receipt@1"
        assert text.encode().hex().encode() in await answer.read()


async def test_names_are_found_without_accents_and_page_by_page(namur: Town) -> None:
    for slug, title in (("a", "Délibération du conseil"), ("b", "Accusé"), ("c", "Conseil")):
        await namur.create(slug, title=title, tags=["Éte"] if slug == "b" else [])
    found = await (await namur.ask("GET", "/v1/templates?search=CONSEIL%20deliberation")).json()
    assert [each["slug"] for each in found["templates"]] == ["a"]
    found = await (await namur.ask("GET", "/v1/templates?search=ete")).json()
    assert [each["slug"] for each in found["templates"]] == ["b"]
    page = await (await namur.ask("GET", "/v1/templates?limit=2")).json()
    assert ([each["slug"] for each in page["templates"]], page["next"]) == (["a", "b"], "b")
    page = await (await namur.ask("GET", "/v1/templates?limit=2&after=b")).json()
    assert ([each["slug"] for each in page["templates"]], page["next"]) == (["c"], None)


async def test_a_name_is_taken_once(namur: Town) -> None:
    await namur.create("permit")
    assert await problem(await namur.create("permit")) == (409, "template-exists")
    gent = await town(namur.service, "gent")
    assert (await gent.create("permit")).status == 201


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "serch=a", "limit=1&limit=2"])
async def test_wrong_parameters_are_refused_by_name(namur: Town, query: str) -> None:
    answer = await namur.ask("GET", f"/v1/templates?{query}")
    told = await answer.json()
    assert (answer.status, told["errors"][0]["where"]) == (400, "query")
    assert told["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("roles", "method", "path", "allowed"),
    [
        ([Role.RENDER], "POST", "/v1/templates", False),
        ([Role.RENDER], "GET", "/v1/templates", True),
        ([Role.DESIGN], "GET", "/v1/templates", True),
        ([Role.OPERATE], "POST", "/v1/documents", False),
        ([Role.DESIGN], "GET", "/metrics", False),
        ([Role.OPERATE], "GET", "/v1/quarantine", False),
    ],
)
async def test_a_key_may_do_what_its_roles_say(
    namur: Town, roles: list[Role], method: str, path: str, allowed: bool
) -> None:
    other = await town(namur.service, "gent", *roles)
    answer = await other.ask(method, path)
    assert (answer.status == 403) is not allowed


async def test_a_revoked_or_expired_key_is_refused(namur: Town) -> None:
    from datetime import timedelta

    from greffier.store.tables import now

    api_keys = namur.service.app[keys.API_KEYS]
    info, text = await api_keys.make("namur", "once", [Role.RENDER])
    once = Town(namur.service, text)
    assert (await once.ask("GET", "/v1/templates")).status == 200
    await api_keys.revoke("namur", info.id)
    assert await problem(await once.ask("GET", "/v1/templates")) == (401, "key-refused")
    _, text = await api_keys.make("namur", "x", [], expires_at=now() - timedelta(seconds=1))
    assert (await Town(namur.service, text).ask("GET", "/v1/templates")).status == 401


async def test_an_operator_acts_for_the_town_named(serve: Serve) -> None:
    service = await serve(api_key="operator-key-of-16")
    operator = Town(service, "operator-key-of-16")
    namur = await town(service, "namur")
    await namur.create("permit")
    found = await operator.ask("GET", "/v1/templates/permit", headers={"Greffier-Tenant": "namur"})
    assert found.status == 200
    assert (await operator.ask("GET", "/v1/templates/permit")).status == 404
    nowhere = await operator.ask("GET", "/v1/templates", headers={"Greffier-Tenant": "nowhere"})
    assert await problem(nowhere) == (404, "tenant-not-found")
    refused = await namur.ask("GET", "/v1/templates", headers={"Greffier-Tenant": "gent"})
    assert await problem(refused) == (403, "not-allowed")
