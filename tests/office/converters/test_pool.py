"""What a caller of the pool receives from a real office."""

from __future__ import annotations

import asyncio
import subprocess
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
    assert converted.fonts_used == ("Liberation Serif",)
    assert set(converted.timings_s) == {"queue", "load", "layout", "export"}


async def test_replaced_fonts_are_reported_as_they_are_in_the_pdf(
    pool: OfficePool, tmp_path: Path
) -> None:
    """Calibri has an equivalent of the same widths, the other is not installed anywhere."""
    source, target = tmp_path / "letter.odt", tmp_path / "letter.pdf"
    styles = "".join(
        f'<style:style style:name="{name}" style:family="paragraph"><style:text-properties '
        f'fo:font-family="{family}"/></style:style>'
        for name, family in [("Known", "Calibri"), ("Unknown", "Stadhuis Grotesk")]
    )
    source.write_bytes(
        odt.odt(odt.p("Een", style="Known"), odt.p("Twee", style="Unknown"), styles=styles)
    )
    wanted = frozenset({"Calibri", "Stadhuis Grotesk", "Liberation Serif"})
    converted = await pool.convert(
        Conversion(source=source, kind="odt", target=target, fonts_wanted=wanted),
        deadline=in_60_s(),
    )
    known, unknown = converted.fonts_substituted
    assert (known.wanted, known.used, known.metric_compatible) == ("Calibri", "Carlito", True)
    assert unknown.wanted == "Stadhuis Grotesk"
    assert not unknown.metric_compatible
    in_pdf = subprocess.run(["pdffonts", target], check=True, capture_output=True, text=True)
    assert unknown.used.replace(" ", "") in in_pdf.stdout
