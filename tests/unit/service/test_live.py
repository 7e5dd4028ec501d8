"""What a designer does with templates that are live: goes back, withdraws, archives, changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from greffier.access.model import Role
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.urls import database_url
from odt import field, link, odt, p
from unit.service.conftest import Serve
from unit.service.test_registry import BROKEN, FIRST, SECOND, Town, namur, problem, town

__all__ = ["namur"]

THIRD = odt(p("Good day ", field("name")))
HOST = odt(p(link('include="letterhead"')), p("Dear ", field("name")))


async def live(tenant: Town, slug: str, *contents: bytes, **said: Any) -> None:
    """Make a template and publish versions of it, one after the other."""
    await tenant.create(slug, **said)
    for content in contents:
        number = (await (await tenant.send(slug, content)).json())["number"]
        answer = await tenant.publish(slug, number)
        assert answer.status == 200, await answer.text()


async def post(tenant: Town, path: str, body: object = None) -> Any:
    """Post to an address of a template; gives status and answer."""
    more = {} if body is None else {"json": body}
    answer = await tenant.ask("POST", f"/v1/templates/{path}", **more)
    return answer.status, await answer.json()


async def serves(tenant: Town, slug: str) -> str:
    """Which version is rendered; else the name of the problem."""
    answer = await tenant.render(slug, {"name": "A"})
    if answer.status == 200:
        return answer.headers["Greffier-Template"]
    return (await problem(answer))[1]


async def test_going_back_twice_goes_back_two_steps(namur: Town) -> None:
    await live(namur, "permit", FIRST, SECOND, THIRD)
    for expected in (2, 1):
        status, version = await post(namur, "permit/rollback")
        assert (status, version["number"], version["state"]) == (200, expected, "published")
        assert await serves(namur, "permit") == f"permit@{expected}"
    assert (await post(namur, "permit/rollback"))[1]["type"] == "/problems/nothing-before"
    await namur.publish("permit", 3)
    assert (await post(namur, "permit/rollback"))[1]["number"] == 1


async def test_one_goes_back_to_a_version_that_was_live(namur: Town) -> None:
    await live(namur, "permit", FIRST, SECOND)
    await namur.send("permit", THIRD)
    status, told = await post(namur, "permit/rollback", {"version": 3})
    assert (status, told["type"]) == (404, "/problems/version-not-found")
    assert (await post(namur, "permit/rollback", {"version": 1}))[1]["number"] == 1


async def test_what_is_withdrawn_is_not_rendered_and_can_come_back(namur: Town) -> None:
    await live(namur, "permit", FIRST)
    status, told = await post(namur, "permit/withdraw")
    assert (status, told["published"]) == (200, None)
    assert await serves(namur, "permit") == "template-not-found"
    assert (await post(namur, "permit/rollback"))[1]["number"] == 1
    assert await serves(namur, "permit") == "permit@1"


async def test_the_history_says_what_was_live(namur: Town) -> None:
    await live(namur, "permit", FIRST, SECOND)
    await post(namur, "permit/rollback")
    await post(namur, "permit/withdraw")
    told = await (await namur.ask("GET", "/v1/templates/permit/publications?limit=3")).json()
    assert [(each["version"], each["before"], each["by"]) for each in told["publications"]] == [
        (None, 1, "all"),
        (1, 2, "all"),
        (2, 1, "all"),
    ]
    path = f"/v1/templates/permit/publications?before={told['next']}"
    older = await (await namur.ask("GET", path)).json()
    assert ([each["version"] for each in older["publications"]], older["next"]) == ([1], None)


async def test_what_is_archived_is_neither_listed_nor_rendered(namur: Town) -> None:
    await live(namur, "permit", FIRST)
    status, told = await post(namur, "permit/archive")
    assert status == 200
    assert told["archived_at"]
    assert await serves(namur, "permit") == "template-not-found"
    assert await listed(namur) == []
    assert await listed(namur, "archived=true") == ["permit"]
    assert await problem(await namur.send("permit", SECOND)) == (409, "template-archived")
    assert await problem(await namur.publish("permit", 1)) == (409, "template-archived")
    assert (await post(namur, "permit/unarchive"))[1]["archived_at"] is None
    assert await serves(namur, "permit") == "permit@1"


async def listed(tenant: Town, query: str = "") -> Sequence[str]:
    """Slugs of a list."""
    answer = await tenant.ask("GET", f"/v1/templates?{query}")
    return [each["slug"] for each in (await answer.json())["templates"]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def anywhere(request: pytest.FixtureRequest, serve: Serve, postgres_url: str) -> Town:
    """A town of a service on each kind of database."""
    settings = {}
    if request.param == "postgresql":
        settings = {"database_url": postgres_url}
        database = Database(database_url(postgres_url))
        await migrate(database)
        await database.close()
    return await town(await serve(auth="required", **settings), "namur")


async def test_lists_are_narrowed(anywhere: Town) -> None:
    namur = anywhere
    await live(namur, "permit", FIRST, category="Urbanisme", tags=["Été", 'a "b'])
    await live(namur, "letterhead", FIRST, kind="block")
    await namur.create("draft", tags=["été", "b"])
    for query, expected in (
        ("kind=block", ["letterhead"]),
        ("kind=template", ["draft", "permit"]),
        ("category=Urbanisme", ["permit"]),
        ("category=", ["draft", "letterhead"]),
        ("tag=Été", ["permit"]),
        ("tag=été", ["draft"]),
        ("tag=b", ["draft"]),
        ('tag=a "b', ["permit"]),
        ("tag=t", []),
        ("published=true", ["letterhead", "permit"]),
        ("published=false&tag=b", ["draft"]),
    ):
        assert await listed(namur, query) == expected, query
    told = await (await namur.ask("GET", "/v1/categories")).json()
    assert told == {"categories": [{"name": "Urbanisme", "templates": 1}]}
    told = await (await namur.ask("GET", "/v1/tags")).json()
    assert [each["name"] for each in told["tags"]] == ['a "b', "b", "Été", "été"]


async def test_two_versions_sent_at_once_get_two_numbers(anywhere: Town) -> None:
    await anywhere.create("permit")
    contents = [odt(p(f"Letter {number}")) for number in range(8)]
    answers = await asyncio.gather(*(anywhere.send("permit", each) for each in contents))
    assert [answer.status for answer in answers] == [201] * 8
    assert sorted([(await each.json())["number"] for each in answers]) == list(range(1, 9))


async def test_the_same_bytes_are_the_same_version(namur: Town) -> None:
    await namur.create("permit")
    assert (await namur.send("permit", FIRST)).status == 201
    again = await namur.send("permit", FIRST)
    assert (again.status, (await again.json())["number"]) == (200, 1)
    assert (await namur.send("permit", SECOND)).status == 201
    back = await namur.send("permit", FIRST)
    assert (back.status, (await back.json())["number"]) == (201, 3)


async def test_what_is_said_of_a_template_changes_and_the_rest_stays(namur: Town) -> None:
    await namur.create("permit", title="Permis", tags=["a"], description="Old")
    answer = await namur.ask(
        "PATCH", "/v1/templates/permit", json={"title": "Permis d'urbanisme", "tags": ["b", "c"]}
    )
    told = await answer.json()
    assert (told["title"], told["tags"], told["description"]) == (
        "Permis d'urbanisme",
        ["b", "c"],
        "Old",
    )
    assert await listed(namur, "search=urbanisme") == ["permit"]
    refused = await namur.ask("PATCH", "/v1/templates/permit", json={"slug": "other"})
    assert (await refused.json())["errors"][0]["field"] == "slug"
    clerk = await town(namur.service, "namur", Role.RENDER)
    refused = await clerk.ask("PATCH", "/v1/templates/permit", json={"title": "x"})
    assert refused.status == 403


async def test_a_template_is_made_in_its_formats_only(namur: Town) -> None:
    await live(namur, "permit", FIRST, formats=["pdf", "odt"])
    assert await serves(namur, "permit") == "permit@1"
    refused = await namur.render("permit", {"name": "A"}, output={"format": "docx"})
    assert await problem(refused) == (400, "format-not-allowed")
    assert "pdf, odt" in (await refused.json())["detail"]


async def test_a_template_says_what_fills_it(namur: Town) -> None:
    await live(namur, "permit", FIRST)
    await namur.ask("PATCH", "/v1/templates/permit", json={"engine": "py3o"})
    assert await serves(namur, "permit") == "engine-not-allowed"
    await namur.send("permit", SECOND)
    assert await problem(await namur.publish("permit", 2)) == (403, "engine-not-allowed")
    answer = await namur.render("permit", {"name": "A"}, engine="greffier")
    assert answer.status == 200


async def test_a_block_that_would_break_live_templates_does_not_go_live(namur: Town) -> None:
    await live(namur, "letterhead", odt(p("Namur")), kind="block")
    await live(namur, "permit", HOST)
    await live(namur, "receipt", FIRST)
    within = odt(p(link('include="footer"')))
    # Right in itself, and what includes it would end in a circle.
    await live(namur, "footer", odt(p("Footer")), kind="block")
    await live(namur, "letterhead", within)
    await namur.send("footer", odt(p(link('include="letterhead"'))))
    refused = await namur.publish("footer", 2)
    assert refused.status == 409
    assert await serves(namur, "permit") == "permit@1"


async def test_a_block_that_is_needed_is_not_taken_away(namur: Town) -> None:
    await live(namur, "footer", odt(p("Footer")), kind="block")
    await live(namur, "letterhead", odt(p(link('include="footer"'))), kind="block")
    await live(namur, "permit", HOST)
    for change in ("withdraw", "archive"):
        status, told = await post(namur, f"footer/{change}")
        assert (status, told["type"]) == (409, "/problems/block-in-use")
        assert {each["field"] for each in told["errors"]} == {"letterhead", "permit"}
        assert {each["where"] for each in told["errors"]} == {"letterhead@1", "permit@1"}
    assert await serves(namur, "permit") == "permit@1"
    # Another of this name takes its place.
    await live(await town(namur.service, "commons"), "footer", odt(p("F")), kind="block")
    assert (await post(namur, "footer/archive"))[0] == 200
    assert await serves(namur, "permit") == "permit@1"
    status, _ = await post(namur, "letterhead/withdraw", {"allow_broken": True})
    assert status == 200
    assert await serves(namur, "permit") == "template-invalid"


async def test_a_block_knows_where_it_is_used(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    await live(commons, "footer", odt(p("Footer")), kind="block")
    await live(commons, "letterhead", odt(p(link('include="footer"'))), kind="block")
    await live(namur, "permit", HOST)
    await live(namur, "receipt", FIRST)
    gent = await town(namur.service, "gent")
    await live(gent, "letterhead", odt(p("Gent")), kind="block")
    await live(gent, "permit", HOST)
    # The town's own footer, in the letterhead of commons.
    await live(namur, "footer", odt(p("Namur")), kind="block")
    told = await (await namur.ask("GET", "/v1/templates/footer/uses")).json()
    assert [(each["template"], each["version"]) for each in told["uses"]] == [("permit", 1)]
    told = await (await commons.ask("GET", "/v1/templates/letterhead/uses")).json()
    assert told == {"uses": []}


async def test_an_operator_sees_how_many_use_a_block_of_commons(serve: Serve) -> None:
    service = await serve(api_key="operator-key-of-16")
    operator = Town(service, "operator-key-of-16")
    operator.headers["Greffier-Tenant"] = "commons"
    await live(operator, "letterhead", odt(p("All")), kind="block")
    for slug in ("namur", "gent", "brugge"):
        tenant = await town(service, slug)
        if slug == "brugge":
            await live(tenant, "letterhead", odt(p("Brugge")), kind="block")
        await live(tenant, "permit", HOST)
        await live(tenant, "receipt", HOST)
    told = await (await operator.ask("GET", "/v1/templates/letterhead/uses")).json()
    assert told == {"uses": [], "elsewhere": {"tenants": 2, "templates": 4}}


async def test_a_block_with_mistakes_does_not_go_live_at_all(namur: Town) -> None:
    await live(namur, "letterhead", odt(p("Namur")), kind="block")
    await namur.send("letterhead", BROKEN)
    assert await problem(await namur.publish("letterhead", 2)) == (409, "version-not-publishable")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/templates/a%00b", None),
        ("GET", "/v1/templates/a%00b/versions", None),
        ("GET", "/v1/commons/templates/a%00b", None),
        ("POST", "/v1/templates/a%00b/archive", {}),
        ("GET", "/v1/templates?search=a%00b", None),
        ("GET", "/v1/templates?tag=a%00b", None),
        ("GET", "/v1/templates?category=a%00b", None),
        ("GET", "/v1/templates?after=a%00b", None),
        ("POST", "/v1/templates", {"slug": "x", "description": "a\0b"}),
        ("PATCH", "/v1/templates/permit", {"description": "a\0b"}),
        ("POST", "/v1/templates/permit/proposals", {"version": 1, "note": "a\0b"}),
    ],
)
async def test_what_no_database_can_hold_is_refused(
    anywhere: Town, method: str, path: str, body: object
) -> None:
    await anywhere.create("permit")
    answer = await anywhere.ask(method, path, **({} if body is None else {"json": body}))
    assert answer.status in {400, 404}, await answer.text()
