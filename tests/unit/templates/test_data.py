"""How values become text, and what is told when the data does not have what is asked for."""

import io
import threading
from datetime import date
from decimal import Decimal

import pytest
from filling import filled, lines, mismatches
from greffier_templates.errors import DataMismatch
from greffier_templates.model import Severity
from greffier_templates.prepared import prepare
from greffier_templates.telling.check import check
from odt import PNG, field, find, h, link, odt, p, paragraphs, part, picture, row, table

# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "text"),
        (12, "12"),
        (-1.5, "-1.5"),
        (1e22, "1e+22"),
        (True, "True"),
        (Decimal("1.10"), "1.10"),
        (date(2026, 3, 9), "2026-03-09"),
    ],
)
def test_values_print_as_python_prints_them(value: object, shown: str) -> None:
    assert lines(p(field("x")), data={"x": value}) == [shown]


@pytest.mark.parametrize(
    "value", [" leading", "trailing ", "two  and   three", "\ttab", "a\n b", "  ", "\n", "a\n\nb"]
)
def test_blanks_are_kept_as_they_are(value: str) -> None:
    assert lines(p("[", field("x"), "]"), data={"x": value}) == [f"[{value}]"]


def test_blanks_are_written_as_opendocument_wants_them() -> None:
    document = part(filled(odt(p(field("x"))), {"x": "a   b"}))
    (spaces,) = find(document, "//text:s")
    assert list(spaces.attrib.values()) == ["3"]


@pytest.mark.parametrize("value", ["a\rb", "a\r\nb", "a\x85b", "a\u2028b", "a\x0cb"])
def test_every_kind_of_line_break_is_one(value: str) -> None:
    assert lines(p(field("x")), data={"x": value}) == ["a\nb"]


def test_numbers_and_texts_of_functions_are_escaped_too() -> None:
    assert lines(p(field("'<' + x")), data={"x": "&"}) == ["<&"]


# --- what is missing --------------------------------------------------------------------------

DRAFT = (
    h("Dear ", field("person.name")),
    p(link('for="l in lines"')),
    p(field("l.title")),
    p(link("/for")),
    p(link('if="urgent"'), "urgent", link("/if"), link('function="title.upper()"'), "z"),
)


def test_every_missing_field_is_told_at_once() -> None:
    found = mismatches(*DRAFT, data={"lines": [{"title": "a"}, {}, {}], "nurgent": True})
    assert [(f.code, f.field, f.where, f.hint) for f in found] == [
        ("field-missing", "person.name", "body › heading “Dear person.name”", ""),
        (
            "field-missing",
            "l.title",
            "body › under heading “Dear person.name” › “l.title” › item 2 of “lines”",
            "",
        ),
        ("field-missing", 'if="urgent"', found[2].where, "Did you mean “nurgent”?"),
        ("field-missing", 'function="title.upper()"', found[3].where, ""),
    ]
    assert found[1].message == "“title” is not in “l”. The same in 1 more items."
    assert all(f.severity is Severity.ERROR for f in found)


def test_missing_fields_may_be_left_blank() -> None:
    assert lines(*DRAFT, data={}, undefined="blank") == ["Dear ", "z"]


def test_missing_fields_may_be_marked_for_drafts() -> None:
    marked = ["Dear ⟦person.name⟧", "⟦l.title⟧", "⟦title.upper()⟧z"]
    assert lines(*DRAFT, data={}, undefined="mark") == marked


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"order": {}}, "“ref” is not in “order”."),
        ({"order": None}, "“order” is nothing, so it has no “ref”."),
        ({"order": []}, "“order” is a list, so it has no “ref”."),
        ({"order": "Novak"}, "“order” is a text, so it has no “ref”."),
        ({}, "“order” is not in the data."),
    ],
)
def test_why_a_field_is_missing(data: dict[str, object], message: str) -> None:
    (finding,) = mismatches(p(field("order.ref")), data=data)
    assert finding.message == message


def test_item_that_a_list_does_not_have() -> None:
    (finding,) = mismatches(p(field("xs[3]")), data={"xs": [1]})
    assert finding.message == "“xs” has no item 3."


