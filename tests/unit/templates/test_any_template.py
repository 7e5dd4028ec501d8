"""Whatever a designer puts together, and whatever is sent: the text is right and the XML safe."""

from __future__ import annotations

import io
from collections.abc import Iterator

from any_template import DATA, TEMPLATES, Piece
from filling import filled
from greffier_templates.gate.odf import open_odf
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from odt import find, odt, p, part, plain


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


@settings(max_examples=100, deadline=None)
@given(TEMPLATES, DATA, st.sets(st.sampled_from(["xs", "yes", "word"])))
def test_filling_twice_is_filling_once(template: Piece, data: dict, known: set[str]) -> None:
    source = odt(p("first"), template.xml, p("last"))
    first = filled(source, {name: data[name] for name in known}, undefined="keep")
    later = {name: value for name, value in data.items() if name not in known}
    assert list(_lines(filled(first, later))) == list(_lines(filled(source, data)))


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
