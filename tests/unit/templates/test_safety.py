"""Whatever carries an expression, it reaches neither Python nor files, and it ends."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import pytest
from greffier_templates.budget import FillLimits
from greffier_templates.errors import TemplateError, TemplateInvalid
from greffier_templates.gate.odf import open_odf
from greffier_templates.prepared import prepare
from greffier_templates.understanding.explain import explain
from greffier_templates.understanding.sample import samples
from greffier_templates.understanding.schema import schema
from odt import field, link, odt, p, picture, row, section, table

Carrier = Callable[[str], bytes]


def _around(marker: str, *blocks: str) -> str:
    return p(link(marker)) + "".join(blocks) + p(link(f"/{marker.partition('=')[0]}"))


def _named(kind: str, before: str = "") -> Carrier:
    return lambda text: odt(
        section(p("x"), name="NAME").replace('"NAME"', quoteattr(f"py3o.{kind}({before}{text})#1"))
    )


CARRIERS: dict[str, Carrier] = {
    "field": lambda text: odt(p(field(text))),
    "link": lambda text: odt(p(link(f"function={text}"))),
    "if": lambda text: odt(_around(f"if={text}", p("x"))),
    "elif": lambda text: odt(
        p(link('if="no"')), p("x"), p(link(f"elif={text}")), p("y"), p(link("/if"))
    ),
    "for": lambda text: odt(_around(f"for=x in {text}", p("x"))),
    "with": lambda text: odt(_around(f"with=x = {text}", p("x"))),
    "choose": lambda text: odt(
        p(link(f"choose={text}")), p(link("otherwise")), p(link("/otherwise")), p(link("/choose"))
    ),
    "column": lambda text: odt(table(row("a", p(link(f"if-column={text}"))))),
    "typed tag": lambda text: odt(p(escape("{{ " + text + " }}"))),
    "typed condition": lambda text: odt(p(escape("{% if " + text + " %}x{% endif %}"))),
    "property": lambda text: odt(
        p("x"), meta=f"<dc:title>{escape('{{ ' + text + ' }}')}</dc:title>"
    ),
    "section named if": _named("if"),
    "section named for": _named("for", "x in "),
    "picture": lambda text: odt(p(picture(f"py3o.image({text})"))),
    "alternative text": lambda text: odt(p(picture(f"py3o.image(photo, alt={text})"))),
    "code": lambda text: odt(p(picture(f"py3o.qr({text})"))),
    "formatted text": lambda text: odt(p(link(f"function=html({text})"))),
    "key": lambda text: odt(p(link(f"function=sorted(xs, key=lambda x: {text})"))),
    "header": lambda text: odt(p("x"), header=p(field(text))),
}
ESCAPES = (
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "open('/etc/passwd').read()",
    "eval('1')",
    "exec('1')",
    "getattr(name, 'x')",
    "name.__class__",
    "name['__class__']",
    "name.format(name)",
    "(lambda _x: _x)(1)",
    "[c for c in (1,) if (yield c)]",
    "globals()",
    "decimal.sys",
    "html.__globals__",
    "loop.__class__",
    "t.__func__",
    "name.as_eur.__class__",
    "2 ** 9999999",
    "1 << 99999",
)
BOMBS = (
    "'a' * 1000000000",
    "'%2000000000d' % 1",
    "sum(range(10**9))",
    "[x for x in range(9999) for y in range(9999) for z in range(9999)]",
    "'a'.zfill(2000000000)",
    "'a'.replace('', 'b' * 999999).replace('', 'c' * 999999)",
    "join([name] * 900000, name * 90)",
    "words(10 ** 9)",
    "99999999999999999999999999 * 99999999999999999999999999 * 10 ** 5",
    "sort([[1]] * 999999)",
)
DATA = {"name": "Ann", "no": False, "xs": [1, 2], "photo": "", "loop": {}}


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_carrier_lets_an_expression_out(carrier: str, text: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        prepare(CARRIERS[carrier](text))
    assert all(finding.where for finding in caught.value.findings)


@pytest.mark.parametrize("read", [schema, samples, explain])
@pytest.mark.parametrize("carrier", CARRIERS)
def test_nor_does_who_only_asks_what_a_template_is_about(
    carrier: str, read: Callable[[bytes], object]
) -> None:
    with pytest.raises(TemplateInvalid):
        read(CARRIERS[carrier](ESCAPES[0]))


@pytest.mark.parametrize("text", BOMBS)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_carrier_is_bounded(carrier: str, text: str) -> None:
    limits = FillLimits(steps=20_000, seconds=5, xml_bytes=4_000_000)
    out = io.BytesIO()
    try:
        prepare(CARRIERS[carrier](text)).fill(DATA, out, limits=limits)
    except TemplateError as error:
        assert error.findings
    else:
        assert len(out.getvalue()) < 4_000_000


HTML = (
    '<script>alert(1)</script><p onclick="x()">text</p>',
    '<img src="file:///etc/passwd"><img src="http://127.0.0.1/x.png">',
    '<a href="javascript:alert(1)">link</a><a href="file:///etc/passwd">file</a>',
    '<iframe src="http://127.0.0.1/"></iframe><object data="x"></object><embed src="x">',
    "<p style=\"background:url(http://127.0.0.1/x);font-family:'x';width:expression(1)\">y</p>",
    '<link rel="stylesheet" href="http://127.0.0.1/"><style>@import "http://127.0.0.1/"</style>',
    "<table><tr><td rowspan=99999 colspan=99999>x</td></tr></table>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
    "<b>" * 3000 + "deep",
    "<ul><li>" * 500 + "deep",
    "<p>\x00\x0b\ud800 bad signs</p>",
    "<svg><image href='http://127.0.0.1/x.png'/></svg><math><annotation>x</annotation></math>",
)


@pytest.mark.parametrize("html", HTML)
def test_formatted_text_brings_nothing_that_the_gate_would_take_out(html: str) -> None:
    source = odt(p(link('function="html(body)"')), p("in ", field("body")))
    for data in ({"body": html}, {"body": {"$html": html}}):
        try:
            prepare(source).fill(data, out := io.BytesIO())
        except TemplateError as error:
            assert "passwd" not in str(error)
            continue
        assert open_odf(out.getvalue(), kinds={"odt"}).warnings == ()
        for name, content in open_odf(out.getvalue(), kinds={"odt"}).parts.items():
            if name == "content.xml":
                assert b'xlink:href="http://127' not in content
                assert b"root:" not in content