def test_computed_keys_are_never_told() -> None:
    (finding,) = mismatches(p(field("d[key]")), data={"d": {}, "key": "Novak"})
    assert "Novak" not in finding.message


def test_place_in_nested_loops() -> None:
    inner = table(row(link('for="l in o.lines"')), row(field("l.x")), row(link("/for")))
    blocks = p(link('for="o in orders"')), inner, p(link("/for"))
    data = {"orders": [{"lines": []}, {"lines": [{"x": 1}, {"y": 1}]}]}
    (finding,) = mismatches(*blocks, data=data)
    place = (
        "body › table “Table1” › row 2 › cell A › “l.x” › item 2 of “orders” › item 2 of “o.lines”"
    )
    assert finding.where == place


def test_findings_come_to_an_end() -> None:
    blocks = [p(field(f"name{number}")) for number in range(500)]
    assert len(mismatches(*blocks, data={})) == 200


def test_a_name_in_the_data_and_a_function_of_that_name_live_together() -> None:
    assert lines(p(field("len"), field("len(sum)")), data={"len": "x", "sum": [1, 2]}) == ["x2"]


def test_unknown_locale_is_refused() -> None:
    (finding,) = mismatches(p("x"), data={}, locale="xx_XX")
    assert finding.code == "filling-refused"


# --- the same template for many ---------------------------------------------------------------


def test_one_template_fills_in_many_threads() -> None:
    template = prepare(odt(p(link('for="x in xs"')), p(field("x")), p(link("/for"))))
    wrong: list[int] = []

    def fill(number: int) -> None:
        for _ in range(20):
            out = io.BytesIO()
            template.fill({"xs": [number] * 50}, out)
            if paragraphs(out.getvalue()) != [str(number)] * 50:
                wrong.append(number)

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_same_data_gives_the_same_bytes() -> None:
    source = odt(p(field("x")), p(picture("py3o.image(logo)")))
    data = {"x": "a", "logo": PNG}
    assert filled(source, data) == filled(source, data)


def test_templates_are_known_by_their_content() -> None:
    source = odt(p("a"))  # made once: its zip holds the time
    assert prepare(source).digest == prepare(source).digest
    assert prepare(odt(p("a"))).digest != prepare(odt(p("b"))).digest


def test_prepared_templates_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        prepare(odt(p("a"))).digest = "other"  # type: ignore[misc] # that is the test


# --- check --------------------------------------------------------------------------------------


def test_check_tells_without_raising() -> None:
    assert [f.code for f in check(b"not a document")] == ["not-the-declared-type"]
    assert [f.code for f in check(odt(p(link("/for"))))] == ["block-not-opened"]
    assert check(odt(p(field("name")))) == ()


def test_check_tells_warnings_beside_errors() -> None:
    found = check(odt(p("${x}"), p(link("/for"))))
    assert [(f.code, f.severity) for f in found] == [
        ("dollar-is-text", Severity.WARNING),
        ("block-not-opened", Severity.ERROR),
    ]


def test_findings_come_as_a_reader_meets_them() -> None:
    source = odt(
        p(field("a +")),
        p("${x}"),
        p(picture("py3o.imge(x)")),
        p(link("/for")),
        p(field("b.format()")),
        p(link('if="c"')),
        header=p(link("/if")),
        footer=p(field("_d")),
    )
    assert [f.code for f in check(source)] == [
        "expression-refused",
        "dollar-is-text",
        "picture-name-unknown",
        "block-not-opened",
        "expression-refused",
        "block-not-closed",
        "block-not-opened",
        "expression-refused",
        "alt-text-missing",
    ]


def test_check_tries_sample_data() -> None:
    source = odt(p(field("name")), p(picture("py3o.staticimage.logo")))
    assert [f.code for f in check(source, {})] == ["field-missing", "alt-text-missing"]
    assert [f.code for f in check(source, {"name": "Anna"})] == ["alt-text-missing"]


def test_data_errors_can_be_printed() -> None:
    with pytest.raises(DataMismatch, match="“x” is not in the data"):
        filled(odt(p(field("x"))), {})
