"""Drawings in SVG are made anew of what draws; everything else is refused by what it is."""

from __future__ import annotations

import pytest
from greffier_templates.errors import ValueRefused
from greffier_templates.gate.limits import DEFAULT_LIMITS
from greffier_templates.gate.pictures import clean_picture
from greffier_templates.pictures.images import Picture, Pictures, read_image
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def svg(inner: str, size: str = 'width="90" height="60"') -> bytes:
    return f"{HEAD}{size}>{inner}</svg>".encode()


def drawn(inner: str, size: str = 'width="90" height="60"') -> Picture:
    return read_image(svg(inner, size))


def shown(inner: str) -> str:
    """What is left of a drawing, without its root."""
    root = etree.fromstring(drawn(inner).content)
    return "".join(
        etree.tostring(child, encoding="unicode", with_tail=False)
        .replace(' xmlns="http://www.w3.org/2000/svg"', "")
        .replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
        for child in root
    )


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('width="90" height="60"', (90, 60)),
        ('width="9cm" height="60mm"', (340.16, 226.77)),
        ('width="72pt" height="6pc" viewBox="0 0 1 1"', (96, 96)),
        ('viewBox="-10 -10 200 100"', (200, 100)),
        ('width="50" viewBox="0 0 200 100"', (50, 25)),
        ('height="50" viewBox="0,0,200,100"', (100, 50)),
        ('width="100%" height="100%" viewBox="0 0 200 100"', (200, 100)),
    ],
)
def test_the_size_is_that_of_the_drawing(size: str, pixels: tuple[float, float]) -> None:
    picture = drawn('<rect width="1" height="1"/>', size)
    assert (picture.width_px, picture.height_px) == pytest.approx(pixels, abs=0.01)
    assert (picture.extension, picture.media_type) == ("svg", "image/svg+xml")


def test_a_drawing_without_a_size_is_refused() -> None:
    with pytest.raises(ValueRefused, match="without a size"):
        drawn("<rect/>", 'width="100%"')


def test_what_draws_stays() -> None:
    inner = (
        '<defs><linearGradient id="a"><stop offset="0" stop-color="#c00"/></linearGradient>'
        '<clipPath id="b"><circle cx="5" cy="5" r="5"/></clipPath></defs>'
        '<g transform="translate(3 4) rotate(45)"><path d="M0 0L1.5-2e-3z" fill="url(#a)"/>'
        '<use xlink:href="#c" clip-path="url(#b)"/></g><rect id="c" width="3" height="2"/>'
        '<text x="1" y="2" font-family="\'Liberation Sans\', sans-serif">To<tspan dy="1">w</tspan>n'
        "</text>"
    )
    assert shown(inner) == inner


def test_what_an_editor_added_is_left_out() -> None:
    left = shown(
        '<e:view xmlns:e="urn:editor" e:zoom="2"><rect/></e:view><title>Arms</title><desc>x</desc>'
        '<metadata><who>Vandenbroucke</who></metadata><a href="http://example.org/" class="x">'
        '<rect data-who="Vandenbroucke" aria-label="x" width="3"/></a><!-- comment -->'
    )
    assert left == '<g><rect width="3"/></g>'


def test_colours_and_small_numbers_are_no_large_numbers() -> None:
    inner = (
        '<rect fill="#2e3436" stroke="#12345678" x="1e-9" y="0.1234567890123" '
        'transform="matrix(1,0,0,1,1e2,-1234567.5)"/>'
    )
    assert shown(inner) == inner


def test_style_sheets_become_attributes() -> None:
    inner = (
        "<style>/* Illustrator */ .a,.b{fill:#c00;stroke:none} rect.b{fill:#0c0}"
        " #one{opacity:.5} circle{fill:#00c !important} .a{mix-blend-mode:multiply}</style>"
        '<rect class="a" fill="blue"/><rect class="x b"/><rect id="one" class="a" '
        'style="fill: #fff; -inkscape-font-specification: x"/><circle/>'
    )
    assert shown(inner) == (
        '<rect fill="#c00" stroke="none"/><rect fill="#0c0" stroke="none"/>'
        '<rect id="one" fill="#fff" stroke="none" opacity=".5"/><circle fill="#00c"/>'
    )


