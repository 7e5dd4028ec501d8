"""``POST /v1/documents`` of a real service: what the caller receives."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
import requests
from documents import pdf_pages, pdf_text
from odt import field, odt, p
from office.service.conftest import LETTER, post, saved
from running import Running, greffier_serve

ANN = {"name": "Ann", "city": "Exempleville"}


def test_a_template_of_the_library_becomes_a_pdf(service: Running, tmp_path: Path) -> None:
    sample = Path(__file__).parents[3] / "templates/greffier_library/accuse-reception/sample.json"
    data = json.loads(sample.read_text())
    answer = requests.post(
        f"{service.url}/v1/documents",
        json={"template": "accuse-reception", "data": data},
        timeout=120,
    )
    pdf = saved(answer, tmp_path)
    assert data["courrier"]["objet"].split()[0] in pdf_text(pdf)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert int(answer.headers["Greffier-Pages"]) == pdf_pages(pdf)
    assert answer.headers["Greffier-Template"] == "accuse-reception"
    assert answer.headers["Greffier-Warnings"] == "0"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'filename="accuse-reception.pdf"' in answer.headers["Content-Disposition"]
    for phase in ("queue", "fill", "convert", "finish"):
        assert f"{phase};dur=" in answer.headers["Server-Timing"]
    digest = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    assert f'data-digest="sha256:{digest}"' in answer.headers["Greffier-Provenance"]
    assert re.search(r'office="LibreOffice \d+\.\d+\.', answer.headers["Greffier-Provenance"])
    content = pdf.read_bytes()
    assert f"<greffier:DataDigest>sha256:{digest}<".encode() in content


def test_a_template_in_the_request_becomes_a_pdf(service: Running, tmp_path: Path) -> None:
    pdf = saved(post(service, {"data": {"name": "Élise", "city": "Exempleville"}}), tmp_path)
    assert "Dear Élise,\n" in pdf_text(pdf)
    assert "Exempleville" in pdf_text(pdf)


def test_a_profile_is_claimed_by_the_result(service: Running, tmp_path: Path) -> None:
    output = {"pdf": {"profile": "PDF/A-2b", "ua": True, "title": "A letter", "lang": "en-GB"}}
    pdf = saved(post(service, {"data": ANN, "output": output}), tmp_path)
    content = pdf.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert "Dear Ann," in pdf_text(pdf)


def test_a_password_is_needed_when_it_was_asked_for(service: Running, tmp_path: Path) -> None:
    output = {"pdf": {"encryption": {"open_password": "open sesame"}}}
    pdf = saved(post(service, {"data": ANN, "output": output}), tmp_path)
    assert b"/Encrypt" in pdf.read_bytes()
    assert b"greffier:" not in pdf.read_bytes()


def test_a_page_becomes_a_picture(service: Running, tmp_path: Path) -> None:
    output = {"format": "png", "png": {"dpi": 72}}
    answer = post(service, {"data": ANN, "output": output})
    png = saved(answer, tmp_path)
    assert answer.headers["Content-Type"] == "image/png"
    # A4 at 72 dots an inch (595.3 by 841.9), in the header of the file.
    assert png.read_bytes()[16:24] == (596).to_bytes(4, "big") + (842).to_bytes(4, "big")


def test_a_page_that_does_not_exist_is_refused(service: Running) -> None:
    answer = post(service, {"data": ANN, "output": {"format": "png", "png": {"page": 9}}})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/option-refused")
    assert "has 1" in answer.json()["detail"]
    assert [fault["field"] for fault in answer.json()["errors"]] == ["output.png.page"]


def test_an_odt_can_be_had_and_posted_again(service: Running, tmp_path: Path) -> None:
    answer = post(service, {"data": ANN, "output": {"format": "odt"}})
    again = post(service, {"data": {}}, template=answer.content)
    assert "Dear Ann," in pdf_text(saved(again, tmp_path))


def test_a_font_that_is_missing_is_told(service: Running) -> None:
    style = (
        '<style:style style:name="Odd" style:family="paragraph" style:parent-style-name="Standard">'
        '<style:text-properties fo:font-family="Zapfino, Extra"/></style:style>'
    )
    template = odt(p("Dear ", field("name"), style="Odd"), automatic=style)
    answer = post(service, {"data": ANN}, template)
    assert answer.status_code == 200, answer.text
    assert "Zapfino" in answer.headers["Greffier-Fonts-Substituted"]
    assert int(answer.headers["Greffier-Warnings"]) >= 1


def test_the_engine_py3o_runs_where_it_is_trusted(tmp_path: Path) -> None:
    # Only stock py3o.template evaluates arbitrary Python.
    template = odt(p(field("name.upper().__class__.__name__")))
    with greffier_serve(tmp_path, {"GREFFIER_PY3O_ENGINE": "trusted"}) as trusting:
        answer = post(trusting, {"data": ANN, "engine": "py3o"}, template)
        assert pdf_text(saved(answer, tmp_path)).strip() == "str"
        refused = post(trusting, {"data": ANN}, template)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/template-invalid")
        # It can run any Python, and is confined all the same.
        thief = odt(p(field("open('/etc/shadow').read()")))
        answer = post(trusting, {"data": ANN, "engine": "py3o"}, thief)
        assert answer.status_code == 422, answer.text
        assert "root:" not in answer.text


def test_the_engine_py3o_is_refused_where_it_is_not(service: Running) -> None:
    answer = post(service, {"data": ANN, "engine": "py3o"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/engine-not-allowed")


@pytest.mark.parametrize("path", ["/v1/info", "/health/ready", "/metrics", "/docs"])
def test_operators_are_told_the_state(service: Running, path: str) -> None:
    post(service, {"data": ANN}, LETTER)
    answer = requests.get(f"{service.url}{path}", timeout=30)
    assert answer.status_code == 200
    told = {
        "/v1/info": '"libreoffice": "',
        "/health/ready": '"sandbox": "enforced"',
        "/metrics": 'greffier_phase_seconds_count{phase="export",program="office"}',
        "/docs": "POST",
    }
    assert told[path] in answer.text


def test_a_document_is_filled_twice(service: Running, tmp_path: Path) -> None:
    template = odt(p("Dear ", field("name"), " of ", field("city"), ","))
    asked = {"data": {"city": "Namur"}, "undefined": "keep", "output": {"format": "odt"}}
    first = saved(post(service, asked, template), tmp_path).read_bytes()
    pdf = saved(post(service, {"data": {"name": "Ann"}}, first), tmp_path)
    assert "Dear Ann of Namur," in pdf_text(pdf)
