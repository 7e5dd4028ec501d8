"""A checked template opens in Writer like any other, with its comments in the right places."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from documents import pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.telling.check import check
from greffier_templates.telling.comments import author, with_comments
from odt import (
    bullets,
    find,
    footnote,
    frame,
    item,
    link,
    odt,
    p,
    part,
    picture,
    plain,
    row,
    section,
    span,
    table,
)

#: A mistake in each place where text may stand, and a comment of a person.
SOURCE = odt(
    p("Dear ", span(link('function="a +"')), ","),
    p(
        "<office:annotation><dc:creator>Anna</dc:creator><text:p>Polite?</text:p></office:annotation>x"
    ),
    p("A frame ", frame(p("in it ", link("/for")))),
    p("A note ", footnote(p("in it ", link("/if")))),
    table(row("in a cell ${x}", "b"), header=row("c", "d")),
    section(p("In a section ", link('iff="x"'))),
    bullets(item(p("In a list ", link('for="x"')))),
    p("A picture ", picture("Seal")),
    header=p("Town ", link("/with")),
)


async def converted(pool: OfficePool, source: bytes, folder: Path, format: str) -> Path:
    path = folder / f"for-{format}.odt"
    path.write_bytes(source)
    conversion = Conversion(
        source=path, kind="odt", target=folder / f"out.{format}", format=format, properties={}
    )
    return (await pool.convert(conversion, deadline=asyncio.get_running_loop().time() + 60)).path


def commented(source: bytes, language: str) -> bytes:
    found = check(source, language=language)
    return with_comments(source, found, language=language, written=datetime(2026, 11, 25, 14))


def comments(document: bytes) -> list[tuple[str, str]]:
    """The first line of each comment, and the paragraph it stands in, in some order."""
    return sorted(
        (plain(find(one, "text:p")[0]), plain(find(one, "ancestor::text:p[1]")[0]))
        for one in find(part(document), "//office:annotation")
    )


async def test_writer_keeps_every_comment_where_it_is(pool: OfficePool, tmp_path: Path) -> None:
    document = commented(SOURCE, "de")
    written = comments(document)
    assert len(written) == 10
    saved = (await converted(pool, document, tmp_path, "odt")).read_bytes()
    assert comments(saved) == written
    creators = [plain(one) for one in find(part(saved), "//office:annotation/dc:creator")]
    assert sorted(creators) == ["Anna", *[author("de")] * 9]
    # Checked again after Writer has saved it, the comments are new ones, not more.
    assert comments(commented(saved, "de")) == written


async def test_the_pdf_is_the_one_of_the_template_without_comments(
    pool: OfficePool, tmp_path: Path
) -> None:
    before = pdf_text(await converted(pool, SOURCE, tmp_path, "pdf"))
    after = pdf_text(await converted(pool, commented(SOURCE, "fr"), tmp_path, "pdf"))
    assert after == before
