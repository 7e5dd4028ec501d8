"""Formatted text as whoever receives the letter sees it."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import subprocess
from pathlib import Path

import pytest
from documents import pdf_pages, pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.prepared import prepare
from hypothesis import HealthCheck, given, settings
from odt import bullets, cell, field, footnote, frame, h, item, link, odt, p, row, table
from PIL import Image
from pypdf import PdfReader
from rich_html import HTML

SAMPLES = Path(__file__).parents[1] / "html"
BODY = "Text_20_body"
STYLES = (
    f'<style:style style:name="{BODY}" style:display-name="Text body" style:family="paragraph" '
    'style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.25cm"/>'
    "</style:style>"
    '<style:style style:name="Heading_20_2" style:display-name="Heading 2" '
    'style:family="paragraph" style:default-outline-level="2"><style:paragraph-properties '
    'fo:keep-with-next="always"/><style:text-properties fo:font-size="14pt"/></style:style>'
)


def picture(width: int, height: int, color: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def sample(name: str) -> str:
    html = (SAMPLES / name).read_text(encoding="utf-8")
    plan, dot = picture(600, 300, "teal"), picture(40, 20, "red")
    return html.replace('"PLAN"', f'"{plan}"').replace('"DOT"', f'"{dot}"')


class Press:
    """Fills and converts."""

    def __init__(self, pool: OfficePool, folder: Path) -> None:
        self._pool, self._folder = pool, folder
        self._made = 0

    async def pdf(self, source: bytes, html: object) -> Path:
        self._made += 1
        filled = self._folder / f"{self._made}.odt"
        with filled.open("wb") as out:
            prepare(source).fill({"x": html}, out)
        return await self.converted(filled)

    async def converted(self, filled: Path) -> Path:
        target = filled.with_suffix(".pdf")
        deadline = asyncio.get_running_loop().time() + 90
        await self._pool.convert(
            Conversion(source=filled, kind="odt", target=target), deadline=deadline
        )
        return target


@pytest.fixture
def press(pool: OfficePool, tmp_path: Path) -> Press:
    return Press(pool, tmp_path)


def alone(html_call: str = "html(x)") -> str:
    return p(link(f'function="{html_call}"'), style=BODY)


def words(pdf: Path) -> str:
    return re.sub(r"\s+", " ", pdf_text(pdf))


def left_of(pdf: Path, word: str) -> float:
    """Where a word begins, points from the left edge of its page."""
    return _box(pdf, word)[0]


def _box(pdf: Path, word: str) -> tuple[float, float]:
    argv = ["pdftotext", "-bbox", str(pdf), "-"]
    boxes = subprocess.run(argv, check=True, capture_output=True).stdout.decode()
    found = re.search(rf'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>{re.escape(word)}</word>', boxes)
    assert found, word
    return float(found[1]), float(found[2])


def outline(pdf: Path) -> list[str]:
    def titles(entries: list) -> list[str]:
        return [
            title
            for one in entries
            for title in (titles(one) if isinstance(one, list) else [one.title])
        ]

    return titles(PdfReader(pdf).outline)


async def test_an_article_of_an_editor(press: Press) -> None:
    pdf = await press.pdf(
        odt(p("Before"), alone("html(x, keep_last=1)"), p("Signed"), styles=STYLES),
        sample("editor.html"),
    )
    text = words(pdf)
    for expected in (
        "Before Motivation Vu le Code de la démocratie locale",
        "en rouge, surligné, petit grand code marqué, le règlement et un piège.",
        "1. D'approuver le règlement ci-annexé ;",
        "◦ zone bleue",
        "▪ première heure 1,50 €",
        "3. De transmettre la présente : au Gouvernement wallon",
        "d. quatrième e. cinquième",
        "I. un II. deux III. trois IV. quatre",
        "Zone Tarif horaire Observations",
        "☒ fait",
        "1. Avec un tableau dans la liste et la suite 2. Deuxième",
        "suivi de la signature. Signed",
    ):
        assert expected in text, expected
    assert outline(pdf) == ["Motivation", "Sous-titre"]
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in PdfReader(pdf).pages
        for annotation in page.get("/Annots", [])
    ]
    assert set(links) == {"https://www.exempleville.be/reglement?x=1&y=2"}


async def test_what_was_pasted_from_word(press: Press) -> None:
    pdf = await press.pdf(odt(p("Before"), alone(), p("After"), styles=STYLES), sample("word.html"))
    text = words(pdf)
    for expected in (
        "Rapport du service Le présent rapport – demandé par l’échevine – porte sur trois points :",
        "• le stationnement ◦ zone bleue • les trottoirs",
        "1) Premier a. sous-point Un commentaire entre deux. 2) Deuxième",
        "Encadré : un tableau d’une seule cellule.",
        "Fin. Attention ! After",
    ):
        assert expected in text, expected
    assert outline(pdf) == ["Rapport du service"]
    assert pdf_pages(pdf) == 1


async def test_lists_are_set_in_at_every_level(press: Press) -> None:
    html = (
        "<p>zero</p><ul><li>one<ul><li>two</li></ul></li></ul>"
        "<ol><li>first</li></ol><p>0</p><ol><li>again<ol><li>inner</li></ol></li>"
        "<li>next<ol><li>fresh</li></ol></li></ol>"
    )
    pdf = await press.pdf(odt(alone(), styles=STYLES), html)
    margin = left_of(pdf, "zero")
    first, second = left_of(pdf, "one") - margin, left_of(pdf, "two") - margin
    assert 10 < first < 30
    assert second == pytest.approx(2 * first, abs=1)
    assert "1. first 0 1. again 1. inner 2. next 1. fresh" in words(pdf)


async def test_a_table_shows_its_lines_spans_and_colours(press: Press, tmp_path: Path) -> None:
    html = (
        "<table><tr><td style='background-color:#ff0000'>&nbsp;</td>"
        "<td style='border:none'>x</td></tr></table>"
    )
    pdf = await press.pdf(odt(alone(), styles=STYLES), html)
    subprocess.run(["pdftoppm", "-r", "72", "-png", pdf, tmp_path / "page"], check=True)
    page = Image.open(next(tmp_path.glob("page*.png"))).convert("RGB")
    reds = [
        (x, y)
        for x in range(page.width)
        for y in range(200)
        if page.getpixel((x, y)) == (255, 0, 0)
    ]
    left, top = min(reds)
    right = max(reds)[0]
    assert left == pytest.approx(57, abs=3)  # the margin of 2 cm
    beside = [sum(page.getpixel((x, top + 5))) for x in (left - 1, left - 2, right + 1, right + 2)]
    assert min(beside[:2]) < 300  # the line
    far = page.width - left  # the right margin: there the other cell has none
    assert all(page.getpixel((x, top + 5)) == (255, 255, 255) for x in range(far - 4, far + 4))


async def test_headings_of_a_table_are_repeated_on_every_page(press: Press) -> None:
    rows = "".join(f"<tr><td>row {number}</td><td>x</td></tr>" for number in range(120))
    html = f"<table><thead><tr><th>Head</th><th>y</th></tr></thead>{rows}</table>"
    pdf = await press.pdf(odt(alone(), styles=STYLES), html)
    pages = pdf_text(pdf).split("\f")[:-1]
    assert len(pages) > 2
    assert all("Head" in page for page in pages)


@pytest.mark.parametrize(("keep", "together"), [(0, False), (3, True)])
async def test_a_signature_is_not_alone_on_its_page(
    press: Press, keep: int, together: bool
) -> None:
    """The text is made so long that the signature just does not fit on its last page."""
    signature = p("Signature", style="Signature")
    styles = STYLES + (
        '<style:style style:name="Signature" style:family="paragraph"><style:paragraph-properties '
        'fo:padding-top="3cm" fo:border-top="none"/></style:style>'
    )
    for lines in range(30, 45):
        html = "".join(f"<p>line{number}</p>" for number in range(lines))
        pdf = await press.pdf(
            odt(alone(f"html(x, keep_last={keep})"), signature, styles=styles), html
        )
        pages = pdf_text(pdf).split("\f")[:-1]
        if "Signature" in pages[0]:
            continue
        assert len(pages) == 2
        assert (f"line{lines - 1}\n" in pages[1]) is together
        assert (f"line{lines - 3}\n" in pages[1]) is together
        return
    pytest.fail("the page was never full")


async def test_it_stands_everywhere(press: Press) -> None:
    value = field("x.as_html")
    pdf = await press.pdf(
        odt(
            p("a ", value, " b"),
            h(value),
            bullets(item(p(value))).replace("<text:list ", '<text:list text:style-name="L1" '),
            table(row(cell(p(value)), "c")),
            p(frame(p(value)), "d", footnote(p(value))),
            header=p(value),
            footer=p(value),
            styles=STYLES,
            automatic='<text:list-style style:name="L1"><text:list-level-style-number '
            'text:level="1" style:num-format="1"/></text:list-style>',
        ),
        "<p>Text <b>bold</b></p><ul><li>point</li></ul>",
    )
    assert words(pdf).count("Text bold") == 8
    assert words(pdf).count("• point") == 8


async def test_pictures_have_their_size_and_what_they_show(press: Press) -> None:
    html = f'<p>x<img src="{picture(300, 300, "teal")}" width="96" alt="A map"></p>'
    pdf = await press.pdf(odt(alone(), styles=STYLES), html)
    done = subprocess.run(["pdfimages", "-list", pdf], check=True, capture_output=True)
    resolution = int(done.stdout.decode().splitlines()[2].split()[12])
    assert resolution == pytest.approx(300, abs=3)  # 300 pixels on an inch


_MANY = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


async def test_an_office_opens_whatever_html_makes(press: Press, tmp_path: Path) -> None:
    htmls = _collected(300)
    value = field("t.as_html")
    source = odt(
        p(link('for="t in x"')),
        p("mark", style=BODY),
        p(value, style=BODY),
        p("so ", value),
        table(row(cell(p(value)), "z")),
        bullets(item(p(value))),
        p(link("/for")),
        p("the very end"),
        styles=STYLES,
    )
    for number in range(0, len(htmls), 60):
        part = htmls[number : number + 60]
        pdf = await press.pdf(source, part)
        text = words(pdf)
        assert text.count("mark") >= len(part)
        assert "the very end" in text


def _collected(count: int) -> list[str]:
    """Some HTML, the same in every run."""
    found: list[str] = []

    @settings(_MANY, max_examples=count)
    @given(HTML)
    def collect(html: str) -> None:
        found.append(html)

    collect()
    return found
