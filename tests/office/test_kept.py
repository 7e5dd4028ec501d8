"""What is named to stay together does, on real pages, for every length of the text before it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from documents import pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.prepared import prepare
from odt import bullets, field, h, item, link, odt, p, row, section, table

SIGNATURE = section(
    p("On behalf of the council,"),
    p(),
    table(row("SECRETARY", "MAYOR"), row("", ""), row("Ann", "Bob"), name="Signatures"),
    name="py3o.signature()#1",
)
AGAIN = 'for="line in lines"'


def around(marker: str, *blocks: str) -> str:
    return p(link(marker)) + "".join(blocks) + p(link(f"/{marker.partition('=')[0]}"))


LINES = around(AGAIN, p("LINE ", field("line")))
TEXTS = {
    "a sentence after lines": (LINES, p("LINE that closes the decision.")),
    "repeated lines themselves": (LINES,),
    "a list that may be empty": (p("LINE before."), LINES),
    "a list": (LINES, bullets(item(p("LINE one")), item(p("LINE two")))),
    "a sentence that may be left out": (
        LINES,
        around('if="lines[1:2]"', p("LINE that depends.")),
        p(),
    ),
    "lines in lines": (
        around(
            'for="pair in [[line, line] for line in lines]"',
            around('for="line in pair"', p("LINE ", field("line"))),
        ),
    ),
}


NUMBERS = {"lines in lines": (17, 28)}


async def pages_of(
    pool: OfficePool, template: bytes, data: dict[str, Any], folder: Path
) -> Sequence[str]:
    source, target = folder / "filled.odt", folder / "filled.pdf"
    out = io.BytesIO()
    prepare(template).fill(data, out)
    source.write_bytes(out.getvalue())
    deadline = asyncio.get_running_loop().time() + 60
    await pool.convert(Conversion(source=source, kind="odt", target=target), deadline=deadline)
    return pdf_text(target).split("\f")[:-1]


@pytest.mark.parametrize("text", TEXTS)
async def test_a_signature_never_stands_alone(pool: OfficePool, tmp_path: Path, text: str) -> None:
    template = odt(*TEXTS[text], SIGNATURE)
    moved = 0
    for number in range(*NUMBERS.get(text, (34, 56))):
        lines = [f"{n}." for n in range(number)]
        pages = await pages_of(pool, template, {"lines": lines}, tmp_path)
        (signed,) = [page for page in pages if "MAYOR" in page]
        assert "On behalf" in signed, number
        assert "Bob" in signed, number
        before = signed.partition("On behalf")[0]
        assert "LINE" in before or "." in before, (number, signed)
        moved += len(pages) > 1
    assert 0 < moved < number, "some of these documents have one page, and some have two"


async def test_a_block_stays_together(pool: OfficePool, tmp_path: Path) -> None:
    block = section(
        h("FIRST"),
        *(p(f"Line {n} of the block.") for n in range(6)),
        table(*(row(f"Cell {n}", "x") for n in range(6))),
        p("LAST"),
        name="py3o.together()#1",
    )
    template = odt(LINES, block, p("After."))
    for number in range(20, 50, 3):
        lines = [f"{n}." for n in range(number)]
        pages = await pages_of(pool, template, {"lines": lines}, tmp_path)
        assert ["FIRST" in page for page in pages] == ["LAST" in page for page in pages], number
