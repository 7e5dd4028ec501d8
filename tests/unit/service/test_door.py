"""What holds for every address: keys, ids, refusals, logs, measures, descriptions."""

from __future__ import annotations

import json
import logging
import re
import shutil

import pytest
from greffier import logs
from greffier.problem_types import TABLE
from greffier.routes import PUBLISHED
from openapi_spec_validator import OpenAPIV31SpecValidator
from unit.service.conftest import LETTER, ODT, Serve, Service

KEY = "a-key-of-sixteen-or-more"


async def test_without_a_key_nothing_is_made(serve: Serve) -> None:
    service = await serve(api_key=KEY)
    answer = await service.post({"data": {}})
    assert answer.status == 401
    assert (await answer.json())["type"] == "/problems/key-missing"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["Bearer wrong-key-of-sixteen", f"Bearer {KEY}x", "Bearer é"])
async def test_a_wrong_key_is_refused(serve: Serve, given: str) -> None:
    service = await serve(api_key=KEY)
    answer = await service.client.get("/v1/info", headers={"Authorization": given})
    assert answer.status == 401
    assert (await answer.json())["type"] == "/problems/key-refused"


async def test_the_key_opens(serve: Serve) -> None:
    service = await serve(api_key=KEY)
    answer = await service.client.get("/v1/info", headers={"Authorization": f"bearer {KEY}"})
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/docs", "/openapi.json"])
async def test_some_addresses_need_no_key(serve: Serve, path: str) -> None:
    service = await serve(api_key=KEY)
    assert (await service.client.get(path)).status == 200


async def test_an_unknown_address_needs_the_key_too(serve: Serve) -> None:
    service = await serve(api_key=KEY)
    assert (await service.client.get("/nothing")).status == 401


async def test_an_id_is_taken_over_when_it_is_harmless(service: Service) -> None:
    answer = await service.client.get("/health/live", headers={"X-Request-Id": "abc-1"})
    assert answer.headers["X-Request-Id"] == "abc-1"
    answer = await service.client.get("/health/live", headers={"X-Request-Id": "a b" * 99})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


async def test_refusals_name_the_request(service: Service) -> None:
    answer = await service.client.get("/nothing", headers={"X-Request-Id": "abc-1"})
    problem = await answer.json()
    assert problem["instance"] == "urn:greffier:request:abc-1"
    assert (answer.status, problem["type"]) == (404, "/problems/not-found")


async def test_a_wrong_method_says_which_are_right(service: Service) -> None:
    answer = await service.client.get("/v1/conversions")
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"
    assert (await answer.json())["type"] == "/problems/method-not-allowed"


async def test_unknown_parameters_are_refused_by_name(service: Service) -> None:
    answer = await service.client.post("/v1/documents?formt=pdf", json={})
    problem = await answer.json()
    assert answer.status == 400
    assert problem["errors"][0]["field"] == "formt"


@pytest.mark.parametrize("path", ["/v1/info", "/health/live", "/docs", "/problems/queue-full"])
async def test_no_address_ignores_parameters(service: Service, path: str) -> None:
    answer = await service.client.get(path, params={"formt": "pdf", "x": "1"})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/request-invalid")
    assert [each["field"] for each in problem["errors"]] == ["formt", "x"]


async def test_an_address_of_a_later_version_is_told_as_such(service: Service) -> None:
    answer = await service.client.get("/v1/batches", params={"page": "1"})
    assert (await answer.json())["type"] == "/problems/address-not-available-yet"


@pytest.mark.parametrize(
    ("path", "header", "value"),
    [
        ("/v1/checks", "Prefer", "respond-async"),
        ("/v1/checks", "Idempotency-Key", "1"),
        ("/v1/checks", "Accept", "application/pdf"),
    ],
)
async def test_headers_that_ask_for_too_much_are_refused_by_name(
    service: Service, path: str, header: str, value: str
) -> None:
    answer = await service.client.post(path, json={"data": {}}, headers={header: value})
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (400, "/problems/not-available-yet")
    assert problem["detail"].startswith(f"{header}: ")


