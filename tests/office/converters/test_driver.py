"""What the driver does with a document between loading and exporting it."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import docx
import odt
import pytest
import pytest_asyncio
from documents import pdf_pages, pdf_text
from greffier_converters import group
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from offices import in_60_s, installation, running_pool
from running import free_port

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficePool]:
    async with running_pool(tmp_path_factory.mktemp("pool")) as pool:
        yield pool


def written(folder: Path, name: str, content: bytes) -> Conversion:
    source = folder / name
    source.write_bytes(content)
    return Conversion(
        source=source, kind=source.suffix[1:], target=source.with_suffix(".pdf"), tenant="a"
    )


# --- comments: without LibreOffice's .ui files each of these kills it -------------------


def note(name: str) -> str:
    return (
        f'<office:annotation office:name="{name}"><dc:creator>A</dc:creator>'
        "<dc:date>2026-01-01T10:00:00</dc:date><text:p>a remark</text:p></office:annotation>"
    )


def odt_with_comments() -> bytes:
    return odt.odt(
        odt.p("In the body", note("n1"), odt.footnote(odt.p("in the footnote", note("n2")))),
        odt.table(odt.row(odt.cell(odt.p("in the table", note("n3"))), odt.cell(odt.p("x")))),
        header=odt.p("in the header", note("n4")),
    )


def docx_with_comments() -> bytes:
    return docx.docx(
        docx.p(docx.run("In the body"), docx.comment(0), docx.footnote()),
        docx.table(docx.p(docx.run("in the table"), docx.comment(1))),
        header=docx.p(docx.run("in the header"), docx.comment(2)),
        note=docx.p(docx.run("in the footnote"), docx.comment(3)),
        comments=4,
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("comments.odt", odt_with_comments()), ("comments.docx", docx_with_comments())],
)
async def test_comments_anywhere_do_no_harm_and_are_not_shown(
    pool: OfficePool, tmp_path: Path, name: str, content: bytes
) -> None:
    converted = await pool.convert(written(tmp_path, name, content), deadline=in_60_s())
    assert converted.attempts == 1
    text = pdf_text(converted.path)
    for place in ("In the body", "in the header", "in the table", "in the footnote"):
        assert place in text
    assert "a remark" not in text


# --- indexes ----------------------------------------------------------------------------


def with_stale_contents(headings: int) -> bytes:
    stale = (
        '<text:table-of-content text:name="Contents" text:protected="true">'
        '<text:table-of-content-source text:outline-level="1"/>'
        "<text:index-body><text:p>nothing here yet</text:p></text:index-body>"
        "</text:table-of-content>"
    )
    chapters = [odt.h(f"Chapter {number}") + odt.p("text") * 20 for number in range(headings)]
    return odt.odt(stale, *chapters)


async def test_a_table_of_contents_names_the_pages_as_they_came_out(
    pool: OfficePool, tmp_path: Path
) -> None:
    """Eighty entries: the table takes two pages, which its own page numbers must count."""
    request = written(tmp_path, "contents.odt", with_stale_contents(80))
    await pool.convert(request, deadline=in_60_s())
    pages = pdf_text(request.target).split("\f")
    assert "nothing here yet" not in pages[0]
    listed = dict(re.findall(r"^(Chapter \d+)\W+(\d+)$", "\n".join(pages[:2]), re.MULTILINE))
    assert len(listed) == 80
    for chapter, page in listed.items():
        assert chapter in pages[int(page) - 1].splitlines()


# --- properties -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "written_language"),
    # Of a tag with a script LibreOffice writes the language and the country only.
    [("nl-BE", "nl-BE"), ("fr", "fr"), ("sr-Latn-RS", "sr-RS")],
)
async def test_properties_reach_the_pdf(
    pool: OfficePool, tmp_path: Path, language: str, written_language: str
) -> None:
    request = Conversion(
        source=written(tmp_path, "letter.odt", odt.odt(odt.p("Text"))).source,
        kind="odt",
        target=tmp_path / "letter.pdf",
        properties={
            "Title": "Reçu",
            "Author": "Ville",
            "Subject": "s",
            "Keywords": ("a", "b"),
            "Language": language,
        },
    )
    await pool.convert(request, deadline=in_60_s())
    info = subprocess.run(["pdfinfo", request.target], check=True, capture_output=True, text=True)
    facts = dict(line.split(":", 1) for line in info.stdout.splitlines())
    assert facts["Title"].strip() == "Reçu"
    assert facts["Author"].strip() == "Ville"
    assert facts["Subject"].strip() == "s"
    assert facts["Keywords"].strip() == "a, b"
    assert f"/Lang({written_language})".encode() in request.target.read_bytes()


# --- as unoserver does it ---------------------------------------------------------------

_STOCK = """
import subprocess, sys, time
packages, soffice, profile, port, *files = sys.argv[1:]
sys.path.insert(0, packages)
from unoserver.converter import UnoConverter
accept = f"--accept=socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
command = [soffice, "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile}"]
office = subprocess.Popen([*command, accept])
try:
    while True:
        try:
            converter = UnoConverter(port=port)
            break
        except Exception:
            if office.poll() == 81:  # the first start with a new profile
                office = subprocess.Popen([*command, accept])
            time.sleep(0.1)
    for file in files:
        converter.convert(inpath=file, outpath=file + ".stock.pdf")
