"""Sections, tables and frames whose name is a condition or a loop."""

from __future__ import annotations

import pytest
from filling import filled, lines, mistakes
from greffier_templates.errors import TemplateInvalid
from greffier_templates.prepared import prepare
from odt import cell, field, find, frame, h, link, odt, p, paragraphs, part, row, section, table

DATA = {"yes": True, "no": False, "xs": ["a", "b"], "n": {"m": 3}, "none": []}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("py3o.if(yes)", ["in"]),
        ("py3o.if(no)#1", []),
        ("py3o.if(n.m &gt; 2 and 'é' == &quot;é&quot;) #12", ["in"]),
        ("py3o.if((n.m - 3) * (n.m))1", []),
        ("py3o.if(yes == ‘a’)#1", []),
        ("py3o.for(x in xs)", ["in", "in"]),
        ("py3o.for(x in none)#2", []),
    ],
)
def test_sections_tables_and_frames(name: str, shown: list[str]) -> None:
    around = p("a"), p("z")
    assert lines(around[0], section(p("in"), name=name), around[1], data=DATA) == ["a", *shown, "z"]
    assert lines(around[0], table(row("in"), name=name), around[1], data=DATA) == ["a", *shown, "z"]
    framed = p("a", frame(p("in"), name=name.replace("&gt;", ">").replace("&quot;", '"')))
    assert lines(framed, around[1], data=DATA) == ["a", *shown, "z"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("py3o:if(yes)#1", ["in"]),
        ("py3o:if(not(n:m))", []),
        ("py3o:for(x:in:xs)#3", ["in", "in"]),
        ("py3o:for(i,x:in:enumerate(xs))", ["in", "in"]),
    ],
)
def test_colons_in_the_names_of_tables(name: str, shown: list[str]) -> None:
    assert lines(table(row("in"), name=name), p("z"), data=DATA) == [*shown, "z"]


def test_fields_instructions_and_names_within() -> None:
    inner = table(
        row(link('for="y in xs"'), ""),
        row(field("y"), field("x")),
        row(link("/for"), ""),
        name="py3o.if(x == 'b')#1",
    )
    blocks = section(h(field("x")), inner, p(field("loop.index")), name="py3o.for(x in xs)#1")
    assert lines(blocks, data=DATA) == ["a", "1", "b", "a", "b", "b", "b", "2"]


def test_names_in_the_document_are_unique_and_say_nothing() -> None:
    document = filled(
        odt(
            section(p("1"), name="Section 1"),
            section(p("2"), table(row("t"), name="py3o.if(yes)"), name="py3o.for(x in xs)"),
            p(frame(p("f"), name="py3o.if(yes)#1"), frame(p("f"), name="py3o.for(x in xs)#1")),
        ),
        DATA,
    )
    found = find(part(document), "//@text:name | //@table:name | //@draw:name")
    assert len(found) == len(set(found)) == 8
    assert "py3o" not in " ".join(map(str, found))


def test_in_headers_cells_and_footnotes() -> None:
    inside = p("out") + section(p("in"), name="py3o.if(no)#1")
    document = filled(odt(table(row(cell(inside))), header=inside), DATA)
    assert paragraphs(document) == ["out"]
    assert paragraphs(document, "styles.xml") == ["out"]


def test_between_the_ends_of_a_block() -> None:
    blocks = p(link('if="yes"')), section(p("in"), name="py3o.if(no)"), p("b"), p(link("/if"))
    assert lines(*blocks, data=DATA) == ["b"]


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        (section(p("a"), name="py3o.iff(yes)"), "name-not-understood"),
        (section(p("a"), name="Py3o.if(yes)"), "name-not-understood"),
        (section(p("a"), name="py3o:if(yes)"), "name-not-understood"),
        (table(row("a"), name="py3o.with(x = 1)"), "name-not-understood"),
        (section(p("a"), name="py3o.if(yes &amp;)"), "expression-refused"),
        (section(p("a"), name="py3o.for(xs)"), "expression-refused"),
        (p(frame(p("a"), name="py3o.iff(yes)")), "picture-name-unknown"),
        (
            p(frame(p("a"), name="py3o.for(x in xs)").replace("as-char", "paragraph")),
            "frame-not-in-text",
        ),
        (
            section(p(link('if="yes"')), name="py3o.if(yes)") + p(link("/if")),
            "block-crosses-container",
        ),
    ],
)
def test_mistakes(blocks: str, code: str) -> None:
    (finding,) = mistakes(blocks)
    assert finding.code == code
    assert finding.where


class _Nested:
    """Blocks that include each other, each with as many conditions as one may have."""

    def load(self, name: str) -> bytes | None:
        number = int(name.removeprefix("b"))
        inner = p(link(f'include="b{number + 1}"')) if number < 4 else p("x")
        return odt(_conditions(inner))

    def names(self) -> list[str]:
        return [f"b{number}" for number in range(5)]


def _conditions(inner: str) -> str:
    around = p(link('if="yes"')) * 49 + inner + p(link("/if")) * 49
    for number in range(49):
        around = section(around, name=f"py3o.if(yes)#{number}")
    return around


def test_nesting_is_bounded_over_all_that_is_included() -> None:
    assert paragraphs(filled(odt(_conditions(p("x"))), DATA)) == ["x"]
    with pytest.raises(TemplateInvalid, match="150 deep"):
        prepare(odt(p(link('include="b0"'))), _Nested())


def test_nesting_is_bounded() -> None:
    blocks = p("x")
    for number in range(51):
        blocks = section(blocks, name=f"py3o.if(yes)#{number}")
    (finding,) = mistakes(blocks)
    assert finding.code == "blocks-too-deep"
    assert finding.where.count("section") == 51
