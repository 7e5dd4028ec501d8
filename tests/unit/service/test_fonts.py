"""Fonts of a town over HTTP: brought, listed, used for its documents only, erased."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData
from fonts import font
from greffier import keys
from greffier.access.model import Role
from greffier.fonts import collection
from unit.service.conftest import LETTER, ODT, Serve
from unit.service.test_registry import Town, problem, town

FAMILY = "Stadhuis Grotesk"


async def bring(town: Town, content: bytes, part: str = "font") -> ClientResponse:
    form = FormData()
    form.add_field(part, io.BytesIO(content), filename="f.ttf", content_type="font/ttf")
    return await town.ask("POST", "/v1/fonts", data=form)


async def listed(town: Town) -> list[tuple[str, str]]:
    told = await (await town.ask("GET", "/v1/fonts")).json()
    return [(each["family"], each["style"]) for each in told["fonts"]]


async def affinity(town: Town) -> str:
    """Print a letter, and say with which set of fonts."""
    form = FormData()
    form.add_field("request", json.dumps({"data": {"name": "A"}}), content_type="application/json")
    form.add_field("template", LETTER, filename="t.odt", content_type=ODT)
    answer = await town.ask("POST", "/v1/documents", data=form)
    assert answer.status == 200, await answer.text()
    return town.service.rooms.converter.conversions[-1].affinity


def laid_out(town: Town, name: str) -> dict[str, bytes]:
    folder = town.service.settings.font_sets_dir / name
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
async def namur(serve: Serve) -> Town:
    return await town(await serve(auth="required"), "namur")


async def test_a_font_is_brought_listed_and_erased(namur: Town) -> None:
    brought = await bring(namur, font(FAMILY, "Bold"))
    told = await brought.json()
    assert brought.status == 201, told
    assert brought.headers["Location"] == f"/v1/fonts/{told['id']}"
    described: dict[str, Any] = {
        "family": FAMILY,
        "style": "Bold",
        "format": "ttf",
        "weight": 700,
        "italic": False,
        "embedding": "install",
        "by": "all",
    }
    assert {name: told[name] for name in described} == described
    await bring(namur, font(FAMILY, "Regular"))
    assert await listed(namur) == [(FAMILY, "Bold"), (FAMILY, "Regular")]
    assert (await namur.ask("DELETE", brought.headers["Location"])).status == 204
    assert await listed(namur) == [(FAMILY, "Regular")]
    again = await namur.ask("DELETE", brought.headers["Location"])
    assert await problem(again) == (404, "font-not-found")


async def test_a_towns_documents_are_made_with_its_fonts_and_nobody_elses(namur: Town) -> None:
    gent = await town(namur.service, "gent")
    assert await affinity(namur) == ""
    content = font(FAMILY)
    await bring(namur, content)
    with_fonts = await affinity(namur)
    assert laid_out(namur, with_fonts) == {".ttf": content}
    assert await affinity(gent) == ""
    # The same file is another set for another town: they never share an office.
    await bring(gent, content)
    assert await affinity(gent) not in ("", with_fonts)
    assert await affinity(namur) == with_fonts


async def test_other_fonts_are_another_set(namur: Town) -> None:
    first = await (await bring(namur, font(FAMILY))).json()
    one = await affinity(namur)
    await bring(namur, font(FAMILY, "Bold", cff=True))
    both = await affinity(namur)
    assert both != one
    assert set(laid_out(namur, both)) == {".ttf", ".otf"}
    await namur.ask("DELETE", f"/v1/fonts/{first['id']}")
    assert set(laid_out(namur, await affinity(namur))) == {".otf"}
    # What documents that were just being made may still need stays for the moment.
    assert set(laid_out(namur, both)) == {".ttf", ".otf"}


async def test_a_set_that_was_lost_is_laid_out_again(namur: Town) -> None:
    await bring(namur, font(FAMILY))
    name = await affinity(namur)
    folder = namur.service.settings.font_sets_dir / name
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert await affinity(namur) == name
    assert set(laid_out(namur, name)) == {".ttf"}


async def test_an_erased_font_is_gone_from_the_store(namur: Town) -> None:
    told = await (await bring(namur, font(FAMILY))).json()
    await namur.ask("DELETE", f"/v1/fonts/{told['id']}")
    blobs = namur.service.app[keys.BLOBS]
    assert [str(each.name) async for each in blobs.list("namur")] == []
    assert await affinity(namur) == ""


async def test_a_town_sees_and_erases_its_own_fonts_only(namur: Town) -> None:
    told = await (await bring(namur, font(FAMILY))).json()
    gent = await town(namur.service, "gent")
    assert await listed(gent) == []
    refused = await gent.ask("DELETE", f"/v1/fonts/{told['id']}")
    assert await problem(refused) == (404, "font-not-found")
    assert await listed(namur) == [(FAMILY, "Regular")]


async def test_a_face_is_brought_once(namur: Town) -> None:
    content = font(FAMILY)
    await bring(namur, content)
    assert await problem(await bring(namur, content)) == (409, "font-exists")
    assert await problem(await bring(namur, font(FAMILY, width=2000))) == (409, "font-exists")
    # Refusing what is there already takes nothing of it away, and leaves nothing of the other.
    assert laid_out(namur, await affinity(namur)) == {".ttf": content}
    blobs = namur.service.app[keys.BLOBS]
    assert len([each async for each in blobs.list("namur")]) == 1


async def test_a_town_has_so_many_fonts_and_no_more(
    namur: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "MAX_FONTS", 2)
    for style in ("Regular", "Bold"):
        assert (await bring(namur, font(FAMILY, style))).status == 201
    assert await problem(await bring(namur, font(FAMILY, "Italic"))) == (409, "too-many-fonts")
    assert len(await listed(namur)) == 2


@pytest.mark.parametrize(
    ("content", "status", "name", "code"),
    [
        (b"%PDF-1.7", 415, "not-the-declared-type", "font-unknown"),
        (font(FAMILY)[:900], 422, "file-damaged", "font-table-damaged"),
        (font(FAMILY, embedding=2), 422, "font-refused", "font-embedding-forbidden"),
    ],
    ids=["pdf", "truncated", "licence"],
)
async def test_what_is_no_font_for_documents_is_refused_in_the_callers_language(
    namur: Town, content: bytes, status: int, name: str, code: str
) -> None:
    form = FormData()
    form.add_field("font", io.BytesIO(content), filename="f.ttf", content_type="font/ttf")
    answer = await namur.ask("POST", "/v1/fonts", data=form, headers={"Accept-Language": "fr"})
    told = await answer.json()
    assert (answer.status, told["type"]) == (status, f"/problems/{name}")
    (error,) = told["errors"]
    assert error["code"] == code
    assert "police" in error["message"]
    assert await listed(namur) == []


@pytest.mark.parametrize("part", ["file", ""])
async def test_a_form_without_a_font_is_refused(namur: Town, part: str) -> None:
    if part:
        answer = await bring(namur, font(FAMILY), part)
        assert await problem(answer) == (400, "request-invalid")
        fields = [each["field"] for each in (await answer.json())["errors"]]
        assert fields == ["file", "font"]
    else:
        answer = await namur.ask("POST", "/v1/fonts", data=font(FAMILY))
        assert await problem(answer) == (415, "type-not-accepted")


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30])
async def test_a_number_that_is_none_is_not_found(namur: Town, number: str) -> None:
    refused = await namur.ask("DELETE", f"/v1/fonts/{number}")
    assert await problem(refused) == (404, "font-not-found")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/fonts"), ("DELETE", "/v1/fonts/1")])
async def test_only_designers_have_to_do_with_fonts(namur: Town, method: str, path: str) -> None:
    clerk = await town(namur.service, "namur", Role.RENDER)
    assert await problem(await clerk.ask(method, path)) == (403, "not-allowed")
    assert (await bring(clerk, font(FAMILY))).status == 403


async def test_fonts_outlive_the_service(serve: Serve, tmp_path: Path) -> None:
    before = await town(await serve(auth="required"), "namur")
    await bring(before, font(FAMILY))
    name = await affinity(before)
    await before.service.client.close()
    service = await serve(auth="required")
    after = Town(service, before.headers["Authorization"].split()[1])
    assert not list(service.settings.font_sets_dir.iterdir())
    assert await affinity(after) == name
