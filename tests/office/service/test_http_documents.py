"""``POST /v1/documents`` of a real service: what the caller receives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from documents import pdf_pages, pdf_text
from odt import field, odt, p
from running import Running, greffier_serve

ODT = "application/vnd.oasis.opendocument.text"
LETTER = odt(p("Dear ", field("name"), ","), p("you live in ", field("city"), "."))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with greffier_serve(tmp_path_factory.mktemp("service")) as running:
        yield running


def post(service: Running, request: object, template: bytes = LETTER) -> requests.Response:
    return requests.post(
        f"{service.url}/v1/documents",
        files={
            "request": ("request.json", json.dumps(request), "application/json"),
            "template": ("template.odt", template, ODT),
        },
        timeout=120,
    )


def test_a_template_of_the_library_becomes_a_pdf(service: Running, tmp_path: Path) -> None:
    sample = Path("templates/greffier_library/accuse-reception/sample.json")
    data = json.loads(sample.read_text())
    answer = requests.post(
        f"{service.url}/v1/documents",
        json={"template": "accuse-reception", "data": data},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    pdf = tmp_path / "letter.pdf"
    pdf.write_bytes(answer.content)
    assert data["courrier"]["objet"].split()[0] in pdf_text(pdf)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert int(answer.headers["Greffier-Pages"]) == pdf_pages(pdf)
    assert answer.headers["Greffier-Template"] == "accuse-reception"
    assert answer.headers["Greffier-Warnings"] == "0"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'filename="accuse-reception.pdf"' in answer.headers["Content-Disposition"]
    for phase in ("queue", "fill", "convert", "finish"):
        assert f"{phase};dur=" in answer.headers["Server-Timing"]


def test_a_template_in_the_request_becomes_a_pdf(service: Running, tmp_path: Path) -> None:
    answer = post(service, {"data": {"name": "Élise", "city": "Exempleville"}})
    assert answer.status_code == 200, answer.text
    pdf = tmp_path / "letter.pdf"
    pdf.write_bytes(answer.content)
    assert "Dear Élise,\n" in pdf_text(pdf)
    assert "Exempleville" in pdf_text(pdf)
