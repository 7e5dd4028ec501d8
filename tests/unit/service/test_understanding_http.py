"""What a template asks for, looks like and became, over HTTP."""

from __future__ import annotations

import json

import pytest
from greffier.access.model import Role
from odt import field, link, odt, p, picture
from unit.service.conftest import Serve
from unit.service.test_registry import Town, problem, town
from yarl import URL

FIRST = odt(p("Dear ", field("name")))
SECOND = odt(p("Dear ", field("name")), p(field("fee")))


@pytest.fixture
async def namur(serve: Serve) -> Town:
    """A town with a template of two versions, the first of them live."""
    namur = await town(await serve(auth="required"), "namur")
    await namur.create("permit")
    await namur.send("permit", FIRST)
    assert (await namur.publish("permit", 1)).status == 200
    await namur.send("permit", SECOND)
    return namur


async def test_the_schema_is_that_of_the_live_version_unless_another_is_named(
    namur: Town,
) -> None:
    live = await namur.ask("GET", "/v1/templates/permit/schema")
    assert live.content_type == "application/schema+json"
    assert (await live.json(content_type=None))["required"] == ["name"]
    named = await namur.ask("GET", "/v1/templates/permit/schema?version=2")
    assert (await named.json(content_type=None))["required"] == ["name", "fee"]
    missing = await namur.ask("GET", "/v1/templates/permit/schema?version=3")
    assert await problem(missing) == (404, "version-not-found")
    wrong = await namur.ask("GET", "/v1/templates/permit/schema?verison=2")
    assert await problem(wrong) == (400, "request-invalid")


async def test_applications_see_what_is_live_and_no_drafts(namur: Town) -> None:
    clerk = await town(namur.service, "namur", Role.RENDER)
    assert (await clerk.ask("GET", "/v1/templates/permit/schema")).status == 200
    assert (await clerk.ask("GET", "/v1/templates/permit/sample")).status == 200
    draft = await clerk.ask("GET", "/v1/templates/permit/schema?version=2")
    assert await problem(draft) == (404, "version-not-found")
    refused = await clerk.ask("GET", "/v1/templates/permit/samples")
    assert await problem(refused) == (403, "not-allowed")


async def test_a_designers_own_schema_goes_first(namur: Town) -> None:
    own = {"type": "object", "required": ["name", "fee"], "properties": {"name": {}, "fee": {}}}
    sent = await namur.send("permit", SECOND, schema=json.dumps(own).encode())
    assert (await sent.json())["state"] == "checked"
    await namur.publish("permit", 3)
    answer = await namur.ask("GET", "/v1/templates/permit/schema")
    assert await answer.json(content_type=None) == own


async def test_a_schema_that_contradicts_the_template_is_a_mistake(namur: Town) -> None:
    own = {"type": "object", "properties": {"name": {"type": "array"}, "fee": {}}}
    sent = await (await namur.send("permit", SECOND, schema=json.dumps(own).encode())).json()
    assert (sent["state"], sent["errors"]) == ("draft", 1)
    codes = [one["code"] for one in sent["report"]["findings"]]
    assert codes == ["schema-type-contradicted", "schema-field-optional"]
    assert await problem(await namur.publish("permit", 3)) == (409, "version-not-publishable")


async def test_templates_of_the_library_have_a_schema_and_a_sample(namur: Town) -> None:
    schema = await namur.ask("GET", "/v1/templates/accuse-reception/schema")
    assert "commune" in (await schema.json(content_type=None))["properties"]
    sample = await (await namur.ask("GET", "/v1/templates/accuse-reception/sample")).json()
    assert (await namur.render("accuse-reception", sample)).status == 200
    nothing = await namur.ask("GET", "/v1/templates/nothing/schema")
    assert await problem(nothing) == (404, "template-not-found")


async def test_the_sample_is_a_designers_where_the_version_was_tried_with_it(
    namur: Town,
) -> None:
    data = {"name": "Ann", "fee": 3}
    await namur.ask("PUT", "/v1/templates/permit/samples/ann", json=data)
    path = "/v1/templates/permit/sample"
    assert (await (await namur.ask("GET", path)).json()).keys() == {"name"}
    await namur.publish("permit", 2)
    assert await (await namur.ask("GET", path)).json() == data


async def test_the_sample_goes_with_the_blocks_of_today(namur: Town) -> None:
    await namur.create("letter")
    await namur.send("letter", odt(p(link('include="head"')), p(field("body"))))
    await namur.create("head", kind="block")
    for number, name in enumerate(("town", "city"), 1):
        await namur.send("head", odt(p(field(name))))
        assert (await namur.publish("head", number)).status == 200
        published = await namur.publish("letter", 1)
        assert published.status == 200, await published.text()
    await namur.send("head", odt(p(field("region"))))
    await namur.publish("head", 3)
    sample = await (await namur.ask("GET", "/v1/templates/letter/sample")).json()
    assert sorted(sample) == ["body", "region"]
    assert (await namur.render("letter", sample)).status == 200


