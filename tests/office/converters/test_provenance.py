"""What a PDF of LibreOffice says of its making, and that it stays what it was asked to be."""

from __future__ import annotations

import asyncio
import subprocess
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import odt
import pytest
import pytest_asyncio
from documents import pdf_text
from greffier_converters.filter_data import export
from greffier_converters.finish import finish
from greffier_converters.model import Conversion, Converted, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.options import needs_finish, read_options
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office
from greffier_converters.stamp import stamp
from pypdf import PdfReader
from unit.converters.test_stamp import EXPECTED, FACTS, facts_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: A sign that LibreOffice escapes twice in its metadata.
TITLE = "Bouwen & wonen"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficePool]:
    folder = tmp_path_factory.mktemp("provenance")
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=1))
    offices = OfficePool(settings, folder=folder / "offices")
    try:
        await offices.start()
        yield offices
    finally:
        await offices.stop(grace_s=5)


LETTER = odt.odt(odt.h("Besluit"), odt.p("Geachte mevrouw Peeters,"))


async def convert(pool: OfficePool, folder: Path, letter: bytes = LETTER, **more: Any) -> Converted:
    source = folder / "source.odt"
    source.write_bytes(letter)
    format = more.get("format", "pdf")
    return await pool.convert(
        Conversion(source=source, kind="odt", target=folder / f"result.{format}", **more),
        deadline=asyncio.get_running_loop().time() + 60,
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"title": TITLE},
        {"profile": "PDF/A-1b", "title": TITLE},
        {"profile": "PDF/A-2b", "title": TITLE},
        {"profile": "PDF/A-3b"},
        {"ua": True, "title": TITLE, "lang": "nl-BE"},
        {"profile": "PDF/A-2b", "ua": True, "title": TITLE, "lang": "nl-BE"},
    ],
    ids=["plain", "title", "1b", "2b", "3b", "ua", "2b-ua"],
)
async def test_a_pdf_tells_it_and_stays_what_it_is(
    pool: OfficePool, tmp_path: Path, given: Mapping[str, Any]
) -> None:
    options = read_options(given)
    told = export(options)
    converted = await convert(pool, tmp_path, options=told.options, properties=told.properties)
    written = converted.path.read_bytes()
    stamp(converted.path, FACTS)
    assert converted.path.read_bytes().startswith(written), "it is laid out in an unusual way"
    if needs_finish(options):
        finish(converted.path, options)
    assert facts_of(converted.path) == EXPECTED
    assert "Geachte mevrouw Peeters," in pdf_text(converted.path)
    subprocess.run(["qpdf", "--check", converted.path], check=True, capture_output=True)
    with PdfReader(converted.path) as reader:
        assert reader.metadata is not None and reader.xmp_metadata is not None
        if options.title and (needs_finish(options) or b"<x:xmpmeta" not in written):
            assert reader.xmp_metadata.dc_title == {"x-default": TITLE}
            assert reader.metadata.title == TITLE
        assert reader.xmp_metadata.pdf_producer == reader.metadata.producer
        packet = reader.root_object["/Metadata"].get_object().get_data()
    in_an_archive = options.profile is not None
    assert packet.count(b"<pdfaExtension:schemas>") == in_an_archive
    described = packet.count(b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>")
    assert described == (in_an_archive and options.ua)


@pytest.mark.parametrize("format", ["odt", "docx", "rtf", "html"])
async def test_other_formats_have_properties(pool: OfficePool, tmp_path: Path, format: str) -> None:
    properties = {"Greffier Template": "namur/permit@3", "Greffier Blocks": "a, b"}
    converted = await convert(pool, tmp_path, format=format, custom_properties=properties)
    content = converted.path.read_bytes()
    if zipfile.is_zipfile(converted.path):
        with zipfile.ZipFile(converted.path) as package:
            content = b"".join(map(package.read, package.namelist()))
    for text in (*properties, *properties.values()):
        assert text.encode() in content


async def test_a_second_filling_replaces_the_properties_of_the_first(
    pool: OfficePool, tmp_path: Path
) -> None:
    letter = LETTER
    for template in ("first@1", "second@1"):
        converted = await convert(
            pool, tmp_path, letter, format="odt", custom_properties={"Greffier Template": template}
        )
        letter = converted.path.read_bytes()
        with zipfile.ZipFile(converted.path) as package:
            meta = package.read("meta.xml").decode()
        assert meta.count("Greffier Template") == 1
        assert template in meta
