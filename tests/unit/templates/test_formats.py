"""The format that a designer picks for a field decides how its value is printed.

The styles are those that LibreOffice 7.4 writes.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from filling import filled, lines, mistakes
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.prepared import prepare
from odt import field, link, odt, p, paragraphs


def formatted(expression: str, style: str) -> str:
    return (
        f'<text:user-field-get style:data-style-name="{style}" text:name="py3o.{expression}">'
        "0</text:user-field-get>"
    )


def number(places: int = 2, *, grouping: bool = True, more: str = "") -> str:
    group = 'number:grouping="true"' if grouping else ""
    return (
        f'<number:number number:decimal-places="{places}" number:min-decimal-places="{places}" '
        f'number:min-integer-digits="1" {group} {more}/>'
    )


EURO = '<number:currency-symbol number:language="fr" number:country="BE">€</number:currency-symbol>'
SPACE = "<number:text> </number:text>"
RED = '<style:text-properties fo:color="#ff0000"/>'
LONG_DATE = (
    '<number:day/><number:text> </number:text><number:month number:style="long" '
    'number:textual="true"/><number:text> </number:text><number:year number:style="long"/>'
)
CLOCK = (
    '<number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/>'
)


def style(kind: str, inner: str, name: str = "N1", more: str = "") -> str:
    return f'<number:{kind}-style style:name="{name}" {more}>{inner}</number:{kind}-style>'


GERMAN = 'number:language="de" number:country="DE"'
SIGNED = style("currency", number() + SPACE + EURO, "N1P0", 'style:volatile="true"') + style(
    "currency",
    f"{RED}<number:text>-</number:text>{number()}{SPACE}{EURO}"
    '<style:map style:condition="value()&gt;=0" style:apply-style-name="N1P0"/>',
)
BRACKETS = style("number", number(), "N1P0") + style(
    "number",
    f"<number:text>(</number:text>{number()}<number:text>)</number:text>"
    '<style:map style:condition="value()&gt;=0" style:apply-style-name="N1P0"/>',
)
THREE = (
    style("number", number(0), "N1P0")
    + style("number", f"<number:text>minus </number:text>{number(0)}", "N1P1")
    + style(
        "number",
        "<number:text>nothing</number:text>"
        '<style:map style:condition="value()&gt;0" style:apply-style-name="N1P0"/>'
        '<style:map style:condition="value()&lt;0" style:apply-style-name="N1P1"/>',
    )
)


@pytest.mark.parametrize(
    ("styles", "value", "shown"),
    [
        (style("number", number()), 1234.565, "1^234,57"),
        (style("number", number()), "1234.5", "1^234,50"),
        (style("number", number(0, grouping=False)), 1234.5, "1235"),
        (style("number", number(), more=GERMAN), 1234.5, "1.234,50"),
        (style("number", number(more='number:display-factor="1000"')), 1234500, "1^234,50"),
        (style("number", '<number:number number:min-integer-digits="4"/>'), 7, "0007"),
        (style("number", '<number:number number:min-integer-digits="1"/>'), 7.25, "7.25"),
        (style("currency", number() + SPACE + EURO), -1234.5, "-1^234,50 €"),
        (SIGNED, 1234.5, "1^234,50 €"),
        (SIGNED, -1234.5, "-1^234,50 €"),
        (SIGNED, 0, "0,00 €"),
        (BRACKETS, -5, "(5,00)"),
        (BRACKETS, 5, "5,00"),
        (THREE, 1234, "1^234"),
        (THREE, -2, "minus 2"),
        (THREE, 0, "nothing"),
        (style("percentage", number(1) + "<number:text>%</number:text>"), 0.125, "12,5%"),
        (style("date", LONG_DATE), "2026-03-09", "9 mars 2026"),
        (style("date", LONG_DATE), "2026-03-01", "1er mars 2026"),
        (style("date", LONG_DATE), "2026-03-09T23:30:00Z", "10 mars 2026"),
        (style("date", LONG_DATE, more=GERMAN), "2026-03-09", "9 März 2026"),
        (
            style("date", f"{LONG_DATE}<number:text> à l'heure </number:text>{CLOCK}"),
            "2026-03-09T14:05",
            "9 mars 2026 à l'heure 14:05",
        ),
        (style("time", CLOCK), "2026-03-31T12:30:00Z", "14:30"),
        (style("time", CLOCK), "09:05", "09:05"),
        (style("time", f"{CLOCK}{SPACE}<number:am-pm/>"), "14:05", "02:05 PM"),
        (style("boolean", "<number:boolean/>"), True, "oui"),
        (style("boolean", "<number:boolean/>"), False, "non"),
        (style("text", "<number:text-content/>"), 1234.5, "1234.5"),
        (style("number", number()), None, ""),
    ],
)
def test_values_are_printed_in_the_format_of_their_field(
    styles: str, value: object, shown: str
) -> None:
    for where in ({"automatic": styles}, {"styles": styles}):
        source = odt(p("[", formatted("value", "N1"), "]"), **where)
        done = filled(source, {"value": value}, locale="fr_BE", timezone="Europe/Brussels")
        (text,) = paragraphs(done)
        assert text.replace("\u202f", "^") == f"[{shown}]"


def test_a_header_uses_the_formats_too() -> None:
    source = odt(
        p("x"),
        header=p(formatted("value", "N1")),
        automatic=style("currency", number() + SPACE + EURO),
    )
    done = filled(source, {"value": 3}, locale="nl_BE")
    assert paragraphs(done, "styles.xml") == ["3,00 €"]


@pytest.mark.parametrize(
    ("kind", "inner", "value"),
    [
        ("number", number(), "to be agreed"),
        ("number", number(), True),
        ("date", LONG_DATE, "9.3.2026"),
        ("date", LONG_DATE + CLOCK, "2026-03-09"),
        ("boolean", "<number:boolean/>", "perhaps"),
    ],
)
def test_what_does_not_fit_the_format_is_printed_as_it_is_with_a_warning(
    kind: str, inner: str, value: Any
) -> None:
    source = odt(p(formatted("value", "N1")), automatic=style(kind, inner))
    prepared = prepare(source)
    assert prepared.warnings == ()
    assert paragraphs(filled(source, {"value": value})) == [str(value)]
    (warning,) = _warnings(source, {"value": value})
    assert (warning.code, warning.field) == ("format-not-applied", "value")


def _warnings(source: bytes, data: dict[str, Any]) -> tuple[Any, ...]:
    return prepare(source).fill(data, io.BytesIO()).warnings


@pytest.mark.parametrize(
    "styles",
    [
        "",
        style("number", "<number:scientific-number/>"),
        style("number", "<number:fraction/>"),
        style("number", number(more='number:decimal-replacement="--"')),
        style("number", number(more='number:display-factor="many"')),
        style("number", '<number:number number:min-integer-digits="1000000000"/>'),
        style("number", number() + '<style:map style:condition="true" style:apply-style-name=""/>'),
        style("date", "<number:fill-character>*</number:fill-character>"),
    ],
)
def test_a_format_that_is_not_known_is_warned_of(styles: str) -> None:
    source = odt(p(formatted("value", "N1")), automatic=styles)
    (warning,) = prepare(source).warnings
    assert (warning.code, warning.where) == ("format-unknown", "body › “0”")
    assert paragraphs(filled(source, {"value": 1234.5})) == ["1234.5"]


def test_what_is_missing_stays_an_error() -> None:
    source = formatted("vlue", "N1")
    assert lines(p(source), data={"value": 1}, undefined="blank") == [""]


@pytest.mark.parametrize(
    ("expression", "message", "hint"),
    [
        ("a.as_eurr", "“as_eurr” is not a known way to print a value.", "Did you mean “as_eur”?"),
        (
            "a.as_zebra",
            "“as_zebra” is not a known way to print a value.",
            "For a name of the data that begins so, write ['as_zebra'].",
        ),
    ],
)
def test_an_ending_that_is_not_known_is_refused(expression: str, message: str, hint: str) -> None:
    for written in (field(expression), link(f'function="{expression} + 1"')):
        (finding,) = mistakes(p(written))
        assert (finding.message, finding.hint) == (message, hint)


def test_endings_work_in_conditions_and_loops() -> None:
    blocks = (
        p(link('for="piece in pieces.as_list.as_upper.split()"')),
        p(field("piece")),
        p(link("/for")),
        p(link("if=\"total.as_integer == '3'\""), "three", link("/if")),
        p(link("function=\"row['as_eur']\"")),
    )
    data = {"pieces": ["a", "b"], "total": 2.5, "row": {"as_eur": "own"}}
    assert lines(*blocks, data=data, locale="en") == ["A", "AND", "B", "three", "own"]


def test_a_field_in_a_block_has_the_format_of_its_block() -> None:
    source = odt(
        p(formatted("value", "N1")),
        p(link('include="fee"')),
        automatic=style("number", number(0)),
    )
    block = odt(p(formatted("value", "N1")), automatic=style("currency", number() + SPACE + EURO))
    out = io.BytesIO()
    prepare(source, GivenBlocks({"fee": block})).fill({"value": 2.5}, out)
    assert paragraphs(out.getvalue()) == ["3", "2.50 €"]