BOMB = "".join(
    f'<g id="g{n}">{f"""<use xlink:href="#g{n - 1}"/>""" * 10}</g>' if n else '<rect id="g0"/>'
    for n in range(8)
)
CHAIN = "".join(f'<g id="g{n}"><use xlink:href="#g{n + 1}"/></g>' for n in range(500))
NESTED_CLIPS = "".join(
    f'<clipPath id="c{n}">{f"""<rect clip-path="url(#c{n - 1})"/>""" * 12}</clipPath>'
    for n in range(1, 8)
)

HOSTILE = [
    ('<image xlink:href="file:///etc/passwd"/>', "another picture"),
    ('<image href="data:image/png;base64,iVBORw0KGgo="/>', "another picture"),
    ('<use xlink:href="http://127.0.0.1:9/a.svg#a"/>', "a link to something outside"),
    ('<use href="other.svg#a"/>', "a link to something outside"),
    ('<use href="data:image/svg+xml;base64,AAAA#a"/>', "a link to something outside"),
    ('<g xml:base="http://127.0.0.1:9/"/>', "a link to something outside"),
    ('<rect fill="url(http://127.0.0.1:9/a#b)"/>', "a link to something outside"),
    ('<rect fill="URL( file:///etc/passwd )"/>', "a link to something outside"),
    ('<rect style="fill:url(//host/a)"/>', "a link to something outside"),
    ("<style>rect{fill:url('http://127.0.0.1:9/a')}</style>", "a link to something outside"),
    ('<linearGradient xlink:href="http://127.0.0.1:9/a"/>', "a link to something outside"),
    ("<style>@import url(http://127.0.0.1:9/a.css);</style>", "a style sheet with more"),
    ("<style>@font-face{font-family:x;src:url(x)}</style>", "a style sheet with more"),
    ("<style>a > b{fill:red}</style>", "a style sheet with more"),
    ("<style>rect{fill:red</style>", "a style sheet with more"),
    (r'<rect style="fill:u\72l(x)"/>', "a style that is not understood"),
    ("<rect fill='image(a.png)\\'/>", "a value that is not understood"),
    ("<rect fill='javascript:alert(1)'/>", "a value that is not understood"),
    ("<rect fill='&lt;x>'/>", "a value that is not understood"),
    ("<script>alert(1)</script>", "a script"),
    ('<rect onload="x()"/>', "a script"),
    ("<foreignObject><p/></foreignObject>", "content that is no drawing"),
    ('<filter id="f"><feImage xlink:href="a.png"/></filter>', "a filter"),
    ('<animate attributeName="href" to="x"/>', "an animation"),
    ('<set attributeName="href" to="x"/>', "an animation"),
    ("<pattern/>", "a pattern"),
    ("<marker/>", "markers on lines"),
    ("<textPath/>", "text on a path"),
    ("<svg/>", "a drawing in the drawing"),
    ("<audio/>", "sound"),
    ("<unheardOf/>", "an element that does not draw"),
    ('<path d="M0 0 L url(x)"/>', "a path that is none"),
    ('<polygon points="0,0 1e1,x"/>', "a path that is none"),
    ('<g transform="scale(1e9)"/>', "a number that is too large"),
    ('<rect width="123456789"/>', "a number that is too large"),
    ('<path d="M123456789 0"/>', "a number that is too large"),
    ('<path d="M0 0L1.e+0007 0"/>', "a number that is too large"),
    ('<path d="M0 0h1" stroke-dasharray="0.0001 0.0001"/>', "dashes too fine"),
    ('<path d="M0 0h1" stroke-dasharray="0"/>', "dashes too fine"),
    (BOMB, "references that multiply"),
    (CHAIN, "references to references"),
    (NESTED_CLIPS, "references that multiply"),
    ('<g id="a"><use xlink:href="#a"/></g>', "references that go in a circle"),
    (
        '<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>',
        "references that go in a circle",
    ),
    ('<clipPath id="a"><g clip-path="url(#a)"/></clipPath>', "references that go in a circle"),
    ("<g/>" * 20_001, "more than 20,000 elements"),
    (f'<path d="{"M0 0" * 500_001}"/>', "more than 2,000,000 characters of paths"),
    ("<g>" * 300 + "</g>" * 300, "XML that is damaged"),
    ("<rect>", "XML that is damaged"),
    ("<?xml-stylesheet href='a.css'?>", "XML that is damaged"),
]


