"""Blocks and document properties, with files that Writer itself has written."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
import requests
from documents import pdf_pages, pdf_text
from odt import bullets, cell, field, link, odt, p, picture, row, table
from office.service.conftest import convert, post, saved
from people import NAME, custom, full_of_names
from pypdf import PdfReader
from running import Running

RED, GREEN, BLUE = (0xC8, 0, 0), (0, 0x96, 0), (0, 0, 0xC8)


def png(color: tuple[int, int, int], size: int = 8) -> bytes:
    """A square of one colour."""
    rows = (b"\0" + bytes(color) * size) * size
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def named(name: str, color: tuple[int, int, int]) -> str:
    return (
        f'<style:style style:name="{name}" style:display-name="{name.replace("_20_", " ")}" '
        'style:family="paragraph" style:parent-style-name="Standard"><style:text-properties '
        f'fo:color="#{bytes(color).hex()}"/></style:style>'
    )


def direct(name: str, properties: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph" '
        'style:parent-style-name="Text_20_body">'
        f"<style:text-properties {properties}/></style:style>"
    )


BULLETS = (
    '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" '
    'text:bullet-char="–"/></text:list-style>'
)
LETTERHEAD = odt(
    table(
        row(
            cell(p(picture("Logo", width="1.5cm", height="1.5cm"))),
            cell(p("Town of Exempleville", style="Town"), p(field("service.name"), style="P1")),
        ),
        name="Head",
    ),
    bullets("Open on Mondays", "Closed on Sundays").replace(
        "<text:list ", '<text:list text:style-name="L1" '
    ),
    p(),
    styles=named("Text_20_body", RED) + named("Town", GREEN),
    automatic=direct("P1", 'fo:font-weight="bold"') + BULLETS,
    parts={"Pictures/dot.png": png(GREEN)},
)
SIGNATURE = odt(
    p("For the board,", style="Text_20_body"),
    table(row(cell(p(field("who.name"))), cell(p(field("who.role")))), name="Head"),
    p(),
    styles=named("Text_20_body", RED),
)
LETTER = odt(
    p("Dear all,", style="Text_20_body"),
    p("Italic here", style="P1"),
    p(link('for="page in pages"')),
    p(field("page"), style="Break"),
    p(link("/for")),
    p(link('for="who in people"')),
    p(link('include="signature"')),
    p(link("/for")),
    header=p(link('include="letterhead"')),
    styles=named("Text_20_body", BLUE),
    automatic=direct("P1", 'fo:font-style="italic"')
    + '<style:style style:name="Break" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:break-before="page"/></style:style>',
)
DATA = {
    "service": {"name": "Planning & roads"},
    "pages": ["second page"],
    "people": [{"name": "Ann", "role": "mayor"}, {"name": "Bo", "role": "clerk"}],
}


def as_written_by_writer(service: Running, source: bytes) -> bytes:
    answer = convert(service, source, "odt", {"format": "odt"})
    assert answer.status_code == 200, answer.text
    return answer.content


def letter(service: Running, **output: str) -> requests.Response:
    """The letter with its blocks, all of them as Writer writes them."""
    head, signature, template = (
        as_written_by_writer(service, one) for one in (LETTERHEAD, SIGNATURE, LETTER)
    )
    request = {"data": DATA, "output": output}
    return post(service, request, template, letterhead=head, signature=signature)


def colours(folder: Path, pdf: Path, page: int) -> dict[tuple[int, int, int], list[int]]:
    """Colour -> the lines of a drawing of a page, in 72 dpi, that hold a pixel of it."""
    subprocess.run(
        ["pdftoppm", "-r", "72", "-f", str(page), "-l", str(page), pdf, folder / "page"], check=True
    )
    (path,) = folder.glob("page*.ppm")
    content = path.read_bytes()
    path.unlink()
    size = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", content)
    assert size
    width, pixels = int(size[1]), content[size.end() :]
    found: dict[tuple[int, int, int], list[int]] = {}
    for colour in (RED, GREEN, BLUE):
        lines = {
            at // 3 // width
            for at in range(0, len(pixels), 3)
            if all(abs(pixels[at + n] - colour[n]) < 24 for n in range(3))
        }
        found[colour] = sorted(lines)
    return found


def test_a_letterhead_in_the_header_and_signatures_in_the_body(
    service: Running, tmp_path: Path
) -> None:
    answer = letter(service)
    assert answer.headers["Greffier-Warnings"] == "0"
    pdf = saved(answer, tmp_path)
    assert pdf_pages(pdf) == 2
    first, second, _ = (page.split() for page in pdf_text(pdf).split("\f"))
    on_each = ["Town", "of", "Exempleville", "Planning", "&", "roads"]
    for page in (first, second):
        assert page[: len(on_each)] == on_each
        assert [one for one in page if one.startswith("–")] == ["–Open", "–Closed"]
    text = " ".join(second)
    assert text.endswith("second page For the board, Ann mayor For the board, Bo clerk")
    for page in (1, 2):
        seen = colours(tmp_path, pdf, page)
        # The logo is 42 lines high, and its town beside it; its “Text body” is the letter's.
        assert len(seen[GREEN]) >= 40
        assert max(seen[GREEN]) < 200
        assert seen[BLUE]
        assert not seen[RED]


def test_the_filled_letter_with_blocks_opens_in_writer_and_says_the_same(
    service: Running, tmp_path: Path
) -> None:
    again = convert(service, letter(service, format="odt").content, "odt")
    text = pdf_text(saved(again, tmp_path))
    assert text.count("Town of Exempleville") == 2
    assert text.count("For the board,") == 2


# --- properties ---------------------------------------------------------------------------

PROPERTIES = odt(
    p("Objet : ", "<text:title>old</text:title>"),
    meta="<dc:title>Lettre {{ courrier.objet }}</dc:title>"
    "<dc:subject>{{ courrier.ref }}</dc:subject>"
    "<meta:keyword>permis</meta:keyword><meta:keyword>{{ courrier.quartier }}</meta:keyword>"
    + custom("Dossier", "{{ courrier.ref }}")
    + custom("Langue", "{{ courrier.langue }}"),
)
FRENCH = {"courrier": {"objet": "L’été & <b>", "ref": "12/É", "quartier": "Sud", "langue": "fr-BE"}}


def test_properties_reach_the_pdf(service: Running, tmp_path: Path) -> None:
    template = as_written_by_writer(service, PROPERTIES)
    answer = post(service, {"data": FRENCH}, template)
    assert answer.headers["Greffier-Warnings"] == "0"
    pdf = PdfReader(saved(answer, tmp_path))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Lettre L’été & <b>"
    assert pdf.metadata.subject == "12/É"
    assert pdf.metadata["/Keywords"] == "permis, Sud"
    assert pdf.metadata.author is None
    assert pdf.trailer["/Root"]["/Lang"] == "fr-BE"
    assert "Objet : Lettre L’été & <b>" in pdf_text(tmp_path / "answer")


@pytest.mark.parametrize("profile", ["PDF/A-1b", "PDF/A-2b"])
def test_properties_are_in_the_metadata_of_an_archived_pdf(
    service: Running, tmp_path: Path, profile: str
) -> None:
    template = as_written_by_writer(service, PROPERTIES)
    request = {"data": FRENCH, "output": {"pdf": {"profile": profile}}}
    pdf = PdfReader(saved(post(service, request, template), tmp_path))
    assert pdf.xmp_metadata is not None
    assert pdf.xmp_metadata.dc_title["x-default"] == "Lettre L’été & <b>"
    assert pdf.xmp_metadata.pdf_keywords == "permis, Sud"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Lettre L’été & <b>"


def test_a_title_with_signs_of_xml_may_be_asked_for_with_a_profile(
    service: Running, tmp_path: Path
) -> None:
    options = {"profile": "PDF/A-2b", "ua": True, "title": "Roads & <paths> &amp;", "lang": "en"}
    request = {"data": FRENCH, "output": {"pdf": options}}
    pdf = PdfReader(saved(post(service, request, PROPERTIES), tmp_path))
    assert pdf.xmp_metadata is not None
    assert pdf.xmp_metadata.dc_title["x-default"] == "Roads & <paths> &amp;"


def test_options_of_the_request_go_before_those_of_the_template(
    service: Running, tmp_path: Path
) -> None:
    template = as_written_by_writer(service, PROPERTIES)
    options = {"title": "Mine", "lang": "nl-BE", "keywords": ["a", "b"], "subject": "Other"}
    request = {"data": FRENCH, "output": {"pdf": options}}
    pdf = PdfReader(saved(post(service, request, template), tmp_path))
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.subject) == ("Mine", "Other")
    assert "a" in pdf.metadata["/Keywords"]
    assert "permis" not in pdf.metadata["/Keywords"]
    assert pdf.trailer["/Root"]["/Lang"] == "nl-BE"


def held(content: bytes) -> bytes:
    """Everything a file holds, unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        pdf = PdfReader(io.BytesIO(content))
        objects = [pdf.get_object(number) for number in range(1, int(pdf.trailer["/Size"]))]
        data = [one.get_data() for one in objects if hasattr(one, "get_data")]
        return content + b"".join(data) + "".join(map(str, objects)).encode()
    return content


