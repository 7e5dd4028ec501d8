"""What fills without an error fits the schema that was made from the template.

With one exception that is meant: a value which makes no difference to the document, because
it stands in a part that this data does not print, may be refused for its kind.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from conformance.fixtures import FIXTURES, ORDER
from greffier_templates.errors import TemplateError
from greffier_templates.prepared import Prepared, prepare
from greffier_templates.understanding.data_schema import DataSchema
from greffier_templates.understanding.schema import schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library import FOLDERS, blocks
from odt import PNG, field, link, odt, p

CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    **{fixture.name: (fixture.source, fixture.data) for fixture in FIXTURES},
    **{
        f"{folder.name} {data}": (
            (folder / "template.odt").read_bytes(),
            json.loads((folder / f"{data}.json").read_text("utf-8")),
        )
        for folder in FOLDERS
        for data in ("sample", "awkward")
    },
}
CASES |= {
    expression: (odt(p(link(f'function="{expression}"'))), ORDER)
    for expression in (
        "lines[0].title + lines[0].title",
        "lines[0].title if lines else name",
        "sum(line.price for line in lines if line.paid)",
        "[line.title for line in lines if line.paid][0]",
        "', '.join(line.title for line in sorted(lines, key=lambda line: line.count))",
        "', '.join(sorted(line.title for line in lines))",
        "max(line.price for line in lines)",
        "max(total, zero)",
        "order.get('number', name)",
        "order.get('total')",
        "name or order.number",
        "name and order.number",
        "order and order.client and order.client.city",
        "not name or order.number == '2026/7'",
        "len(none) and none[0].title",
        "total * 2 + zero",
        "total - zero if total > zero else name",
        "name[:2].upper()",
        "'%s: %.2f' % (name, total)",
        "f'{name} {total}'",
        "str(total) + name",
        "int(total) // 7",
        "round(total, 1)",
        "any(line.paid for line in lines)",
        "all([line.notes for line in lines])",
        "len([note for line in lines for note in line.notes])",
        "name in ('Ann', 'Bob')",
        "'blue' in lines[0].notes",
        "name is not None and name.upper()",
        "format_date(day) if day else ''",
        "format_currency(total or zero, 'EUR')",
        "format_datetime(moment, 'd MMMM yyyy HH:mm')",
        "[x for x, y in zip(lines, none)][0].title",
        "' '.join(order.client.keys())",
        "sum(line.price * line.count for line in lines[:2])",
        "' '.join('%s' % note for note in reversed(lines[0].notes))",
        "{'a': name}['a']",
        "list(lines)[0].title",
        "100 < total < 1000",
        "default(order.missing, name)",
        "default(name, order.number)",
        "sum(lines, 'price')",
        "join(lines, ', ', key='title')",
        "count(lines, 'paid')",
        "group(lines, 'paid')[0].items[0].title",
        "max(lines, 'price')",
        "sort(lines, 'title')[0].count",
        "money(total, 'EUR')",
        "plural(lines, 'line', 'lines')",
        "plural(zero, 'line', '# lines')",
        "date(day)",
        "datetime(moment)",
        "ordinal(zero)",
        "upper(name)",
        "html(name)",
        "yes_no(lines[0].paid)",
        "total.as_eur",
        "day.as_long_date",
    )
}
#: Cases, groups, loops beside look-ups by number, conditions within conditions.
CASES |= {
    "cases": (
        odt(
            p(link('if="total > 100"')),
            p(field("name")),
            p(link('elif="zero"')),
            p(field("order.number")),
            p(link("else")),
            p(field("day.as_date")),
            p(link("/if")),
            p(link('for="line in lines"')),
            p(field("loop.index"), field("line.title")),
            p(link("empty")),
            p(field("order.client.city")),
            p(link("/for")),
        ),
        ORDER,
    ),
    "groups": (
        odt(
            p(link("for=\"group in group(lines, 'paid')\"")),
            p(field("group.key")),
            p(link('for="line in group.items"')),
            p(field("line.title")),
            p(link("/for")),
            p(link("/for")),
        ),
        ORDER,
    ),
    "loop and first": (
        odt(
            p(link('for="line in lines"')),
            p(field("line.title")),
            p(link("/for")),
            p(field("lines[0].price")),
        ),
        ORDER,
    ),
    "conditions within conditions": (
        odt(
            p(link('if="order"')),
            p(field("order.number")),
            p(link('if="order.client and total > 100"')),
            p(field("order.client.city"), link("function=\"format_currency(total, 'EUR')\"")),
            p(link("/if")),
            p(link("/if")),
            p(link('if="day"')),
            p(link('function="format_date(day)"')),
            p(link("/if")),
        ),
        ORDER,
    ),
}
#: One of each kind, and everything that a condition takes for no.
VALUES = [
    None,
    True,
    False,
    0,
    3,
    -1.5,
    "",
    "12.50",
    "2026-03-31",
    "words",
    [],
    ["a"],
    {},
    {"a": 1},
    {"$html": "<p>x</p>"},
]
DELETED = object()
Path = tuple[str | int, ...]


@cache
def made(name: str) -> tuple[Prepared, DataSchema]:
    source, _ = CASES[name]
    return prepare(source, blocks()), DataSchema(schema(source, blocks()))


def document(template: Prepared, data: dict[str, Any]) -> bytes | None:
    """What the template makes of the data; None when it is refused."""
    out = io.BytesIO()
    try:
        template.fill(data, out, images=dict.fromkeys(template.static_images, PNG))
    except TemplateError:
        return None
    return out.getvalue()


def places(data: object, path: Path = ()) -> Iterator[Path]:
    """The way to everything in the data."""
    if path:
        yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data[:2]):
            yield from places(value, (*path, number))


def changed(data: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    """A copy of the data with another value at one place, where there still is such a place."""
    data = copy.deepcopy(data)
    owner: Any = data
    for step in path[:-1]:
        if not isinstance(owner, dict | list) or step not in (
            owner if isinstance(owner, dict) else range(len(owner))
        ):
            return data
        owner = owner[step]
    last = path[-1]
    if (isinstance(owner, dict) and last in owner) or (
        isinstance(owner, list) and last in range(len(owner))
    ):
        if value is DELETED:
            del owner[last]
        else:
            owner[last] = copy.deepcopy(value)
    return data


def is_used(template: Prepared, data: dict[str, Any], pointer: str) -> bool:
    """Whether the document is another when another value stands there."""
    path = tuple(int(step) if step.isdigit() else step for step in pointer.strip("/").split("/"))
    before = document(template, data)
    return any(document(template, changed(data, path, one)) != before for one in VALUES)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_data_that_fills_fits_the_schema(name: str, drawn: st.DataObject) -> None:
    template, made_schema = made(name)
    _, data = CASES[name]
    for _ in range(drawn.draw(st.integers(1, 3), label="changes")):
        path = drawn.draw(st.sampled_from(list(places(data)) or [("",)]), label="place")
        value = drawn.draw(st.sampled_from([*VALUES, DELETED]), label="value")
        data = changed(data, path, value)
    if document(template, data) is not None:
        for finding in made_schema.mismatches(data):
            assert not is_used(template, data, finding.field), finding
