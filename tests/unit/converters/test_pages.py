from __future__ import annotations

from pathlib import Path

import pytest
from greffier_converters.errors import DocumentRejected, OptionRefused
from greffier_converters.pages import draw_pages
from PIL import Image
from pypdf import PdfWriter


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three blank pages, the second one in landscape, the third a poster."""
    path = tmp_path / "source.pdf"
    with PdfWriter() as writer:
        for width, height in [(595, 842), (842, 595), (14400, 14400)]:
            writer.add_blank_page(width=width, height=height)
        writer.write(path)
    return path


def test_pages_are_drawn_in_the_order_and_resolution_asked_for(
    source: Path, tmp_path: Path
) -> None:
    drawn = draw_pages(source, tmp_path, numbers=[2, 1], dpi=72)
    assert [path.name for path in drawn] == ["page-2.png", "page-1.png"]
    with Image.open(drawn[0]) as picture:
        assert picture.size == (842, 595)
        assert picture.format == "PNG"
        assert round(picture.info["dpi"][0]) == 72
    with Image.open(drawn[1]) as picture:
        assert picture.size == (595, 842)


def test_a_page_that_does_not_exist_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionRefused, match="no page 4: the document has 3"):
        draw_pages(source, tmp_path, numbers=[4])


@pytest.mark.parametrize("dpi", [35, 601])
def test_a_resolution_out_of_range_is_refused(source: Path, tmp_path: Path, dpi: int) -> None:
    with pytest.raises(OptionRefused, match="from 36 to 600"):
        draw_pages(source, tmp_path, dpi=dpi)


def test_a_picture_too_large_for_memory_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionRefused, match="fewer dots per inch"):
        draw_pages(source, tmp_path, numbers=[3], dpi=150)


def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.pdf"
    path.write_bytes(b"no PDF at all")
    with pytest.raises(DocumentRejected, match="could not be read"):
        draw_pages(path, tmp_path)
