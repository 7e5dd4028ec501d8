"""``POST /v1/documents``: what is asked, what is answered, what is refused."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from greffier_converters.errors import (
    DeadlineExceeded,
    DocumentQuarantined,
    OfficeCrashed,
    PoolNotReady,
    QueueFull,
    StorageFull,
)
from odt import PNG, field, odt, p, picture
from unit.service.conftest import LETTER, ODT, Serve, Service


async def test_a_template_and_data_become_a_document(service: Service) -> None:
    answer = await service.post({"data": {"name": "Ann"}})
    assert answer.status == 200, await answer.text()
    content = await answer.read()
    assert content.startswith(b"%PDF")
    assert b"Dear Ann,".hex().encode() in content
    assert answer.headers["Greffier-Pages"] == "1"
    assert answer.headers["Greffier-Warnings"] == "0"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert int(answer.headers["Content-Length"]) == len(content)
    assert "Greffier-Template" not in answer.headers


async def test_a_document_says_where_it_comes_from(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "own/reminder").mkdir(parents=True)
    (tmp_path / "own/reminder/template.odt").write_bytes(LETTER)
    service = await serve(templates_dir=tmp_path / "own")
    body = b'{"template": "reminder", "data": {"name" : "Ann"}}'
    headers = {"Content-Type": "application/json"}
    answer = await service.client.post("/v1/documents", data=body, headers=headers)
    template = f"sha256:{hashlib.sha256(LETTER).hexdigest()}"
    data = "sha256:" + hashlib.sha256(b'{"name" : "Ann"}').hexdigest()
    own = version("greffier")
    assert answer.headers["Greffier-Provenance"] == (
        f'template="reminder", template-digest="{template}", data-digest="{data}", '
        f'engine="greffier {own}", service="Greffier {own}", office="LibreOffice 7.4.0.0"'
    )
    content = (await answer.read()).decode("latin-1")
    assert f"<greffier:TemplateDigest>{template}<" in content
    assert f"<greffier:DataDigest>{data}<" in content
    assert "Ann" not in content


async def test_formats_without_metadata_of_their_own_get_properties(service: Service) -> None:
    for format in ("docx", "pdf"):
        asked = {"data": {"name": "Ann"}, "output": {"format": format}}
        await service.post(asked, template=LETTER)
    docx, pdf = service.rooms.converter.conversions
    assert docx.custom_properties["Greffier TemplateDigest"] == (
        f"sha256:{hashlib.sha256(LETTER).hexdigest()}"
    )
    assert pdf.custom_properties == {}


async def test_nothing_of_a_request_is_left(service: Service) -> None:
    await service.post({"data": {"name": "Ann"}})
    await service.post({"data": {}})
    await service.post({"dat": {}})
    assert await service.cleared()


async def test_a_template_of_the_operator_goes_by_its_name(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "own/reminder").mkdir(parents=True)
    (tmp_path / "own/reminder/template.odt").write_bytes(LETTER)
    service = await serve(templates_dir=tmp_path / "own")
    request = {"template": "reminder", "data": {"name": "Ann"}}
    answer = await service.client.post("/v1/documents", json=request)
    assert answer.status == 200, await answer.text()
    assert answer.headers["Greffier-Template"] == "reminder"
    assert 'filename="reminder.pdf"' in answer.headers["Content-Disposition"]


async def test_the_work_is_done_for_a_caller(service: Service) -> None:
    await service.post({"data": {"name": "Ann"}})
    assert {caller.tenant for caller in service.rooms.renderer.callers} == {"default"}
    assert [conversion.tenant for conversion in service.rooms.converter.conversions] == ["default"]


async def test_a_filename_may_hold_any_letter(service: Service) -> None:
    name = 'Lettre à "Élise" 100%'
    answer = await service.post({"data": {"name": "A"}, "output": {"filename": name}})
    disposition = answer.headers["Content-Disposition"]
    assert 'filename="Lettre _ __lise_ 100_.pdf"' in disposition
    assert "filename*=UTF-8''Lettre%20%C3%A0%20%22%C3%89lise%22%20100%25.pdf" in disposition


async def test_pictures_come_as_parts_of_the_form(service: Service) -> None:
    form = FormData()
    form.add_field("request", '{"data": {}}', content_type="application/json")
    form.add_field("template", odt(p(picture("py3o.staticimage.seal"))), filename="t.odt")
    form.add_field("seal", PNG, filename="seal.png")
    answer = await service.client.post("/v1/documents", data=form)
    assert answer.status == 200, await answer.text()


async def test_a_picture_that_nobody_asks_for_is_a_warning(service: Service) -> None:
    form = FormData()
    form.add_field("request", '{"data": {}}', content_type="application/json")
    form.add_field("template", odt(p(picture("py3o.staticimage.seal"))), filename="t.odt")
    for name in ("seal", "sael"):
        form.add_field(name, PNG, filename="seal.png")
    answer = await service.client.post("/v1/documents", data=form)
    assert answer.status == 200, await answer.text()
    assert answer.headers["Greffier-Warnings"] == "1"


async def test_options_of_the_pdf_reach_the_office_typed(service: Service) -> None:
    await service.post({"data": {"name": "A"}, "output": {"pdf": {"title": "T", "ua": False}}})
    (conversion,) = service.rooms.converter.conversions
    assert conversion.properties["Title"] == "T"
    assert conversion.options["UseTaggedPDF"] is True


async def test_a_page_as_a_picture(service: Service) -> None:
    answer = await service.post({"data": {"name": "A"}, "output": {"format": "png"}})
    # The fake converter makes PDF only, under whatever name is asked for.
    assert answer.status == 200, await answer.text()
    assert answer.headers["Content-Type"] == "image/png"
    assert (await answer.read()).startswith(b"\x89PNG")


async def test_every_missing_field_is_told_with_its_place(service: Service) -> None:
    template = odt(p("Dear ", field("name"), ","), p(field("city")))
    answer = await service.post({"data": {}}, template=template)
    problem = await answer.json()
    assert answer.status == 422
    assert answer.content_type == "application/problem+json"
    assert problem["type"] == "/problems/data-mismatch"
    assert problem["phase"] == "fill"
    assert problem["retryable"] is False
    assert [each["field"] for each in problem["errors"]] == ["name", "city"]
    assert all(each["where"] for each in problem["errors"])
    assert [each["pointer"] for each in problem["errors"]] == ["/name", "/city"]


async def test_tags_of_what_is_missing_may_stay_in_an_odt(service: Service) -> None:
    template = odt(p("Dear ", field("name"), ","))
    asked = {"data": {}, "undefined": "keep", "output": {"format": "odt"}}
    answer = await service.post(asked, template=template)
    assert answer.status == 200, await answer.text()
    refused = await service.post({"data": {}, "output": {"format": "odt"}}, template=template)
    assert refused.status == 422


async def test_every_mistake_of_a_request_is_told(service: Service) -> None:
    request = {"date": {}, "data": [], "output": {"format": "pdf", "filname": "x"}}
    answer = await service.post(request)
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-invalid")
    told = {each["field"]: each for each in problem["errors"]}
    assert told["date"]["hint"] == "Did you mean data?"
    assert told["output.filname"]["hint"] == "Did you mean filename?"
    assert told["data"]["message"] == "Input should be an object."


async def test_mistakes_of_options_and_of_the_rest_are_told_together(service: Service) -> None:
    output = {"filname": "x", "pdf": {"titel": "T", "ua": 1, "pages": "0"}}
    answer = await service.post({"data": {}, "output": output, "locale": "xx_YY"})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-invalid")
    assert {each["field"] for each in problem["errors"]} == {
        "output.filname",
        "output.pdf.titel",
        "output.pdf.ua",
        "output.pdf.pages",
        "locale",
    }
    assert all(set(each) == {"where", "field", "message", "hint"} for each in problem["errors"])


async def test_refused_options_are_named_in_full(service: Service) -> None:
    answer = await service.post({"data": {}, "output": {"pdf": {"titel": "T", "ua": 1}}})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/option-refused")
    assert [each["field"] for each in problem["errors"]] == ["output.pdf.titel", "output.pdf.ua"]


async def test_a_page_beyond_the_end_is_named_in_full(service: Service) -> None:
    output = {"format": "png", "png": {"page": 99}}
    answer = await service.post({"data": {"name": "A"}, "output": output})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/option-refused")
    (fault,) = problem["errors"]
    assert (fault["where"], fault["field"]) == ("request", "output.png.page")


@pytest.mark.parametrize(
    ("field", "value"),
    [("timezone", "Mars/X"), ("locale", "xx_YY"), ("locale", "xx"), ("timezone", "../UTC")],
)
async def test_a_locale_or_zone_that_does_not_exist_is_a_mistake_of_the_request(
    service: Service, field: str, value: str
) -> None:
    answer = await service.post({"data": {"name": "A"}, field: value})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-invalid")
    assert [each["field"] for each in problem["errors"]] == [field]
    assert value not in str(problem)


@pytest.mark.parametrize("output", [{}, {"format": "png"}, {"pdf": {"title": "x"}}])
async def test_comments_cannot_be_kept_where_nothing_shows_them(
    service: Service, output: dict[str, Any]
) -> None:
    answer = await service.post({"data": {"name": "A"}, "keep_comments": True, "output": output})
    assert answer.status == 400
    assert (await answer.json())["errors"][0]["field"] == "keep_comments"


async def test_comments_are_kept_on_demand(service: Service) -> None:
    comment = "<office:annotation><text:p>Ask Ann</text:p></office:annotation>"
    for keep in (False, True):
        output = {"format": "pdf", "pdf": {"notes": True}}
        request = {"data": {}, "keep_comments": keep, "output": output}
        answer = await service.post(request, template=odt(p("x", comment)))
        assert answer.status == 200
        assert (b"Ask Ann".hex().encode() in await answer.read()) is keep


async def test_null_options_are_no_options(service: Service) -> None:
    answer = await service.post({"data": {"name": "A"}, "output": {"pdf": None, "png": None}})
    assert answer.status == 200, await answer.text()


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("a version of a template that is sent", {"version": 2}, 400, "request-invalid"),
    ("an unknown PDF option", {"output": {"pdf": {"colour": 1}}}, 400, "option-refused"),
    (
        "options that exclude each other",
        {"output": {"pdf": {"profile": "PDF/A-2b", "encryption": {"open_password": "x"}}}},
        400,
        "option-refused",
    ),
    ("an unknown format", {"output": {"format": "pfd"}}, 400, "option-refused"),
    ("a spreadsheet from a text", {"output": {"format": "xlsx"}}, 400, "option-refused"),
    (
        "PDF options for another format",
        {"output": {"format": "docx", "pdf": {"ua": False}}},
        400,
        "option-refused",
    ),
    ("the engine py3o", {"engine": "py3o"}, 403, "engine-not-allowed"),
    ("a template twice", {"template": "accuse-reception"}, 400, "request-invalid"),
    ("a path as a file name", {"output": {"filename": "../x"}}, 400, "request-invalid"),
    ("another way with missing fields", {"undefined": "forget"}, 400, "request-invalid"),
    ("tags that stay in a PDF", {"undefined": "keep"}, 400, "request-invalid"),
]


@pytest.mark.parametrize(
    ("more", "status", "name"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
async def test_it_refuses(service: Service, more: dict[str, Any], status: int, name: str) -> None:
    answer = await service.post({"data": {"name": "A"}, **more})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}")
    assert problem["status"] == status
    assert problem["detail"]


async def test_an_accept_header_that_takes_anything_is_fine(service: Service) -> None:
    answer = await service.client.post(
        "/v1/documents",
        json={"template": "nothing-like-it", "data": {}},
        headers={"Accept": "application/json, text/plain, */*"},
    )
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (404, "/problems/template-not-found")
    assert "accuse-reception" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "name"),
    [
        (b'{"data": {}', "application/json", 400, "request-malformed"),
        (b"\xff\xfe", "application/json", 400, "request-malformed"),
        (b'{"data": {}}', "application/json", 400, "request-invalid"),
        (b"data=1", "application/x-www-form-urlencoded", 415, "type-not-accepted"),
        (b"no boundary here", "multipart/form-data; boundary=x", 400, "request-malformed"),
        (b"", "multipart/form-data", 400, "request-malformed"),
    ],
)
async def test_bodies_that_cannot_be_read(
    service: Service, body: bytes, content_type: str, status: int, name: str
) -> None:
    answer = await service.client.post(
        "/v1/documents", data=body, headers={"Content-Type": content_type}
    )
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}")


async def test_numbers_that_json_does_not_have_are_refused(service: Service) -> None:
    form = FormData()
    form.add_field("request", '{"data": {"name": NaN}}', content_type="application/json")
    form.add_field("template", LETTER, filename="t.odt", content_type=ODT)
    answer = await service.client.post("/v1/documents", data=form)
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-malformed")


@pytest.mark.parametrize(
    ("template", "status", "name"),
    [
        (b"just some bytes", 415, "not-the-declared-type"),
        (b"", 415, "not-the-declared-type"),
        (LETTER[: len(LETTER) // 2], 422, "file-damaged"),
        (odt(p(field("name.")), p(field("other!"))), 422, "template-invalid"),
    ],
    ids=["garbage", "empty", "truncated", "mistakes"],
)
async def test_templates_that_cannot_be_used(
    service: Service, template: bytes, status: int, name: str
) -> None:
    answer = await service.post({"data": {}}, template=template)
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}"), problem


@pytest.mark.parametrize(
    ("failure", "status", "name", "retryable", "retry_after"),
    [
        (QueueFull("Full.", limit="queue_length", retry_after_s=2.1), 429, "queue-full", True, "3"),
        (PoolNotReady("No."), 503, "not-ready", True, "5"),
        (DeadlineExceeded("Late.", phase="queue"), 504, "waited-too-long", True, None),
        (DeadlineExceeded("Late.", phase="run"), 504, "deadline-exceeded", False, None),
        (OfficeCrashed("Died."), 502, "process-crashed", False, None),
        (
            DocumentQuarantined("Died.", retry_after_s=60),
            502,
            "document-quarantined",
            False,
            "60",
        ),
        (StorageFull("No room."), 507, "storage-full", True, None),
        (OSError(28, "No space left on device"), 507, "storage-full", True, None),
        (ZeroDivisionError("Ann's secret"), 500, "internal-error", False, None),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)
async def test_what_goes_wrong_inside_is_told_by_status(
    service: Service,
    failure: BaseException,
    status: int,
    name: str,
    retryable: bool,
    retry_after: str | None,
) -> None:
    service.rooms.renderer.failure = failure
    answer = await service.post({"data": {"name": "A"}})
    text = await answer.text()
    problem = json.loads(text)
    assert (answer.status, problem["type"]) == (status, f"/problems/{name}")
    assert problem["retryable"] is retryable
    assert answer.headers.get("Retry-After") == retry_after
    assert problem.get("limit") == getattr(failure, "limit", None)
    assert "secret" not in text
    assert await service.cleared()


async def test_a_check_tells_everything_and_makes_nothing(service: Service) -> None:
    form = FormData()
    form.add_field("request", '{"data": {}}', content_type="application/json")
    form.add_field("template", LETTER, filename="t.odt", content_type=ODT)
    answer = await service.client.post("/v1/checks", data=form)
    report = await answer.json()
    assert answer.status == 200
    assert report["usable"] is False
    assert [each["field"] for each in report["findings"]] == ["name"]
    assert service.rooms.converter.conversions == []


async def test_a_check_takes_the_template_as_the_body(service: Service) -> None:
    answer = await service.client.post("/v1/checks", data=LETTER, headers={"Content-Type": ODT})
    assert await answer.json() == {"usable": True, "findings": [], "foreign": {}}
