"""What the schema says that is made from a template."""

from __future__ import annotations

from typing import Any

import pytest
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.errors import TemplateInvalid
from greffier_templates.understanding.schema import schema
from odt import field, h, link, odt, p, picture, row, table


def made(*blocks: str, **around: str) -> dict[str, Any]:
    return schema(odt(*blocks, **around))


def member(schema: dict[str, Any], path: str) -> dict[str, Any]:
    for name in path.split("."):
        schema = schema["items"] if name == "[]" else schema["properties"][name]
    return schema


def function(expression: str) -> str:
    return p(link(f'function="{expression}"'))


def test_a_field_needs_a_text_or_a_number() -> None:
    found = made(p("Dear ", field("person.name")))
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["required"] == ["person"]
    assert member(found, "person")["required"] == ["name"]
    assert member(found, "person.name")["$ref"] == "#/$defs/text"
    assert set(found["$defs"]["text"]["type"]) == {"string", "number", "boolean", "null", "object"}


def test_formatted_text_is_html() -> None:
    body = member(made(function("html(body)")), "body")
    assert body["contentMediaType"] == "text/html"
    assert body["examples"][0].startswith("<p>")


def test_places_and_purposes_are_told_in_words() -> None:
    found = made(h("Fees"), function("format_currency(fee, 'EUR')"))
    fee = member(found, "fee")
    assert fee["title"] == "fee"
    assert "An amount" in fee["description"]
    assert "heading “Fees”" in fee["description"]


@pytest.mark.parametrize(
    ("expression", "types", "format"),
    [
        ("format_currency(x, 'EUR')", ["string", "number", "null"], "decimal"),
        ("format_percent(x)", ["string", "number", "null"], "decimal"),
        ("format_date(x)", ["string", "null"], "date"),
        ("format_datetime(x, 'd MMMM yyyy HH:mm')", ["string", "null"], "date-time"),
        ("x - 1", ["number", "boolean"], None),
        ("x.upper()", "string", None),
        ("x + ' EUR'", "string", None),
        ("x[:3] + '.'", "string", None),
        ("len(x)", ["string", "null", "array", "object"], None),
    ],
)
def test_functions_and_operators_say_the_type(
    expression: str, types: object, format: str | None
) -> None:
    found = member(made(function(expression)), "x")
    assert found.get("type") == types
    assert found.get("format") == format


def test_loops_make_lists_and_their_variables_the_items() -> None:
    found = made(
        table(
            row(link('for="n, piece in enumerate(pieces, 1)"'), ""),
            row(field("piece.name"), field("piece.price")),
            row(link("/for"), ""),
        ),
        function("sum(piece.pages for piece in sorted(pieces, key=lambda p: p.weight))"),
    )
    assert "array" in member(found, "pieces")["type"]
    item = member(found, "pieces.[]")
    assert list(item["properties"]) == ["name", "price", "weight", "pages"]
    assert set(item["required"]) == {"name", "price", "pages", "weight"}


def test_all_uses_of_a_name_count_wherever_they_stand() -> None:
    found = made(
        p(field("office.name")),
        header=p(field("office.phone")),
        footer=p(link('function="format_date(office.since)"')),
    )
    assert member(found, "office")["required"] == ["name", "phone", "since"]


def test_what_is_tested_must_be_there_and_may_be_nothing() -> None:
    found = made(p(link('if="phone"')), p(field("phone")), p(link("/if")))
    assert found["required"] == ["phone"]
    assert {"$ref": "#/$defs/nothing"} in member(found, "phone")["anyOf"]
    assert None in found["$defs"]["nothing"]["enum"]


def test_what_only_one_branch_needs_is_not_required_and_says_so() -> None:
    found = made(p(link('if="urgent"')), p(field("reason")), p(link("/if")))
    assert found["required"] == ["urgent"]
    assert "type" not in member(found, "urgent")
    assert 'Only within “if="urgent"”' in member(found, "reason")["description"]


def test_within_a_branch_the_members_of_what_stands_there_are_required() -> None:
    found = made(p(link('if="agent"')), p(field("agent.name")), p(link("/if")))
    assert {"required": ["name"], "type": "object"}.items() <= member(found, "agent")["anyOf"][
        0
    ].items()


