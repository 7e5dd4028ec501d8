"""Templates that stock py3o.template renders rightly, one per layout, with their data."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from odt import (
    PNG,
    bullets,
    cell,
    footnote,
    frame,
    h,
    input_field,
    item,
    link,
    odt,
    p,
    picture,
    row,
    section,
    span,
    table,
)
from odt import field as user_field


@dataclass(frozen=True)
class Fixture:
    """A template and what to fill it with."""

    name: str
    source: bytes
    data: dict[str, object] = field(default_factory=dict)


LINES = [
    {"title": "Chairs", "price": 12.5, "count": 4, "paid": True, "notes": ["blue", "oak"]},
    {"title": "Tables & <desks>", "price": 250, "count": 1, "paid": False, "notes": []},
    {"title": "Lamps", "price": 30.25, "count": 2, "paid": True, "notes": ["warm"]},
]
ORDER = {
    "name": "Ann",
    "order": {"number": "2026/7", "lines": LINES, "client": {"city": "Liège"}},
    "lines": LINES,
    "total": 360.75,
    "day": "2026-03-09",
    "moment": "2026-03-09 14:30:05",
    "none": [],
    "zero": 0,
    "photo": base64.b64encode(PNG).decode(),
}


def _around(marker: str, *blocks: str) -> str:
    kind = marker.partition("=")[0]
    return p(link(marker)) + "".join(blocks) + p(link(f"/{kind}"))


def _function(expression: str) -> str:
    return p(link(f'function="{expression}"'))


FOR_LINES = 'for="line in lines"'
_BODIES: dict[str, tuple[str, ...]] = {
    "plain paragraphs and spans": (p("One"), p("Two ", span("bold"), " three")),
    "fields": (p("Dear ", user_field("name"), ", order ", user_field("order.number"), "."),),
    "field in a span": (p(span("To: ", user_field("order.client.city")), " now"),),
    "field in a heading": (h("Order ", user_field("order.number")), p("text")),
    "field with an expression": (
        p(
            user_field("total * 2"),
            " ",
            user_field("name.upper()"),
            " ",
            user_field("lines[0].title"),
        ),
    ),
    "for around a paragraph": (
        p("Before"),
        _around(FOR_LINES, p(user_field("line.title"))),
        p("After"),
    ),
    "for around several paragraphs": (
        _around(FOR_LINES, h(user_field("line.title")), p(user_field("line.price"))),
    ),
    "for over an empty list": (
        p("Before"),
        _around('for="x in none"', p(user_field("x"))),
        p("After"),
    ),
    "nested for": (
        _around(
            FOR_LINES,
            p(user_field("line.title")),
            _around('for="n in line.notes"', p("- ", user_field("n"))),
        ),
    ),
    "for over enumerate": (
        _around(
            'for="n, line in enumerate(lines)"',
            p(user_field("n + 1"), ". ", user_field("line.title")),
        ),
    ),
    "for over sorted": (
        _around('for="line in sorted(lines, key=lambda l: l.count)"', p(user_field("line.title"))),
    ),
    "for over a range": (_around('for="n in range(3)"', p("Line ", user_field("n"))),),
    "for over a comprehension": (
        _around('for="t in [l.title for l in lines if l.paid]"', p(user_field("t"))),
    ),
    "if true and false": (
        _around('if="total > 100"', p("large")),
        _around('if="total > 1000"', p("huge")),
        _around("if=\"name == 'Ann'\"", p("Ann's")),
        _around('if="not none"', p("nothing")),
        _around('if="zero"', p("never")),
    ),
    "if inside for": (_around(FOR_LINES, _around('if="line.paid"', p(user_field("line.title")))),),
    "for inside if": (
        _around('if="lines"', p("Lines:"), _around(FOR_LINES, p(user_field("line.title")))),
    ),
    "with": (_around('with="double = total * 2"', p(user_field("double"))),),
    "choose": (
        _around(
            FOR_LINES,
            p(link('choose=""')),
            _around('when="line.count > 3"', p("many")),
            _around('when="line.count > 1"', p("some")),
            _around('otherwise=""', p("one")),
            p(link("/choose")),
        ),
    ),
    "function alone in its paragraph": (
        _function("format_currency(total, 'EUR', locale='fr_BE')"),
        _function("format_currency(total, format='#,##0.00', locale='nl_BE')"),
        _function("format_date(day, '%d/%m/%Y')"),
        _function("format_date(day)"),
        _function("format_datetime(day, format='d MMMM yyyy', locale='nl_BE')"),
        _function("format_datetime(moment, format='full', locale='fr_FR')"),
        _function("format_datetime(moment, format='dd/MM/yyyy HH.mm.ss')"),
        _function("format_amount(total, '%.2f')"),
        _function("sum([l.count for l in lines])"),
        _function("len(lines)"),
        _function("sum(l.paid for l in lines)"),
        _function("max(l.price for l in lines)"),
        _function("', '.join(l.title for l in lines)"),
        _function("'yes' if total > 1 else 'no'"),
        _function("str(total) + ' EUR'"),
        _function("name[:2]"),
        _function("'%s: %d' % (name, total)"),
        _function("order.get('number', '')"),
    ),
    "function at the end of a sentence": (p("Total: ", link('function="format_amount(total)"')),),
    "table rows": (
        table(
            row("Title", "Price"),
            row(link(FOR_LINES), ""),
            row(user_field("line.title"), user_field("line.price")),
            row(link("/for"), ""),
            row("Total", user_field("total")),
        ),
    ),
    "table rows with a header": (
        table(
            row(link(FOR_LINES), ""),
            row(user_field("line.title"), user_field("line.count")),
            row(link("/for"), ""),
            header=row("Title", "Count"),
        ),
    ),
    "if around table rows": (
        table(
            row(link('if="total > 100"'), ""),
            row("large", user_field("total")),
            row(link("/if"), ""),
            row("always", "here"),
        ),
    ),
    "several rows a turn": (
        table(
            row(link(FOR_LINES), ""),
            row(user_field("line.title"), "a"),
            row(user_field("line.count"), "b"),
            row(link("/for"), ""),
        ),
    ),
    "for within one cell": (
        table(
            row(
                cell(p(link('for="l in lines"')), p(user_field("l.title")), p(link("/for"))),
                "beside",
            )
        ),
    ),
    "function in a cell": (
        table(
            row(link(FOR_LINES), ""),
            row(user_field("line.title"), link('function="line.price * line.count"')),
            row(link("/for"), ""),
        ),
    ),
    "nested tables": (
        table(
            row(
                cell(
                    table(
                        row(link(FOR_LINES), ""),
                        row(user_field("line.title"), "x"),
                        row(link("/for"), ""),
                        name="Inner",
                    )
                ),
                "outer",
            )
        ),
    ),
    "for around a table": (
        _around(FOR_LINES, table(row(user_field("line.title"), user_field("line.price")))),
    ),
    "for around a list": (_around(FOR_LINES, bullets(user_field("line.title"), "fixed")),),
    "for inside a list item": (
        bullets(item(_around(FOR_LINES, p(user_field("line.title")))), "last"),
    ),
    "for around a section": (
        _around(FOR_LINES, section(p(user_field("line.title")), p("in a section"))),
    ),
    "for inside a section": (section(_around(FOR_LINES, p(user_field("line.title")))),),
    "for inside a text frame": (p(frame(_around(FOR_LINES, p(user_field("line.title"))))), p("x")),
    "fields in a footnote": (p("Text", footnote(p("See ", user_field("order.number")))),),
    "for inside a footnote": (
        p("Text", footnote(_around(FOR_LINES, p(user_field("line.title"))))),
    ),
    "input fields": (
        p(input_field(FOR_LINES)),
        p(user_field("line.title")),
        p(input_field('function="line.price"')),
        p(input_field("/for")),
    ),
    "a link whose text is in a span": (
        p(link(FOR_LINES, "").replace("></", f">{span(FOR_LINES)}</")),
        p(user_field("line.title")),
        p(link("/for")),
    ),
    "other links stay": (p('<text:a xlink:href="https://example.org/">example</text:a>'),),
    "pictures": (
        p("Photo: ", picture("py3o.image(photo, 'png', isb64=True)")),
        p(picture("py3o.staticimage.logo")),
    ),
    "picture in a loop": (
        _around(
            FOR_LINES,
            p(
                picture("py3o.image(photo, 'png', isb64=True, width='1cm')"),
                user_field("line.title"),
            ),
        ),
    ),
}

FIXTURES = [
    *(Fixture(name, odt(*blocks), ORDER) for name, blocks in _BODIES.items()),
    Fixture(
        "header and footer",
        odt(
            p("Body of ", user_field("name")),
            header=p("Order ", user_field("order.number"))
            + _around('if="total > 1"', p("Confidential")),
            footer=_around(FOR_LINES, p(user_field("line.title"))),
        ),
        ORDER,
    ),
    Fixture(
        "texts that look like markup",
        odt(p(user_field("a")), p(user_field("b")), p(user_field("c"))),
        {"a": "R&D <b>not bold</b>", "b": "${name} $name {% x %}", "c": "“quotes” ‘’ 'and' \" €"},
    ),
    Fixture(
        "numbers",
        odt(*(p(user_field(f"n[{n}]")) for n in range(6))),
        {"n": [0, 1, -2.5, 1.0, 12345678901234567890, 0.1]},
    ),
]
