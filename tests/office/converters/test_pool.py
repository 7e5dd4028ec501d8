"""What a caller of the pool receives from a real office."""

from __future__ import annotations

import asyncio
from pathlib import Path

import odt
from documents import pdf_pages, pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool


def in_60_s() -> float:
    return asyncio.get_running_loop().time() + 60


async def test_a_letter_becomes_a_pdf_with_its_text(pool: OfficePool, tmp_path: Path) -> None:
    source, target = tmp_path / "letter.odt", tmp_path / "letter.pdf"
    source.write_bytes(odt.odt(odt.p("Geachte mevrouw Peeters,"), odt.p("Tot gauw.")))
    converted = await pool.convert(
        Conversion(source=source, kind="odt", target=target), deadline=in_60_s()
    )
    assert "Geachte mevrouw Peeters," in pdf_text(target)
    assert converted.path == target
    assert converted.pages == pdf_pages(target) == 1
    assert converted.fonts_used == ("LiberationSerif",)
    assert set(converted.timings_s) == {"queue", "load", "layout", "export"}
