"""Every kind in, every format out, through a real office; each result opened and read."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import subprocess
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import odt
import pytest
import pytest_asyncio
from documents import pdf_text
from greffier_converters.errors import DocumentRejected
from greffier_converters.formats import INPUTS, OUTPUTS, Family
from greffier_converters.model import Conversion, Converted, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pages import draw_pages
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office
from PIL import Image

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "Geachte mevrouw Peeters, één groet"
LETTER = odt.odt(odt.p(TEXT), odt.p(odt.picture("Zegel")))
TABLE = 'naam;postcode;bedrag\n"Peeters; Jan";01000;1,50\nÉlise;9000;=1+1\n'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="50">'
    f'<text x="5" y="30">{TEXT}</text></svg>'
)


class Office:
    """A pool of one office and a folder."""

    def __init__(self, pool: OfficePool, folder: Path) -> None:
        self.pool, self.folder = pool, folder
        self.count = 0

    async def convert(self, source: bytes, kind: str, format: str = "pdf") -> Converted:
        self.count += 1
        path = self.folder / f"{self.count}.{kind}"
        path.write_bytes(source)
        return await self.pool.convert(
            Conversion(
                source=path,
                kind=kind,
                target=path.with_suffix(".result"),
                format=format,
                properties={"Author": ""},
            ),
            deadline=asyncio.get_running_loop().time() + 60,
        )

    async def read(self, source: bytes, kind: str, format: str) -> bytes:
        return (await self.convert(source, kind, format)).path.read_bytes()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("formats")
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=1))
    pool = OfficePool(settings, folder=folder / "offices")
    try:
        await pool.start()
        yield Office(pool, folder)
    finally:
        await pool.stop(grace_s=5)


def xml_text(package: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return re.sub(r"<[^>]+>", "", archive.read(part).decode())


# --- out of a text ----------------------------------------------------------------------


async def test_pdf(office: Office) -> None:
    converted = await office.convert(LETTER, "odt")
    assert TEXT in pdf_text(converted.path)
    assert converted.pages == 1


async def test_png(office: Office, tmp_path: Path) -> None:
    converted = await office.convert(LETTER, "odt", "png")
    (drawn,) = draw_pages(converted.path, tmp_path, dpi=72)
    with Image.open(drawn) as picture:
        assert picture.size == pytest.approx((595, 842), abs=2)
        assert min(picture.convert("L").getextrema()) < 50, "nothing is drawn on it"


async def test_odt(office: Office) -> None:
    assert odt.paragraphs(await office.read(LETTER, "odt", "odt"))[0] == TEXT


async def test_docx(office: Office) -> None:
    assert TEXT in xml_text(await office.read(LETTER, "odt", "docx"), "word/document.xml")


async def test_rtf(office: Office) -> None:
    written = await office.read(LETTER, "odt", "rtf")
    assert written.startswith(rb"{\rtf")
    assert b"Geachte mevrouw Peeters" in written


async def test_html_is_one_file_with_its_pictures(office: Office) -> None:
    written = (await office.read(LETTER, "odt", "html")).decode()
    assert TEXT in written
    assert 'src="data:image/png;base64,' in written


async def test_txt_is_plain_utf_8(office: Office) -> None:
    written = (await office.read(LETTER, "odt", "txt")).decode()
    assert written.splitlines()[0] == TEXT


# --- out of a spreadsheet ---------------------------------------------------------------


async def test_a_csv_file_is_printed_as_it_is_written(office: Office) -> None:
    text = pdf_text((await office.convert(TABLE.encode(), "csv")).path)
    for cell in ("Peeters; Jan", "01000", "1,50", "Élise", "=1+1"):
        assert cell in text


async def test_a_csv_file_from_an_older_windows_is_read_in_its_character_set(
    office: Office,
) -> None:
    text = pdf_text((await office.convert(TABLE.encode("cp1252"), "csv")).path)
    assert "Élise" in text


async def test_xlsx_and_back_to_csv(office: Office) -> None:
    workbook = await office.read(TABLE.encode(), "csv", "xlsx")
    assert "Peeters; Jan" in xml_text(workbook, "xl/sharedStrings.xml")
    written = (await office.read(workbook, "xlsx", "csv")).decode()
    rows = list(csv.reader(io.StringIO(written)))
    assert rows[1] == ["Peeters; Jan", "01000", "1,50"]


async def test_ods(office: Office) -> None:
    sheet = await office.read(TABLE.encode(), "csv", "ods")
    assert "Peeters; Jan" in xml_text(sheet, "content.xml")
    assert "01000" in pdf_text((await office.convert(sheet, "ods")).path)


# --- every kind in ----------------------------------------------------------------------


NAMES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in odt.NAMESPACES.items())
BODY = {
    Family.TEXT: f"<office:text><text:p>{TEXT}</text:p></office:text>",
    Family.SPREADSHEET: '<office:spreadsheet><table:table table:name="a"><table:table-row>'
    f'<table:table-cell office:value-type="string"><text:p>{TEXT}</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet>",
    Family.DRAWING: '<office:drawing><draw:page><draw:frame svg:x="1cm" svg:y="1cm" '
    f'svg:width="15cm" svg:height="2cm"><draw:text-box><text:p>{TEXT}</text:p></draw:text-box>'
    "</draw:frame></draw:page></office:drawing>",
}


def packed(kind: str) -> bytes:
    """The smallest OpenDocument package of a kind."""
    content = (
        f'<office:document-content {NAMES} office:version="1.3"><office:body>'
        f"{BODY[INPUTS[kind].family]}</office:body></office:document-content>"
    )
    return odt.pack({"content.xml": content.encode()}, mimetype=INPUTS[kind].media_type)


def flat(kind: str) -> bytes:
    """The same as one XML file."""
    mimetype = INPUTS[kind].media_type.removesuffix("-flat-xml")
    return (
        f'<?xml version="1.0"?><office:document {NAMES} office:version="1.3" '
        f'office:mimetype="{mimetype}"><office:body>{BODY[INPUTS[kind].family]}</office:body>'
        "</office:document>"
    ).encode()


@pytest.fixture(scope="module")
def old_binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A .doc and an .xls, which Greffier reads and does not write."""
    folder = tmp_path_factory.mktemp("old")
    soffice = find_office().program / "soffice"
    for kind, to in [("odt", "doc"), ("ods", "xls")]:
        source = folder / f"source.{kind}"
        source.write_bytes(packed(kind))
        subprocess.run(
            [
                *(soffice, "--headless", f"-env:UserInstallation={(folder / 'p').as_uri()}"),
                *("--convert-to", to, "--outdir", folder, source),
            ],
            check=True,
            capture_output=True,
            timeout=90,
        )
    return folder


