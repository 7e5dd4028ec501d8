"""A tenant's library as a zip: out, into version control, and in again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from greffier.access.model import Role
from odt import link, odt, p
from unit.service.test_live import HOST, live, post
from unit.service.test_registry import BROKEN, FIRST, SECOND, Town, namur, town

__all__ = ["namur"]

ABOUT = {"title": "Permis", "tags": ["a"]}


def zipped(files: Mapping[str, bytes | str | object]) -> bytes:
    """A zip with these files; what is neither bytes nor text is written as JSON."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            plain = content if isinstance(content, bytes | str) else json.dumps(content)
            archive.writestr(name, plain)
    return target.getvalue()


async def exported(tenant: Town, query: str = "") -> tuple[bytes, dict[str, bytes]]:
    """The zip of a library, and the files in it."""
    answer = await tenant.ask("GET", f"/v1/library?{query}")
    assert (answer.status, answer.content_type) == (200, "application/zip"), await answer.text()
    content = await answer.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content, {name: archive.read(name) for name in archive.namelist()}


async def take(tenant: Town, content: bytes, query: str = "") -> tuple[int, Any]:
    """Send a zip; gives status and answer."""
    answer = await tenant.ask(
        "POST",
        f"/v1/library?{query}",
        data=io.BytesIO(content),
        headers={"Content-Type": "application/zip"},
    )
    return answer.status, await answer.json()


def outcomes(told: Any) -> dict[str, tuple[str, list[str], bool]]:
    """What became of each template."""
    return {
        each["slug"]: (each["outcome"], each["changes"], each["live"]) for each in told["templates"]
    }


