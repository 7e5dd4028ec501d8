"""Each option's effect, seen in the PDF that a real office wrote."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import odt
import pytest
import pytest_asyncio
from documents import pdf_pages, pdf_text
from greffier_converters.errors import OptionRefused
from greffier_converters.filter_data import export
from greffier_converters.finish import finish
from greffier_converters.model import Conversion, Converted, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.options import needs_finish, read_options
from greffier_converters.pages import draw_pages
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMENT = (
    "<office:annotation><dc:creator>Piet</dc:creator><dc:date>2026-01-02T03:04:05</dc:date>"
    "<text:p>Enkel intern</text:p></office:annotation>"
)
THREE_PAGES = odt.odt(
    odt.h("Besluit over de aanvraag"),
    odt.p("Geachte mevrouw Peeters", COMMENT, ","),
    odt.p(odt.picture("Zegel", width="6cm", height="6cm")),
    odt.table(odt.row("Artikel 1", "goedgekeurd")),
    *[odt.p(f"Regel {number} van de motivering.") for number in range(120)],
    meta="<meta:initial-creator>De maker van het sjabloon</meta:initial-creator>"
    "<dc:title>Titel van het sjabloon</dc:title>",
)


class Bench:
    """Converts the document above with options as a caller writes them."""

    def __init__(self, pool: OfficePool, folder: Path) -> None:
        self.pool, self.folder = pool, folder
        self.count = 0

    async def convert(
        self, options: Mapping[str, Any], source: bytes = THREE_PAGES
    ) -> tuple[Path, Converted]:
        self.count += 1
        path = self.folder / f"{self.count}.odt"
        path.write_bytes(source)
        read = read_options(options)
        told = export(read)
        converted = await self.pool.convert(
            Conversion(
                source=path,
                kind="odt",
                target=path.with_suffix(".pdf"),
                options=told.options,
                properties=told.properties,
            ),
            deadline=asyncio.get_running_loop().time() + 60,
        )
        if needs_finish(read):
            finish(converted.path, read)
        return converted.path, converted


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    folder = tmp_path_factory.mktemp("options")
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=1))
    pool = OfficePool(settings, folder=folder / "offices")
    try:
        await pool.start()
        yield Bench(pool, folder)
    finally:
        await pool.stop(grace_s=5)


def info(path: Path, password: str = "") -> dict[str, str]:
    """What pdfinfo tells, by name."""
    done = subprocess.run(
        ["pdfinfo", "-upw", password, path], check=True, capture_output=True, text=True
    )
    pairs = (line.partition(":") for line in done.stdout.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def root(path: Path) -> DictionaryObject:
    return PdfReader(path).root_object


def xmp(path: Path) -> str:
    data: bytes = root(path)["/Metadata"].get_object().get_data()
    return data.decode()


# --- nothing asked for ------------------------------------------------------------------


async def test_a_plain_pdf_is_tagged_and_keeps_the_template_maker_and_comments_to_itself(
    bench: Bench,
) -> None:
    path, converted = await bench.convert({})
    assert converted.pages == pdf_pages(path) == 3
    told = info(path)
    assert told["Tagged"] == "yes"
    assert told["Title"] == "Titel van het sjabloon"
    assert "Author" not in told
    content = path.read_bytes()
    assert b"sjabloon" not in content.replace(b"Titel van het sjabloon", b"")
    assert b"/Subtype/Text" not in content.replace(b" ", b"")
    assert root(path)["/Lang"] == "en-GB"


# --- profiles ---------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["PDF/A-1b", "PDF/A-2b", "PDF/A-3b"])
async def test_a_profile_is_identified_as_asked(bench: Bench, profile: str) -> None:
    path, _ = await bench.convert({"profile": profile})
    assert f"<pdfaid:part>{profile[-2]}</pdfaid:part>" in xmp(path)
    assert f"<pdfaid:conformance>{profile[-1].upper()}</pdfaid:conformance>" in xmp(path)
    assert "/OutputIntents" in root(path)
    assert info(path)["Pages"] == "3"


@pytest.mark.parametrize("profile", [None, "PDF/A-2b"])
async def test_an_accessible_pdf_has_tags_title_and_language(
    bench: Bench, profile: str | None
) -> None:
    path, _ = await bench.convert(
        {"profile": profile, "ua": True, "title": "Besluit 2026/17", "lang": "nl-BE"}
    )
    catalogue = root(path)
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp(path)
    assert catalogue["/Lang"] == "nl-BE"
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert info(path)["Title"] == "Besluit 2026/17"


# --- about the document -----------------------------------------------------------------


async def test_properties_reach_the_metadata_in_both_places(bench: Bench) -> None:
    path, _ = await bench.convert(
        {
            "profile": "PDF/A-2b",
            "title": "Besluit",
            "author": "Cel Vergunningen",
            "subject": "Dossier 17",
            "keywords": ["vergunning", "besluit"],
            "lang": "fr",
        }
    )
    told = info(path)
    assert told["Title"] == "Besluit"
    assert told["Author"] == "Cel Vergunningen"
    assert told["Subject"] == "Dossier 17"
    assert told["Keywords"] == "vergunning, besluit"
    for value in ("Besluit", "Cel Vergunningen", "Dossier 17", "vergunning, besluit"):
        assert f">{value}<" in xmp(path)
    assert root(path)["/Lang"] == "fr"


async def test_the_language_of_one_document_does_not_stay_for_the_next(bench: Bench) -> None:
    await bench.convert({"lang": "de-BE"})
    path, _ = await bench.convert({})
    assert root(path)["/Lang"] == "en-GB"


# --- pages ------------------------------------------------------------------------------


@pytest.mark.parametrize(("pages", "count"), [("2", 1), ("1,3", 2), ("2-3", 2)])
async def test_only_the_pages_asked_for_are_there(bench: Bench, pages: str, count: int) -> None:
    path, converted = await bench.convert({"pages": pages})
    assert converted.pages == pdf_pages(path) == count
    assert ("Geachte mevrouw" in pdf_text(path)) == pages.startswith("1")


@pytest.mark.parametrize("pages", ["90-99", "2-99"])
async def test_pages_the_document_does_not_have_are_refused(bench: Bench, pages: str) -> None:
    with pytest.raises(OptionRefused, match="fewer pages") as refused:
        await bench.convert({"pages": pages})
    assert refused.value.option == "pdf.pages"


# --- watermark --------------------------------------------------------------------------


async def test_a_watermark_that_looks_like_a_number_is_on_every_page(bench: Bench) -> None:
    plain, _ = await bench.convert({})
    marked, _ = await bench.convert({"watermark": "2024"})
    pages = PdfReader(marked).pages
    assert all("2024" in page.extract_text() for page in pages)
    assert "2024" not in pdf_text(plain)


async def test_a_watermark_is_grey_and_leaves_the_text_readable(
    bench: Bench, tmp_path: Path
) -> None:
    path, _ = await bench.convert({"watermark": "ONTWERP"}, odt.odt(odt.p("")))
    (drawn,) = draw_pages(path, tmp_path, dpi=50)
    with Image.open(drawn) as picture:
        colours = picture.convert("RGB").getcolors(maxcolors=4096) or []
    inked = [colour for count, colour in colours if min(colour) < 250 and count > 20]
    assert inked
    # Half transparent grey: no colour, nowhere dark.
    assert all(max(colour) - min(colour) <= 2 and min(colour) > 150 for colour in inked)


# --- encryption -------------------------------------------------------------------------


async def test_a_password_that_looks_like_a_number_locks_the_document(bench: Bench) -> None:
    path, converted = await bench.convert({"encryption": {"open_password": "1234"}})
    assert converted.pages == 3
    with pytest.raises(subprocess.CalledProcessError):
        info(path)
    with pytest.raises(subprocess.CalledProcessError):
        info(path, "4321")
    assert info(path, "1234")["Encrypted"].startswith("yes")


async def test_permissions_are_written_and_the_document_opens_without_password(
    bench: Bench,
) -> None:
    path, _ = await bench.convert(
        {
            "encryption": {
                "permission_password": "beheer é",
                "printing": "none",
                "changes": "none",
                "copying": False,
            }
        }
    )
    allowed = info(path)["Encrypted"]
    assert "print:no copy:no change:no addNotes:no" in allowed


# --- pictures, notes, outline, tags, view -----------------------------------------------


async def test_pictures_are_reduced_to_the_resolution_asked_for(bench: Bench) -> None:
    noise = Image.effect_noise((900, 900), 80).convert("RGB")
    buffer = bench.folder / "noise.png"
    noise.save(buffer)
    source = odt.odt(
        odt.p(odt.picture("Foto", href="Pictures/noise.png", width="6cm", height="6cm")),
        parts={"Pictures/noise.png": buffer.read_bytes()},
    )
    lossless, _ = await bench.convert({"images": {"lossless": True}}, source)
    reduced, _ = await bench.convert({"images": {"resolution_dpi": 75, "quality": 50}}, source)
    assert image_width(lossless) == 900
    assert image_width(reduced) == pytest.approx(6 / 2.54 * 75, abs=3)
    assert reduced.stat().st_size < lossless.stat().st_size / 10


def image_width(path: Path) -> int:
    listed = subprocess.run(
        ["pdfimages", "-list", path], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2]
    return int(listed.split()[3])


async def test_notes_are_written_when_asked_for(bench: Bench) -> None:
    path, _ = await bench.convert({"notes": True})
    notes = [
        note.get_object()
        for page in PdfReader(path).pages
        for note in page.get("/Annots", ())
        if note.get_object()["/Subtype"] == "/Text"
    ]
    assert [note["/Contents"] for note in notes] == ["Enkel intern"]


async def test_the_outline_can_be_left_out(bench: Bench) -> None:
    with_outline, _ = await bench.convert({})
    without, _ = await bench.convert({"bookmarks": False})
    assert [each["/Title"] for each in PdfReader(with_outline).outline] == [
        "Besluit over de aanvraag"
    ]
    assert PdfReader(without).outline == []


async def test_tags_can_be_left_out(bench: Bench) -> None:
    path, _ = await bench.convert({"tagged": False})
    assert info(path)["Tagged"] == "no"


async def test_a_viewer_is_told_how_to_open_it(bench: Bench) -> None:
    path, _ = await bench.convert(
        {"initial_view": {"page": 2, "panel": "outline", "zoom": 150, "layout": "facing"}}
    )
    reader = PdfReader(path)
    catalogue = reader.root_object
    assert catalogue["/PageMode"] == "/UseOutlines"
    assert catalogue["/PageLayout"] == "/TwoColumnRight"
    action = catalogue["/OpenAction"]
    assert isinstance(action, ArrayObject)
    assert action[0].get_object() == reader.pages[1]
    assert action[-1] == 1.5


async def test_a_blank_page_before_a_right_hand_chapter_is_kept_when_asked_for(
    bench: Bench,
) -> None:
    source = odt.odt(
        odt.p("Eerste"),
        odt.p("Tweede", style="Rechts"),
        styles='<style:style style:name="Rechts" style:family="paragraph" '
        'style:master-page-name="Standard"><style:paragraph-properties style:page-number="3"/>'
        "</style:style>",
    )
    without, _ = await bench.convert({}, source)
    kept, _ = await bench.convert({"blank_pages": True}, source)
    assert pdf_pages(without) == 2
    assert pdf_pages(kept) == 3
    assert re.sub(r"\s+", " ", pdf_text(kept).replace("\f", "|")) == "Eerste ||Tweede |"
