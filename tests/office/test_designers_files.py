"""What designers write is understood in the files that LibreOffice saves, not only in ours."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from documents import pdf_pages, pdf_text
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from odt import field, find, h, odt, p, paragraphs, part, row, span, table

BELGIAN = Filling(locale="fr_BE", timezone="Europe/Brussels")


async def converted(pool: OfficePool, source: bytes, folder: Path, format: str) -> Path:
    path = folder / f"{format}.odt"
    path.write_bytes(source)
    conversion = Conversion(
        source=path, kind="odt", target=folder / f"out.{format}", format=format, properties={}
    )
    return (await pool.convert(conversion, deadline=asyncio.get_running_loop().time() + 60)).path


async def saved(pool: OfficePool, source: bytes, folder: Path) -> bytes:
    """The same document as LibreOffice writes it after opening it."""
    return (await converted(pool, source, folder, "odt")).read_bytes()


def formatted(name: str, style: str) -> str:
    return (
        f'<text:user-field-get style:data-style-name="{style}" text:name="py3o.{name}">0'
        "</text:user-field-get>"
    )


def declared(*names: str) -> str:
    one = '<text:user-field-decl office:value-type="float" office:value="0" text:name="py3o.{}"/>'
    return f"<text:user-field-decls>{''.join(map(one.format, names))}</text:user-field-decls>"


CENTS = (
    '<number:number number:decimal-places="2" number:min-decimal-places="2" '
    'number:min-integer-digits="1" number:grouping="true"/>'
)
EURO = "<number:text> </number:text><number:currency-symbol>€</number:currency-symbol>"
MONTH = (
    '<number:day/><number:text>. </number:text><number:month number:style="long" '
    'number:textual="true"/><number:text> </number:text><number:year number:style="long"/>'
)
STYLES = "".join(
    (
        f'<number:currency-style style:name="N101P0">{CENTS}{EURO}</number:currency-style>',
        f'<number:currency-style style:name="N101"><style:text-properties fo:color="#ff0000"/>'
        f"<number:text>-</number:text>{CENTS}{EURO}"
        '<style:map style:condition="value()&gt;=0" style:apply-style-name="N101P0"/>'
        "</number:currency-style>",
        f'<number:date-style style:name="N102" number:language="de" number:country="BE">{MONTH}'
        "</number:date-style>",
        '<number:date-style style:name="N103" number:language="fr" number:country="BE">'
        '<number:day number:style="long"/><number:text>/'
        '</number:text><number:month number:style="long"/><number:text>/</number:text>'
        '<number:year number:style="long"/></number:date-style>',
        '<number:time-style style:name="N104"><number:hours number:style="long"/><number:text>:'
        '</number:text><number:minutes number:style="long"/></number:time-style>',
        '<number:percentage-style style:name="N105"><number:number number:decimal-places="1" '
        'number:min-decimal-places="1" number:min-integer-digits="1"/><number:text>%'
        "</number:text></number:percentage-style>",
        '<number:boolean-style style:name="N106"><number:boolean/></number:boolean-style>',
    )
)
VALUES = {
    "debt": (-1234.5, "N101", "-1 234,50 €"),
    "fee": ("1234.5", "N101", "1 234,50 €"),
    "received": ("2026-03-09", "N102", "9. März 2026"),
    "due": ("2026-03-31", "N103", "31/03/2026"),
    "hearing": ("2026-03-31T12:30:00Z", "N104", "14:30"),
    "share": (0.215, "N105", "21,5%"),
    "urgent": (True, "N106", "oui"),
}


async def test_the_formats_of_fields_are_honoured(pool: OfficePool, tmp_path: Path) -> None:
    fields = [p(formatted(name, style)) for name, (_, style, _) in VALUES.items()]
    source = odt(declared(*VALUES), *fields, automatic=STYLES)
    template = await saved(pool, source, tmp_path)
    assert len(find(part(template), "//text:user-field-get/@style:data-style-name")) == len(VALUES)

    prepared = prepare(template)
    assert prepared.warnings == ()
    out = io.BytesIO()
    prepared.fill({name: value for name, (value, _, _) in VALUES.items()}, out, BELGIAN)
    shown = [text.replace("\u202f", " ") for text in paragraphs(out.getvalue())]
    assert shown == [expected for _, _, expected in VALUES.values()]


TYPED = (
    h("{% if urgent %}Urgent: {% endif %}{{ subject }}"),
    p("Dear {{ person.t", span("itle }}"), " {{ person.name }}, {# ask #}"),
    p("{% for piece in pieces %}"),
    p("{{ loop.index }}. {{ piece.name }}"),
    p("{% endfor %}"),
    table(
        row("Piece", "Price"),
        row("{% for piece in pieces %}", ""),
        row("{{ piece.name }}", "{{ money(piece.price, ’EUR’) }}"),
        row("{% endfor %}", ""),
    ),
    p("{% if pieces %}", "{{ plural(pieces, '# piece', '# pieces') }}", "{% else %}x{% endif %}"),
    p("{{#", '"ID":"Signer1"', "#}}"),
)
DATA = {
    "urgent": True,
    "subject": "a permit",
    "person": {"title": "Madam", "name": "Ann"},
    "pieces": [{"name": "Plan", "price": 12.5}, {"name": "Photos", "price": 4}],
}


@pytest.mark.parametrize("by_office", [False, True])
async def test_typed_tags_are_read(pool: OfficePool, tmp_path: Path, by_office: bool) -> None:
    template = odt(*TYPED, header=p("{{ subject }}"))
    if by_office:
        template = await saved(pool, template, tmp_path)
    prepared = prepare(template)
    assert {one.code for one in prepared.warnings} == {"quotes-repaired", "tag-split"}
    out = io.BytesIO()
    prepared.fill(DATA, out, BELGIAN)
    pdf = await converted(pool, out.getvalue(), tmp_path, "pdf")
    assert pdf_pages(pdf) == 1
    words = " ".join(pdf_text(pdf).split())
    assert words == (
        "a permit Urgent: a permit Dear Madam Ann, 1. Plan 2. Photos Piece Price "
        'Plan 12,50 € Photos 4,00 € 2 pieces {{#"ID":"Signer1"#}}'
    )


async def test_a_table_of_translations_leaves_no_page_behind(
    pool: OfficePool, tmp_path: Path
) -> None:
    texts = table(
        row("py3o.translations", "fr", "nl"), row("dear", "Madame,", "Geachte mevrouw,"), columns=3
    )
    on_a_page = texts.replace("<table:table ", '<table:table table:style-name="Ta1" ', 1)
    style = (
        '<style:style style:name="Ta1" style:family="table"><style:table-properties '
        'fo:break-before="page" style:width="17cm"/></style:style>'
    )
    source = odt(p(field("t('dear')"), " ", field("name")), on_a_page, automatic=style)
    template = await saved(pool, source, tmp_path)
    out = io.BytesIO()
    prepare(template).fill({"name": "x"}, out, Filling(locale="nl_BE"))
    pdf = await converted(pool, out.getvalue(), tmp_path, "pdf")
    assert pdf_pages(pdf) == 1
    assert " ".join(pdf_text(pdf).split()) == "Geachte mevrouw, x"
