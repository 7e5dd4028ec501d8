"""Blocks over HTTP: those of the library, and those that come with the request."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from aiohttp import FormData
from odt import field, link, odt, p
from unit.service.conftest import ODT, Serve, Service

INCLUDE = odt(p(link('include="letterhead"')), p("Dear ", field("name")))
ASKED = {"data": {"name": "Ann"}, "output": {"format": "pdf"}}


def form(request: object = None, **parts: bytes) -> FormData:
    given = FormData(quote_fields=False)
    if request is not None:
        given.add_field("request", json.dumps(request), content_type="application/json")
    for name, content in parts.items():
        given.add_field(name.replace("_", "-"), content, filename=name, content_type=ODT)
    return given


def library(tmp_path: Path, **blocks: bytes) -> Path:
    for name, content in blocks.items():
        folder = tmp_path / "own" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "block.odt").write_bytes(content)
    return tmp_path / "own"


def shown(pdf: bytes, *lines: str) -> list[bool]:
    """Which lines the fake office printed."""
    return [line.encode().hex().encode() in pdf for line in lines]


async def post(service: Service, given: FormData, address: str = "/v1/documents") -> Any:
    answer = await service.client.post(address, data=given)
    return answer.status, answer.headers, await answer.read()


async def test_a_template_of_ones_own_includes_blocks_of_the_library(
    serve: Serve, tmp_path: Path
) -> None:
    own = library(tmp_path, letterhead=odt(p("Town of X")))
    service = await serve(templates_dir=own)
    status, headers, body = await post(service, form(ASKED, template=INCLUDE))
    assert (status, headers["Greffier-Warnings"]) == (200, "0")
    assert shown(body, "Town of X", "Dear Ann") == [True, True]


async def test_a_changed_block_counts_at_once(serve: Serve, tmp_path: Path) -> None:
    own = library(tmp_path, letterhead=odt(p("Old")))
    (own / "letter").mkdir()
    (own / "letter" / "template.odt").write_bytes(INCLUDE)
    service = await serve(templates_dir=own)
    for moment, text in enumerate(["Old", "Old", "New"], 1):
        path = own / "letterhead" / "block.odt"
        path.write_bytes(odt(p(text)))
        os.utime(path, (moment, moment))
        answer = await service.client.post("/v1/documents", json={**ASKED, "template": "letter"})
        assert answer.status == 200
        body = await answer.read()
        assert shown(body, "Old", "New") == [text == "Old", text == "New"]


async def test_a_block_is_no_template_and_a_template_no_block(serve: Serve, tmp_path: Path) -> None:
    own = library(tmp_path, letterhead=INCLUDE)
    service = await serve(templates_dir=own)
    answer = await service.client.post("/v1/documents", json={**ASKED, "template": "letterhead"})
    assert answer.status == 404
    info = await (await service.client.get("/v1/info")).json()
    assert "letterhead" not in info["templates"]


async def test_blocks_that_come_along_go_first(serve: Serve, tmp_path: Path) -> None:
    service = await serve(templates_dir=library(tmp_path, letterhead=odt(p("Town of X"))))
    mine = odt(p("My town"))
    _, _, body = await post(service, form(ASKED, template=INCLUDE, block_letterhead=mine))
    assert shown(body, "My town", "Town of X") == [True, False]


async def test_a_block_that_came_in_vain_is_a_warning(service: Service) -> None:
    letter = odt(p("x"))
    status, headers, _ = await post(service, form(ASKED, template=letter, block_head=letter))
    assert (status, headers["Greffier-Warnings"]) == (200, "1")


async def test_a_missing_block_is_told_by_place_and_name(serve: Serve, tmp_path: Path) -> None:
    service = await serve(templates_dir=library(tmp_path, leterhead=odt(p())))
    status, _, body = await post(service, form(ASKED, template=INCLUDE))
    assert status == 422
    (error,) = json.loads(body)["errors"]
    assert error["code"] == "block-missing"
    assert error["where"].startswith("body")
    assert "“leterhead”" in error["hint"]


async def test_blocks_go_with_a_template_that_is_sent(service: Service) -> None:
    asked = {**ASKED, "template": "accuse-reception"}
    status, _, body = await post(service, form(asked, block_letterhead=odt(p())))
    assert status == 400
    assert json.loads(body)["errors"][0]["field"] == "block-letterhead"


async def test_a_part_that_names_no_block_is_refused(service: Service) -> None:
    given = form(ASKED, template=INCLUDE)
    given.add_field("block-../x", odt(p()), filename="x", content_type=ODT)
    status, _, body = await post(service, given)
    assert (status, json.loads(body)["errors"][0]["field"]) == (400, "block-../x")


async def test_a_check_looks_into_blocks(serve: Serve, tmp_path: Path) -> None:
    service = await serve(templates_dir=library(tmp_path, letterhead=odt(p(field("a.")))))
    for given in (form(template=INCLUDE), form(template=INCLUDE, block_spare=odt(p()))):
        status, _, body = await post(service, given, "/v1/checks")
        report = json.loads(body)
        assert (status, report["usable"]) == (200, False)
        assert report["findings"][0]["where"].startswith("block “letterhead” › body")
    assert report["findings"][1]["code"] == "block-unused"
    answer = await service.client.post("/v1/checks", data=INCLUDE, headers={"Content-Type": ODT})
    assert (await answer.json())["findings"][0]["code"] == "expression-refused"
