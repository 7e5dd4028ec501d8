"""No tenant sees or changes what another has, on any address; keys open what their roles say.

Whoever adds a route says in ``ASKS`` how it is asked for what a tenant has.
"""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import FormData, web
from fonts import font
from greffier import keys
from greffier.access.model import Role, expand
from greffier.routes import PUBLISHED
from greffier.routing import Route
from greffier.store.tables import Base, Key, Owned
from odt import field, link, odt, p
from sqlalchemy import select
from unit.service.conftest import LETTER, ODT, Serve, Service
from unit.service.test_registry import Town, town

#: In whatever the tenant made, and in no question of the other.
MARKER = "zxqvmarker"


@dataclass(frozen=True)
class Ask:
    """A question."""

    #: What the names in the path stand for.
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    #: Further arguments of the client.
    more: Callable[[], Mapping[str, Any]] = dict


@dataclass(frozen=True)
class World:
    """One of everything, of one tenant."""

    owner: Town
    #: Ids that were not known beforehand, by the names in paths.
    ids: Mapping[str, str]


def _form(**parts: bytes) -> Callable[[], Mapping[str, Any]]:
    def make() -> Mapping[str, Any]:
        form = FormData()
        for name, content in parts.items():
            kind = "application/json" if content.startswith(b"{") else ODT
            form.add_field(name, content, filename=f"{name}.odt", content_type=kind)
        return {"data": form}

    return make


def _json(**members: Any) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"json": members}


#: Where nobody listens.
_NOBODY = "http://127.0.0.1:65535/"


def _library() -> Mapping[str, Any]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("fresh/template.odt", LETTER)
    return {"data": file.getvalue(), "headers": {"Content-Type": "application/zip"}}


_PERMIT = {"slug": "permit"}
_SAMPLE = {"slug": "permit", "name": "ann"}
_ROLLED_BACK = {"slug": "rolled-back"}
_PROPOSAL = {"number": "{proposal}"}
_WEBHOOK = {"id": "{webhook}"}

#: How each address is asked for what the tenant of ``World`` has.
ASKS: Mapping[tuple[str, str], Ask] = {
    ("POST", "/v1/documents"): Ask(
        more=_json(template="permit", data={}, undefined="blank", output={"format": "odt"})
    ),
    ("POST", "/v1/conversions"): Ask(more=_form(file=LETTER, output=b'{"format": "odt"}')),
    ("POST", "/v1/checks"): Ask(more=_form(template=odt(p(link('include="letterhead"'))))),
    ("GET", "/v1/documents"): Ask(),
    ("GET", "/v1/documents/{document}"): Ask(),
    ("GET", "/v1/documents/{document}/content"): Ask(),
    ("DELETE", "/v1/documents/{document}"): Ask(),
    ("GET", "/v1/templates"): Ask(),
    ("POST", "/v1/templates"): Ask(more=_json(slug="another")),
    ("GET", "/v1/templates/{slug}"): Ask(_PERMIT),
    ("GET", "/v1/templates/{slug}/versions"): Ask(_PERMIT),
    ("POST", "/v1/templates/{slug}/versions"): Ask(_PERMIT, _form(template=LETTER)),
    ("GET", "/v1/templates/{slug}/versions/{number}"): Ask({**_PERMIT, "number": "1"}),
    ("GET", "/v1/templates/{slug}/versions/{number}/content"): Ask({**_PERMIT, "number": "1"}),
    ("POST", "/v1/templates/{slug}/publish"): Ask(_PERMIT, _json(version=1)),
    ("GET", "/v1/limits"): Ask(),
    ("GET", "/v1/info"): Ask(),
    ("GET", "/v1/keys"): Ask(),
    ("POST", "/v1/keys"): Ask(more=_json(name="another", roles=["render"])),
    ("POST", "/v1/keys/{key}/rotate"): Ask(more=_json()),
    ("DELETE", "/v1/keys/{key}"): Ask(),
    ("GET", "/v1/fonts"): Ask(),
    ("POST", "/v1/fonts"): Ask(more=_form(font=font("Another"))),
    ("DELETE", "/v1/fonts/{id}"): Ask({"id": "{font}"}),
    ("GET", "/v1/audit"): Ask(),
    ("PATCH", "/v1/templates/{slug}"): Ask(_PERMIT, _json(description="A")),
    ("POST", "/v1/templates/{slug}/rollback"): Ask(_ROLLED_BACK),
    ("POST", "/v1/templates/{slug}/withdraw"): Ask(_ROLLED_BACK),
    ("GET", "/v1/templates/{slug}/publications"): Ask(_PERMIT),
    ("GET", "/v1/templates/{slug}/uses"): Ask({"slug": "letterhead"}),
    ("POST", "/v1/templates/{slug}/archive"): Ask(_ROLLED_BACK),
    ("POST", "/v1/templates/{slug}/unarchive"): Ask(_ROLLED_BACK),
    ("GET", "/v1/library"): Ask(),
    ("POST", "/v1/library"): Ask(more=_library),
    ("GET", "/v1/categories"): Ask(),
    ("GET", "/v1/tags"): Ask(),
    ("GET", "/v1/commons/templates"): Ask(),
    ("GET", "/v1/commons/templates/{slug}"): Ask({"slug": "receipt"}),
    ("GET", "/v1/commons/templates/{slug}/content"): Ask({"slug": "receipt"}),
    ("POST", "/v1/adoptions"): Ask(more=_json(**{"from": "commons/receipt"})),
    ("POST", "/v1/templates/{slug}/proposals"): Ask(_ROLLED_BACK, _json(version=1)),
    ("GET", "/v1/proposals"): Ask(),
    ("GET", "/v1/proposals/{number}"): Ask(_PROPOSAL),
    ("GET", "/v1/proposals/{number}/content"): Ask(_PROPOSAL),
    ("POST", "/v1/proposals/{number}/withdraw"): Ask(_PROPOSAL),
    ("GET", "/v1/templates/{slug}/samples"): Ask(_PERMIT),
    ("GET", "/v1/templates/{slug}/samples/{name}"): Ask(_SAMPLE),
    ("PUT", "/v1/templates/{slug}/samples/{name}"): Ask(_SAMPLE, _json(name="A")),
    ("DELETE", "/v1/templates/{slug}/samples/{name}"): Ask(_SAMPLE),
    ("GET", "/v1/templates/{slug}/schema"): Ask(_PERMIT),
    ("GET", "/v1/templates/{slug}/sample"): Ask(_PERMIT),
    ("GET", "/v1/templates/{slug}/versions/{before}/diff/{after}"): Ask(
        {**_PERMIT, "before": "1", "after": "2"}
    ),
    ("POST", "/v1/templates/{slug}/preview"): Ask(_PERMIT, _json(sample="ann")),
    ("GET", "/v1/webhooks"): Ask(),
    ("POST", "/v1/webhooks"): Ask(more=_json(url=f"{_NOBODY}another")),
    ("GET", "/v1/webhooks/{id}"): Ask(_WEBHOOK),
    ("POST", "/v1/webhooks/{id}/rotate"): Ask(_WEBHOOK),
    ("POST", "/v1/webhooks/{id}/test"): Ask(_WEBHOOK),
    ("GET", "/v1/webhooks/{id}/deliveries"): Ask(_WEBHOOK),
    ("DELETE", "/v1/webhooks/{id}"): Ask(_WEBHOOK),
    ("GET", "/v1/usage"): Ask(),
}