async def source_of(kind: str, office: Office, old_binaries: Path) -> bytes:
    match kind:
        case "odt" | "ott" | "ods" | "odg":
            return packed(kind)
        case "fodt" | "fods" | "fodg":
            return flat(kind)
        case "docx" | "rtf" | "html":
            return await office.read(packed("odt"), "odt", kind)
        case "xlsx":
            return await office.read(packed("ods"), "ods", kind)
        case "doc" | "xls":
            return (old_binaries / f"source.{kind}").read_bytes()
        case "csv":
            return f'"{TEXT}"\n'.encode()
        case "svg":
            return SVG.encode()
    raise AssertionError(f"no source for {kind}")


@pytest.mark.parametrize(
    "kind", [kind for kind, each in INPUTS.items() if each.family is not Family.PRESENTATION]
)
async def test_every_kind_becomes_a_pdf_with_its_text(
    kind: str, office: Office, old_binaries: Path
) -> None:
    source = await source_of(kind, office, old_binaries)
    converted = await office.convert(source, kind)
    text = re.sub(r"\s+", " ", pdf_text(converted.path))
    assert "Geachte mevrouw Peeters" in text
    assert converted.pages == 1


async def test_bytes_of_another_kind_are_not_taken_for_the_declared_one(office: Office) -> None:
    """LibreOffice's own detection would read this as a web page."""
    with pytest.raises(DocumentRejected) as rejected:
        await office.convert(b"<html><body>Geachte</body></html>", "odt")
    assert rejected.value.phase == "load"


async def test_every_format_is_tested_here() -> None:
    tested = {"pdf", "png", "odt", "docx", "rtf", "html", "txt", "ods", "xlsx", "csv"}
    assert tested == set(OUTPUTS)