finally:
    office.terminate()
    office.wait()
"""


async def test_the_result_is_that_of_stock_unoserver(pool: OfficePool, tmp_path: Path) -> None:
    """Notices when a new unoserver converts otherwise than its class here."""
    documents = {
        "letter.odt": odt.odt(odt.p("Dear reader,"), odt.p("word " * 2000)),
        "contents.odt": with_stale_contents(80),
        "table.odt": odt.odt(
            odt.table(*(odt.row(odt.cell(odt.p(str(n))), odt.cell(odt.p("x"))) for n in range(90)))
        ),
        "word.docx": docx_with_comments(),
    }
    requests = [written(tmp_path, name, content) for name, content in documents.items()]
    found = installation()
    command: list[str | Path] = [found.python.path, "-I", "-c", _STOCK]
    command += [found.unoserver.parent, found.soffice, (tmp_path / "profile").as_uri()]
    command += [str(free_port()), *(request.source for request in requests)]
    stock_run = subprocess.Popen(command, start_new_session=True)
    try:
        assert stock_run.wait(100) == 0
    finally:
        group.kill(stock_run.pid)
        stock_run.wait()
        group.bury(stock_run.pid)  # LibreOffice leaves gpg processes behind
    for request in requests:
        converted = await pool.convert(request, deadline=in_60_s())
        stock = Path(f"{request.source}.stock.pdf")
        assert pdf_text(request.target) == pdf_text(stock)
        assert converted.pages == pdf_pages(stock)


# --- embedded fonts ---------------------------------------------------------------------


def renamed_font() -> bytes:
    """Liberation Serif under a name of the same length that no machine has installed."""
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "Liberation Serif"], check=True, capture_output=True
    )
    font = Path(found.stdout.decode()).read_bytes()
    for encoding in ("ascii", "utf-16-be"):
        for old, new in (("Liberation", "Greffiered"), ("LIBERATION", "GREFFIERED")):
            font = font.replace(old.encode(encoding), new.encode(encoding))
    return font


def in_that_font(text: str, *, embedded: bool) -> bytes:
    source = (
        '<svg:font-face-src><svg:font-face-uri xlink:href="Fonts/f.ttf" xlink:type="simple">'
        '<svg:font-face-format svg:string="truetype"/></svg:font-face-uri></svg:font-face-src>'
    )
    style = (
        '<style:style style:name="F" style:family="paragraph">'
        '<style:text-properties style:font-name="Greffiered Serif"/></style:style>'
    )
    face = (
        '<style:font-face style:name="Greffiered Serif" '
        f"svg:font-family=\"'Greffiered Serif'\">{source if embedded else ''}</style:font-face>"
    )
    document = odt.odt(odt.p(text, style="F"), automatic=style)
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {name: package.read(name) for name in ("content.xml", "styles.xml", "meta.xml")}
    end = b"</office:font-face-decls>"
    parts["content.xml"] = parts["content.xml"].replace(end, face.encode() + end)
    return odt.pack(parts | ({"Fonts/f.ttf": renamed_font()} if embedded else {}))


async def test_fonts_of_one_tenant_do_not_reach_another(pool: OfficePool, tmp_path: Path) -> None:
    owner = written(tmp_path, "owner.odt", in_that_font("owner", embedded=True))
    assert "GreffieredSerif" in (await pool.convert(owner, deadline=in_60_s())).fonts_used
    reader = written(tmp_path, "reader.odt", in_that_font("reader", embedded=False))
    other = dataclasses.replace(reader, tenant="b")
    assert "GreffieredSerif" not in (await pool.convert(other, deadline=in_60_s())).fonts_used