#: Rows that jobs change meanwhile, so that only their being there is compared.
_AT_WORK = {"job", "delivery"}
#: Answers that are the same for all tenants, or have no word that a tenant chose.
_WITHOUT_WORDS = {
    "/v1/conversions",
    "/v1/checks",
    "/v1/limits",
    "/v1/info",
    "/v1/commons/templates",
    "/v1/commons/templates/{slug}",
    "/v1/commons/templates/{slug}/content",
    "/v1/webhooks/{id}/deliveries",
}

#: Addresses that are asked for what a tenant has in the body.
_NAMES_IN_THE_BODY = {("POST", "/v1/documents")}

_BEHIND_THE_DOOR = [route for route in PUBLISHED if not route.open]
_OF_TENANTS = [route for route in _BEHIND_THE_DOOR if not route.installation]


async def _world(service: Service) -> World:
    """Make one of everything, for a town whose every name is the marker."""
    api_keys = service.app[keys.API_KEYS]
    await service.app[keys.TENANTS].add("namur")
    _, text = await api_keys.make("namur", MARKER, list(Role))
    owner = Town(service, text)
    marked = odt(p(MARKER), p(field(MARKER)))
    host = odt(p(MARKER), p(link('include="letterhead"')))
    words = {"title": MARKER, "category": MARKER, "tags": [MARKER]}
    for slug, kind, contents in (
        ("letterhead", "block", [odt(p(MARKER))]),
        ("permit", "template", [marked]),
        (MARKER, "template", [host]),
        ("rolled-back", "template", [marked, host]),
    ):
        assert (await owner.create(slug, kind=kind, **words)).status == 201
        for number, content in enumerate(contents, 1):
            assert (await owner.send(slug, content, note=MARKER)).status == 201
            assert (await owner.publish(slug, number)).status == 200
    proposed = await owner.ask(
        "POST", "/v1/templates/permit/proposals", json={"version": 1, "note": MARKER}
    )
    proposal = str((await proposed.json())["id"])
    assert (await owner.send("permit", odt(p(MARKER, MARKER)))).status == 201
    for name in ("ann", MARKER):
        sample = f"/v1/templates/permit/samples/{name}"
        assert (await owner.ask("PUT", sample, json={MARKER: MARKER})).status == 201
    made = await owner.ask(
        "POST",
        "/v1/documents",
        json={"template": MARKER, "data": {MARKER: "A"}, "output": {"format": "odt"}},
        headers={"Accept": "application/json"},
    )
    assert made.status == 201, await made.text()
    document = (await made.json())["id"]
    key, _ = await api_keys.make("namur", f"{MARKER}-2", [Role.RENDER])
    form = FormData()
    form.add_field("font", font(MARKER), filename="f.ttf", content_type="font/ttf")
    brought = await owner.ask("POST", "/v1/fonts", data=form)
    assert brought.status == 201, await brought.text()
    url = f"{_NOBODY}{MARKER}"
    told = await owner.ask("POST", "/v1/webhooks", json={"url": url, "description": MARKER})
    assert told.status == 201, await told.text()
    webhook = (await told.json())["id"]
    tested = await owner.ask("POST", f"/v1/webhooks/{webhook}/test")
    assert tested.status == 202
    return World(
        owner,
        {
            "key": key.id,
            "font": str((await brought.json())["id"]),
            "webhook": webhook,
            "proposal": proposal,
            "document": document,
        },
    )


