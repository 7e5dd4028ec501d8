"""Every defect found in stock py3o.template 0.10.0 has its right outcome, or a located error.

docs/upstream.md lists the same defects with what stock makes of them; the order is that of the
research they come from: text lost without a word, layouts refused, shapes of data, messages,
and what happens around a run.
"""

import io
import zipfile

import pytest
from filling import filled, lines, mismatches, mistakes
from greffier_templates.errors import DataMismatch, TemplateInvalid
from greffier_templates.prepared import prepare
from odt import (
    bullets,
    cell,
    field,
    find,
    footnote,
    h,
    item,
    link,
    odt,
    p,
    paragraphs,
    part,
    row,
    section,
    span,
    table,
    text,
)

XS = {"xs": ["one", "two"], "yes": True, "no": False, "name": "Anna"}


def codes(found: list) -> list[str]:
    return [finding.code for finding in found]


# --- a wrong document, without an error -----------------------------------------------------


def test_function_inside_a_sentence_stays_there() -> None:
    sentence = p("Dear ", link('function="name.upper()"'), ", welcome")
    assert lines(sentence, data=XS) == ["Dear ANNA, welcome"]


def test_text_beside_an_instruction_is_kept() -> None:
    blocks = p("Before ", link('if="yes"')), p("inside"), p(link("/if"), " after")
    assert lines(*blocks, data=XS) == ["Before ", "inside", " after"]


def test_text_beside_an_instruction_is_warned_of() -> None:
    source = odt(p("Before ", link('if="yes"')), p(link("/if")))
    (warning,) = prepare(source).warnings
    assert (warning.code, warning.where) == ("text-beside-instruction", 'body › “Before if="yes"”')


def test_cells_beside_an_instruction_are_kept() -> None:
    rows = row(link('for="x in xs"'), "kept"), row(field("x"), ""), row(link("/for"), "")
    assert lines(table(*rows), data=XS) == ["", "kept", "one", "", "", "kept", "two", ""]


def test_text_around_a_loop_that_begins_and_ends_in_sentences() -> None:
    blocks = p("a ", link('for="x in xs"')), p(field("x")), p("z ", link("/for"))
    assert lines(*blocks, data=XS) == ["a ", "one", "z ", "a ", "two", "z "]


@pytest.mark.parametrize(
    "blocks",
    [
        (p(link('for="x in xs"')), p("body")),
        (table(row(link('for="x in xs"')), row("body")),),
        (bullets(link('for="x in xs"'), "body"),),
        (p("sentence ", link('for="x in xs"'), " goes on"),),
    ],
)
def test_block_that_is_never_closed(blocks: tuple[str, ...]) -> None:
    (finding,) = mistakes(*blocks, p("after"))
    assert finding.code == "block-not-closed"
    assert finding.field == 'for="x in xs"'
    assert finding.where.startswith("body")


def test_closing_instruction_of_another_name() -> None:
    found = mistakes(p(link('for="x in xs"')), p(link("/if")))
    assert codes(found) == ["block-not-closed", "block-not-opened"]


def test_interleaved_blocks() -> None:
    found = mistakes(
        p(link('for="x in xs"'), link('if="x"'), field("x"), link("/for"), link("/if"))
    )
    assert codes(found) == ["block-not-closed", "block-not-opened"]
    assert "must be closed before “/for”" in found[0].message


def test_soft_page_break_does_not_reorder_text() -> None:
    assert lines(p("A", span("B"), "<text:soft-page-break/>", "C"), data={}) == ["ABC"]


def test_line_breaks_and_tabs_of_the_data() -> None:
    document = filled(odt(p(field("address"))), {"address": "Rue 1\r\n1000\tBrussels"})
    assert paragraphs(document) == ["Rue 1\n1000\tBrussels"]
    assert len(find(part(document), "//text:line-break")) == 1


def test_year_of_the_last_days_of_december() -> None:
    assert lines(p(field("format_datetime('2024-12-30')")), data={}) == ["2024-12-30"]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_characters_that_xml_cannot_hold(character: str) -> None:
    got = lines(p(field("name")), data={"name": f"a{character}b"})
    assert got in (["ab"], ["a\nb"])


# --- refused for no reason ------------------------------------------------------------------


def test_blocks_within_one_paragraph() -> None:
    sentence = p(
        "We ",
        link('if="no"'),
        "do not ",
        link("/if"),
        "agree: ",
        link('for="x in xs"'),
        field("x"),
        ";",
        link("/for"),
    )
    assert lines(sentence, data=XS) == ["We agree: one;two;"]


def test_blocks_in_a_heading() -> None:
    heading = h("Permit", link('if="no"'), " refused", link("/if"))
    assert lines(heading, data=XS) == ["Permit"]


def test_block_that_begins_and_ends_in_headings() -> None:
    assert lines(h(link('if="yes"')), p("a"), h(link("/if")), data=XS) == ["a"]


