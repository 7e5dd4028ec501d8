"""What loops, conditions and names make of a document, as LibreOffice shows and saves it."""

from __future__ import annotations

import asyncio
import base64
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from any_template import DATA, TEMPLATES, Piece
from documents import pdf_pages, pdf_text
from filling import filled
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.gate.odf import open_odf
from hypothesis import Phase, given, settings
from odt import (
    PNG,
    bullets,
    cell,
    field,
    find,
    footnote,
    h,
    input_field,
    link,
    odt,
    p,
    paragraphs,
    part,
    picture,
    row,
    section,
    table,
)

FOR, END_FOR = link('for="x in xs"'), link("/for")
AUTOMATIC = (
    '<style:style style:name="Break" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:break-before="page"/></style:style>'
    '<style:style style:name="Grid" style:family="table">'
    '<style:table-properties style:width="17cm" table:align="margins"/></style:style>'
    '<style:style style:name="Grid.A" style:family="table-column">'
    '<style:table-column-properties style:column-width="5cm" style:rel-column-width="5*"/>'
    '</style:style><style:style style:name="Grid.B" style:family="table-column">'
    '<style:table-column-properties style:column-width="12cm" style:rel-column-width="12*"/>'
    "</style:style>"
)


class Office:
    """One office and a folder for what it makes."""

    def __init__(self, pool: OfficePool, folder: Path) -> None:
        self._pool, self._folder = pool, folder
        self._count = 0

    async def make(self, document: bytes, format: str) -> Path:
        """A document in another format, or saved again."""
        self._count += 1
        source = self._folder / f"{self._count}.odt"
        source.write_bytes(document)
        target = self._folder / f"{self._count}-made.{format}"
        conversion = Conversion(source=source, kind="odt", target=target, format=format)
        await self._pool.convert(conversion, deadline=asyncio.get_running_loop().time() + 60)
        return target

    async def saved(self, document: bytes) -> bytes:
        """The document as LibreOffice writes it after opening it."""
        return (await self.make(document, "odt")).read_bytes()


@pytest.fixture
def office(pool: OfficePool, tmp_path: Path) -> Office:
    return Office(pool, tmp_path)


# --- filled twice -------------------------------------------------------------------------

NOW: Mapping[str, Any] = {
    "town": "Exempleville",
    "rows": [{"n": "first"}, {"n": "second"}],
    "yes": True,
    "no": False,
    "fee": "12.50",
}
LATER: Mapping[str, Any] = {
    "name": "Ann",
    "xs": [{"t": "plan"}, {"t": "photos"}],
    "urgent": True,
    "months": ["Jan", "Feb"],
    "photo": base64.b64encode(PNG).decode(),
}
DECLARED = "".join(
    f'<text:user-field-decl office:value-type="string" office:string-value="{name}" '
    f'text:name="py3o.{name}"/>'
    for name in ("town", "name", "x.t", "r.n", "m")
)
BODY = (
    f"<text:user-field-decls>{DECLARED}</text:user-field-decls>",
    h("Letter to ", field("name"), " of ", field("town")),
    p("Edited by hand: nothing yet."),
    p(link('if="urgent"')),
    p("Urgent, says ", field("town"), "."),
    p(link('elif="no"')),
    p("Never."),
    p(link("else")),
    p("Not urgent."),
    p(link("/if")),
    p(input_field('for="x in xs"')),
    p("Piece ", field("x.t"), " for ", field("town"), footnote(p("Note on ", field("x.t")))),
    p(input_field("/for")),
    p("Inline: ", FOR, field("x.t"), link('if="not loop.last"'), ", ", link("/if"), END_FOR, "."),
    table(
        row("Town", link('for-column="m in months"') + field("m")),
        row(link('for="r in rows"'), ""),
        row(field("r.n"), field("m")),
        row(link("/for"), ""),
        row(FOR, ""),
        row(field("x.t"), field("town")),
        row(END_FOR, ""),
        name="Grid",
    ),
    table(row(cell(p(FOR, field("x.t"))), cell(p(field("town"), END_FOR))), name="Cells"),
    bullets(FOR, field("x.t"), END_FOR),
    section(p("Section for ", field("name")), name="py3o.if(urgent)#1"),
    section(p("Section ", field("x.t")), name="py3o.for(x in xs)#1"),
    p(
        "Fee ",
        link("function=\"format_currency(fee, 'EUR')\""),
        " to ",
        link('function="name.upper()"'),
    ),
    p(picture("py3o.image(photo)#1")),
    p(picture("py3o.staticimage.logo")),
    p("The end."),
)
AROUND = p("Header of ", field("town"), " for ", field("name"))