async def _ask(route: Route, ask: Ask, asker: Town, world: World) -> tuple[int, bytes]:
    names = {name: value.format(**world.ids) for name, value in ask.names.items()}
    path = route.path.format(**{**world.ids, **names})
    answer = await asker.ask(route.method, path, **ask.more())
    return answer.status, await answer.read()


async def _rows(app: web.Application, tenant: str) -> Mapping[str, Sequence[object]]:
    """Dump all rows of a tenant, without what every request of its own changes."""
    found: dict[str, Sequence[object]] = {}
    async with app[keys.DATABASE].read_all() as session:
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            if not (issubclass(mapper.class_, Owned) or mapper.class_ is Key):
                continue
            columns = [
                column
                for column in table.columns
                if column.primary_key
                or not (table.name in _AT_WORK or column.name == "last_used_at")
            ]
            rows = await session.execute(select(*columns).where(table.c.tenant == tenant))
            found[table.name] = sorted(map(str, rows))
    return found


def test_every_address_of_tenants_is_asked() -> None:
    addresses = {(route.method, route.path) for route in _OF_TENANTS}
    assert addresses == ASKS.keys(), "say in ASKS how the new address is asked"


async def test_no_address_gives_or_changes_what_another_tenant_has(serve: Serve) -> None:
    service = await serve(auth="required", webhook_allow=("127.0.0.1",), webhook_http=True)
    commons = await town(service, "commons")
    await commons.create("receipt")
    await commons.send("receipt", LETTER)
    assert (await commons.publish("receipt", 1)).status == 200
    gent, world = await town(service, "gent"), await _world(service)
    before = await _rows(service.app, "namur")
    assert before["template"]
    assert before["key"]
    for route in _OF_TENANTS:
        status, answer = await _ask(route, ASKS[route.method, route.path], gent, world)
        assert not _tells(answer), route
        assert status < 500, (route, answer)
        named = "{" in route.path and "commons" not in route.path
        if named or (route.method, route.path) in _NAMES_IN_THE_BODY:
            assert status == 404, (route, status, answer)
    assert await _rows(service.app, "namur") == before

    # The same questions lead somewhere for whom it belongs to, so they were the right ones.
    for route in sorted(_OF_TENANTS, key=lambda route: route.method == "DELETE"):
        status, answer = await _ask(route, ASKS[route.method, route.path], world.owner, world)
        assert status < 300, (route, status, answer)
        tells = route.method == "GET" or (route.method, route.path) in _NAMES_IN_THE_BODY
        if tells and route.path not in _WITHOUT_WORDS:
            assert _tells(answer), route


def _tells(answer: bytes) -> bool:
    """Tell whether an answer, or the file in it, has something of the marked tenant."""
    if answer.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer)) as archive:
            answer = b"".join(map(archive.read, archive.namelist()))
    # The fake offices write text as hexadecimal.
    return MARKER.encode() in answer or MARKER.encode().hex().encode() in answer


def _somewhere(route: Route) -> str:
    return re.sub(r"{\w+}", "1", route.path)


def _id(route: Route) -> str:
    return f"{route.method} {route.path}"


async def test_every_address_needs_a_key_unless_it_is_open(serve: Serve) -> None:
    service = await serve(auth="required")
    for route in _BEHIND_THE_DOOR:
        answer = await service.client.request(route.method, _somewhere(route))
        assert answer.status == 401, route
        assert (await answer.json())["type"] == "/problems/key-missing"


async def test_every_address_refuses_keys_that_lack_its_role(serve: Serve) -> None:
    service = await serve(auth="required")
    by_role = {role: await town(service, "namur", role) for role in Role}
    for route in _BEHIND_THE_DOOR:
        for role, clerk in by_role.items():
            has = route.role is None or route.role in expand(frozenset({role}))
            answer = await clerk.ask(route.method, _somewhere(route))
            refused = answer.status == 403
            assert refused is (route.installation or not has), (route, role, answer.status)