async def test_versions_are_compared(namur: Town) -> None:
    path = "/v1/templates/permit/versions/1/diff/2"
    told = await (await namur.ask("GET", path)).json()
    assert told["fields_compared"]
    assert [(one["subject"], one["change"]) for one in told["changes"]] == [
        ("field", "added"),
        ("text", "added"),
    ]
    headers = {"Accept": "text/plain", "Accept-Language": "nl"}
    answer = await namur.ask("GET", path, headers=headers)
    assert answer.headers["Content-Language"] == "nl"
    assert "Tekst\n  hoofdtekst\n    + «fee»\n" in await answer.text()
    missing = await namur.ask("GET", "/v1/templates/permit/versions/1/diff/9")
    assert await problem(missing) == (404, "version-not-found")


async def test_what_a_version_needs_more_than_the_live_one_is_told(namur: Town) -> None:
    version = await (await namur.ask("GET", "/v1/templates/permit/versions/2")).json()
    contract = version["report"]["contract"]
    assert (contract["against"], contract["needs_more"]) == (1, True)
    assert [(one["change"], one["pointer"]) for one in contract["needs"]] == [
        ("field-added", "/fee")
    ]
    first = await (await namur.ask("GET", "/v1/templates/permit/versions/1")).json()
    assert first["report"]["contract"] is None


async def test_whom_a_version_that_needs_more_concerns_is_told_by_counts(namur: Town) -> None:
    clerk = await town(namur.service, "namur", Role.RENDER)
    elsewhere = await town(namur.service, "gent")
    for _ in range(3):
        assert (await clerk.render("permit", {"name": "Ann"})).status == 200
    await elsewhere.render("permit", {"name": "Ann"})
    more = odt(p("Dear ", field("name")), p(field("due")))
    sent = await (await namur.send("permit", more)).json()
    callers = sent["report"]["contract"]["callers"]
    assert callers == {"days": 30, "documents": 3, "keys": [{"key": "render", "documents": 3}]}


async def test_a_report_tells_what_the_version_is_about(namur: Town) -> None:
    report = (await (await namur.ask("GET", "/v1/templates/permit/versions/2")).json())["report"]
    assert [one["field"] for one in report["fields"]] == ["name", "fee"]
    assert (report["fonts"], report["locale"]) == (["Liberation Serif"], "en_GB")
    assert not {"schema", "samples"} & report.keys()
    listed = await (await namur.ask("GET", "/v1/templates/permit/versions")).json()
    assert all("report" not in one for one in listed["versions"])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({"data": {"name": "Ann", "fee": 7}}, b"Dear Ann"), ({"sample": "ann"}, b"Dear Ann Sample")],
)
async def test_a_preview_shows_a_draft_with_the_data_asked_for(
    namur: Town, asked: dict[str, object], shown: bytes
) -> None:
    data = {"name": "Ann Sample", "fee": 1}
    await namur.ask("PUT", "/v1/templates/permit/samples/ann", json=data)
    answer = await namur.ask(
        "POST", "/v1/templates/permit/preview", json={**asked, "format": "pdf"}
    )
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Greffier-Template"] == "permit@2"
    assert shown.hex().encode() in await answer.read()


async def test_a_preview_is_a_picture_of_a_page_with_invented_data(namur: Town) -> None:
    await namur.create("seal")
    await namur.send("seal", odt(p(field("name"), picture("py3o.staticimage.seal"))))
    answer = await namur.ask("POST", "/v1/templates/seal/preview", json={"dpi": 72})
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert (await answer.read()).startswith(b"\x89PNG")


async def test_a_preview_is_in_the_records_and_not_in_the_usage(namur: Town) -> None:
    await namur.ask("POST", "/v1/templates/permit/preview", json={})
    (entry, *_) = (await (await namur.ask("GET", "/v1/audit")).json())["records"]
    assert (entry["action"], entry["subject"], entry["version"]) == (
        "understanding.preview",
        "permit",
        2,
    )
    assert (await (await namur.ask("GET", "/v1/usage")).json())["usage"] == []


async def test_a_preview_that_cannot_be_made_is_told_why(namur: Town) -> None:
    path = "/v1/templates/permit/preview"
    both = await namur.ask("POST", path, json={"data": {}, "sample": "ann"})
    assert await problem(both) == (400, "request-invalid")
    unknown = await namur.ask("POST", path, json={"sample": "ann"})
    assert await problem(unknown) == (404, "sample-not-found")
    lacking = await namur.ask("POST", path, json={"data": {}})
    assert await problem(lacking) == (422, "data-mismatch")


async def test_templates_of_commons_have_a_schema_and_a_sample(namur: Town) -> None:
    commons = await town(namur.service, "commons")
    await commons.create("receipt")
    await commons.send("receipt", FIRST)
    assert (await commons.publish("receipt", 1)).status == 200
    schema = await namur.ask("GET", URL("/v1/templates/commons%2Freceipt/schema", encoded=True))
    assert (await schema.json(content_type=None))["required"] == ["name"]
    sample = await namur.ask("GET", URL("/v1/templates/commons%2Freceipt/sample", encoded=True))
    data = await sample.json()
    assert (await namur.render("commons/receipt", data)).status == 200
