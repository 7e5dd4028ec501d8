"""The page break of a paragraph that vanishes goes to what is written next."""

from __future__ import annotations

from typing import Any

import pytest
from filling import filled
from greffier_templates.prepared import prepare
from odt import field, find, link, odt, p, part, plain, row, section, table

AUTOMATIC = (
    '<style:style style:name="Break" style:family="paragraph" style:parent-style-name="Standard">'
    '<style:paragraph-properties fo:break-before="page"/></style:style>'
    '<style:style style:name="Wide" style:family="paragraph" style:master-page-name="Standard">'
    '<style:paragraph-properties style:page-number="1"/></style:style>'
    '<style:style style:name="Bold" style:family="paragraph">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="Tab" style:family="table"><style:table-properties '
    'style:width="10cm"/></style:style>'
)
NO, YES, END = link('if="no"'), link('if="yes"'), link("/if")
FOR, EMPTY, END_FOR = link('for="x in xs"'), link("empty"), link("/for")
DATA = {"no": False, "yes": True, "xs": ["1", "2", "3"]}


def breaking(text: str) -> str:
    return p(text, style="Break")


def pages(*blocks: str, data: dict[str, Any] | None = None) -> list[str]:
    """The text of the body, page by page as its styles break it."""
    root = part(filled(odt(*blocks, automatic=AUTOMATIC), DATA | (data or {})))
    styles = {
        str(style): find(style.getparent(), "*/@fo:break-before | @style:master-page-name")
        for style in find(root, "//style:style/@style:name")
    }
    found = [""]
    for element in find(root, "//office:text//text:p[not(ancestor::table:table)] | //table:table"):
        names = find(element, "@text:style-name | @table:style-name")
        if names and styles.get(str(names[0])):
            found.append("")
        found[-1] += plain(element) if element.tag.endswith("}p") else "table"
    return found


def test_a_part_that_begins_with_a_break_does_so_in_each_turn() -> None:
    blocks = p("a"), breaking(FOR), p(field("x")), p("more"), p(END_FOR), p("z")
    assert pages(*blocks) == ["a", "1more", "2more", "3morez"]
    assert pages(*blocks, data={"xs": []}) == ["az"]


def test_a_break_of_the_first_paragraph_is_kept_as_it_is() -> None:
    blocks = p("a"), p(FOR), breaking(field("x")), p(END_FOR), p("z")
    assert pages(*blocks) == ["a", "1", "2", "3z"]


def test_a_break_at_the_end_of_a_loop_parts_the_turns_and_what_follows() -> None:
    blocks = p("a"), p(FOR), p(field("x")), breaking(END_FOR), p("z")
    assert pages(*blocks) == ["a1", "2", "3", "z"]
    assert pages(*blocks, data={"xs": []}) == ["az"]


def test_conditions() -> None:
    blocks = p("a"), breaking(YES), p("yes"), p(END), p("z")
    assert pages(*blocks) == ["a", "yesz"]
    assert pages(*blocks, data={"yes": False}) == ["az"]
    end = p("a"), p(YES), p("yes"), breaking(END), p("z")
    assert pages(*end) == ["ayes", "z"]
    other = p("a"), p(NO), p("no"), breaking(link("else")), p("other"), p(END), p("z")
    assert pages(*other) == ["a", "otherz"]
    assert pages(*other, data={"no": True}) == ["anoz"]


def test_the_first_of_several_that_is_written() -> None:
    maybe = p(link("if=\"x == '2'\"")), p("two"), p(END)
    held = p(link("if=\"x == '3'\""), "three", END)
    blocks = p("a"), breaking(FOR), *maybe, held, p(field("x")), p(END_FOR), p("z")
    assert pages(*blocks) == ["a", "1", "two2", "three3z"]


def test_the_break_of_a_condition_within_a_loop() -> None:
    inner = p(link("if=\"x == '2'\"")), p("two"), breaking(END)
    blocks = p("a"), p(FOR), p(field("x")), *inner, p(END_FOR), p("z")
    assert pages(*blocks) == ["a12two", "3z"]


def test_sections_and_tables_begin_the_page() -> None:
    in_section = p("a"), breaking(FOR), section(p(field("x")), p("b")), p(END_FOR), p("z")
    assert pages(*in_section) == ["a", "1b", "2b", "3bz"]
    tab = table(row("r")).replace("<table:table ", '<table:table table:style-name="Tab" ')
    in_table = p("a"), breaking(FOR), tab, p(field("x")), p(END_FOR), p("z")
    assert pages(*in_table) == ["a", "table1", "table2", "table3z"]


def test_the_style_is_otherwise_that_of_what_begins_the_page() -> None:
    blocks = p(FOR, style="Wide"), p(field("x"), style="Bold"), p(END_FOR)
    root = part(filled(odt(*blocks, automatic=AUTOMATIC), DATA))
    (name, *_) = find(root, "//office:text/text:p/@text:style-name")
    (style,) = find(root, f"//style:style[@style:name='{name}']")
    assert find(style, "@style:master-page-name") == ["Standard"]
    assert find(style, "style:paragraph-properties/@style:page-number") == ["1"]
    assert find(style, "style:text-properties/@fo:font-weight") == ["bold"]
    assert [etree_name(one) for one in style] == ["paragraph-properties", "text-properties"]


def etree_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


@pytest.mark.parametrize("inside", [lambda blocks: table(row(blocks)), section])
def test_breaks_inside_other_things_do_no_harm(inside: Any) -> None:
    blocks = breaking(FOR) + p(field("x")) + p(END_FOR)
    source = odt(p("a"), inside(blocks), p("z"), automatic=AUTOMATIC)
    assert "1" in [plain(one) for one in find(part(filled(source, DATA)), "//text:p")]
    assert prepare(source).warnings == ()
