"""Where blocks write nothing, no blank paragraph, item, row, table or section is left behind."""

from __future__ import annotations

import pytest
from filling import filled, lines
from odt import (
    bullets,
    cell,
    field,
    find,
    footnote,
    frame,
    h,
    item,
    link,
    odt,
    p,
    paragraphs,
    part,
    picture,
    row,
    section,
    span,
    table,
)

NO, END = link('if="no"'), link("/if")
YES = link('if="yes"')
FOR, END_FOR = link('for="x in xs"'), link("/for")
DATA = {"no": False, "yes": True, "xs": [], "null": None, "name": ""}


@pytest.mark.parametrize(
    "paragraph",
    [
        p(NO, "text", END),
        p("  ", NO, "text", END, " "),
        h(NO, "text", END),
        p(span(NO, "text", END)),
        p(span("", NO), "text", span(END)),
        p(FOR, field("x"), END_FOR),
        p(NO, "a", END, " ", FOR, "b", END_FOR),
        p(YES, NO, "text", END, END),
        p(NO, "a", link('elif="no"'), "b", END),
        p(YES, field("null"), END),
        p(YES, field("name"), "<text:s/><text:tab/>", END),
        p(NO, picture("py3o.staticimage.logo"), END),
        p(frame(p("text"), name="py3o.if(no)")),
    ],
)
def test_a_paragraph_of_nothing_but_blocks_vanishes(paragraph: str) -> None:
    assert lines(p("a"), paragraph, p("z"), data=DATA) == ["a", "z"]


@pytest.mark.parametrize(
    ("paragraph", "shown"),
    [
        (p(NO, "text", END, "."), "."),
        (p("a ", NO, "text", END), "a "),
        (p(YES, "text", END), "text"),
        (p(NO, "a", link("else"), "b", END), "b"),
        (p(FOR, "a", link("empty"), "b", END_FOR), "b"),
        (p(NO, "a", END, field("null")), ""),
        (p(NO, "a", END, link('function="name"')), ""),
        (p(NO, "a", END, "<text:bookmark text:name='b'/>"), ""),
        (p(YES, frame(p()), END), ""),
        (p(), ""),
        (p(field("null")), ""),
    ],
)
def test_anything_beside_them_keeps_it(paragraph: str, shown: str) -> None:
    assert lines(p("a"), paragraph, p("z"), data=DATA)[:2] == ["a", shown]


def test_bookmarks_that_copying_left_behind_keep_no_paragraph() -> None:
    name = 'text:name="__DdeLink__12_345"'
    blocks = (
        p(f"<text:bookmark-start {name}/>", YES),
        p("a"),
        p(END, f"<text:bookmark-end {name}/>"),
        p('<text:bookmark text:name="_GoBack"/>', NO, "x", END),
    )
    assert lines(*blocks, data=DATA) == ["a"]


def test_each_turn_of_a_loop_by_itself() -> None:
    blocks = (
        p(link('for="n in ns"')),
        p(link('if="n > 1"'), field("n"), END),
        p(END_FOR),
    )
    assert lines(*blocks, data={"ns": [1, 2, 0, 3]}) == ["2", "3"]


def test_a_cell_a_frame_and_a_header_keep_one_paragraph() -> None:
    blank = p(NO, "text", END)
    source = odt(
        table(row(cell(blank, blank), "b")),
        p("x", frame(blank), footnote(blank)),
        header=blank,
        footer=blank + p("page"),
    )
    document = filled(source, DATA)
    assert paragraphs(document) == ["", "b", "x", "", ""]
    assert paragraphs(document, "styles.xml") == ["", "page"]
    kept = find(part(document), "//table:table-cell/text:p")
    assert len(kept) == 2


def test_a_list_item_vanishes_with_its_paragraph() -> None:
    items = bullets("a", item(p(NO, "text", END)), item(p(NO, "t", END), p("b")))
    root = part(filled(odt(items), DATA))
    assert len(find(root, "//text:list-item")) == 2
    only = part(filled(odt(p("a"), bullets(item(p(NO, "text", END)))), DATA))
    assert not find(only, "//text:list")


def test_a_row_vanishes_when_its_instructions_write_nothing() -> None:
    inside = p(NO, "text", END)
    between = p(NO) + p("text") + p(END)
    one = row("a", "b")
    for blank in (row(inside, inside), row(inside, ""), row(cell(between), cell(p()))):
        assert lines(table(one, blank, one), data=DATA) == ["a", "b", "a", "b"]


def test_a_row_with_something_else_stays() -> None:
    inside = p(NO, "text", END)
    for kept in (row(inside, "x"), row(inside, field("name")), row("", "")):
        shown = lines(table(row("a", "b"), kept), data=DATA)
        assert len(shown) == 4
    written = row(cell(p(YES, "text", END)), "")
    assert lines(table(written), data=DATA) == ["text", ""]


def test_a_row_that_is_merged_with_another_stays() -> None:
    tall = cell(p(NO, "text", END)).replace(
        "<table:table-cell", '<table:table-cell table:number-rows-spanned="2"'
    )
    rows = (
        f"<table:table-row>{tall}{cell(p())}</table:table-row>",
        "<table:table-row><table:covered-table-cell/>"
        + cell(p(NO, "t", END))
        + "</table:table-row>",
    )
    root = part(filled(odt(table(*rows)), DATA))
    assert len(find(root, "//table:table-row")) == 2


def test_a_heading_row_vanishes_with_what_says_that_it_repeats() -> None:
    root = part(filled(odt(table(row("a", "b"), header=row(p(NO, "t", END), ""))), DATA))
    assert not find(root, "//table:table-header-rows")
    assert len(find(root, "//table:table-row")) == 1


def test_a_table_without_rows_vanishes() -> None:
    rows = row(FOR, ""), row(field("x"), ""), row(END_FOR, "")
    document = filled(odt(p("a"), table(*rows), p("z")), DATA)
    assert not find(part(document), "//table:table")
    many = filled(odt(table(*rows)), {"xs": list(range(9_000))})
    assert len(find(part(many), "//table:table-row")) == 9_000


def test_a_list_without_items_vanishes() -> None:
    document = filled(odt(p("a"), bullets(FOR, field("x"), END_FOR)), DATA)
    assert not find(part(document), "//text:list")


def test_a_section_of_nothing_but_blocks_vanishes() -> None:
    for inside in (p(NO) + p("t") + p(END), p(NO, "t", END), section(p("t"), name="py3o.if(no)")):
        document = filled(odt(p("a"), section(inside), p("z")), DATA)
        assert paragraphs(document) == ["a", "z"]
        assert not find(part(document), "//text:section")
    assert lines(section(p(YES) + p("t") + p(END)), data=DATA) == ["t"]
    assert lines(section(p(), p(NO) + p("t") + p(END)), data=DATA) == [""]


def test_nothing_is_lost_where_much_is_written_first() -> None:
    blocks = p(link('for="n in ns"'), link('if="n == 8999"'), "end", END, END_FOR)
    assert lines(p("a"), blocks, data={"ns": list(range(9_000))}) == ["a", "end"]
    assert lines(p("a"), blocks, data={"ns": list(range(8_000))}) == ["a"]