@pytest.mark.parametrize("kind", ["pdf", "odt", "docx", "rtf", "html"])
def test_no_name_of_who_made_the_template_is_in_a_document(
    service: Running, tmp_path: Path, kind: str
) -> None:
    assert NAME.encode() in held(full_of_names())
    answer = post(service, {"data": {}, "output": {"format": kind}}, full_of_names())
    content = held(saved(answer, tmp_path).read_bytes())
    assert NAME.encode() not in content
    assert NAME.encode("utf-16-be") not in content
    if kind == "pdf":
        assert NAME not in pdf_text(tmp_path / "answer")


@pytest.mark.parametrize(("kind", "where"), [("odt", "content.xml"), ("docx", "word/comments.xml")])
def test_comments_are_kept_on_demand(
    service: Running, tmp_path: Path, kind: str, where: str
) -> None:
    comment = "<office:annotation><text:p>Ask the clerk</text:p></office:annotation>"
    template = odt(p("Dear ", comment, field("name")))
    for keep in (True, False):
        request = {"data": {"name": "Ann"}, "keep_comments": keep, "output": {"format": kind}}
        content = saved(post(service, request, template), tmp_path).read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            text = archive.read(where) if where in names else b""
        assert (b"Ask the clerk" in text) is keep


def test_kept_comments_become_notes_of_a_pdf(service: Running, tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>Ask the clerk</text:p></office:annotation>"
    output = {"pdf": {"notes": True}}
    request = {"data": {}, "keep_comments": True, "output": output}
    pdf = PdfReader(saved(post(service, request, odt(p("x", comment))), tmp_path))
    notes = [one.get_object().get("/Contents", "") for one in pdf.pages[0].get("/Annots", [])]
    assert any("Ask the clerk" in note for note in notes)