async def test_a_document_is_filled_edited_in_libreoffice_and_filled_again(office: Office) -> None:
    source = odt(*BODY, header=AROUND, footer=AROUND)
    template = await office.saved(source)
    first = filled(template, NOW, undefined="keep")
    edited = await office.saved(_edited(await office.saved(first)))
    second = filled(edited, LATER, images={"logo": PNG})

    once = filled(template, {**NOW, **LATER}, images={"logo": PNG})
    expected = [line.replace("nothing yet", "something") for line in paragraphs(once)]
    assert paragraphs(second) == expected
    assert paragraphs(second, "styles.xml") == paragraphs(once, "styles.xml")
    assert len(find(part(second), "//draw:image")) == 2
    assert "py3o" not in " ".join(map(str, find(part(second), "//@*")))

    texts = [pdf_text(await office.make(one, "pdf")) for one in (second, once)]
    assert texts[0].replace("something", "nothing yet").split() == texts[1].split()


def _edited(document: bytes) -> bytes:
    """What somebody who types into it makes of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "content.xml":
                assert content.count(b"nothing yet") == 1
                content = content.replace(b"nothing yet", b"something")
            new.writestr(info, content)
    return out.getvalue()


# --- pages, columns, names ----------------------------------------------------------------


async def test_each_turn_of_a_loop_begins_on_a_page_of_its_own(office: Office) -> None:
    blocks = p("cover"), p(FOR, style="Break"), p("page ", field("x")), p("more"), p(END_FOR)
    source = odt(*blocks, automatic=AUTOMATIC)
    for count in (0, 1, 3):
        pdf = await office.make(filled(source, {"xs": list(range(count))}), "pdf")
        assert pdf_pages(pdf) == 1 + count
    assert [text.split() for text in pdf_text(pdf).split("\f")[:-1]] == [
        ["cover"],
        *(["page", str(number), "more"] for number in range(3)),
    ]


@pytest.mark.parametrize("count", [0, 1, 12])
async def test_a_table_with_many_columns_stays_within_the_page(office: Office, count: int) -> None:
    columns = "".join(f'<table:table-column table:style-name="Grid.{one}"/>' for one in "AB")
    title = (
        "<table:table-row>"
        + cell(p("title")).replace(
            "<table:table-cell", '<table:table-cell table:number-columns-spanned="2"'
        )
        + "<table:covered-table-cell/></table:table-row>"
    )
    grid = table(title, row("label", link('for-column="x in xs"') + field("x")), name="Grid")
    grid = grid.replace('<table:table-column table:number-columns-repeated="2"/>', columns)
    grid = grid.replace("<table:table ", '<table:table table:style-name="Grid" ')
    document = filled(odt(grid, automatic=AUTOMATIC), {"xs": [f"c{n}" for n in range(count)]})
    saved = part(await office.saved(document))
    cells = find(saved, "//table:table-row[2]/table:table-cell")
    assert len(cells) == count + 1
    (style,) = find(saved, "//style:style[@style:family='table']/style:table-properties")
    assert style.get("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}align") == "margins"
    text = pdf_text(await office.make(document, "pdf")).split()
    assert text == ["title", "label", *(f"c{n}" for n in range(count))]


async def test_nothing_blank_is_left_of_what_was_left_out(office: Office) -> None:
    no = link('if="no"')
    blocks = (
        p("a"),
        section(p(no) + p("x") + p(link("/if"))),
        p(no, "x", link("/if")),
        table(row(no, ""), row("x", ""), row(link("/if"), "")),
        bullets(no, "x", link("/if")),
        section(p("x"), name="py3o.if(no)"),
        p("z"),
    )
    saved = await office.saved(filled(odt(*blocks), {"no": False}))
    assert paragraphs(saved) == ["a", "z"]


async def test_names_that_are_instructions_survive_libreoffice(office: Office) -> None:
    source = odt(
        section(p("in"), name="py3o.if(n &gt; 2 and s == 'é &amp; &quot;x&quot;')#1"),
        table(row("cell"), name="py3o:for(x:in:xs)#1"),
        p(picture("py3o.image(photo)#1")),
        p("z"),
    )
    saved = await office.saved(source)
    data = {"n": 3, "s": 'é & "x"', "xs": [1, 2], "photo": None}
    document = filled(saved, data)
    assert [line for line in paragraphs(document) if line] == ["in", "cell", "cell", "z"]
    assert open_odf(document, kinds={"odt"}).warnings == ()


# --- whatever a designer puts together ----------------------------------------------------


async def test_random_templates_open_in_libreoffice(office: Office) -> None:
    samples: list[tuple[bytes, list[str]]] = []

    @settings(max_examples=12, derandomize=True, database=None, phases=[Phase.generate])
    @given(TEMPLATES, DATA)
    def draw(template: Piece, data: dict[str, Any]) -> None:
        document = filled(odt(p("first"), template.xml, p("last")), data)
        samples.append((document, paragraphs(document)))

    draw()
    for document, lines in samples:
        # LibreOffice joins blanks at the ends of paragraphs, and drops empty cells' spans.
        saved = [line.strip() for line in paragraphs(await office.saved(document))]
        assert [one for one in saved if one] == [one.strip() for one in lines if one.strip()]
