"""The check of a claim, on files that do not keep it; tests/office has the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from greffier_converters.errors import DocumentRejected
from greffier_converters.finish import finish
from greffier_converters.options import PdfOptions, needs_finish, read_options
from pypdf import PdfWriter


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.pdf"
    with PdfWriter() as writer:
        writer.add_blank_page(width=595, height=842)
        writer.write(path)
    return path


def test_a_plain_pdf_needs_no_finish() -> None:
    assert not needs_finish(PdfOptions())
    assert not needs_finish(read_options({"title": "T", "watermark": "Ontwerp"}))
    assert needs_finish(read_options({"profile": "PDF/A-2b"}))


def test_a_pdf_without_the_profile_asked_for_is_refused(plain: Path) -> None:
    with pytest.raises(DocumentRejected) as refused:
        finish(plain, read_options({"profile": "PDF/A-2b"}))
    assert refused.value.phase == "finish"
    assert "the identification PDF/A-2b" in str(refused.value)
    assert "an output intent" in str(refused.value)


def test_a_pdf_without_the_accessibility_asked_for_is_refused(plain: Path) -> None:
    with pytest.raises(DocumentRejected, match=r"structure, .*PDF/UA-1, the language, the title"):
        finish(plain, read_options({"ua": True, "title": "T", "lang": "nl"}))


def test_a_pdf_that_was_not_encrypted_is_refused(plain: Path) -> None:
    with pytest.raises(DocumentRejected, match="without encryption"):
        finish(plain, read_options({"encryption": {"open_password": "1234"}}))


def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.pdf"
    path.write_bytes(b"no PDF at all")
    with pytest.raises(DocumentRejected, match="could not be read"):
        finish(path, read_options({"profile": "PDF/A-2b"}))
