"""Named sample data: kept as sent, and rendered before a version goes live."""

from __future__ import annotations

import pytest
from greffier.registry.samples import MOST_SAMPLES
from odt import field, odt, p
from unit.service.conftest import Serve
from unit.service.test_registry import Town, problem, town

SAMPLES = "/v1/templates/permit/samples"


@pytest.fixture
async def namur(serve: Serve) -> Town:
    """A town with a template of one version."""
    namur = await town(await serve(auth="required"), "namur")
    await namur.create("permit")
    await namur.send("permit", odt(p("Dear ", field("name"))))
    return namur


async def test_a_sample_comes_back_as_it_was_sent(namur: Town) -> None:
    text = b'{"name": "\xc3\x89lise", "fee": 12.50}'
    headers = {"Content-Type": "application/json"}
    made = await namur.ask("PUT", f"{SAMPLES}/elise", data=text, headers=headers)
    assert (made.status, made.headers["Location"]) == (201, f"{SAMPLES}/elise")
    assert await (await namur.ask("GET", f"{SAMPLES}/elise")).read() == text
    changed = await namur.ask("PUT", f"{SAMPLES}/elise", json={"name": "Jan"})
    assert changed.status == 204
    listed = await (await namur.ask("GET", SAMPLES)).json()
    assert [(one["name"], one["size"]) for one in listed["samples"]] == [("elise", 15)]
    assert (await namur.ask("DELETE", f"{SAMPLES}/elise")).status == 204
    for method in ("GET", "DELETE"):
        gone = await namur.ask(method, f"{SAMPLES}/elise")
        assert await problem(gone) == (404, "sample-not-found")


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        (b"[1]", "a", "request-invalid"),
        (b"nothing", "a", "request-malformed"),
        (b'{"a": NaN}', "a", "request-malformed"),
        (b"{}", "A%20name", "request-invalid"),
    ],
)
async def test_what_is_no_sample_is_refused(namur: Town, text: bytes, name: str, told: str) -> None:
    headers = {"Content-Type": "application/json"}
    refused = await namur.ask("PUT", f"{SAMPLES}/{name}", data=text, headers=headers)
    assert await problem(refused) == (400, told)


async def test_a_template_has_so_many_samples_and_no_more(namur: Town) -> None:
    for number in range(MOST_SAMPLES):
        assert (await namur.ask("PUT", f"{SAMPLES}/s{number}", json={})).status == 201
    more = await namur.ask("PUT", f"{SAMPLES}/more", json={})
    assert await problem(more) == (409, "too-many-samples")
    assert (await namur.ask("PUT", f"{SAMPLES}/s0", json={})).status == 204


async def test_samples_are_of_one_tenant(namur: Town) -> None:
    await namur.ask("PUT", f"{SAMPLES}/ann", json={"name": "Ann"})
    gent = await town(namur.service, "gent")
    assert await problem(await gent.ask("GET", SAMPLES)) == (404, "template-not-found")
    await gent.create("permit")
    assert await problem(await gent.ask("GET", f"{SAMPLES}/ann")) == (404, "sample-not-found")


async def test_every_sample_is_rendered_before_a_version_goes_live(namur: Town) -> None:
    for name in ("ann", "bob"):
        await namur.ask("PUT", f"{SAMPLES}/{name}", json={"name": name})
    published = await (await namur.publish("permit", 1)).json()
    proof = {"pages": 1, "fonts_substituted": []}
    assert published["report"]["proofs"] == {"ann": proof, "bob": proof}
    listed = await (await namur.ask("GET", SAMPLES)).json()
    assert [one["proofs"] for one in listed["samples"]] == [{"1": proof}] * 2
    orders = namur.service.rooms.renderer.orders
    assert [one.request for one in orders] == [
        b'{"data": {"name": "ann"}}',
        b'{"data": {"name": "bob"}}',
    ]


async def test_a_sample_that_cannot_be_rendered_keeps_a_version_back_by_its_name(
    namur: Town,
) -> None:
    await namur.ask("PUT", f"{SAMPLES}/good", json={"name": "Ann"})
    await namur.ask("PUT", f"{SAMPLES}/lacking", json={"nom": "Ann"})
    answer = await namur.publish("permit", 1)
    told = await answer.json()
    assert (answer.status, told["type"]) == (409, "/problems/version-not-publishable")
    (fault,) = told["errors"]
    assert (fault["where"], fault["field"]) == ("sample “lacking” › body › “Dear name”", "name")
    version = await (await namur.ask("GET", "/v1/templates/permit/versions/1")).json()
    assert version["state"] == "checked"


async def test_without_samples_invented_data_is_rendered(namur: Town) -> None:
    published = await (await namur.publish("permit", 1)).json()
    assert published["report"]["proofs"] == {"invented data": {"pages": 1, "fonts_substituted": []}}


async def test_going_back_does_not_depend_on_the_samples_of_today(namur: Town) -> None:
    await namur.publish("permit", 1)
    await namur.send("permit", odt(p(field("title"))))
    await namur.ask("PUT", f"{SAMPLES}/new", json={"title": "X"})
    assert (await namur.publish("permit", 2)).status == 200
    back = await namur.publish("permit", 1)
    assert back.status == 200
    # What came out of it when it went live first is kept.
    assert (await back.json())["report"]["proofs"]["invented data"]["pages"] == 1


async def test_a_sample_that_changed_forgets_its_proofs(namur: Town) -> None:
    await namur.ask("PUT", f"{SAMPLES}/ann", json={"name": "Ann"})
    await namur.publish("permit", 1)
    await namur.ask("PUT", f"{SAMPLES}/ann", json={"name": "Anna"})
    listed = await (await namur.ask("GET", SAMPLES)).json()
    assert listed["samples"][0]["proofs"] == {}