@pytest.mark.parametrize("accept", ["APPLICATION/JSON;q=0.9, text/html", "application/*", "*/*"])
async def test_a_report_is_had_by_who_takes_json(service: Service, accept: str) -> None:
    headers = {"Accept": accept, "Content-Type": ODT}
    answer = await service.client.post("/v1/checks", data=LETTER, headers=headers)
    assert answer.status == 200


async def test_each_problem_has_a_page_for_people(service: Service) -> None:
    overview = await (await service.client.get("/problems")).text()
    for name, found in TABLE.items():
        answer = await service.client.get(f"/problems/{name}")
        assert answer.status == 200
        assert found.title.split("'")[0] in await answer.text()
        assert f"/problems/{name}" in overview


async def test_the_description_is_valid_openapi(service: Service) -> None:
    description = await (await service.client.get("/openapi.json")).json()
    OpenAPIV31SpecValidator(description).validate()
    assert set(description["paths"]) == {route.path for route in PUBLISHED}
    document = description["components"]["schemas"]["DocumentRequest"]
    assert document["additionalProperties"] is False
    assert "PdfOptions" in description["components"]["schemas"]
    responses = description["paths"]["/v1/documents"]["post"]["responses"]
    assert {"200", "400", "401", "408", "413", "415", "422", "429", "502", "504", "507"} <= set(
        responses
    )


async def test_the_docs_need_nothing_from_elsewhere(service: Service) -> None:
    page = await (await service.client.get("/docs")).text()
    assert "/v1/documents" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "<script" not in page
    assert "url(" not in page


async def test_readiness_says_why_not(service: Service) -> None:
    from greffier.keys import HEALTH

    assert service.client.app is not None
    service.client.app[HEALTH].stopping = True
    answer = await service.client.get("/health/ready")
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["the service is stopping"]
    assert (await service.client.get("/health/live")).status == 200


async def test_without_its_work_folder_it_is_not_ready(service: Service) -> None:
    assert (await service.client.get("/health/ready")).status == 200
    shutil.rmtree(service.settings.work_dir)
    answer = await service.client.get("/health/ready")
    assert answer.status == 503
    (reason,) = (await answer.json())["reasons"]
    assert "work folder" in reason


async def test_requests_and_refusals_are_measured(service: Service) -> None:
    await service.post({"data": {"name": "A"}})
    await service.post({"data": {}})
    text = await (await service.client.get("/metrics")).text()
    assert (
        'greffier_http_request_seconds_count{method="POST",route="/v1/documents",status="200"} 1.0'
        in text
    )
    assert 'greffier_problems_total{problem="data-mismatch"} 1.0' in text


async def test_no_line_of_the_log_tells_whom_it_is_about(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """Planted in values, file names, parameters, paths, headers and errors."""
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    logs.set_up("json", "debug")
    try:
        await service.post({"data": {"name": "Lambert"}})
        await service.post({"data": {"nom": "Lambert"}, "output": {"filename": "Lambert"}})
        await service.post({"data": "Lambert", "Lambert": 1})
        await service.post({"data": {}}, template=b"Lambert")
        await service.client.get("/v1/Lambert?name=Lambert")
        await service.client.post("/v1/documents", json={}, headers={"X-Request-Id": "Lam bert"})
        service.rooms.renderer.failure = ValueError("no number: 'Lambert'")
        await service.post({"data": {"name": "Lambert"}})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("aiohttp.server").setLevel(logging.NOTSET)
    text = capsys.readouterr().err
    ours = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [line["status"] for line in ours if "status" in line] == [
        200,
        422,
        400,
        415,
        404,
        400,
        500,
    ]
    assert all(line["request_id"] for line in ours if "status" in line)
    fault = next(line for line in ours if line["level"] == "error")
    assert "builtins.ValueError" in fault["exception"]
    assert "testing.py" in fault["exception"]
    assert "Lambert" not in text


def test_lines_for_people_hold_the_id(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("greffier", logging.INFO, "", 0, "Stopping.", None, None)
    token = logs.REQUEST_ID.set("abc")
    try:
        line = logs.TextLines().format(record)
    finally:
        logs.REQUEST_ID.reset(token)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO    Stopping\. \[abc\]", line)
