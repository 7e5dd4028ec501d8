"""The records over HTTP: what is written of a request, and who sees what."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from typing import Any

import pytest
from aiohttp import FormData
from greffier import keys
from greffier.access.model import Role
from greffier.commands.serve import _make_first_key
from greffier.records.model import Entry
from greffier.routes import PUBLISHED
from greffier.store.database import DatabaseUnavailable
from greffier.store.tables import Audit
from odt import odt, p
from unit.service.conftest import Serve, Service
from unit.service.test_registry import FIRST, Town, town

ACTION_LENGTH = Audit.__table__.c.action.type.length


@pytest.fixture
async def service(serve: Serve) -> Service:
    return await serve(api_key="operators-own-key-1")


@pytest.fixture
async def namur(service: Service) -> Town:
    return await town(service, "namur")


def operator(service: Service) -> Town:
    return Town(service, "operators-own-key-1")


async def records(asker: Town, **query: Any) -> list[dict[str, Any]]:
    answer = await asker.ask("GET", "/v1/audit", params=query)
    assert answer.status == 200, await answer.text()
    found: list[dict[str, Any]] = (await answer.json())["records"]
    return found


async def published(asker: Town, slug: str = "permit") -> None:
    await asker.create(slug)
    await asker.send(slug, FIRST)
    assert (await asker.publish(slug, 1)).status == 200


async def test_a_document_is_recorded_with_all_but_its_content(namur: Town) -> None:
    await published(namur)
    body = b'{"template": "permit", "data": {"name": "Zaventhem"}, "output": {}}'
    headers = {"Content-Type": "application/json", "X-Request-Id": "mine-1"}
    answer = await namur.ask("POST", "/v1/documents", data=body, headers=headers)
    assert answer.status == 200
    found = await records(namur)
    newest = found[0]
    assert newest["milliseconds"] >= 0
    assert newest["at"].endswith("Z")
    digest = hashlib.sha256(b'{"name": "Zaventhem"}').hexdigest()
    assert {**newest, "id": 0, "at": "", "milliseconds": 0} == {
        "id": 0,
        "at": "",
        "tenant": "namur",
        "key": "all",
        "action": "documents.create",
        "subject": "permit",
        "version": 1,
        "data_digest": f"sha256:{digest}",
        "pages": 1,
        "outcome": "ok",
        "milliseconds": 0,
        "request_id": "mine-1",
    }
    assert "Zaventhem" not in json.dumps(found)


async def test_changes_are_recorded_with_the_version(namur: Town) -> None:
    await published(namur)
    told = [(each["action"], each["subject"], each["version"]) for each in await records(namur)]
    assert told[::-1] == [
        ("templates.create", "permit", None),
        ("versions.create", "permit", 1),
        ("live.publish", "permit", 1),
    ]


async def test_the_first_key_is_recorded(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    service = await serve(auth="required")
    await _make_first_key(service.app)
    key = next(word for word in capsys.readouterr().out.split() if word.startswith("gref_"))
    (found,) = await records(Town(service, key))
    assert found["action"] == "keys.create_for_operator"
    assert found["key"] == "installation:command-line"
    assert key not in json.dumps(found)


async def test_looking_is_not_recorded(namur: Town) -> None:
    await namur.ask("GET", "/v1/templates")
    assert await records(namur) == []


async def test_a_refusal_is_recorded_by_its_name(service: Service, namur: Town) -> None:
    await published(namur)
    await namur.render("permit", {})
    await namur.render("nowhere", {})
    painter = await town(service, "namur", Role.RENDER)
    assert (await painter.create("other")).status == 403
    found = [
        (each["action"], each["subject"], each["outcome"]) for each in (await records(namur))[:3]
    ]
    assert found == [
        ("templates.create", "", "not-allowed"),
        ("documents.create", "", "template-not-found"),
        ("documents.create", "permit", "data-mismatch"),
    ]


async def test_who_is_let_in_by_nobody_is_not_recorded(service: Service) -> None:
    stranger = Town(service, "nobody-knows-this-key")
    assert (await stranger.create("x")).status == 401
    assert await records(operator(service)) == []


async def test_a_conversion_is_recorded_with_the_digest_of_its_source(namur: Town) -> None:
    source = odt(p("A letter"))
    form = FormData()
    form.add_field("file", source, filename="letter.odt")
    assert (await namur.ask("POST", "/v1/conversions", data=form)).status == 200
    (found,) = await records(namur)
    assert found["action"] == "conversions.create"
    assert found["data_digest"] == f"sha256:{hashlib.sha256(source).hexdigest()}"


async def test_no_record_no_document(
    service: Service, namur: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await published(namur)

    async def fails(entry: Entry) -> None:
        raise DatabaseUnavailable("The database cannot be used at present.")

    monkeypatch.setattr(service.app[keys.RECORDER], "write", fails)
    answer = await namur.render("permit", {"name": "Ann"}, output={"format": "pdf"})
    assert answer.status == 503
    assert b"%PDF" not in await answer.read()


async def test_tenants_see_their_own_and_the_operator_all(service: Service, namur: Town) -> None:
    gent = await town(service, "gent")
    await namur.create("one")
    await gent.create("two")
    chief = operator(service)
    await chief.ask("POST", "/v1/templates", json={"slug": "three"})

    def seen(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
        return [(each["tenant"], each["key"], each["subject"]) for each in found]

    assert seen(await records(namur)) == [("namur", "all", "one")]
    assert seen(await records(gent)) == [("gent", "all", "two")]
    assert seen(await records(chief)) == [
        ("default", "installation:operator", "three"),
        ("gent", "all", "two"),
        ("namur", "all", "one"),
    ]
    answer = await chief.ask("GET", "/v1/audit", headers={"Greffier-Tenant": "gent"})
    assert seen((await answer.json())["records"]) == [("gent", "all", "two")]
    refused = await namur.ask("GET", "/v1/audit", headers={"Greffier-Tenant": "gent"})
    assert refused.status == 403


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/usage"])
async def test_only_those_who_operate_may_look(service: Service, path: str) -> None:
    designer = await town(service, "namur", Role.DESIGN)
    assert (await designer.ask("GET", path)).status == 403


async def test_records_are_found_by_what_they_tell(namur: Town) -> None:
    for slug in ("a", "b", "c"):
        await namur.create(slug)
    await namur.create("a")

    async def found(**query: str) -> list[str]:
        return [each["subject"] for each in await records(namur, **query)]

    assert await found(subject="b") == ["b"]
    assert await found(outcome="template-exists") == ["a"]
    assert await found(action="templates.create") == ["a", "c", "b", "a"]
    assert await found(key="nobody") == []
    oldest = (await records(namur))[-1]["at"]
    assert await found(until=oldest) == []
    assert await found(since=oldest) == ["a", "c", "b", "a"]
    assert await found(since="2100-01-01T00:00:00+02:00") == []


async def test_pages_follow_each_other(namur: Town) -> None:
    for number in range(5):
        await namur.create(f"t{number}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = await (await namur.ask("GET", "/v1/audit", params=query)).json()
        seen += [each["subject"] for each in page["records"]]
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert seen == ["t4", "t3", "t2", "t1", "t0"]


async def test_records_are_exported_for_spreadsheets(service: Service, namur: Town) -> None:
    await namur.create("permit")
    await namur.ask("POST", "/v1/templates/=cmd()/publish", json={"version": 1})
    answer = await namur.ask("GET", "/v1/audit", headers={"Accept": "text/csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(await answer.text())))
    told = [(row["action"], row["subject"], row["outcome"]) for row in rows]
    assert told == [
        ("live.publish", "'=cmd()", "template-not-found"),
        ("templates.create", "permit", "ok"),
    ]


async def test_usage_tells_documents_pages_and_failures(service: Service, namur: Town) -> None:
    await published(namur)
    for data in ({"name": "Ann"}, {"name": "Bob"}, {}):
        await namur.render("permit", data, output={"format": "pdf"})
    (row,) = (await (await namur.ask("GET", "/v1/usage")).json())["usage"]
    counted = {"tenant": "namur", "template": "permit", "documents": 2, "pages": 2, "failures": 1}
    assert {**row, "period": ""} == {**counted, "period": ""}
    assert len(row["period"]) == len("2026-11-25")
    chief = operator(service)
    headers = {"Accept": "text/csv"}
    answer = await chief.ask("GET", "/v1/usage", params={"by": "month"}, headers=headers)
    (line,) = csv.DictReader(io.StringIO(await answer.text()))
    assert line["period"] == row["period"][:7]
    assert (line["tenant"], line["documents"]) == ("namur", "2")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/audit", {"since": "yesterday"}),
        ("/v1/audit", {"since": "2026-11-25T08:00:00"}),
        ("/v1/audit", {"until": "0001-01-01T00:00:00+10:00"}),
        ("/v1/audit", {"limit": "0"}),
        ("/v1/audit", {"who": "me"}),
        ("/v1/audit", {"subject": "a\0b"}),
        ("/v1/usage", {"by": "week"}),
        ("/v1/usage", {"since": "2026-12-01", "until": "2026-11-01"}),
        ("/v1/usage", {"after": "nonsense"}),
    ],
)
async def test_what_is_asked_wrongly_is_refused_by_name(
    namur: Town, path: str, query: dict[str, str]
) -> None:
    answer = await namur.ask("GET", path, params=query)
    assert answer.status == 400
    (told,) = (await answer.json())["errors"]
    assert told["field"] in query


def test_every_address_that_changes_something_is_recorded_under_a_name_that_fits() -> None:
    for route in PUBLISHED:
        changes = route.method != "GET" and not route.open
        assert bool(route.action) == changes, route.path
        assert len(route.action) <= ACTION_LENGTH
