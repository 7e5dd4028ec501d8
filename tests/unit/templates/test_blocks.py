"""What for, if, with and choose enclose, in every place a designer may put them."""

from filling import filled, lines
from odt import (
    bullets,
    cell,
    field,
    footnote,
    frame,
    h,
    input_field,
    item,
    link,
    odt,
    p,
    paragraphs,
    row,
    section,
    span,
    table,
)

LINES = {
    "lines": [{"name": "tree", "price": 2}, {"name": "hedge", "price": 3}],
    "yes": True,
    "no": False,
}


def test_field_in_a_sentence() -> None:
    assert lines(p("Dear ", field("name"), "!"), data={"name": "Anna"}) == ["Dear Anna!"]


def test_for_repeats_paragraphs_and_its_own_vanish() -> None:
    blocks = p("a"), p(link('for="l in lines"')), p(field("l.name")), p(link("/for")), p("z")
    assert lines(*blocks, data=LINES) == ["a", "tree", "hedge", "z"]


def test_input_fields_are_instructions_too() -> None:
    blocks = p(input_field('for="l in lines"')), p(field("l.name")), p(input_field("/for"))
    assert lines(*blocks, data=LINES) == ["tree", "hedge"]


def test_for_repeats_table_rows() -> None:
    rows = (
        row(link('for="l in lines"'), ""),
        row(field("l.name"), field("l.price")),
        row(link("/for"), ""),
    )
    assert lines(table(*rows), data=LINES) == ["tree", "2", "hedge", "3"]


def test_for_with_both_ends_in_one_row_repeats_that_row() -> None:
    one = row(cell(p(link('for="l in lines"'), field("l.name"))), cell(p("x", link("/for"))))
    assert lines(table(one), data=LINES) == ["tree", "x", "hedge", "x"]


def test_for_within_one_cell_repeats_its_paragraphs() -> None:
    inner = cell(p(link('for="l in lines"')), p(field("l.name")), p(link("/for")))
    document = filled(odt(table(row(inner, "b"))), LINES)
    assert paragraphs(document) == ["tree", "hedge", "b"]


def test_if_around_a_whole_table() -> None:
    around = p(link('if="no"')), table(row("a", "b")), p(link("/if"))
    assert lines(*around, p("z"), data=LINES) == ["z"]


def test_for_repeats_list_items() -> None:
    items = bullets(link('for="l in lines"'), field("l.name"), link("/for"))
    assert lines(items, data=LINES) == ["tree", "hedge"]


def test_lists_that_hold_nothing_but_an_instruction_vanish() -> None:
    blocks = bullets(link('for="l in lines"')), p(field("l.name")), bullets(link("/for"))
    document = filled(odt(*blocks), LINES)
    assert paragraphs(document) == ["tree", "hedge"]


def test_nested_lists() -> None:
    inner = bullets(link('for="l in lines"'), field("l.name"), link("/for"), xml_id="list2")
    items = bullets(link('if="yes"'), item(p("lines"), inner), link("/if"))
    assert lines(items, data=LINES) == ["lines", "tree", "hedge"]


def test_blocks_around_and_in_sections() -> None:
    inside = section(p(link('for="l in lines"')), p(field("l.name")), p(link("/for")))
    assert lines(p(link('if="yes"')), inside, p(link("/if")), data=LINES) == ["tree", "hedge"]
    assert lines(p(link('if="no"')), inside, p(link("/if")), p(), data=LINES) == [""]


def test_inline_blocks_in_a_paragraph_and_a_heading() -> None:
    inline = ("We ", link('if="no"'), "did not ", link("/if"), "plant")
    assert lines(p(*inline), h(*inline), data=LINES) == ["We plant", "We plant"]


def test_inline_for_through_formatting() -> None:
    inline = ("A ", span("b", link('for="l in lines"'), "c"), field("l.name"), link("/for"), " z")
    assert lines(p(*inline), data=LINES) == ["A bctreechedge z"]


