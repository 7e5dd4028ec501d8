"""What stock py3o.template 0.10.0 gets wrong, one small template for each.

A test fills each with both engines, so the list stays true; docs/upstream.md tells the same
in words. Texts are those of the body, paragraph by paragraph.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from odt import PNG, cell, h, link, odt, p, picture, row, span, table
from odt import field as user_field


@dataclass(frozen=True)
class Defect:
    """One thing stock gets wrong, and what is right."""

    #: The title of its section in docs/upstream.md.
    title: str
    source: bytes
    #: What Greffier prints: a list of paragraphs; or, a text, what its error says.
    right: list[str] | str
    #: What stock prints, or a piece of the message of its error.
    stock: list[str] | str
    data: dict[str, object] = field(default_factory=dict)


_BREAK = "<text:soft-page-break/>"
_PEOPLE = [{"name": "Ann"}, {"name": "Bo"}]
FOR = 'for="x in people"'

LOST_TEXT = [
    Defect(
        "A function link in the middle of a sentence",
        odt(p("Total ", link('function="total"'), " euros.")),
        ["Total 12 euros."],
        ["Total 12"],
        {"total": 12},
    ),
    Defect(
        "A picture in the middle of a sentence",
        odt(p("Signed ", picture("py3o.image(photo, 'png', isb64=True)"), " today.")),
        ["Signed  today."],
        ["Signed "],
        {"photo": base64.b64encode(PNG).decode()},
    ),
    Defect(
        "Text on the line of an instruction",
        odt(p("People: ", link(FOR)), p(user_field("x.name")), p(link("/for"))),
        ["People: ", "Ann", "People: ", "Bo"],
        ["Ann", "Bo"],
        {"people": _PEOPLE},
    ),
    Defect(
        "Text in the row of an instruction",
        odt(
            table(
                row(link(FOR), "Name"),
                row(user_field("x.name"), "x"),
                row(link("/for"), ""),
            )
        ),
        ["", "Name", "Ann", "x", "", "Name", "Bo", "x"],
        ["Ann", "x", "Bo", "x"],
        {"people": _PEOPLE},
    ),
    Defect(
        "A soft page break after formatted text",
        odt(p("A", span("B"), _BREAK, "C")),
        ["ABC"],
        ["ACB"],
    ),
    Defect(
        "Line breaks and tabs in the data",
        odt(p(user_field("address"))),
        ["Rue Neuve 1\n4000\tLiège"],
        ["Rue Neuve 1 4000 Liège"],
        {"address": "Rue Neuve 1\n4000\tLiège"},
    ),
]

UNCHECKED_STRUCTURE = [
    Defect(
        "A loop that is never closed",
        odt(p("Before"), p(link(FOR)), p(user_field("x.name")), p("After")),
        "is not closed",
        ["Before", "Ann", "After", "Bo", "After"],
        {"people": _PEOPLE},
    ),
    Defect(
        "An instruction closed by another",
        odt(p(link(FOR)), p(user_field("x.name")), p(link("/if"))),
        "closes nothing",
        ["Ann", "Bo"],
        {"people": _PEOPLE},
    ),
]

_CUT_LINK = link(FOR, "").replace("></", f">{span('for=')}{span('x in people')}</")
_UNSTYLED = "<text:p>" + link('function="1 + 1"') + "</text:p>"
_PAGE = '<text:a xlink:type="simple" xlink:href="https://example.org/?$top=3">page</text:a>'
_DELETED = (
    '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
    + p(user_field("gone"))
    + "</text:deletion></text:changed-region></text:tracked-changes>"
)

REFUSED_LAYOUTS = [
    Defect(
        "A condition within one paragraph",
        odt(p("Dear ", link('if="formal"'), "Mrs ", link("/if"), user_field("name"))),
        ["Dear Mrs Ann"],
        "cannot read this template",
        {"formal": True, "name": "Ann"},
    ),
    Defect(
        "A loop within one table row",
        odt(table(row(cell(p(link(FOR), user_field("x.name"))), cell(p("x", link("/for")))))),
        ["Ann", "x", "Bo", "x"],
        "cannot read this template",
        {"people": _PEOPLE},
    ),
    Defect(
        "An instruction in a heading",
        odt(h(link(FOR)), p(user_field("x.name")), h(link("/for"))),
        ["Ann", "Bo"],
        "cannot read this template",
        {"people": _PEOPLE},
    ),
    Defect(
        "Two functions in one paragraph",
        odt(p(link('function="1 + 1"'), " and ", link('function="2 + 2"'))),
        ["2 and 4"],
        "cannot read this template",
    ),
    Defect(
        "A function in a paragraph without a style",
        odt(_UNSTYLED),
        ["2"],
        "cannot read this template",
    ),
    Defect(
        "A link whose text is formatted in pieces",
        odt(p(_CUT_LINK), p(user_field("x.name")), p(link("/for"))),
        ["Ann", "Bo"],
        "url and text do not match",
        {"people": _PEOPLE},
    ),
    Defect(
        "A dollar sign in the text",
        odt(p("Price in US$amount")),
        ["Price in US$amount"],
        "“amount” is not in the data",
    ),
    Defect(
        "A dollar sign in a hyperlink",
        odt(p(_PAGE)),
        ["page"],
        "“top” is not in the data",
    ),
    Defect(
        "Fields in tracked deletions",
        odt(_DELETED, p("Here")),
        ["Here"],
        "“gone” is not in the data",
    ),
]

DATA = [
    Defect(
        "Keys named like the methods of a dictionary",
        odt(p(link('for="x in order.items"')), p(user_field("x")), p(link("/for"))),
        ["Chair"],
        "could not use the data",
        {"order": {"items": ["Chair"]}},
    ),
    Defect("A key named self", odt(p("Text")), ["Text"], "“self”", {"self": 1}),
    Defect(
        "A loop over null",
        odt(p(link(FOR)), p("x"), p(link("/for")), p("After")),
        ["After"],
        "could not use the data",
        {"people": None},
    ),
    Defect(
        "A loop over a text",
        odt(p(link(FOR)), p(user_field("x")), p(link("/for"))),
        "needs a list and was given a text",
        ["A", "n", "n"],
        {"people": "Ann"},
    ),
    Defect(
        "Control characters in the data",
        odt(p(user_field("name"))),
        ["Ann"],
        "not a sound document",
        {"name": "An\x08n"},
    ),
]

FORMATS = [
    Defect(
        "Dates in the last days of December",
        odt(p(user_field("format_datetime(day)"))),
        ["2024-12-30"],
        ["2025-12-30"],
        {"day": "2024-12-30"},
    ),
    Defect(
        "Dates in ISO 8601 with a T or a zone",
        odt(p(user_field("format_date(moment, '%d/%m/%Y')"))),
        ["09/03/2026"],
        "could not use the data",
        {"moment": "2026-03-09T14:30:00Z"},
    ),
    Defect(
        "Amounts rounded half to even",
        odt(p(user_field("format_currency(0.125, format='0.00', locale='en')"))),
        ["0.13"],
        ["0.12"],
    ),
    Defect(
        "Whole amounts left unformatted",
        odt(p(user_field("format_amount(a, '%.2f')")), p(user_field("format_amount(b, '%.2f')"))),
        ["5,50", "5,00"],
        ["5,50", "5"],
        {"a": 5.5, "b": 5},
    ),
    Defect(
        "Missing dates and amounts",
        odt(p("Paid: ", user_field("format_currency(paid, 'EUR', locale='en')"))),
        ["Paid: "],
        "could not use the data",
        {"paid": None},
    ),
]

DEFECTS = LOST_TEXT + UNCHECKED_STRUCTURE + REFUSED_LAYOUTS + DATA + FORMATS
