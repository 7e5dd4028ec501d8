"""The ready-made templates as whoever receives the documents sees them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import zxingcpp
from documents import pdf_pages, pdf_text
from golden import (
    FONTS,
    TOLERANCE,
    folder_of_this_office,
    fonts_here,
    share_changed,
    small_pages,
    text_of,
)
from greffier_converters.pages import draw_pages
from library import CARD, DATA, FOLDERS, LIBRARY, Made, filled, make_all
from odt import paragraphs
from PIL import Image

#: The first test waits until every template has been made.
pytestmark = pytest.mark.timeout(300)
MM = 72 / 25.4
NAMES = [folder.name for folder in FOLDERS]


class Expected(NamedTuple):
    """What a document must show, whatever the version of LibreOffice."""

    pages: int
    texts: tuple[str, ...]
    #: A word of the line above the signatures, and the names below it, side by side.
    signed: tuple[str, ...]
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
    "afgoerelse-boligstoette": Expected(
        2,
        (
            "Du får boligstøtte fra 1. april 2026",
            "Ærøvej 4, 2. tv, 8999 Eksempelhavn",
            "husstandens indkomst er under grænsen for enlige med børn,",
            "-4.316,00\u00a0kr.",
            "Du får 1.234,00\u00a0kr. om måneden",
            "inden 4 uger",
        ),
        ("Venlig hilsen", "^Jens Østergård$"),
        "Side {} af {}",
    ),
    "avis-riverains": Expected(
        2,
        (
            "Exempleville, le 27 mars 2026",
            "construction d’un immeuble de 4 logements",
            "Du 6 avril 2026 au 21 avril 2026",
            "mardi 21 avril 2026 à 11:00",
            "R.IV.40-1, § 1er, 7°\u00a0: voirie communale",
            "Div. 2, section B n° 413",
        ),
        ("considération", "Françoise Lemaître", "Luc N’Diaye"),
        "Page {} sur {}",
    ),
    "avviso-tari": Expected(
        2,
        (
            "Avviso di pagamento TARI – tassa sui rifiuti, anno 2026",
            "18 dicembre 2025",
            "92,5",
            "141,20\u00a0€",
            "Da pagare: 284,00\u00a0€ entro il 16 giugno 2026",
            "Rata 2 di 2",
            "301000000000441991",
        ),
        ("Distinti saluti", "Il Funzionario responsabile del tributo"),
        "Pagina {} di {}",
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
    "deliberation-editeur": Expected(
        2,
        (
            "Séance publique du mardi 24 mars 2026 à 19:30",
            "M. Ömer Yıldız, président du CPAS",
            "Vu la demande de Mme Aïcha D’Haese",
            "A, centre & gare 1,50\u00a0€",
            "par 18 voix pour, 3 voix contre et 1 abstention",
            "Article 1er.",
        ),
        ("Ainsi délibéré", "Patrick Dupont", "Élise Lambert"),
        "Page {} sur {}",
    ),
    CARD: Expected(
        1,
        (
            "Values are fields, instructions are links",
            'py3o://for="piece in pieces"',
            "Tuesday, 31 March 2026",
            "€1,234.50",
            "+++202/6001/23464+++",
            "greffier check letter.odt",
        ),
        (),
        "Page {} of {}",
    ),
    "gebuehrenbescheid": Expected(
        2,
        (
            "Gebührenbescheid: Sondernutzung, Gerüst Lindenstraße 14",
            "Frau Ännchen Groß",
            "74 m²",
            "Sondernutzungsgebührensatzung der Stadt Musterlingen",
            "Bitte überweisen Sie 141,60\u00a0€ bis zum 24. April 2026",
            "DE02 1203 0000 0000 2020 51",
            "Eine Gehwegbreite von mindestens 1,20 m bleibt frei.",
            "Rechtsbehelfsbelehrung",
        ),
        ("Im Auftrag", "^Jörg Weiß$"),
        "Seite {} von {}",
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
    "ordre-du-jour": Expected(
        2,
        (
            "Séance du mardi 24 mars 2026 à 19:30",
            "4 Règlement-redevance <stationnement> & abonnements",
            "Rapporteur Mme N’Guyen, échevine",
            "Points ajoutés après la convocation",
            "reçue le 17 mars 2026",
            "Huis clos",
            "Liste des annexes",
        ),
        ("Par le Collège", "Patrick Dupont", "Élise Lambert"),
        "Page {} sur {}",
    ),
    "taxe-immondices": Expected(
        2,
        (
            "taxe sur les immondices, exercice 2026",
            "Madame Zoë D’Haese",
            "106,5",
            "À payer pour le 15 juin 2026\u00a0: 120,00\u00a0€",
            "+++202/6001/23464+++",
            "Comment contester cette taxe",
        ),
        ("considération", "Françoise Lemaître", "Luc N’Diaye"),
        "Page {} sur {}",
    ),
}

AWKWARD = {
    "accuse-reception": ("GRAND-DUCHÉ DE LUXEMBOURG", "Pièce 40", "0,00\u00a0€"),
    "afgoerelse-boligstoette": (
        "Afslag på din ansøgning",
        "Fast bopæl < 6 måneder Nej",
        "dybt punkt",
        "ikke oplyst",
    ),
    "avis-riverains": ("GRAND-DUCHÉ DE LUXEMBOURG", "ŒTRANGE-LÈS-BAINS", "n° 440 G", "< 3 >"),
    "avviso-tari": ("LUSSEMBURGO", "Via dell’Olmo 300", "123.456,79\u00a0€"),
    "deliberation-conseil": ("huis clos", "à l’unanimité", "Article 30", "Poste 60"),
    "deliberation-editeur": (
        "Séance à huis clos",
        "Vu la demande de […]",
        "Parcelle 300",
        "à l’unanimité",
        "Version publiée.",
    ),
    CARD: ("Façon n° 12", 'if="dossier.parcelles', "zero euros"),
    "gebuehrenbescheid": ("LUXEMBURG", "Fläche 300", "a. gemeinnützig", "ganzjährig"),
    "omgevingsvergunning": (
        "DUITSLAND",
        "Er zijn geen adviezen gevraagd.",
        "Het college weigert de omgevingsvergunning",
    ),
    "ordre-du-jour": ("Nouvelle convocation", "60 Point d’ordre 60", "Annexe 300"),
    "taxe-immondices": ("GRAND-DUCHÉ DE LUXEMBOURG", "Lot 300", "rien à payer"),
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def made(work: Path) -> Mapping[tuple[str, str], Made]:
    """Every template, made with each of its data."""
    return make_all(work)


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


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_official(made: Mapping[tuple[str, str], Made], name: str) -> None:
    pdf = made[name, "sample"].pdf
    expected = SAMPLES[name]
    pages = pdf_text(pdf).split("\f")[:-1]

    assert len(pages) == pdf_pages(pdf) == expected.pages
    text = flowing(" ".join(pages))
    for part in expected.texts:
        assert flowing(part) in text
    for number, page in enumerate(pages, start=1):
        assert expected.footer.format(number, len(pages)) in page
    assert "None" not in text
    if name == CARD:
        return
    closing, *names = expected.signed
    assert [closing in page for page in pages] == [
        bool(re.search(" +".join(names), page, re.MULTILINE)) for page in pages
    ], "the signatures stand beside each other, on the page of the words above them"
    assert not re.search(r"py3o|\bif=|\bfor=", text)


@pytest.mark.parametrize("name", NAMES)
def test_awkward_data_does_not_break_it(made: Mapping[tuple[str, str], Made], name: str) -> None:
    pages = pdf_text(made[name, "awkward"].pdf).split("\f")[:-1]

    for part in AWKWARD[name]:
        assert flowing(part) in flowing(" ".join(pages))
    for number, page in enumerate(pages, start=1):
        footer = SAMPLES[name].footer.format(number, len(pages))
        assert footer in page
        assert len(page.split()) > 25, "no page holds only its header and footer"
    assert name == CARD or not re.search(r"py3o|\bif=|\bfor=", " ".join(pages))
    assert "None" not in " ".join(pages)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", NAMES)
def test_no_font_was_replaced(made: Mapping[tuple[str, str], Made], name: str, data: str) -> None:
    # OpenSymbol comes with LibreOffice: it draws the bullets of lists.
    assert set(made[name, data].fonts) <= FONTS | {"OpenSymbol"}


@pytest.mark.parametrize("name", NAMES)
def test_a_designer_can_open_and_save_it(
    work: Path, made: Mapping[tuple[str, str], Made], name: str
) -> None:
    before, _ = filled(LIBRARY / name, "sample")
    after, _ = filled(LIBRARY / name, "sample", template=work / f"{name}-saved.odt")
    assert unnumbered(after) == unnumbered(before)


def unnumbered(document: bytes) -> list[str]:
    """Every paragraph, headers and footers included, without the page numbers last seen."""
    texts = paragraphs(document) + paragraphs(document, "styles.xml")
    return [re.sub(r"\d+ (sur|van|di|af|von) \d+$", "", text) for text in texts]


#: The window at the right of bpost, and that of an Italian envelope.
AT_THE_RIGHT = {
    "accuse-reception": ("Madame Aïcha N’Guyen", "5099 EXEMPLEVILLE"),
    "avis-riverains": ("Madame Zoë Peeters", "5099 EXEMPLEVILLE"),
    "avviso-tari": ("Niccolò D’Angelo", "00099 BORGO ESEMPIO BE"),
    "omgevingsvergunning": ("Bakkerij ’t Hooghe & Zoon bv", "9099 VOORBEELDSTAD"),
    "taxe-immondices": ("Madame Zoë D’Haese", "5099 EXEMPLEVILLE"),
}


@pytest.mark.parametrize("name", AT_THE_RIGHT)
def test_the_address_shows_in_a_window_at_the_right(
    made: Mapping[tuple[str, str], Made], name: str
) -> None:
    pdf = made[name, "sample"].pdf
    address = words_in(pdf, (108, 195), (48, 88)).strip().split("\n")
    first, last = AT_THE_RIGHT[name]
    assert (address[0], address[-1]) == (first, last)
    assert words_in(pdf, (195, 210), (40, 100)).strip() == "", "15 mm free at the right"
    assert words_in(pdf, (106, 109), (48, 90)).strip() == "", "nothing else in the window"


CODES = {
    "deliberation-editeur": ["IMIO012345600000042"],
    "avis-riverains": ["https://www.exempleville.example/enquetes/PU-2026-118"],
    "avviso-tari": [
        "PAGOPA|002|301000000000441789|00000000000|28400",
        "PAGOPA|002|301000000000441890|00000000000|14200",
        "PAGOPA|002|301000000000441991|00000000000|14200",
    ],
    "gebuehrenbescheid": [
        "BCD\n002\n1\nSCT\nBYLADEM1001\nStadtkasse Musterlingen\nDE02120300000000202051\n"
        "EUR141.60\n\n\n5.0321.004417.8"
    ],
    "taxe-immondices": [
        "BCD\n002\n1\nSCT\nGKCCBEBB\nVille d’Exempleville – Recette\nBE68539007547034\n"
        "EUR120.00\n\n\n+++202/6001/23464+++"
    ],
}


@pytest.mark.parametrize("name", CODES)
def test_its_codes_can_be_read_from_paper(
    made: Mapping[tuple[str, str], Made], name: str, tmp_path: Path
) -> None:
    read: list[str] = []
    for page in draw_pages(made[name, "sample"].pdf, tmp_path, dpi=150):
        with Image.open(page) as drawn:
            read += [code.bytes.decode() for code in zxingcpp.read_barcodes(drawn)]
    assert sorted(read) == CODES[name]


def test_what_must_not_be_published_is_in_the_internal_variant_only(
    made: Mapping[tuple[str, str], Made],
) -> None:
    assert "Jürgen Weiß" in pdf_text(made["deliberation-editeur", "sample"].pdf)
    published = pdf_text(made["deliberation-editeur", "awkward"].pdf)
    assert "Åkesson" not in published and "Nováková" not in published


def test_the_card_in_the_designers_guide_is_the_one_of_the_library(
    made: Mapping[tuple[str, str], Made],
) -> None:
    kept = LIBRARY.parents[1] / "docs" / "designers" / "card.pdf"
    assert flowing(pdf_text(kept)) == flowing(pdf_text(made[CARD, "sample"].pdf)), (
        "run scripts/pictures"
    )


@pytest.mark.parametrize("data", DATA)
def test_the_address_area_of_danish_print_is_clear(
    made: Mapping[tuple[str, str], Made], data: str
) -> None:
    """Fjernprint writes the address there: 90 by 60 mm, 7 mm from the left and from the top."""
    assert words_in(made["afgoerelse-boligstoette", data].pdf, (0, 97), (0, 67)).strip() == ""


def test_the_address_field_is_that_of_din_5008_form_b(
    made: Mapping[tuple[str, str], Made],
) -> None:
    """From 20 mm of the left edge, 85 mm wide: 5 mm sender, 12.7 mm notes, 27.3 mm address."""
    pdf = made["gebuehrenbescheid", "sample"].pdf
    assert words_in(pdf, (20, 105), (44.5, 50)).split(",")[0].strip() == "Stadt Musterlingen"
    assert words_in(pdf, (20, 105), (50, 62.7)).strip() == "Einschreiben"
    address = words_in(pdf, (20, 105), (62.7, 90)).strip().split("\n")
    assert (address[0], address[-1]) == ("Gerüstbau Müller & Söhne GmbH", "00999 Musterlingen")
    assert words_in(pdf, (20, 105), (90, 98)).strip() == ""
    assert words_in(pdf, (125, 200), (50, 62)).split()[0] == "Aktenzeichen"


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_said_when_it_was_last_looked_at(
    made: Mapping[tuple[str, str], Made], name: str, data: str
) -> None:
    golden = golden_folder() / name / f"{data}.txt"
    assert text_of(made[name, data].pdf) == golden.read_text(encoding="utf-8"), RENEW


@pytest.mark.parametrize("name", NAMES)
def test_it_looks_as_it_did_when_it_was_last_looked_at(
    made: Mapping[tuple[str, str], Made], name: str, tmp_path: Path
) -> None:
    golden = golden_folder()
    made_with = json.loads((golden / "made-with.json").read_text(encoding="utf-8"))
    if made_with["fonts"] != fonts_here():
        pytest.skip("the golden pages were made with other versions of the fonts")
    kept = sorted((golden / name).glob("sample-*.png"))
    pages = list(small_pages(made[name, "sample"].pdf, tmp_path))
    assert len(pages) == len(kept), RENEW
    for number, (page, file) in enumerate(zip(pages, kept, strict=True), start=1):
        with Image.open(file) as before:
            assert share_changed(page, before) < TOLERANCE, f"page {number}. {RENEW}"


RENEW = "If the change is meant, run scripts/golden and look at the pages it writes."


def golden_folder() -> Path:
    folder = folder_of_this_office()
    if not folder.is_dir():
        pytest.skip(f"no golden pages were made with LibreOffice {folder.name}: scripts/golden")
    return folder
