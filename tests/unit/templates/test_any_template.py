"""Whatever a designer puts together, and whatever is sent: the text is right and the XML safe.

Templates are drawn as trees of the constructs of the engine; the same tree says which
paragraphs must come out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from filling import filled
from greffier_templates.gate.odf import open_odf
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odt import (
    bullets,
    field,
    find,
    frame,
    input_field,
    item,
    link,
    odt,
    p,
    part,
    plain,
    row,
    section,
    span,
    table,
    text,
    typed,
)

#: Text without what is cleaned on the way; test_data looks at that. A brace may begin a tag.
WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" ", exclude_characters="{"),
    max_size=12,
)
CARRIERS: dict[str, Callable[[str], str]] = {"link": link, "input": input_field, "typed": typed}
NAMES = st.sampled_from(sorted(CARRIERS))
DATA = st.fixed_dictionaries(
    {
        "xs": st.lists(WORDS, max_size=3),
        "yes": st.booleans(),
        "word": st.text(
            st.characters(exclude_categories=["C", "Zl", "Zp"], include_characters="\n\t"),
            max_size=20,
        ),
    }
)


@dataclass(frozen=True)
class Piece:
    """XML of a template, and the paragraphs it makes of some data."""

    xml: str
    expected: Callable[[dict], list[str]]


def _turns(instruction: str, data: dict) -> int:
    return len(data["xs"]) if instruction.startswith("for") else int(data["yes"])


@st.composite
def sentences(draw: st.DrawFn) -> Piece:
    """One paragraph: text, fields, functions and blocks within it."""
    before, inside, after = draw(WORDS), draw(WORDS), draw(WORDS)
    kind = draw(st.sampled_from(["text", "field", "function", "for", "if"]))
    make = CARRIERS[draw(NAMES)]
    if kind == "text":
        return Piece(p(text(before + after)), lambda data: [before + after])
    if kind in ("field", "function"):
        value = field("word") if kind == "field" else make('function="word"')
        xml = p(text(before), value, text(after))
        return Piece(xml, lambda data: [before + data["word"] + after])
    opening, closing = make('for="x in xs"' if kind == "for" else 'if="yes"'), make(f"/{kind}")
    words = [text(before), opening, text(inside), closing, text(after)]
    # Formatting that begins and ends anywhere, also within the block.
    start, end = sorted((draw(st.integers(0, 5)), draw(st.integers(0, 5))))
    xml = p(*words[:start], span(*words[start:end]), *words[end:])
    return Piece(xml, lambda data: [before + inside * _turns(kind, data) + after])


def _joined(pieces: list[Piece]) -> Piece:
    return Piece(
        "".join(piece.xml for piece in pieces),
        lambda data: [line for piece in pieces for line in piece.expected(data)],
    )


def _around(wrap: Callable[[str], str]) -> Callable[[Piece], Piece]:
    return lambda inner: Piece(wrap(inner.xml), inner.expected)


def _block(inner: Piece, instruction: str, carrier: str, wrap: Callable[[str], str]) -> Piece:
    """A block whose ends stand alone, in paragraphs, rows or items."""
    name, make = instruction.partition("=")[0], CARRIERS[carrier]
    xml = wrap(make(instruction)) + inner.xml + wrap(make(f"/{name}"))
    return Piece(xml, lambda data: inner.expected(data) * _turns(name, data))


INSTRUCTIONS = st.sampled_from(['for="x in xs"', 'if="yes"'])


def _containers(blocks: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    rows = blocks.map(_around(lambda inner: row(cell_of(inner))))
    items = blocks.map(_around(lambda inner: f"<text:list-item>{inner}</text:list-item>"))
    return st.one_of(
        st.builds(_block, blocks, INSTRUCTIONS, NAMES, st.just(p)),
        st.builds(_block, rows, INSTRUCTIONS, NAMES, st.just(row)).map(_around(table)),
        st.builds(_block, items, INSTRUCTIONS, NAMES, st.just(item)).map(_around(_list)),
        blocks.map(_around(section)),
        blocks.map(_around(lambda inner: p(frame(inner)))).map(
            lambda framed: Piece(framed.xml, lambda data: ["", *framed.expected(data)])
        ),
        st.lists(blocks, min_size=1, max_size=3).map(_joined),
    )


def cell_of(blocks: str) -> str:
    return f'<table:table-cell office:value-type="string">{blocks}</table:table-cell>'


def _list(items: str) -> str:
    return bullets().replace("</text:list>", f"{items}</text:list>")


TEMPLATES = st.recursive(sentences(), _containers, max_leaves=6)


def _lines(document: bytes) -> Iterator[str]:
    return map(plain, find(part(document), "//text:p | //text:h"))


@settings(max_examples=150, deadline=None)
@given(TEMPLATES, DATA)
def test_the_text_is_that_of_the_template_and_the_data(template: Piece, data: dict) -> None:
    document = filled(odt(p("first"), template.xml, p("last")), data)
    found, expected = list(_lines(document)), ["first", *template.expected(data), "last"]
    assert _not_blank(found) == _not_blank(expected)
    # Where blocks wrote nothing, what would be blank is not there; test_blanks looks at that.
    assert len(found) <= len(expected)


def _not_blank(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


@settings(max_examples=60, deadline=None)
@given(TEMPLATES, st.lists(st.text(), max_size=3), st.text())
def test_the_gate_finds_nothing_to_change(template: Piece, xs: list[str], word: str) -> None:
    document = filled(odt(template.xml), {"xs": xs, "yes": True, "word": word})
    cleaned = open_odf(document, kinds={"odt"})
    assert cleaned.warnings == ()
    for name in ("content.xml", "styles.xml", "meta.xml"):
        assert _canonical(cleaned.parts[name]) == _canonical(etree.tostring(part(document, name)))


def _canonical(xml: bytes) -> bytes:
    out = io.BytesIO()
    etree.fromstring(xml).getroottree().write_c14n(out)
    return out.getvalue()