def test_blocks_in_frames_footnotes_headers_and_footers() -> None:
    loop = p(link('for="l in lines"')), p(field("l.name")), p(link("/for"))
    source = odt(
        p(frame(*loop)), p("x", footnote(*loop)), header="".join(loop), footer="".join(loop)
    )
    document = filled(source, LINES)
    assert paragraphs(document).count("tree") == 2
    assert paragraphs(document, "styles.xml") == ["tree", "hedge", "tree", "hedge"]


def test_enumerate_gives_numbers() -> None:
    blocks = (
        p(link('for="n, l in enumerate(lines)"')),
        p(field("n + 1"), field("l.name")),
        p(link("/for")),
    )
    assert lines(*blocks, data=LINES) == ["1tree", "2hedge"]


def test_with_names_values_one_after_another() -> None:
    inline = link('with="a = 2; b = a * 3"'), field("b"), link("/with")
    assert lines(p(*inline), data={}) == ["6"]


def test_choose_takes_the_first_case_that_fits() -> None:
    def choose(argument: str, case: str) -> str:
        return p(
            link(f'choose="{argument}"'),
            link(f'when="{case}"'),
            "case",
            link("/when"),
            link('otherwise=""'),
            "other",
            link("/otherwise"),
            link("/choose"),
        )

    blocks = choose("", "yes"), choose("", "no"), choose("n", "1"), choose("n", "2")
    assert lines(*blocks, data=LINES | {"n": 1}) == ["case", "other", "case", "other"]


def test_function_stands_where_its_link_stood() -> None:
    assert lines(p("a ", link('function="n.upper()"'), " z"), data={"n": "m"}) == ["a M z"]


def test_two_instructions_in_one_paragraph() -> None:
    blocks = (
        p(link('for="l in lines"'), link('if="l.price == 3"')),
        p(field("l.name")),
        p(link("/if"), link("/for")),
    )
    assert lines(*blocks, data=LINES) == ["hedge"]


def test_one_block_closes_where_the_next_opens() -> None:
    blocks = p(link('if="yes"')), p("a"), p(link("/if"), link('if="yes"')), p("b"), p(link("/if"))
    assert lines(*blocks, data=LINES) == ["a", "b"]


def test_loop_variable_gives_a_name_of_the_data_back() -> None:
    blocks = p(link('for="name in lines"')), p(link("/for")), p(field("name"))
    assert lines(*blocks, data=LINES | {"name": "Anna"}) == ["Anna"]


def test_one_block_of_rows_closes_in_the_row_where_the_next_opens() -> None:
    rows = (
        row(link('if="yes"'), ""),
        row("a", ""),
        row(link("/if"), link('for="l in lines"')),
        row(field("l.name"), ""),
        row(link("/for"), ""),
    )
    assert lines(table(*rows), data=LINES) == ["a", "", "tree", "", "hedge", ""]


def test_one_row_with_two_conditions() -> None:
    one = row(
        cell(p(link('if="yes"'), link('if="lines"'), "a")), cell(p("b", link("/if"), link("/if")))
    )
    assert lines(table(one), p("z"), data=LINES) == ["a", "b", "z"]
    assert lines(table(one), p("z"), data=LINES | {"lines": []}) == ["z"]


def test_instructions_of_a_row_and_of_its_cell_in_one_paragraph() -> None:
    first = cell(
        p(link('for="l in lines"'), link('if="l.price > 2"')), p(field("l.name")), p(link("/if"))
    )
    rows = row(first, cell("b")), row(link("/for"), "")
    assert lines(table(*rows), data=LINES) == ["b", "hedge", "b"]


def test_inline_blocks_within_one_another_and_across_formatting() -> None:
    loop = link('for="l in lines"') + field("l.price") + link("/for")
    opening = p(span(link('if="yes"'), "a", loop, "b"), "c", link("/if"), "z")
    closing = p(link('if="yes"'), "a", span(loop, "b", link("/if"), "c"), "z")
    assert lines(opening, closing, data=LINES) == ["a23bcz", "a23bcz"]