def test_blocks_in_list_items() -> None:
    within = bullets(item(p(link('for="x in xs"')), p(field("x")), p(link("/for"))))
    across = bullets(link('for="x in xs"'), field("x"), link("/for"))
    assert lines(within, across, data=XS) == ["one", "two", "one", "two"]


def test_block_that_begins_and_ends_in_one_row() -> None:
    one = row(cell(p(link('for="x in xs"'), field("x"))), cell(p(link("/for"))))
    assert lines(table(one), data=XS) == ["one", "", "two", ""]


def test_two_openings_and_two_closings_in_a_paragraph() -> None:
    blocks = (
        p(link('for="x in xs"'), link("if=\"x == 'two'\"")),
        p(field("x")),
        p(link("/if"), link("/for")),
    )
    assert lines(*blocks, data=XS) == ["two"]


def test_link_text_in_several_spans() -> None:
    href = "py3o://for=%22x%20in%20xs%22"
    shown = '<text:span>for=</text:span>"x <text:span>in xs"</text:span>'
    split = f'<text:a xlink:href="{href}">{shown}</text:a>'
    assert lines(p(split), p(field("x")), p(link("/for")), data=XS) == ["one", "two"]


def test_link_that_was_written_in_pieces() -> None:
    pieces = link('for="x in xs"', 'for="x') + link('for="x in xs"', ' in xs"')
    assert lines(p(pieces), p(field("x")), p(link("/for")), data=XS) == ["one", "two"]


def test_equal_links_side_by_side_are_two() -> None:
    inner = link('for="x in xs"') + link('for="x in xs"')
    assert lines(p(inner, "-", link("/for"), link("/for")), data=XS) == ["----"]


def test_curled_quotes_are_read_as_straight_ones() -> None:
    source = odt(p(link("if=“name == ‘Anna’”"), "yes", link("/if")))
    assert paragraphs(filled(source, XS)) == ["yes"]
    assert [warning.code for warning in prepare(source).warnings] == ["quotes-repaired"]


def test_curled_quotes_that_are_meant_are_kept() -> None:
    source = odt(p(link("if=\"town == 'L’Isle'\""), "yes", link("/if")))
    assert paragraphs(filled(source, {"town": "L’Isle"})) == ["yes"]
    assert prepare(source).warnings == ()


def test_link_text_that_differs_from_its_address() -> None:
    assert lines(p(link('if="no"', "only sometimes"), "x", link("/if", "end"), "z"), data=XS) == [
        "z"
    ]


def test_function_in_a_paragraph_without_a_style() -> None:
    unstyled = "<text:p>" + link('function="name"') + "</text:p>"
    assert lines(unstyled, data=XS) == ["Anna"]


@pytest.mark.parametrize("test", ['if="name == "Anna""', 'if=name == "Anna"', 'if="Anna" == name'])
def test_double_quotes_inside_an_instruction(test: str) -> None:
    assert lines(p(link(test), "yes", link("/if")), data=XS) == ["yes"]


# --- the shape of the data ------------------------------------------------------------------


@pytest.mark.parametrize("key", ["items", "keys", "values", "copy", "get", "pop"])
def test_keys_named_like_methods_of_a_dictionary(key: str) -> None:
    blocks = p(link(f'for="x in order.{key}"')), p(field("x")), p(link("/for"))
    assert lines(*blocks, data={"order": {key: ["one"]}}) == ["one"]


@pytest.mark.parametrize("key", ["self", "from", "class", "global", "data", "fill", "len"])
def test_keys_named_like_words_of_python(key: str) -> None:
    assert lines(p(field(key), field(f"a.{key}")), data={key: "x", "a": {key: "y"}}) == ["xy"]


def test_for_over_null_is_for_over_nothing() -> None:
    assert lines(
        p(link('for="x in xs"')), p(field("x")), p(link("/for")), p("z"), data={"xs": None}
    ) == ["z"]


@pytest.mark.parametrize(
    ("value", "kind"), [("Novak", "a text"), (31, "a number"), (True, "true or false")]
)
def test_for_over_something_else_is_a_located_error(value: object, kind: str) -> None:
    (finding,) = mismatches(p(link('for="x in xs"')), p(link("/for")), data={"xs": value})
    assert finding.where == 'body › “for="x in xs"”'
    assert finding.message == f'“for="x in xs"” needs a list and was given {kind}.'


@pytest.mark.parametrize(
    "moment", ["2026-03-09T12:30:00", "2026-03-09T12:30:00Z", "2026-03-09T23:30+02:00"]
)
def test_dates_with_times_and_zones(moment: str) -> None:
    formatted = field("format_datetime(moment, 'd/M/yyyy')")
    assert lines(p(formatted), data={"moment": moment}) == ["9/3/2026"]


def test_formatting_null_prints_nothing() -> None:
    blocks = p(field("format_datetime(x)"), field("format_currency(x, 'EUR')"), "z")
    assert lines(blocks, data={"x": None}) == ["z"]


