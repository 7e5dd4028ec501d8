"""A template told in its own order."""

from __future__ import annotations

from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.understanding.explain import as_text, explain
from odt import field, h, link, odt, p, picture, row, table


def around(marker: str, *blocks: str) -> str:
    return p(link(marker)) + "".join(blocks) + p(link(f"/{marker.partition('=')[0]}"))


SOURCE = odt(
    p("Dear ", field("name"), ", ", field("city")),
    h("Order ", field("number")),
    around(
        'for="piece in pieces"',
        around('if="piece.late"', p("It is late.")),
        p(field("piece.name")),
    ),
    table(row(field("a"), "b"), name="Lines"),
    table(row("nothing", "to fill"), name="Fixed"),
    p(picture("py3o.staticimage.logo")),
    p("Text that depends on nothing."),
    header=p(field("office")),
)


def test_it_is_told_as_it_stands() -> None:
    assert as_text(explain(SOURCE)) == (
        "body\n"
        "  «name», «city»\n"
        "  heading “Order «number»”\n"
        "  for each piece of pieces:\n"
        "    if piece.late:\n"
        "      “It is late.”\n"
        "    «piece.name»\n"
        "  table “Lines”\n"
        "    «a»\n"
        "  picture “logo”, which is sent beside the data\n"
        "header of page style “Standard”\n"
        "  «office»\n"
    )


def test_the_same_as_json() -> None:
    (body, header) = [line.as_json() for line in explain(SOURCE)]
    loop = body["inside"][3]
    assert loop["kind"] == "for"
    assert loop["field"] == 'for="piece in pieces"'
    assert [one["kind"] for one in loop["inside"]] == ["if", "field"]
    assert header["inside"] == [{"kind": "field", "text": "«office»", "field": "office"}]


def test_fields_beside_an_instruction_are_within_it() -> None:
    source = odt(
        table(row(p(field("piece.name"), link('for="piece in pieces"')), p("x", link("/for"))))
    )
    assert as_text(explain(source)) == (
        "body\n  table “Table1”\n    for each piece of pieces:\n      «piece.name»\n"
    )


def test_cases_and_blocks_are_told() -> None:
    source = odt(
        p(link('if="a"')),
        p("A"),
        p(link('elif="b"')),
        p("B"),
        p(link("else")),
        p("C"),
        p(link("/if")),
        p(link('include="letterhead"')),
    )
    loader = GivenBlocks({"letterhead": odt(p("To: ", field("name")))})
    assert as_text(explain(source, loader)) == (
        "body\n"
        "  if a:\n    “A”\n  or else if b:\n    “B”\n  or else:\n    “C”\n"
        "  «name»\n"
        "includes the block “letterhead”\n"
    )


def test_a_column_is_told_where_something_is_filled_in() -> None:
    source = odt(
        table(
            row("Name", p(field("year"), link('for-column="year in years"'))),
            row("fixed", "fixed"),
        )
    )
    assert as_text(explain(source)) == (
        "body\n  table “Table1”\n    a column for each year of years:\n      «year»\n"
    )
