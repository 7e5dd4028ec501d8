"""Draws templates as trees of the constructs of the engine.

The same tree says which paragraphs must come out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st
from odt import (
    bullets,
    field,
    frame,
    input_field,
    item,
    link,
    p,
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


def _branched(
    first: Piece, second: Piece, instruction: str, carrier: str, wrap: Callable[[str], str]
) -> Piece:
    """A block in two parts, of which one is written."""
    name = instruction.partition("=")[0]
    other = {"for": "empty", "if": "else"}[name]
    ends = [wrap(CARRIERS[carrier](one)) for one in (instruction, other, f"/{name}")]
    return Piece(
        ends[0] + first.xml + ends[1] + second.xml + ends[2],
        lambda data: (
            first.expected(data) * _turns(name, data)
            if _turns(name, data)
            else second.expected(data)
        ),
    )


def _named(inner: Piece, instruction: str, number: int) -> Piece:
    """A section whose name is the instruction."""
    name, _, argument = instruction.partition("=")
    argument = argument.strip('"')
    xml = section(inner.xml, name=f"py3o.{name}({argument})#{number}")
    return Piece(xml, lambda data: inner.expected(data) * _turns(name, data))


def _column(first: Piece, repeated: Piece, instruction: str) -> Piece:
    """A table of one row, the second column of which is repeated or left out."""
    name, _, argument = instruction.partition("=")
    marked = cell_of(p(link(f"{name}-column={argument}")) + repeated.xml)
    return Piece(
        table(row(cell_of(first.xml), marked)),
        lambda data: first.expected(data) + repeated.expected(data) * _turns(name, data),
    )


INSTRUCTIONS = st.sampled_from(['for="x in xs"', 'if="yes"'])


def _containers(blocks: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    rows = blocks.map(_around(lambda inner: row(cell_of(inner))))
    items = blocks.map(_around(lambda inner: f"<text:list-item>{inner}</text:list-item>"))
    return st.one_of(
        st.builds(_block, blocks, INSTRUCTIONS, NAMES, st.just(p)),
        st.builds(_block, rows, INSTRUCTIONS, NAMES, st.just(row)).map(_around(table)),
        st.builds(_block, items, INSTRUCTIONS, NAMES, st.just(item)).map(_around(_list)),
        st.builds(_branched, blocks, blocks, INSTRUCTIONS, NAMES, st.just(p)),
        st.builds(_branched, rows, rows, INSTRUCTIONS, NAMES, st.just(row)).map(_around(table)),
        st.builds(_named, blocks, INSTRUCTIONS, st.integers(1, 10**6)),
        st.builds(_column, blocks, blocks, INSTRUCTIONS),
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
