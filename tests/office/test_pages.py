"""Letters in one document, as docs/designers/pages.md has them laid out."""

from __future__ import annotations

import asyncio
import dataclasses
import io
from pathlib import Path

from documents import pdf_text
from greffier_converters.filter_data import export
from greffier_converters.model import Conversion
from greffier_converters.options import PdfOptions
from greffier_converters.pool import OfficePool
from greffier_templates.prepared import prepare
from odt import field, link, odt, p

#: A page break *with page style*, page number 1.
FIRST = (
    '<style:style style:name="First" style:family="paragraph" style:parent-style-name="Standard" '
    'style:master-page-name="Standard"><style:paragraph-properties style:page-number="1"/>'
    "</style:style>"
)
NUMBER = '<text:page-number text:select-page="current">1</text:page-number>'


async def letters(pool: OfficePool, folder: Path, *, blank_pages: bool) -> list[str]:
    template = odt(
        p(link('for="letter in letters"')),
        p("Dear ", field("letter.name"), style="First"),
        p(link('for="line in letter.lines"')),
        p("Line ", field("line")),
        p(link("/for")),
        p(link("/for")),
        automatic=FIRST,
        footer=p("Page ", NUMBER),
    )
    data = {
        "letters": [
            {"name": name, "lines": list(range(lines))}
            for name, lines in (("Ann", 3), ("Bob", 80), ("Cid", 1))
        ]
    }
    source, target = folder / "filled.odt", folder / "filled.pdf"
    out = io.BytesIO()
    prepare(template).fill(data, out)
    source.write_bytes(out.getvalue())
    settings = export(PdfOptions(blank_pages=blank_pages))
    conversion = Conversion(source=source, kind="odt", target=target)
    conversion = dataclasses.replace(
        conversion, options=settings.options, properties=settings.properties
    )
    await pool.convert(conversion, deadline=asyncio.get_running_loop().time() + 60)
    return pdf_text(target).split("\f")[:-1]


async def test_each_letter_begins_a_page_and_counts_from_one(
    pool: OfficePool, tmp_path: Path
) -> None:
    pages = await letters(pool, tmp_path, blank_pages=False)
    numbers = [page.split()[-1] for page in pages]
    assert numbers == ["1", "1", "2", "1"]
    assert [name in page for name, page in zip(("Ann", "Bob", "", "Cid"), pages, strict=True)] == [
        True
    ] * 4


async def test_with_blank_pages_each_letter_begins_a_sheet(
    pool: OfficePool, tmp_path: Path
) -> None:
    pages = await letters(pool, tmp_path, blank_pages=True)
    firsts = [number for number, page in enumerate(pages) if "Dear" in page]
    assert firsts == [0, 2, 4], "each on the front of a sheet"
    assert pages[1].strip() == ""
