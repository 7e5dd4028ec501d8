"""What an application sees of the asynchronous client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from greffier_client import (
    AccessRefused,
    AsyncClient,
    ContentRefused,
    DeadlineExceeded,
    NotFound,
    ProblemError,
    RequestRefused,
    Retry,
    ServiceBusy,
    ServiceFailed,
    ServiceUnreachable,
)

from .conftest import ScriptedService, pdf, problem

QUICK = Retry(attempts=3, first_wait_s=0.01, longest_wait_s=0.05)


def client(service: ScriptedService, **options: object) -> AsyncClient:
    return AsyncClient(service.url, retry=QUICK, **options)  # type: ignore[arg-type] # test sugar


async def test_a_named_template_travels_as_json_with_the_key(service: ScriptedService) -> None:
    service.answers = [pdf()]
    async with client(service, key="s3cret") as greffier:
        document = await greffier.render("letter", {"name": "Élise"}, locale="fr_BE")
    (request,) = service.requests
    assert request["path"] == "/v1/documents"
    assert request["headers"]["Authorization"] == "Bearer s3cret"
    assert json.loads(request["body"]) == {
        "template": "letter",
        "data": {"name": "Élise"},
        "locale": "fr_BE",
    }
    assert document.content == b"%PDF-1.7 letter"


async def test_what_the_headers_say_of_the_document_is_read(service: ScriptedService) -> None:
    service.answers = [
        pdf(
            Greffier_Pages="3",
            Greffier_Template="letter",
            Greffier_Warnings="2",
            Greffier_Fonts_Substituted="Comic%20Sans%20MS, Tahoma",
            Greffier_Provenance='data-digest="sha256:ab", office="LibreOffice 7.4.7.2"',
            Server_Timing="fill;dur=1.5, convert;dur=31",
            Content_Disposition="attachment; filename*=UTF-8''D%C3%A9cision.pdf",
            X_Request_Id="r-1",
        )
    ]
    async with client(service) as greffier:
        document = await greffier.render("letter", {})
    assert document.pages == 3
    assert document.template == "letter"
    assert document.warnings == 2
    assert document.fonts_substituted == ("Comic Sans MS", "Tahoma")
    assert document.timings_ms == {"fill": 1.5, "convert": 31.0}
    assert document.filename == "Décision.pdf"
    assert document.request_id == "r-1"
    assert document.provenance == {"data-digest": "sha256:ab", "office": "LibreOffice 7.4.7.2"}
    assert document.media_type == "application/pdf"


async def test_an_own_template_travels_with_its_images(
    service: ScriptedService, tmp_path: Path
) -> None:
    odt = tmp_path / "own.odt"
    odt.write_bytes(b"PK odt")
    service.answers = [problem(503, retryable=True), pdf()]
    async with client(service) as greffier:
        await greffier.render(odt, {"a": 1}, images={"logo": b"png"}, blocks={"head": b"PK head"})
    # The second try sends the whole form again.
    for request in service.requests:
        parts = request["parts"]
        assert parts["template"] == b"PK odt"
        assert parts["logo"] == b"png"
        assert parts["block-head"] == b"PK head"
        assert json.loads(parts["request"]) == {"data": {"a": 1}}
    assert len(service.requests) == 2


async def test_a_conversion_says_the_kind_and_hides_the_name(
    service: ScriptedService, tmp_path: Path
) -> None:
    source = tmp_path / "Dossier Lambert.DOCX"
    source.write_bytes(b"PK docx")
    service.answers = [pdf()]
    async with client(service) as greffier:
        await greffier.convert(source)
    assert service.requests[0]["parts"]["file"] == b"PK docx"
    assert json.loads(service.requests[0]["parts"]["output"]) == {"format": "pdf"}


async def test_a_streamed_document_appears_only_when_whole(
    service: ScriptedService, tmp_path: Path
) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"%PDF half")
        assert request.transport is not None
        request.transport.abort()
        return response

    target = tmp_path / "letter.pdf"
    service.answers = [break_off]
    async with client(service) as greffier:
        with pytest.raises(ServiceUnreachable):
            await greffier.render("letter", {}, to=target)
        assert list(tmp_path.iterdir()) == []
        assert len(service.requests) == QUICK.attempts

        service.answers = [pdf(b"%PDF whole")]
        document = await greffier.render("letter", {}, to=target)
    assert target.read_bytes() == b"%PDF whole"
    assert document.path == target
    assert document.content == b""
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RequestRefused),
        (401, AccessRefused),
        (403, AccessRefused),
        (404, NotFound),
        (413, RequestRefused),
        (422, ContentRefused),
        (429, ServiceBusy),
        (500, ServiceFailed),
        (503, ServiceBusy),
        (504, DeadlineExceeded),
        (507, ServiceBusy),
    ],
)
async def test_each_status_has_its_error(
    service: ScriptedService, status: int, error: type[ProblemError]
) -> None:
    service.answers = [problem(status)]
    async with client(service) as greffier:
        with pytest.raises(error) as caught:
            await greffier.render("letter", {})
    assert type(caught.value) is error
    assert caught.value.problem.status == status
    assert len(service.requests) == 1


async def test_an_error_tells_every_fault_with_its_place(service: ScriptedService) -> None:
    fault = {"where": "table “Lines” › row 2", "field": "price", "message": "is not in the data"}
    service.answers = [problem(422, detail="One field is missing.", phase="fill", errors=[fault])]
    async with client(service) as greffier:
        with pytest.raises(ContentRefused) as caught:
            await greffier.render("letter", {})
    assert caught.value.problem.phase == "fill"
    assert str(caught.value) == (
        "One field is missing.\n  - price: is not in the data [table “Lines” › row 2]"
    )


async def test_only_retryable_refusals_are_tried_again(service: ScriptedService) -> None:
    service.answers = [problem(429, retryable=True, retry_after="0"), problem(500), pdf()]
    async with client(service) as greffier:
        with pytest.raises(ServiceFailed):
            await greffier.render("letter", {})
    assert len(service.requests) == 2


async def test_a_gateway_that_speaks_html_is_understood(service: ScriptedService) -> None:
    async def gateway(_: web.Request) -> web.StreamResponse:
        return web.Response(status=502, text="<h1>Bad Gateway</h1>", content_type="text/html")

    service.answers = [gateway, pdf()]
    async with client(service) as greffier:
        assert (await greffier.render("letter", {})).content
    assert len(service.requests) == 2


async def test_a_service_that_is_not_there_is_named() -> None:
    async with AsyncClient("http://127.0.0.1:9", retry=Retry(attempts=1)) as greffier:
        with pytest.raises(ServiceUnreachable, match=r"127\.0\.0\.1:9"):
            await greffier.info()


async def test_check_gives_the_findings(service: ScriptedService) -> None:
    async def findings(_: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"findings": [{"code": "x", "message": "Loop not closed.", "severity": "error"}]}
        )

    service.answers = [findings]
    async with client(service) as greffier:
        report = await greffier.check(b"PK odt", {"a": 1})
    assert not report.ok
    assert report.findings[0].message == "Loop not closed."


async def test_a_template_comes_back_with_comments_in_the_language_of_the_client(
    service: ScriptedService,
) -> None:
    service.answers = [pdf(b"PK odt with comments")]
    async with AsyncClient(service.url, language="fr") as greffier:
        assert await greffier.commented(b"PK odt") == b"PK odt with comments"
    (asked,) = service.requests
    assert asked["path"] == "/v1/checks"
    assert asked["headers"]["Accept"] == "application/vnd.oasis.opendocument.text"
    assert asked["headers"]["Accept-Language"] == "fr"
