"""``POST /v1/conversions`` of a real service."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import pdf_pages, pdf_text
from locked import lock
from odt import odt, p, text
from office.service.conftest import convert, post, saved
from running import Running

SOURCE = odt(p(text("Sweet & sour")))


def test_an_odt_becomes_a_pdf(service: Running, tmp_path: Path) -> None:
    answer = convert(service, SOURCE, "odt")
    pdf = saved(answer, tmp_path)
    assert "Sweet & sour" in pdf_text(pdf)
    assert int(answer.headers["Greffier-Pages"]) == pdf_pages(pdf) == 1


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_what_it_writes_it_reads(service: Running, tmp_path: Path, kind: str) -> None:
    made = convert(service, SOURCE, "odt", {"format": kind})
    assert made.status_code == 200, made.text
    again = convert(service, made.content, kind)
    assert "Sweet & sour" in pdf_text(saved(again, tmp_path))


def test_a_table_in_text_becomes_a_spreadsheet_and_a_pdf(service: Running, tmp_path: Path) -> None:
    sheet = convert(service, b"street;houses\nKerkstraat;12\n", "csv", {"format": "xlsx"})
    assert sheet.status_code == 200, sheet.text
    assert "Kerkstraat" in pdf_text(saved(convert(service, sheet.content, "xlsx"), tmp_path))


@pytest.mark.parametrize("kind", ["odt", "docx"])
def test_comments_do_not_crash_the_office(service: Running, tmp_path: Path, kind: str) -> None:
    comment = "<office:annotation><dc:creator>A</dc:creator><text:p>hm</text:p></office:annotation>"
    source = odt(p(comment, "Body"), header=p(comment, "Head"))
    if kind == "docx":
        source = convert(service, source, "odt", {"format": "docx"}).content
    shown = pdf_text(saved(convert(service, source, kind), tmp_path))
    assert "Body" in shown
    assert "Head" in shown


@pytest.mark.parametrize(
    ("content", "status", "name"),
    [
        (b"\x00\x01garbage" * 50, 415, "not-the-declared-type"),
        (b"<html><img src='file:///etc/passwd'></html>", 415, "not-the-declared-type"),
        (b"", 415, "not-the-declared-type"),
        (b"PK\x05\x06" + bytes(18), 422, "file-damaged"),
        (SOURCE[: len(SOURCE) // 2], 422, "file-damaged"),
    ],
    ids=["garbage", "html", "empty", "empty zip", "truncated"],
)
def test_files_that_are_not_what_they_say(
    service: Running, content: bytes, status: int, name: str
) -> None:
    answer = convert(service, content, "odt")
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{name}")
    assert answer.json()["errors"][0]["message"]


def test_a_document_with_a_password_says_so(service: Running, tmp_path: Path) -> None:
    source, locked = tmp_path / "open.odt", tmp_path / "locked.odt"
    source.write_bytes(SOURCE)
    (tmp_path / "office").mkdir()
    lock(source, locked, tmp_path / "office")
    content = locked.read_bytes()
    for answer in (convert(service, content, "odt"), post(service, {"data": {}}, content)):
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/file-encrypted")
        assert answer.json()["retryable"] is False