def test_get_does_not_require() -> None:
    found = made(function("person.get('fax', 'none')"))
    assert "required" not in member(found, "person")
    assert "fax" in member(found, "person")["properties"]


def test_what_a_value_is_compared_with_is_an_example() -> None:
    found = made(p(link("if=\"status == 'open'\"")), p("Open."), p(link("/if")))
    assert member(found, "status")["examples"] == ["open"]
    assert "type" not in member(found, "status")


def test_pictures_are_base64() -> None:
    found = made(p(picture("py3o.image(person.photo)")), p(picture("py3o.staticimage.logo")))
    photo = member(found, "person.photo")
    assert photo["contentEncoding"] == "base64"
    assert photo["type"] == ["string", "null"]
    assert "staticimage" not in found["required"]
    assert member(found, "staticimage.logo")["contentEncoding"] == "base64"


def test_names_that_the_template_gives_itself_are_not_asked_for() -> None:
    found = made(
        p(link('with="total = a - b; person = applicant"')),
        p(field("total"), field("person.name")),
        p(link("/with")),
    )
    assert found["required"] == ["a", "b", "applicant"]
    assert member(found, "applicant")["required"] == ["name"]


def test_choose_compares() -> None:
    found = made(
        p(link('choose="city"')),
        p(link("when=\"'Namur'\"")),
        p(field("namur")),
        p(link("/when")),
        p(link('otherwise=""')),
        p(field("elsewhere")),
        p(link("/otherwise")),
        p(link("/choose")),
    )
    assert found["required"] == ["city"]
    assert member(found, "city")["examples"] == ["Namur"]


def test_objects_gone_through_have_values_of_one_kind() -> None:
    found = made(
        p(link('for="name, price in prices.items()"')),
        p(field("name"), link("function=\"format_currency(price, 'EUR')\"")),
        p(link("/for")),
    )
    assert member(found, "prices")["type"] == "object"
    assert member(found, "prices")["additionalProperties"]["format"] == "decimal"


def test_it_is_the_same_every_time() -> None:
    source = odt(p(field("b")), p(field("a")), p(field("c.e")), p(field("c.d")))
    assert str(schema(source)) == str(schema(source))
    assert list(schema(source)["properties"]) == ["b", "a", "c"]


def test_a_template_with_mistakes_has_none() -> None:
    with pytest.raises(TemplateInvalid):
        made(p(link('if="x"')))


def test_a_value_that_has_a_default_is_not_required() -> None:
    found = made(function("default(person.fax, person.name)"), p(field("nickname.as_optional")))
    assert "required" not in found
    assert "required" not in member(found, "person")


def test_endings_of_names_are_no_names_of_the_data() -> None:
    found = made(p(field("bill.total.as_eur")), p(field("bill.due.as_long_date")))
    assert list(member(found, "bill")["properties"]) == ["total", "due"]
    assert member(found, "bill.total")["format"] == "decimal"
    assert member(found, "bill.due")["format"] == "date"


def test_the_turn_of_a_loop_is_no_part_of_the_data() -> None:
    found = made(
        p(link('for="x in xs"')),
        p(field("loop.index"), link('if="loop.last"'), ".", link("/if")),
        p(link("/for")),
    )
    assert list(found["properties"]) == ["xs"]


def test_only_the_case_that_holds_needs_its_names() -> None:
    found = made(
        p(link('if="a"')),
        p(field("b")),
        p(link('elif="c"')),
        p(field("d")),
        p(link("else")),
        p(field("e")),
        p(link("/if")),
    )
    assert list(found["properties"]) == ["a", "b", "c", "d", "e"]
    assert found["required"] == ["a"]


def test_what_blocks_need_is_needed() -> None:
    block = odt(p(field("office.phone")))
    source = odt(p(field("office.name")), p(link('include="letterhead"')))
    found = schema(source, GivenBlocks({"letterhead": block}))
    assert member(found, "office")["required"] == ["name", "phone"]