def test_formatting_a_text_is_a_located_error_without_the_text() -> None:
    (finding,) = mismatches(
        p("Due ", field("format_currency(due, 'EUR')")), data={"due": "Jan Novak"}
    )
    assert finding.where == "body › “Due format_currency(due, 'EUR')”"
    assert "Novak" not in str(finding)


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (0.0, "0.0"), ("", ""), (None, ""), (False, "False")]
)
def test_values_that_count_as_false(value: object, shown: str) -> None:
    assert lines(p(field("x")), data={"x": value}) == [shown]


def test_tracked_deletions_and_comments_are_not_evaluated() -> None:
    deleted = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<office:change-info><dc:creator>Ann</dc:creator><dc:date>2026-01-01T00:00:00</dc:date>"
        f"</office:change-info>{p(field('gone'))}</text:deletion></text:changed-region>"
        "</text:tracked-changes>"
    )
    comment = (
        f"<office:annotation><dc:creator>Ann</dc:creator>{p(field('gone'))}</office:annotation>"
    )
    source = odt(deleted, p("a", '<text:change text:change-id="c1"/>', comment, "z"))
    assert paragraphs(filled(source, {})) == ["az"]
    assert [warning.code for warning in prepare(source).warnings] == ["changes-tracked"]


def test_dollars_in_text_and_addresses_are_text() -> None:
    address = '<text:a xlink:href="https://x.example/?$filter=a">here</text:a>'
    document = filled(odt(p("US$amount ${amount} ", address)), {"amount": 3})
    assert paragraphs(document) == ["US$amount ${amount} here"]
    (found,) = find(part(document), "//text:a/@xlink:href")
    assert found == "https://x.example/?$filter=a"


# --- what a designer is told ----------------------------------------------------------------


def test_mistakes_are_told_all_at_once_each_with_its_place() -> None:
    found = mistakes(
        h("Costs"),
        p(link('fro="x in xs"')),
        p("Total ", field("i +")),
        section(p(link("/for")), name="Votes"),
        table(row("a", link('if="x"')), name="Lines"),
        p("x", footnote(p(field("open('x')")))),
        header=p(field("a[")),
    )
    places = {finding.field: finding.where for finding in found}
    assert places == {
        'fro="x in xs"': 'body › under heading “Costs” › “fro="x in xs"”',
        "/for": "body › under heading “Costs” › section “Votes” › “/for”",
        'if="x"': 'body › under heading “Costs” › table “Lines” › row 1 › cell B › “if="x"”',
        "i +": "body › under heading “Costs” › “Total i +”",
        "open('x')": "body › under heading “Costs” › “x” › footnote › “open('x')”",
        "a[": "header of page style “Standard” › “a[”",
    }
    assert [f.hint for f in found if f.code == "instruction-unknown"] == ["Did you mean “for”?"]


def test_missing_names_never_show_the_data() -> None:
    people = [{"name": "Jan Novak", "number": "800101/1234"}]
    blocks = p(link('for="one in people"')), p(field("one.nmae")), p(link("/for"))
    (finding,) = mismatches(*blocks, data={"people": people})
    assert finding.message == "“nmae” is not in “one”."
    assert finding.hint == "Did you mean “name”?"
    assert finding.where == "body › “one.nmae” › item 1 of “people”"


def test_the_text_of_an_error_can_be_printed() -> None:
    with pytest.raises(TemplateInvalid, match="closes nothing"):
        prepare(odt(p(link("/for"))))


# --- around a run ---------------------------------------------------------------------------


def test_a_template_fills_any_number_of_documents() -> None:
    template = prepare(odt(p(field("name"))))
    for name in ("Anna", "Bert"):
        out = io.BytesIO()
        template.fill({"name": name}, out)
        assert paragraphs(out.getvalue()) == [name]


def test_a_template_still_works_after_a_failure() -> None:
    template = prepare(odt(p(field("name"))))
    with pytest.raises(DataMismatch):
        template.fill({}, io.BytesIO())
    out = io.BytesIO()
    template.fill({"name": "Anna"}, out)
    assert paragraphs(out.getvalue()) == ["Anna"]


def test_the_document_is_compressed() -> None:
    source = odt(p(link('for="x in xs"')), p(field("x")), p(link("/for")))
    document = filled(source, {"xs": ["the same text"] * 5000})
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        content = archive.getinfo("content.xml")
        assert content.compress_size < content.file_size / 20


@pytest.mark.parametrize(
    "value", ["<b>&amp;</b>", "${name}", "py3o://for", '"quoted"', "🏛", "عقد", "]]>"]
)
def test_data_is_text_and_nothing_else(value: str) -> None:
    assert lines(p(field("x")), data={"x": value}) == [value]


def test_nested_tables() -> None:
    inner = table(row(link('for="x in xs"')), row(field("x")), row(link("/for")), name="Inner")
    assert lines(table(row(cell(inner, p(text("<")))), name="Outer"), data=XS) == [
        "one",
        "two",
        "<",
    ]
