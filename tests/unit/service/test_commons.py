"""What tenants share: proposed, accepted, used by reference, adopted, and changed since."""

from __future__ import annotations

from typing import Any

import pytest
from greffier.access.model import Role
from odt import link, odt, p
from unit.service.conftest import Serve
from unit.service.test_live import HOST, live, post
from unit.service.test_registry import BROKEN, FIRST, SECOND, Town, problem, town

KEY = "operator-key-of-16"


@pytest.fixture
async def namur(serve: Serve) -> Town:
    """A town of a service whose operator has a key."""
    return await town(await serve(api_key=KEY), "namur")


@pytest.fixture
def operator(namur: Town) -> Town:
    """The operator of the installation."""
    return Town(namur.service, KEY)


async def ask(who: Town, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Ask something; gives status and answer."""
    more = {} if body is None else {"json": body}
    answer = await who.ask(method, f"/v1/{path}", **more)
    return answer.status, await answer.json()


async def propose(who: Town, template: str, version: int, **more: object) -> Any:
    """Propose a version; gives the proposal."""
    path = f"/v1/templates/{template}/proposals"
    answer = await who.ask("POST", path, json={"version": version, **more})
    assert answer.status == 201, await answer.text()
    return await answer.json()


async def test_a_proposal_that_is_accepted_is_live_for_all(namur: Town, operator: Town) -> None:
    await live(namur, "permit", FIRST, title="Permis", tags=["urbanisme"])
    made = await propose(namur, "permit", 1, slug="permis-urbanisme", note="Works for all of us")
    gent = await town(namur.service, "gent")
    assert (await ask(gent, "GET", "proposals"))[1]["proposals"] == []

    _, told = await ask(operator, "GET", "proposals?state=open")
    assert [(each["tenant"], each["template"], each["version"]) for each in told["proposals"]] == [
        ("namur", "permit", 1)
    ]
    content = await operator.ask("GET", f"/v1/proposals/{made['id']}/content")
    assert await content.read() == FIRST
    status, told = await ask(operator, "POST", f"proposals/{made['id']}/accept", {"answer": "Thx"})
    assert (status, told["state"], told["accepted_as"]) == (
        200,
        "accepted",
        "commons/permis-urbanisme@1",
    )
    assert (await ask(namur, "GET", f"proposals/{made['id']}"))[1]["answer"] == "Thx"

    _, told = await ask(gent, "GET", "commons/templates?tag=urbanisme")
    assert [(each["name"], each["title"]) for each in told["templates"]] == [
        ("commons/permis-urbanisme", "Permis")
    ]
    answer = await gent.render("commons/permis-urbanisme", {"name": "A"})
    assert answer.headers["Greffier-Template"] == "commons/permis-urbanisme@1"
    shown = await gent.ask("GET", "/v1/commons/templates/permis-urbanisme/content")
    assert await shown.read() == FIRST
    # Decided once and for all.
    for path in ("accept", "decline"):
        body = {"answer": "no"}
        status, told = await ask(operator, "POST", f"proposals/{made['id']}/{path}", body)
        assert (status, told["type"]) == (409, "/problems/proposal-decided")


async def test_a_further_version_becomes_the_next_in_commons(namur: Town, operator: Town) -> None:
    await live(namur, "permit", FIRST, SECOND)
    for number in (1, 2):
        made = await propose(namur, "permit", number)
        _, told = await ask(operator, "POST", f"proposals/{made['id']}/accept")
        assert told["accepted_as"] == f"commons/permit@{number}"


async def test_a_proposal_is_declined_with_a_reason_or_taken_back(
    namur: Town, operator: Town
) -> None:
    await live(namur, "permit", FIRST)
    made = await propose(namur, "permit", 1)
    again = await ask(namur, "POST", "templates/permit/proposals", {"version": 1})
    assert (again[0], again[1]["type"]) == (409, "/problems/proposal-decided")
    refused = await ask(operator, "POST", f"proposals/{made['id']}/decline", {})
    assert refused[1]["errors"][0]["field"] == "answer"
    body = {"answer": "Names a street of Namur"}
    _, told = await ask(operator, "POST", f"proposals/{made['id']}/decline", body)
    assert (told["state"], told["answer"]) == ("declined", "Names a street of Namur")

    made = await propose(namur, "permit", 1)
    gent = await town(namur.service, "gent")
    for method, path in (("GET", ""), ("GET", "/content"), ("POST", "/withdraw")):
        answer = await gent.ask(method, f"/v1/proposals/{made['id']}{path}")
        assert await problem(answer) == (404, "proposal-not-found")
    _, told = await ask(namur, "POST", f"proposals/{made['id']}/withdraw")
    assert told["state"] == "withdrawn"
    assert (await ask(namur, "POST", f"proposals/{made['id']}/accept"))[0] == 403


async def test_what_has_mistakes_is_not_proposed(namur: Town) -> None:
    await namur.create("permit")
    await namur.send("permit", BROKEN)
    status, told = await ask(namur, "POST", "templates/permit/proposals", {"version": 1})
    assert (status, told["type"]) == (409, "/problems/version-not-publishable")


async def test_what_only_works_at_home_stays_open(namur: Town, operator: Town) -> None:
    await live(namur, "own-letterhead", odt(p("Namur")), kind="block")
    await live(namur, "permit", odt(p(link('include="own-letterhead"'))))
    made = await propose(namur, "permit", 1)
    status, told = await ask(operator, "POST", f"proposals/{made['id']}/accept")
    assert (status, told["type"]) == (409, "/problems/version-not-publishable")
    assert (await ask(namur, "GET", f"proposals/{made['id']}"))[1]["state"] == "open"
    assert (await ask(namur, "GET", "commons/templates"))[1]["templates"] == []
    # Once commons has what it lacked, it is accepted, as the same version.
    block = await propose(namur, "own-letterhead", 1)
    assert (await ask(operator, "POST", f"proposals/{block['id']}/accept"))[0] == 200
    _, told = await ask(operator, "POST", f"proposals/{made['id']}/accept")
    assert told["accepted_as"] == "commons/permit@1"


async def test_a_copy_knows_what_has_changed_since(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    await live(commons, "receipt", FIRST, title="Accusé", tags=["a"])
    status, told = await ask(namur, "POST", "adoptions", {"from": "commons/receipt"})
    assert (status, told["title"], told["tags"], told["published"]) == (201, "Accusé", ["a"], None)
    assert (told["origin"], told["origin_version"]) == ("commons/receipt", 1)
    assert (told["modified"], told["origin_newer"]) == (False, False)
    assert told["version"]["state"] == "checked"
    await namur.publish("receipt", 1)
    own = await namur.ask("GET", "/v1/templates/receipt/versions/1/content")
    assert await own.read() == FIRST

    await namur.send("receipt", SECOND)
    assert (await ask(namur, "GET", "templates/receipt"))[1]["modified"] is False  # not live yet
    await namur.publish("receipt", 2)
    third = odt(p("Third"))
    await live(commons, "receipt", third)
    (told,) = (await ask(namur, "GET", "templates"))[1]["templates"]
    assert (told["modified"], told["origin_newer"]) == (True, True)

    again = await ask(namur, "POST", "adoptions", {"from": "commons/receipt"})
    assert (again[0], again[1]["type"]) == (409, "/problems/template-exists")
    body = {"from": "commons/receipt", "update": True}
    status, told = await ask(namur, "POST", "adoptions", body)
    assert (status, told["version"]["number"], told["origin_version"]) == (201, 3, 2)
    assert (told["published"], told["origin_newer"]) == (2, False)
    assert (await ask(namur, "POST", "adoptions", body))[0] == 200
    await namur.publish("receipt", 3)
    assert (await ask(namur, "GET", "templates/receipt"))[1]["modified"] is False


async def test_what_comes_with_the_service_is_adopted_with_its_samples(namur: Town) -> None:
    body = {"from": "library/accuse-reception", "slug": "receipt"}
    status, told = await ask(namur, "POST", "adoptions", body)
    assert (status, told["slug"], told["title"]) == (201, "receipt", "Accusé de réception")
    assert (told["origin"], told["origin_version"]) == ("library/accuse-reception", None)
    assert (told["modified"], told["origin_newer"], told["language"]) == (False, False, "fr-BE")
    assert told["version"]["has_schema"]
    status, told = await ask(namur, "POST", "adoptions", {"from": "library/en-tete-commune"})
    assert (status, told["kind"]) == (201, "block")


@pytest.mark.parametrize("origin", ["commons/nothing", "library/nothing"])
async def test_what_is_not_there_is_not_adopted(namur: Town, origin: str) -> None:
    status, told = await ask(namur, "POST", "adoptions", {"from": origin})
    assert (status, told["type"]) == (404, "/problems/template-not-found")


@pytest.mark.parametrize("origin", ["gent/permit", "commons/../x", "permit", ""])
async def test_only_what_is_shared_is_adopted(namur: Town, origin: str) -> None:
    status, told = await ask(namur, "POST", "adoptions", {"from": origin})
    assert (status, told["errors"][0]["field"]) == (400, "from")


async def test_what_is_not_live_in_commons_is_not_shown(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    await commons.create("draft")
    await commons.send("draft", FIRST)
    await live(commons, "old", FIRST)
    await post(commons, "old/archive")
    assert (await ask(namur, "GET", "commons/templates"))[1]["templates"] == []
    for path in ("draft", "old/content", "nothing"):
        status, told = await ask(namur, "GET", f"commons/templates/{path}")
        assert (status, told["type"]) == (404, "/problems/template-not-found")


async def test_a_copy_has_the_letterhead_of_the_town(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    await live(commons, "letterhead", odt(p("of all")), kind="block")
    await live(commons, "receipt", HOST)
    await live(namur, "letterhead", odt(p("of Namur")), kind="block")
    for template in ("commons/receipt", "receipt"):
        if template == "receipt":
            await ask(namur, "POST", "adoptions", {"from": "commons/receipt"})
            await namur.publish("receipt", 1)
        answer = await namur.render(template, {"name": "A"})
        assert b"of Namur".hex().encode() in await answer.read()


async def test_only_designers_propose_and_adopt(namur: Town) -> None:
    await live(namur, "permit", FIRST)
    clerk = await town(namur.service, "namur", Role.RENDER)
    for path in ("adoptions", "templates/permit/proposals"):
        assert (await ask(clerk, "POST", path, {}))[0] == 403
    assert (await ask(clerk, "GET", "commons/templates"))[0] == 200