async def test_a_library_goes_to_another_tenant_whole(namur: Town) -> None:
    files = {
        "letterhead/block.odt": odt(p("Namur")),
        "permit/template.odt": HOST,
        "permit/about.json": {**ABOUT, "formats": ["pdf", "odt"], "language": "fr-BE"},
        "permit/schema.json": {"type": "object"},
        "permit/samples/simple.json": {"name": "Ann"},
    }
    status, told = await take(namur, zipped(files), "publish=true&note=First")
    assert status == 200
    assert told["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert outcomes(told) == {
        "letterhead": ("new", ["content"], True),
        "permit": ("new", ["content", "about", "samples"], True),
    }
    content, out = await exported(namur)
    assert sorted(out) == sorted([*files, "letterhead/about.json"])
    assert out["permit/template.odt"] == HOST
    assert json.loads(out["permit/about.json"]) == {
        "title": "Permis",
        "description": "",
        "category": "",
        "tags": ["a"],
        "language": "fr-BE",
        "formats": ["pdf", "odt"],
        "engine": "",
    }
    assert (await exported(namur))[0] == content

    gent = await town(namur.service, "gent")
    _, told = await take(gent, content, "publish=true")
    assert {each["outcome"] for each in told["templates"]} == {"new"}
    assert (await exported(gent))[0] == content
    _, told = await take(gent, content, "publish=true")
    assert told["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    answer = await gent.render("permit", {"name": "A"})
    assert answer.headers["Greffier-Template"] == "permit@1"


async def test_only_what_changed_becomes_a_version(namur: Town) -> None:
    await live(namur, "permit", FIRST, title="Permis")
    await live(namur, "receipt", FIRST)
    await namur.send("permit", SECOND)
    _, files = await exported(namur)
    assert files["permit/template.odt"] == FIRST
    _, newest = await exported(namur, "versions=newest&template=permit")
    assert (newest["permit/template.odt"], "receipt/template.odt" in newest) == (SECOND, False)

    files["receipt/template.odt"] = SECOND
    files["permit/about.json"] = json.dumps({"description": "New words"}).encode()
    status, told = await take(namur, zipped(files))
    assert status == 200
    assert outcomes(told) == {
        "permit": ("changed", ["about"], True),
        "receipt": ("changed", ["content"], False),
    }
    permit = await (await namur.ask("GET", "/v1/templates/permit")).json()
    assert (permit["title"], permit["description"]) == ("Permis", "New words")
    assert (permit["published"], permit["latest"]) == (1, 2)
    receipt = await (await namur.ask("GET", "/v1/templates/receipt/versions/2")).json()
    assert receipt["state"] == "checked"


async def test_what_has_mistakes_stays_a_draft_and_the_rest_goes_live(namur: Town) -> None:
    files = {"a/template.odt": BROKEN, "b/template.odt": FIRST}
    status, told = await take(namur, zipped(files), "publish=true")
    assert status == 200
    assert outcomes(told) == {"a": ("new", ["content"], False), "b": ("new", ["content"], True)}
    assert told["templates"][0]["problem"] == "/problems/version-not-publishable"
    assert told["templates"][0]["errors"][0]["code"]


async def test_blocks_go_live_before_what_includes_them(namur: Town) -> None:
    files = {
        "a/block.odt": odt(p(link('include="z"'))),
        "z/block.odt": odt(p("Z")),
        "b/template.odt": odt(p(link('include="a"'))),
    }
    _, told = await take(namur, zipped(files), "publish=true")
    assert {each["slug"]: each["live"] for each in told["templates"]} == {
        "a": True,
        "b": True,
        "z": True,
    }


async def test_a_template_with_mistakes_in_its_files_is_refused_and_the_others_taken(
    namur: Town,
) -> None:
    await live(namur, "letterhead", FIRST, kind="block")
    await live(namur, "old", FIRST)
    await post(namur, "old/archive")
    files: dict[str, object] = {
        "a/template.odt": FIRST,
        "a/about.json": {"titel": "x", "formats": ["doc"]},
        "a/samples/x.json": "[1]",
        "b/about.json": {},
        "c/template.odt": FIRST,
        "c/block.odt": FIRST,
        "d/template.odt": FIRST,
        "e/template.odt": FIRST,
        "e/schema.json": "{",
        "letterhead/template.odt": FIRST,
        "old/template.odt": SECOND,
    }
    status, told = await take(namur, zipped(files))
    assert status == 200
    by_slug = {each["slug"]: each for each in told["templates"]}
    assert {slug for slug in by_slug if by_slug[slug]["outcome"] == "refused"} == {
        *("a", "b", "c", "e", "letterhead", "old")
    }
    fields = {each["field"] for each in by_slug["a"]["errors"]}
    assert fields == {"a/about.json.titel", "a/about.json.formats.0", "a/samples/x.json"}
    assert by_slug["old"]["problem"] == "/problems/template-archived"
    assert by_slug["letterhead"]["problem"] == "/problems/template-exists"
    slugs = (await (await namur.ask("GET", "/v1/templates")).json())["templates"]
    assert [each["slug"] for each in slugs] == ["d", "letterhead"]


@pytest.mark.parametrize(
    "name",
    ["../permit/template.odt", "permit/other.odt", "template.odt", "permit/samples/../x.json"],
)
async def test_what_is_no_file_of_a_library_is_refused(namur: Town, name: str) -> None:
    status, _ = await take(namur, zipped({"permit/template.odt": FIRST, name: b"x"}))
    assert status in {400, 422}
    assert (await (await namur.ask("GET", "/v1/templates")).json())["templates"] == []


async def test_strange_files_are_named_all_of_them(namur: Town) -> None:
    status, told = await take(namur, zipped({"a/x.odt": b"", "README.md": b"", "b/about.json": {}}))
    assert (status, [each["field"] for each in told["errors"]]) == (400, ["a/x.odt", "README.md"])


async def test_a_folder_around_the_library_does_not_matter(namur: Town) -> None:
    _, told = await take(namur, zipped({"towns/a/template.odt": FIRST, "towns/b/about.json": {}}))
    assert {each["slug"]: each["outcome"] for each in told["templates"]} == {
        "a": "new",
        "b": "refused",
    }


@pytest.mark.parametrize(
    "content", [b"", b"no zip", zipped({}), zipped({"a/about.json": "{}"})[:-9]]
)
async def test_what_is_no_zip_is_refused(namur: Town, content: bytes) -> None:
    status, told = await take(namur, content)
    assert (status, told["type"]) == (422, "/problems/file-damaged")


async def test_a_bomb_is_refused(namur: Town) -> None:
    status, told = await take(namur, zipped({"a/template.odt": b"\0" * 2**25}))
    assert (status, told["type"]) == (422, "/problems/file-over-limits")
    many = zipped({f"a{number}/about.json": b"" for number in range(10_001)})
    status, told = await take(namur, many)
    assert (status, told["type"]) == (422, "/problems/file-over-limits")


async def test_an_origin_travels_along(namur: Town) -> None:
    body = {"from": "library/accuse-reception", "slug": "receipt"}
    assert (await namur.ask("POST", "/v1/adoptions", json=body)).status == 201
    content, files = await exported(namur, "versions=newest")
    assert json.loads(files["receipt/about.json"])["origin"]["name"] == "library/accuse-reception"
    assert "receipt/samples/sample.json" in files
    gent = await town(namur.service, "gent")
    await take(gent, content)
    told = await (await gent.ask("GET", "/v1/templates/receipt")).json()
    assert (told["origin"], told["modified"]) == ("library/accuse-reception", False)


async def test_only_designers_take_libraries_in_and_out(namur: Town) -> None:
    clerk = await town(namur.service, "namur", Role.RENDER)
    assert (await clerk.ask("GET", "/v1/library")).status == 403
    assert (await take(clerk, zipped({"a/template.odt": FIRST})))[0] == 403
