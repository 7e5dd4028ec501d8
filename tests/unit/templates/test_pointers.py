"""Where in the data something is missing or wrong: a JSON pointer, which never tells a value."""

from __future__ import annotations

from typing import Any

import pytest
from filling import mismatches
from odt import cell, field, link, p, picture, row, table

LINES = {
    "order": {"lines": [{"price": 2, "tags": ["a", "b"]}, {"price": "x"}, {"tags": None}]},
    "a/b": {"m~n": {}},
    "people": {"Jan Novak": {"age": 3}, "Eva Marie": {}},
    "names": ["Jan", "Eva"],
    "text": "some text",
}


def pointers(*blocks: str, data: dict[str, Any] | None = None, **filling: Any) -> list[str]:
    return [one.pointer for one in mismatches(*blocks, data=data or LINES, **filling)]


def loop(items: str, *blocks: str, name: str = "line") -> tuple[str, ...]:
    return (p(link(f'for="{name} in {items}"')), *blocks, p(link("/for")))


@pytest.mark.parametrize(
    ("expression", "pointer"),
    [
        ("nothing", "/nothing"),
        ("order.nothing", "/order/nothing"),
        ("order.lines[0].nothing", "/order/lines/0/nothing"),
        ("order['lines'][1]['nothing']", "/order/lines/1/nothing"),
        ("order.lines[7]", "/order/lines/7"),
        ("order.nothing.more", "/order/nothing"),
        ("text.nothing", "/text/nothing"),
        ("names.nothing", "/names/nothing"),
        ("names[0].nothing", "/names/0/nothing"),
        ("[line.price for line in order.lines]", "/order/lines/2/price"),
        ("sum(line.price for line in order.lines if line.price != 'x')", "/order/lines/2/price"),
        ("order.lines[0].price + nothing", "/nothing"),
    ],
)
def test_what_is_missing(expression: str, pointer: str) -> None:
    assert pointers(p(field(expression))) == [pointer]


def test_keys_are_escaped() -> None:
    data = {"o": {"a/b": {"m~n": {}}}}
    assert pointers(p(field("o['a/b']['m~n'].x")), data=data) == ["/o/a~1b/m~0n/x"]


@pytest.mark.parametrize(
    "items",
    [
        "order.lines",
        "order['lines']",
        "sorted(order.lines, key=lambda one: len(one))",
        "reversed(order.lines)",
        "[one for one in order.lines if one]",
        "order.lines[1:]",
    ],
)
def test_items_of_loops(items: str) -> None:
    assert pointers(
        *loop(
            items,
            p(link("if=\"line.get('tags', 1) == None\"")),
            p(field("line.price")),
            p(link("/if")),
        )
    ) == ["/order/lines/2/price"]


def test_the_first_item_that_lacks_it_is_told() -> None:
    assert pointers(*loop("order.lines", p(field("line.price")))) == ["/order/lines/2/price"]


def test_loops_in_loops_with_numbers_and_names() -> None:
    data = {"a": [{"b": [{}, {"c": 1}]}, {"b": [{"c": 1}]}]}
    inner = loop("y.b", p(field("z.c")), name="z")
    assert pointers(*loop("enumerate(a)", *inner, name="n, y"), data=data) == ["/a/0/b/0/c"]
    named = p(link('with="w = a[1].b[0]"')), p(field("w.d")), p(link("/with"))
    assert pointers(*named, data=data) == ["/a/1/b/0/d"]


def test_items_that_are_texts() -> None:
    assert pointers(*loop("names", p(field("line.x")))) == ["/names/0/x"]


@pytest.mark.parametrize(
    ("expression", "pointer"),
    [
        ("format_currency(order.lines[1].price, 'EUR')", "/order/lines/1/price"),
        ("order.lines[0].tags", "/order/lines/0/tags"),
        ("order", "/order"),
        ("text + 1", "/text"),
        ("text / order.lines[0].price", ""),
        ("1 / 0", ""),
    ],
)
def test_what_is_refused(expression: str, pointer: str) -> None:
    assert pointers(p(field(expression))) == [pointer]
    assert pointers(p(link(f'function="{expression}"'))) == [pointer]


def test_values_refused_in_loops() -> None:
    blocks = loop("order.lines", p(field("format_currency(line.get('price', 0), 'EUR')")))
    assert pointers(*blocks) == ["/order/lines/1"]
    assert pointers(*loop("text", p("x"))) == ["/text"]


def test_keys_that_only_the_data_has_are_not_told() -> None:
    blocks = loop("people.items()", p(field("person.age")), name="name, person")
    assert pointers(*blocks) == ["/people"]
    assert pointers(p(field("people['Eva Marie'].age"))) == ["/people/Eva Marie/age"]


def test_pictures_and_rows() -> None:
    assert pointers(p(picture("py3o.image(order.photo)"))) == ["/order/photo"]
    rows = (
        row(link('for="line in order.lines"'), ""),
        row(cell(p(field("line.price")))),
        row(link("/for"), ""),
    )
    assert pointers(table(*rows)) == ["/order/lines/2/price"]


def test_tags_that_cannot_stay() -> None:
    blocks = loop("order.lines", p(field("line.price")))
    assert pointers(*blocks, undefined="keep") == ["/order/lines/2/price"]
