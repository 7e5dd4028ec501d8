"""Whatever HTML is sent: the document is well-formed and the gate finds nothing to change."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

from filling import filled
from greffier_templates.gate.odf import open_odf
from greffier_templates.rich.parsing import clean, parse
from hypothesis import HealthCheck, given, settings
from lxml import etree
from odt import bullets, cell, field, footnote, frame, h, item, odt, p, paragraphs, part, row, table
from rich_html import DROPPED, HTML

STYLES = (
    '<style:style style:name="Citation" style:family="paragraph"/>'
    '<style:style style:name="Fort" style:family="text"/>'
)
VALUE = field("x.as_html")
#: Every kind of place that a text may stand in.
TEMPLATE = odt(
    p(VALUE),
    p("in a sentence: ", VALUE, "."),
    h(VALUE),
    bullets(item(p(VALUE))),
    table(row(cell(p(VALUE)), "b")),
    p(frame(p(VALUE)), footnote(p(VALUE))),
    header=p(VALUE),
    styles=STYLES,
)
OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@OFTEN
@given(HTML)
def test_the_gate_finds_nothing_to_change(html: str) -> None:
    document = filled(TEMPLATE, {"x": html})
    cleaned = open_odf(document, kinds={"odt"})
    assert cleaned.warnings == ()
    for name in ("content.xml", "styles.xml"):
        assert _canonical(cleaned.parts[name]) == _canonical(etree.tostring(part(document, name)))


@OFTEN
@given(HTML)
def test_every_style_that_is_used_is_there(html: str) -> None:
    document = filled(TEMPLATE, {"x": html})
    for name in ("content.xml", "styles.xml"):
        root = part(document, name)
        made = {
            str(value)
            for value in root.xpath("//@*[local-name()='name' and starts-with(., 'Rich')]")
        }
        used = {
            str(value)
            for value in root.xpath("//@*[local-name()='style-name' and starts-with(., 'Rich')]")
        }
        assert used <= made


@OFTEN
@given(HTML)
def test_no_word_is_lost(html: str) -> None:
    shown = "".join(paragraphs(filled(odt(p(VALUE)), {"x": html})))
    body = parse(html).body
    expected = "" if body is None else "".join(_shown(body))
    assert _letters(shown) == _letters(expected)


def _shown(element: etree._Element) -> Iterator[str]:
    """The texts of an element that are printed, as far as elements are concerned."""
    style = element.get("style", "")
    if element.tag not in DROPPED and "display:none" not in style and "ignore" not in style.lower():
        yield element.text or ""
        for child in element:
            yield from _shown(child)
            yield child.tail or ""


def _letters(text: str) -> Counter[str]:
    return Counter(one for one in clean(text) if one.isalnum())


def _canonical(xml: bytes) -> bytes:
    out = io.BytesIO()
    etree.fromstring(xml).getroottree().write_c14n(out)
    return out.getvalue()