@pytest.mark.parametrize(("inner", "found"), HOSTILE)
def test_what_does_more_than_draw_is_refused(inner: str, found: str) -> None:
    with pytest.raises(ValueRefused, match=f"is an SVG drawing with {found}") as caught:
        drawn(inner)
    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize(
    "subset",
    [
        '[<!ENTITY x SYSTEM "file:///etc/passwd">]',
        '[<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]',
        '[<!ATTLIST svg onload CDATA "x()">]',
    ],
)
def test_entities_are_refused_before_they_are_read(subset: str) -> None:
    content = f"<!DOCTYPE svg {subset}>".encode() + svg("<text>&x;</text>")
    with pytest.raises(ValueRefused, match="XML that is damaged or declares entities"):
        read_image(content)


def test_the_public_document_type_says_nothing() -> None:
    content = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert b"DTD" not in read_image(content + svg('<rect width="1"/>')).content


def test_a_large_drawing_is_refused() -> None:
    with pytest.raises(ValueRefused, match="larger than 4 MB"):
        read_image(svg("<!--" + "x" * 4_000_000 + "-->"))


def test_the_gate_lets_a_drawing_made_anew_through_as_it_is() -> None:
    content = drawn('<style>.a{fill:red}</style><g class="a"><text>a b</text></g>').content
    assert clean_picture(content, "", DEFAULT_LIMITS) == content
    assert read_image(content).content == content


def test_drawings_of_documents_may_have_effects_and_keep_them() -> None:
    content = svg(
        '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'
        '<pattern id="p" patternUnits="userSpaceOnUse"><rect/></pattern>'
        '<rect filter="url(#f)" fill="url(#p)"/>'
    )
    cleaned = clean_picture(content, "", DEFAULT_LIMITS)
    for part in (b'stdDeviation="2"', b'filter="url(#f)"', b"patternUnits"):
        assert part in cleaned


def test_the_middle_of_a_drawing_is_shown() -> None:
    pictures = Pictures()
    whole = pictures.read(svg("<rect/>", 'width="40mm" height="20mm" viewBox="10 10 200 100"'))
    assert whole is not None
    square = pictures.crop(whole, 1.0)
    assert square.ratio == pytest.approx(1)
    root = etree.fromstring(square.content)
    assert root.get("viewBox") == "60 10 100 100"
    assert float(root.get("width", "")) == pytest.approx(20 * 96 / 25.4, abs=0.01)


_NAMES = st.sampled_from(
    ["svg", "g", "rect", "path", "text", "tspan", "use", "style", "script", "image", "a", "title"]
)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "class", "style", "fill", "d", "href", "x", "onload", "transform"]),
    st.text("abM0 1-.#():;url{}", max_size=12)
    | st.sampled_from(["#a", "url(#a)", "a", "fill:red"]),
    max_size=4,
)


def _element(parts: tuple[str, dict[str, str], str, list[etree._Element]]) -> etree._Element:
    name, attributes, text, children = parts
    element = etree.Element(f"{{http://www.w3.org/2000/svg}}{name}", attributes)
    element.text = text
    element.extend(children)
    return element


_ELEMENTS = st.recursive(
    st.tuples(_NAMES, _ATTRIBUTES, st.text("ab {}.", max_size=9), st.just([])).map(_element),
    lambda children: st.tuples(
        _NAMES, _ATTRIBUTES, st.text("ab ", max_size=3), st.lists(children, max_size=4)
    ).map(_element),
    max_leaves=12,
)


@given(_ELEMENTS)
def test_making_a_drawing_anew_twice_changes_nothing(inner: etree._Element) -> None:
    content = svg(etree.tostring(inner, encoding="unicode"))
    try:
        picture = read_image(content)
    except ValueRefused:
        return
    assert read_image(picture.content).content == picture.content
    assert clean_picture(picture.content, "", DEFAULT_LIMITS) == picture.content
    root = etree.fromstring(picture.content)
    for element in root.iter():
        assert etree.QName(element).localname not in ("script", "image", "style", "a", "title")
        assert not {"style", "class", "onload", "href"} & set(element.attrib)
