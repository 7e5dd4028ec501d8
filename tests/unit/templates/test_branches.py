"""elif, else and empty, in every place a designer may put them; and what ``loop`` tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from filling import filled, lines, mismatches, mistakes
from odt import (
    bullets,
    cell,
    field,
    footnote,
    frame,
    h,
    input_field,
    link,
    odt,
    p,
    paragraphs,
    row,
    section,
    span,
    table,
)

IF, ELSE, END = link('if="n == 1"'), link("else"), link("/if")
ELIF = link('elif="n == 2"')
FOR, EMPTY, END_FOR = link('for="x in xs"'), link("empty"), link("/for")


# --- if, elif, else ---------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "shown"), [(1, "one"), (2, "two"), (3, "many"), (None, "many")])
def test_one_of_several_paragraphs(n: object, shown: str) -> None:
    blocks = p(IF), p("one"), p(ELIF), p("two"), p(ELSE), p("many"), p(END)
    assert lines(p("a"), *blocks, p("z"), data={"n": n}) == ["a", shown, "z"]


@pytest.mark.parametrize(("n", "shown"), [(1, "a one z"), (2, "a two z"), (3, "a many z")])
def test_one_of_several_words(n: int, shown: str) -> None:
    sentence = "a ", IF, "one", ELIF, "two", ELSE, "many", END, " z"
    assert lines(p(*sentence), h(*sentence), data={"n": n}) == [shown, shown]


def test_words_across_formatting() -> None:
    blocks = p("a", span("b", IF, "c"), "d", span("e", ELSE, "f"), "g", END, "h")
    assert lines(blocks, data={"n": 1}) == ["abcdeh"]
    assert lines(blocks, data={"n": 2}) == ["abfgh"]


def test_without_else_nothing_is_written() -> None:
    assert lines(p(IF), p("one"), p(ELIF), p("two"), p(END), p("z"), data={"n": 3}) == ["z"]


def test_conditions_after_the_one_that_holds_are_not_asked() -> None:
    blocks = p(IF, "one", link('elif="missing"'), "two", END)
    assert lines(blocks, data={"n": 1}) == ["one"]
    (finding,) = mismatches(blocks, data={"n": 2})
    assert finding.message == "“missing” is not in the data."


@pytest.mark.parametrize("make", [link, input_field])
def test_every_way_to_write_it(make: Callable[[str], str]) -> None:
    for instruction in ("else", "else ", 'else=""'):
        blocks = p(make('if="n"')), p("yes"), p(make(instruction)), p("no"), p(make("/if"))
        assert lines(*blocks, data={"n": 0}) == ["no"]


@pytest.mark.parametrize(("n", "shown"), [(1, ["one", "1"]), (2, ["two", "2"]), (3, ["", "3"])])
def test_rows(n: int, shown: list[str]) -> None:
    rows = (
        row(IF, ""),
        row("one", field("n")),
        row(ELIF, ""),
        row("two", field("n")),
        row(ELSE, ""),
        row("", field("n")),
        row(END, ""),
    )
    assert lines(table(*rows), data={"n": n}) == shown


@pytest.mark.parametrize(("n", "shown"), [(1, ["one"]), (3, ["many"])])
def test_items_sections_and_whole_tables(n: int, shown: list[str]) -> None:
    items = bullets(IF, "one", ELSE, "many", END)
    sections = p(IF), section(p("one")), p(ELSE), section(p("many"), name="S2"), p(END)
    tables = p(IF), table(row("one")), p(ELSE), table(row("many"), name="T2"), p(END)
    headings = h(IF), h("one"), h(ELSE), h("many"), h(END)
    for blocks in ((items,), sections, tables, headings):
        assert lines(*blocks, data={"n": n}) == shown


def test_a_list_that_holds_nothing_but_else_vanishes() -> None:
    blocks = bullets(IF), bullets("one"), bullets(ELSE), bullets("many"), bullets(END)
    assert lines(*blocks, data={"n": 3}) == ["many"]


def test_in_cells_frames_footnotes_headers_and_footers() -> None:
    blocks = (p(IF), p("one"), p(ELSE), p("many"), p(END))
    source = odt(
        table(row(cell(*blocks), "b")),
        p(frame(*blocks)),
        p("x", footnote(*blocks)),
        header="".join(blocks),
        footer="".join(blocks),
    )
    document = filled(source, {"n": 3})
    assert paragraphs(document) == ["many", "b", "", "many", "x", "many"]
    assert paragraphs(document, "styles.xml") == ["many", "many"]


def test_text_beside_else_stays_on_its_side() -> None:
    before = p(IF), p("one ", ELSE), p("many"), p(END)
    after = p(IF), p("one"), p(ELSE, " many"), p("more"), p(END)
    both_ends = p(IF, "one ", ELSE), p("many ", END)
    assert lines(*before, data={"n": 1}) == ["one "]
    assert lines(*before, data={"n": 2}) == ["many"]
    assert lines(*after, data={"n": 1}) == ["one"]
    assert lines(*after, data={"n": 2}) == [" many", "more"]
    assert lines(*both_ends, data={"n": 1}) == ["one "]
    assert lines(*both_ends, data={"n": 2}) == ["many "]


def test_cells_beside_else_stay_on_its_side() -> None:
    rows = row(IF, ""), row("one", ""), row("two", ELSE), row("many", ""), row(END, "")
    assert lines(table(*rows), data={"n": 1}) == ["one", "", "two", ""]
    assert lines(table(*rows), data={"n": 2}) == ["many", ""]


def test_several_instructions_in_one_paragraph() -> None:
    blocks = (
        p(link('for="n in ns"'), IF),
        p("one"),
        p(ELSE, link('if="n == 2"')),
        p("two"),
        p(link("/if"), END, link("/for")),
    )
    assert lines(*blocks, data={"ns": [1, 2, 3, 1]}) == ["one", "two", "one"]


def test_else_belongs_to_the_innermost_condition() -> None:
    inner = p(link('if="m"')), p("m"), p(ELSE), p("no m"), p(link("/if"))
    blocks = p(IF), *inner, p(ELSE), p("other"), p(END)
    assert lines(*blocks, data={"n": 1, "m": 0}) == ["no m"]
    assert lines(*blocks, data={"n": 2, "m": 0}) == ["other"]


# --- empty ------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [[], None])
def test_what_is_written_for_an_empty_list(nothing: object) -> None:
    paragraphs_ = p(FOR), p(field("x")), p(EMPTY), p("none"), p(END_FOR)
    words = p("a ", FOR, field("x"), EMPTY, "none", END_FOR)
    rows = table(row(FOR, ""), row(field("x"), "r"), row(EMPTY, ""), row("none", ""), row(END_FOR))
    items = bullets(FOR, field("x"), EMPTY, "none", END_FOR)
    for blocks, empty, full in (
        (paragraphs_, ["none"], ["1", "2"]),
        ((words,), ["a none"], ["a 12"]),
        ((rows,), ["none", ""], ["1", "r", "2", "r"]),
        ((items,), ["none"], ["1", "2"]),
    ):
        assert lines(*blocks, data={"xs": nothing}) == empty
        assert lines(*blocks, data={"xs": [1, 2]}) == full


def test_empty_of_a_missing_list() -> None:
    blocks = p(FOR), p(field("x")), p(EMPTY), p("none"), p(END_FOR)
    assert lines(*blocks, data={}, undefined="blank") == ["none"]
    assert lines(*blocks, data={}, undefined="mark") == ["⟦x⟧"]
    assert [one.field for one in mismatches(*blocks, data={})] == ['for="x in xs"']


def test_the_variable_of_a_loop_is_not_known_in_empty() -> None:
    blocks = p(FOR), p(EMPTY), p(field("x")), p(END_FOR)
    assert lines(*blocks, data={"xs": [], "x": "mine"}) == ["mine"]


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "code", "hint"),
    [
        ((p(ELSE),), "branch-outside-block", ""),
        ((p(EMPTY),), "branch-outside-block", ""),
        ((p(FOR), p(ELSE), p(END_FOR)), "branch-outside-block", "In “for” it is written “empty”."),
        ((p(IF), p(EMPTY), p(END)), "branch-outside-block", "In “if” it is written “else”."),
        ((p(IF), p(ELSE), p(ELSE), p(END)), "branch-after-last", ""),
        ((p(IF), p(ELSE), p(ELIF), p(END)), "branch-after-last", ""),
        ((p(FOR), p(EMPTY), p(EMPTY), p(END_FOR)), "branch-after-last", ""),
        ((p(IF), p(FOR), p(ELSE), p(END)), "block-not-closed", "Put “/for” before it."),
        ((p(link("/else")),), "instruction-not-closable", "The end of the block is “/if”."),
        (
            (p(IF), p(link('else="n == 2"')), p(END)),
            "instruction-with-argument",
            'To ask something, write elif="condition".',
        ),
        ((p(IF), p(link("elif")), p(END)), "instruction-without-argument", 'Write elif="…".'),
        ((p(IF), p(link('elif="n ="')), p(END)), "expression-refused", None),
        ((p(IF), p("a", ELSE, "b"), p(END)), "branch-within-content", None),
        ((table(row(IF, ELSE, END)),), "branch-within-row", None),
        ((p(IF), table(row(ELSE, "")), p(END)), "block-crosses-container", None),
        ((p(IF), p("a", ELSE, FOR), p(END_FOR), p(END)), "blocks-overlap", None),
    ],
)
def test_mistakes(blocks: tuple[str, ...], code: str, hint: str | None) -> None:
    (finding,) = (one for one in mistakes(*blocks) if one.severity == "error")
    assert finding.code == code
    assert finding.where.startswith("body")
    assert hint is None or finding.hint == hint


# --- loop -------------------------------------------------------------------------------------

LOOP = p(FOR), p(field("loop.index"), "/", field("loop.length"), " ", field("x")), p(END_FOR)


def test_the_number_of_the_turn() -> None:
    assert lines(*LOOP, data={"xs": ["a", "b"]}) == ["1/2 a", "2/2 b"]


def test_first_and_last() -> None:
    separated = p(FOR, field("x"), link('if="not loop.last"'), ", ", END, END_FOR)
    first = p(FOR, link('if="loop.first"'), "^", END, field("x"), END_FOR)
    assert lines(separated, first, data={"xs": ["abc", "d"]}) == ["abc, d", "^abcd"]


def test_the_loop_around() -> None:
    inner = p(
        link('for="y in x"'), field("loop.outer.index"), ".", field("loop.index"), " ", END_FOR
    )
    assert lines(p(FOR), inner, p(END_FOR), data={"xs": [[1, 2], [3]]}) == ["1.1 1.2 ", "2.1 "]


def test_the_loop_around_by_another_name() -> None:
    blocks = (
        p(FOR, link('with="outer = loop"')),
        p(link('for="y in x"'), field("outer.index"), ".", field("loop.index"), " ", END_FOR),
        p(link("/with"), END_FOR),
    )
    assert lines(*blocks, data={"xs": [[1, 2], [3]]}) == ["1.1 1.2 ", "2.1 "]


def test_the_loop_around_is_there_again_after_an_inner_one() -> None:
    inner = link('for="y in [1, 2, 3]"') + field("loop.index") + END_FOR
    blocks = p(FOR), p(inner, " ", field("loop.index")), p(END_FOR)
    assert lines(*blocks, data={"xs": [0, 0]}) == ["123 1", "123 2"]


def test_data_named_loop_keep_their_meaning() -> None:
    assert lines(*LOOP, data={"xs": ["a"], "loop": {"index": "i", "length": "l"}}) == ["i/l a"]


def test_a_variable_named_loop_keeps_its_meaning() -> None:
    own = p(link('for="loop in xs"')), p(field("loop.index")), p(END_FOR)
    around = (
        p(link('with="loop = xs[0]"')),
        p(FOR),
        p(field("loop.index")),
        p(END_FOR),
        p(link("/with")),
    )
    assert lines(*own, data={"xs": [{"index": "i"}]}) == ["i"]
    assert lines(*around, data={"xs": [{"index": "i"}, {}]}) == ["i", "i"]


def test_there_is_no_loop_outside_a_loop() -> None:
    (finding,) = mismatches(*LOOP, p(field("loop.index")), data={"xs": []})
    assert finding.message == "“loop” is not in the data."


def test_there_is_no_loop_around_the_outermost() -> None:
    blocks = p(FOR), p(field("loop.outer.index")), p(END_FOR)
    (finding,) = mismatches(*blocks, data={"xs": [1]})
    assert finding.message == "“outer” is not in “loop”."
