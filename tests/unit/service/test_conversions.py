"""``POST /v1/conversions``: which files are taken, and as what."""

from __future__ import annotations

import pytest
from aiohttp import FormData
from unit.service.conftest import LETTER, ODT, Service


def form(
    content: bytes = LETTER, filename: str = "a.odt", output: str | None = None, media: str = ""
) -> FormData:
    built = FormData()
    if output is not None:
        built.add_field("output", output, content_type="application/json")
    built.add_field("file", content, filename=filename, content_type=media or None)
    return built


async def test_an_odt_becomes_a_pdf(service: Service) -> None:
    answer = await service.client.post("/v1/conversions", data=form())
    assert answer.status == 200, await answer.text()
    assert (await answer.read()).startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    (conversion,) = service.rooms.converter.conversions
    assert (conversion.kind, conversion.format) == ("odt", "pdf")
    assert await service.cleared()


async def test_the_media_type_counts_when_the_name_has_no_ending(service: Service) -> None:
    answer = await service.client.post("/v1/conversions", data=form(filename="blob", media=ODT))
    assert answer.status == 200, await answer.text()


@pytest.mark.parametrize(
    ("built", "status", "name"),
    [
        (form(filename="a.exe"), 415, "type-not-accepted"),
        (form(filename="a.html"), 415, "type-not-accepted"),
        (form(filename="a"), 415, "type-not-accepted"),
        (form(b"<html></html>"), 415, "not-the-declared-type"),
        (form(filename="a.docx"), 415, "not-the-declared-type"),
        (form(LETTER[:400]), 422, "file-damaged"),
        (form(output='{"format": "nothing"}'), 400, "option-refused"),
        (form(output='{"colour": 1}'), 400, "request-invalid"),
        (form(output="{"), 400, "request-malformed"),
    ],
)
async def test_it_refuses(service: Service, built: FormData, status: int, name: str) -> None:
    answer = await service.client.post("/v1/conversions", data=built)
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}"), problem
    assert await service.cleared()


async def test_a_damaged_file_is_a_matter_of_loading(service: Service) -> None:
    answer = await service.client.post("/v1/conversions", data=form(LETTER[:400]))
    assert (await answer.json())["phase"] == "load"


async def test_parts_that_nobody_asked_for_are_refused(service: Service) -> None:
    built = form()
    built.add_field("files", b"x", filename="b.odt")
    answer = await service.client.post("/v1/conversions", data=built)
    problem = await answer.json()
    assert answer.status == 400
    assert [each["field"] for each in problem["errors"]] == ["files"]


async def test_the_mistakes_of_all_parts_are_told_together(service: Service) -> None:
    built = FormData()
    built.add_field("fil", b"x", filename="b.odt")
    built.add_field("annex", b"x", filename="c.odt")
    built.add_field("output", '{"colour": 1, "pdf": {"titel": 1}}')
    answer = await service.client.post("/v1/conversions", data=built)
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-invalid")
    assert [each["field"] for each in problem["errors"]] == [
        "fil",
        "annex",
        "file",
        "output.pdf.titel",
        "output.colour",
    ]


async def test_a_form_without_a_file_is_refused(service: Service) -> None:
    built = FormData()
    built.add_field("output", "{}", content_type="application/json")
    answer = await service.client.post("/v1/conversions", data=built)
    assert answer.status in (400, 415)
