"""The ready-made templates as whoever receives the documents sees them."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from documents import pdf_pages, pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.prepared import prepare
from odt import paragraphs

LIBRARY = Path(__file__).parents[2] / "templates" / "greffier_library"
MM = 72 / 25.4


class Expected(NamedTuple):
    """What a document must show, whatever the version of LibreOffice."""

    pages: int
    texts: tuple[str, ...]
    #: A word of the line above the signatures, and the two names below it.
    signed: tuple[str, str, str]
    footer: str


SAMPLES = {
    "accuse-reception": Expected(
        2,
        (
            "Exempleville, le 24 mars 2026",
            "Objet\u00a0: accusé de réception – permis d’urbanisme",
            "Atelier Weiß & Fils SRL",
            "Plans de l’architecte (état existant & projet)",
            "143,70\u00a0€",
            "+++202/6041/70081+++",
        ),
        ("considération", "Françoise Lemaître", "Luc N’Diaye"),
        "Page {} sur {}",
    ),
    "deliberation-conseil": Expected(
        3,
        (
            "EXTRAIT DU REGISTRE AUX DÉLIBÉRATIONS DU CONSEIL COMMUNAL",
            "Séance publique du 24 mars 2026 à 19\u00a0h\u00a030",
            "Point 12\u00a0: Règlement-redevance",
            "6 voix pour, 2 voix contre et 1 abstention.",
            "Article 1er",
            "1\u202f250,00\u00a0€",
            "soixante jours",
        ),
        ("délibéré", "Patrick Dupont", "Élise Lambert"),
        "Page {} sur {}",
    ),
    "omgevingsvergunning": Expected(
        3,
        (
            "Omgevingsvergunning: ’t Oud Molenhuis",
            "van 5 februari 2026 tot en met 6 maart 2026",
            "Het college verleent de omgevingsvergunning",
            "Artikel 3. Lasten en retributies",
            "€\u00a01.649,60",
            "dertig dagen",
        ),
        ("Namens", "Wim Van den Broeck", "Fatiha El Amrani"),
        "Pagina {} van {}",
    ),
}

AWKWARD = {
    "accuse-reception": ("GRAND-DUCHÉ DE LUXEMBOURG", "Pièce 40", "0,00\u00a0€"),
    "deliberation-conseil": ("huis clos", "à l’unanimité", "Article 30", "Poste 60"),
    "omgevingsvergunning": (
        "DUITSLAND",
        "Er zijn geen adviezen gevraagd.",
        "Het college weigert de omgevingsvergunning",
    ),
}


async def pdf_of(pool: OfficePool, name: str, data: str, folder: Path) -> Path:
    """Fill a template of the library and convert it; no font may have been replaced."""
    source, target = folder / f"{data}.odt", folder / f"{data}.pdf"
    template = prepare((LIBRARY / name / "template.odt").read_bytes())
    with source.open("wb") as out:
        template.fill(json.loads((LIBRARY / name / f"{data}.json").read_text("utf-8")), out)
    deadline = asyncio.get_running_loop().time() + 60
    converted = await pool.convert(
        Conversion(source=source, kind="odt", target=target), deadline=deadline
    )
    assert set(converted.fonts_used) <= {"Carlito", "Liberation Serif"}
    return target


def flowing(text: str) -> str:
    """Text with every kind of space and line end made one space."""
    return re.sub(r"\s+", " ", text)


def words_in(pdf: Path, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> str:
    """The text of page one inside a rectangle, measured from the top left corner."""
    box = [x_mm[0], y_mm[0], x_mm[1] - x_mm[0], y_mm[1] - y_mm[0]]
    corner = [str(round(value * MM)) for value in box]
    argv = ["pdftotext", "-layout", "-l", "1", "-r", "72", "-x", corner[0], "-y", corner[1]]
    argv += ["-W", corner[2], "-H", corner[3], str(pdf), "-"]
    return subprocess.run(argv, check=True, capture_output=True).stdout.decode()


@pytest.mark.parametrize("name", SAMPLES)
async def test_it_looks_official(pool: OfficePool, tmp_path: Path, name: str) -> None:
    pdf = await pdf_of(pool, name, "sample", tmp_path)
    expected = SAMPLES[name]
    pages = pdf_text(pdf).split("\f")[:-1]

    assert len(pages) == pdf_pages(pdf) == expected.pages
    text = flowing(" ".join(pages))
    for part in expected.texts:
        assert flowing(part) in text
    for number, page in enumerate(pages, start=1):
        assert expected.footer.format(number, len(pages)) in page
    closing, left, right = expected.signed
    assert [closing in page for page in pages] == [
        left in page and right in page and bool(re.search(f"{left} +{right}", page))
        for page in pages
    ], "the signatures stand beside each other, on the page of the words above them"
    assert not re.search(r"py3o|None|\bif=|\bfor=", text)


@pytest.mark.parametrize("name", AWKWARD)
async def test_awkward_data_does_not_break_it(pool: OfficePool, tmp_path: Path, name: str) -> None:
    pdf = await pdf_of(pool, name, "awkward", tmp_path)
    pages = pdf_text(pdf).split("\f")[:-1]

    for part in AWKWARD[name]:
        assert flowing(part) in flowing(" ".join(pages))
    for number, page in enumerate(pages, start=1):
        footer = SAMPLES[name].footer.format(number, len(pages))
        assert footer in page
        assert len(page.split()) > 25, "no page holds only its header and footer"
    assert not re.search(r"py3o|None|\bif=|\bfor=", " ".join(pages))


@pytest.mark.parametrize("name", SAMPLES)
async def test_a_designer_can_open_and_save_it(pool: OfficePool, tmp_path: Path, name: str) -> None:
    source, saved = tmp_path / "template.odt", tmp_path / "saved.odt"
    shutil.copy(LIBRARY / name / "template.odt", source)
    deadline = asyncio.get_running_loop().time() + 60
    await pool.convert(
        Conversion(source=source, kind="odt", target=saved, format="odt"), deadline=deadline
    )
    data = json.loads((LIBRARY / name / "sample.json").read_text("utf-8"))
    before, after = io.BytesIO(), io.BytesIO()
    prepare(source.read_bytes()).fill(data, before)
    prepare(saved.read_bytes()).fill(data, after)
    assert unnumbered(after.getvalue()) == unnumbered(before.getvalue())


def unnumbered(document: bytes) -> list[str]:
    """Every paragraph, headers and footers included, without the page numbers last seen."""
    texts = paragraphs(document) + paragraphs(document, "styles.xml")
    return [re.sub(r"\d+ (sur|van) \d+$", "", text) for text in texts]


@pytest.mark.parametrize("name", ["accuse-reception", "omgevingsvergunning"])
async def test_the_address_shows_in_a_window_at_the_right(
    pool: OfficePool, tmp_path: Path, name: str
) -> None:
    pdf = await pdf_of(pool, name, "sample", tmp_path)
    (address,) = [
        value["adres" if "adres" in value else "adresse"]
        for key, value in json.loads((LIBRARY / name / "sample.json").read_text("utf-8")).items()
        if key in ("destinataire", "aanvrager")
    ]
    assert words_in(pdf, (108, 195), (48, 90)).split("\n")[: len(address)] == address
    assert words_in(pdf, (195, 210), (40, 100)).strip() == "", "15 mm free at the right"
    assert words_in(pdf, (106, 109), (48, 90)).strip() == "", "nothing else in the window"
