"""undefined: keep. What has no data stays as a working tag, and is filled the second time."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pytest
from filling import filled, mismatches
from greffier_templates.errors import TemplateInvalid
from greffier_templates.model import Filling, Undefined
from greffier_templates.prepared import prepare
from lxml import etree
from odt import (
    PNG,
    bullets,
    cell,
    field,
    find,
    footnote,
    h,
    input_field,
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

FOR, END_FOR = link('for="x in xs"'), link("/for")
NOW = {"town": "Exempleville", "yes": True, "no": False, "rows": [{"a": 1}, {"a": 2}]}
LATER = {"name": "Ann", "xs": [{"t": "p"}, {"t": "q"}], "maybe": True, "none": []}


def twice(
    *blocks: str,
    now: dict[str, Any] | None = None,
    later: dict[str, Any] | None = None,
    **around: str,
) -> list[str]:
    """The text after two fillings; the same as after one with all data."""
    now, later = NOW if now is None else now, LATER if later is None else later
    source = odt(*blocks)
    first = filled(source, now, undefined="keep")
    again = paragraphs(filled(first, later))
    assert again == paragraphs(filled(source, {**later, **now}))
    return again


def kept(*blocks: str) -> str:
    """The XML of the body after the first filling."""
    return body_of(filled(odt(*blocks), NOW, undefined="keep"))


def body_of(document: bytes) -> str:
    """The XML of the body of a document, written in one way."""
    (body,) = find(part(document), "//office:text")
    return etree.tostring(body, encoding="unicode")


def test_a_template_with_all_its_data_is_filled_as_always() -> None:
    blocks = (
        p(field("town")),
        p(FOR),
        p(field("x.t")),
        p(END_FOR),
        p(link('if="no"'), "n", link("/if")),
    )
    data = {**NOW, **LATER}
    source = odt(*blocks)
    assert filled(source, data, undefined="keep") == filled(source, data)


@pytest.mark.parametrize(
    "tag",
    [
        field("name"),
        link('function="name.upper()"'),
        input_field('function="name + town"'),
        field("format_datetime(date, 'd MMMM')"),
        span(field("name")),
    ],
)
def test_a_field_stays_as_it_stood(tag: str) -> None:
    expected = body_of(odt(p("a ", tag, " Exempleville")))
    assert kept(p("a ", tag, " ", field("town"))) == expected


def test_typed_tags_stay_as_they_were_typed() -> None:
    blocks = (
        p("{% for x in xs %}"),
        p("{{ x.t }} {{ town }}"),
        p("{% endfor %}"),
        p("{% if maybe %}a{% elif yes %}b{% endif %}{% if no %}c{% elif maybe %}d{% endif %}."),
    )
    first = filled(odt(*blocks), NOW, undefined="keep")
    assert paragraphs(first) == [
        "{% for x in xs %}",
        "{{ x.t }} Exempleville",
        "{% endfor %}",
        "{% if maybe %}a{% else %}b{% endif %}{% if maybe %}d{% endif %}.",
    ]
    assert paragraphs(filled(first, LATER)) == ["p Exempleville", "q Exempleville", "ad."]


def test_declarations_of_fields_stay() -> None:
    declaration = (
        '<text:user-field-decl office:value-type="string" office:string-value="n" '
        'text:name="py3o.name"/>'
    )
    declarations = f"<text:user-field-decls>{declaration}</text:user-field-decls>"
    assert "py3o.name" in kept(declarations, p("x"))
    assert "py3o" not in str(find(part(filled(odt(declarations, p("x")), {})), "//@text:name"))


def test_fields_are_filled_the_second_time() -> None:
    assert twice(p("Dear ", field("name"), " of ", field("town"))) == ["Dear Ann of Exempleville"]


def test_a_value_that_uses_something_missing_and_something_else_stays_whole() -> None:
    for expression in ("name or town", "town if maybe else name", "[town, name]"):
        assert "user-field-get" in kept(p(field(expression)))


@pytest.mark.parametrize("make", [link, input_field])
def test_a_loop_stays_with_what_is_known_filled_in(make: Any) -> None:
    opening, closing = make('for="x in xs"'), make("/for")
    blocks = p(opening), p(field("x.t"), " ", field("town")), p(closing)
    stays = p(opening) + p(field("x.t"), " Exempleville") + p(closing)
    assert kept(*blocks) == body_of(odt(stays))
    assert twice(*blocks) == ["p Exempleville", "q Exempleville"]


@pytest.mark.parametrize(
    "blocks",
    [
        (p("a ", FOR, field("x.t"), ", ", END_FOR, "z"),),
        (p("a ", span(FOR, field("x.t")), END_FOR, "z"),),
        (p("before ", FOR), p(field("x.t")), p(END_FOR, " after")),
        (p(FOR), p(field("loop.index"), "/", field("loop.length")), p(END_FOR)),
        (table(row(FOR, ""), row(field("x.t"), field("town")), row(END_FOR, "")),),
        (table(row("h", "i"), row(cell(p(FOR, field("x.t"))), cell(p("b", END_FOR)))),),
        (table(row(cell(p(FOR), p(field("x.t")), p(END_FOR)), "b")),),
        (table(row(cell(p(FOR), p(field("x.t"))), cell(p("c"), p(END_FOR)))),),
        (bullets(FOR, field("x.t"), END_FOR),),
        (bullets(FOR), p(field("x.t")), bullets(END_FOR)),
        (h(FOR), h(field("x.t")), h(END_FOR)),
        (p(FOR), section(p(field("x.t"))), p(END_FOR)),
        (p(FOR), table(row(field("x.t"))), p(END_FOR)),
        (p(FOR), p(field("x.t")), p(link("empty")), p("none"), p(END_FOR)),
        (p(link('for="x in none"')), p(field("x.t")), p(link("empty")), p("none"), p(END_FOR)),
        (p(FOR), p(link("if=\"x.t == 'p'\"")), p("p!"), p(link("/if")), p(END_FOR)),
        (p(FOR, link('if="x.t"')), p(field("x.t")), p(link("/if"), END_FOR)),
        (p(FOR), p(link('for="r in rows"'), field("r.a"), field("town"), END_FOR), p(END_FOR)),
        (p(link('for="r in rows"')), p(FOR), p(field("r.a"), field("x.t")), p(END_FOR), p(END_FOR)),
        (p(link('if="yes"')), p(FOR), p(field("x.t")), p(END_FOR), p(link("/if"))),
        (p(link('if="no"')), p(FOR), p(field("x.t")), p(END_FOR), p(link("/if")), p("z")),
        (p(link('with="k = name; l = k + k"')), p(field("l")), p(link("/with"))),
        (p(link('with="k = town"')), p(field("k"), field("name")), p(link("/with"))),
        (p("x", footnote(p(FOR), p(field("x.t")), p(END_FOR))),),
        (section(p(field("x.t")), name="py3o.for(x in xs)#1"),),
        (
            section(p(field("name")), name="py3o.if(maybe)"),
            section(p("b"), name="py3o.if(maybe)#2"),
        ),
        (table(row(field("town")), name="py3o.if(maybe)#2"),),
        (table(row("a", cell(p(link('for-column="x in xs"')), p(field("x.t"))))),),
        (table(row("a", cell(p(link('if-column="maybe"'), field("town"))), "c"), columns=3),),
    ],
)
def test_filling_twice_is_filling_once(blocks: tuple[str, ...]) -> None:
    assert any(line.strip() for line in twice(*blocks))


IF, ELIF, ELSE, END = link('if="maybe"'), link('elif="yes"'), link("else"), link("/if")


@pytest.mark.parametrize(
    ("instructions", "now", "shown"),
    [
        (('if="maybe"', 'elif="other"', "else"), {}, ['if="maybe"', 'elif="other"', "else", "/if"]),
        (('if="maybe"', 'elif="yes"', "else"), {}, ['if="maybe"', "else", "/if"]),
        (('if="no"', 'elif="maybe"', "else"), {}, ['if="maybe"', "else", "/if"]),
        (('if="no"', 'elif="yes"', 'elif="maybe"'), {}, []),
        (('if="yes"', 'elif="maybe"', "else"), {}, []),
        (('if="maybe"', 'elif="no"', 'elif="other"'), {}, ['if="maybe"', 'elif="other"', "/if"]),
    ],
)
def test_of_a_condition_stays_what_may_yet_hold(
    instructions: tuple[str, ...], now: dict[str, Any], shown: list[str]
) -> None:
    for make in (link, input_field):
        parts = [p(make(one)) + p(str(number)) for number, one in enumerate(instructions)]
        blocks = (*parts, p(make("/if")))
        root = part(filled(odt(*blocks), NOW | now, undefined="keep"))
        addresses = find(root, "//text:a/@xlink:href | //text:text-input/@text:description")
        assert len(addresses) == len(shown)
        later = {"maybe": False, "other": True}
        assert twice(*blocks, later=later)
        words = p(
            "a ", *(make(one) + str(number) for number, one in enumerate(instructions)), make("/if")
        )
        assert twice(words, later=later)
        if make is link:
            assert [str(one) for one in find(root, "//text:a//text()")] == shown


def test_text_beside_a_condition_that_may_hold() -> None:
    blocks = p("a ", IF), p("b"), p(ELSE, " c"), p("d ", END)
    for maybe in (True, False):
        assert twice(*blocks, later={"maybe": maybe})


def choose(argument: str, *cases: str) -> str:
    inner = "".join(p(link(f'when="{case}"')) + p(case) + p(link("/when")) for case in cases)
    other = p(link('otherwise=""')) + p("other") + p(link("/otherwise"))
    return p(link(f'choose="{argument}"')) + inner + other + p(link("/choose"))


def test_choices() -> None:
    assert twice(choose("", "no", "maybe")) == ["maybe"]
    assert twice(choose("", "yes", "maybe")) == ["yes"]
    assert twice(choose("name", "'Bert'", "'Ann'")) == ["'Ann'"]
    assert twice(choose("town", "'A'", "'B'")) == ["other"]


def test_the_tag_of_a_column_stays_once_in_each_table() -> None:
    rows = (
        row(link('for="r in rows"'), ""),
        row(field("r.a"), cell(p(link('for-column="x in xs"')), p(field("x.t")))),
        row(link("/for"), ""),
    )
    around = p(link('for="r in rows"')), table(*rows), p(link("/for"))
    first = filled(odt(*around), NOW, undefined="keep")
    assert len(find(part(first), "//text:a")) == 2
    assert twice(*around) == ["1", "p", "q", "2", "p", "q"] * 2
    vanishing = table(row(link('for="r in rows"'), link('for-column="x in xs"')), *rows[1:])
    with pytest.raises(TemplateInvalid, match="cannot stay"):
        prepare(odt(vanishing), keeps=True)


def test_codes_and_formatted_text() -> None:
    html = {"$html": "<p>one</p><p>two</p>"}
    assert twice(p(field("name")), p(field("text")), now={"text": html}) == ["Ann", "one", "two"]
    assert twice(p(field("text")), now={}, later={"text": html}) == ["one", "two"]
    code = p(picture("py3o.qr(name)"))
    first = filled(odt(code), {}, undefined="keep")
    assert find(part(first), "//draw:frame/@draw:name") == ["py3o.qr(name)"]
    assert find(part(filled(first, LATER)), "//draw:path | //draw:image | //draw:polygon")


def test_translations_stay_for_the_second_filling() -> None:
    texts = table(row("py3o.translations", "en", "fr"), row("hello", "Hello", "Bonjour"), columns=3)
    blocks = texts, p(field("t('hello')"), " ", field("name"), field("t('hello') + name"))
    assert twice(*blocks) == ["Hello AnnHelloAnn"]


def test_document_properties_stay_for_the_second_filling() -> None:
    meta = "<dc:title>For {{ name }} of {{ town }}</dc:title>"
    source = odt(p(field("town"), " ", "<text:title>x</text:title>"), meta=meta)
    first = filled(source, NOW, undefined="keep")
    assert find(part(first, "meta.xml"), "//dc:title/text()") == ["For {{ name }} of Exempleville"]
    second = filled(first, LATER)
    assert find(part(second, "meta.xml"), "//dc:title/text()") == ["For Ann of Exempleville"]
    assert paragraphs(second) == ["Exempleville For Ann of Exempleville"]


def test_ids_stay_unique() -> None:
    blocks = p(link('for="r in rows"')), bullets(FOR), p(field("x.t")), bullets(END_FOR), p(END_FOR)
    ids = find(part(filled(odt(*blocks), NOW, undefined="keep")), "//@xml:id")
    assert len(ids) == len(set(ids))
    assert twice(*blocks) == ["p", "q", "p", "q"]


def test_in_headers_and_footers() -> None:
    around = p(FOR) + p(field("x.t"), field("town")) + p(END_FOR)
    source = odt(p("x"), header=around, footer=around)
    first = filled(source, NOW, undefined="keep")
    assert (
        paragraphs(filled(first, LATER), "styles.xml")
        == [
            "pExempleville",
            "qExempleville",
        ]
        * 2
    )


def test_pictures_stay_with_their_placeholders() -> None:
    blocks = p(picture("py3o.image(photo)#1")), p(picture("py3o.staticimage.logo"))
    first = filled(odt(*blocks), {}, undefined="keep")
    root = part(first)
    assert find(root, "//draw:frame/@draw:name") == ["py3o.image(photo)#1", "py3o.staticimage.logo"]
    assert find(root, "//draw:image/@xlink:href") == ["Pictures/dot.png"] * 2
    data = base64.b64encode(PNG).decode()
    second = part(filled(first, {"photo": data}, images={"logo": PNG}))
    assert "py3o" not in str(find(second, "//draw:frame/@draw:name"))
    assert len(find(second, "//draw:image")) == 2


def test_names_of_tags_stay_unique() -> None:
    repeated = (
        picture("py3o.image(photo)"),
        picture("py3o.staticimage.logo"),
    )
    blocks = (
        p(link('for="r in rows"')),
        p(*repeated),
        section(p("s"), name="py3o.if(maybe)"),
        p(END_FOR),
    )
    first = filled(odt(*blocks), NOW, undefined="keep")
    names = [str(one) for one in find(part(first), "//@draw:name | //text:section/@text:name")]
    assert len(set(names)) == len(names) == 6
    data = base64.b64encode(PNG).decode()
    second = filled(first, {"photo": data, "maybe": False}, images={"logo": PNG})
    assert len(find(part(second), "//draw:image")) == 4
    assert not find(part(second), "//text:section")


def test_what_cannot_be_filled_later_is_told() -> None:
    blocks = p(link('for="r in rows"')), p(field("r.b")), p(END_FOR)
    (finding,) = mismatches(*blocks, data=NOW, undefined="keep")
    assert finding.message == "“b” is not in “r”. The same in 1 more items."
    assert "“r” is gone then" in finding.hint
    for tag in (field("str(r.a) + name"), link('if="r.a > limit"') + "x" + link("/if")):
        (finding,) = mismatches(*(blocks[0], p(tag), blocks[2]), data=NOW, undefined="keep")
        assert "“r” is gone then" in finding.hint


def test_a_variable_of_a_loop_that_stays_hides_the_data_of_its_name() -> None:
    blocks = p(link('for="town in towns"')), p(field("town")), p(END_FOR)
    assert field("town") in kept(*blocks)
    assert twice(*blocks, now=NOW, later={"towns": ["A", "B"]}) == ["A", "B"]


def test_a_wrong_value_is_an_error_all_the_same() -> None:
    (finding,) = mismatches(p(field("rows")), data=NOW, undefined="keep")
    assert finding.code == "value-refused"


def test_three_fillings() -> None:
    blocks = p(FOR), p(field("x.t"), field("a"), field("b")), p(END_FOR)
    first = filled(odt(*blocks), {"a": 1}, undefined="keep")
    second = filled(first, {"b": 2}, undefined="keep")
    assert paragraphs(filled(second, LATER)) == ["p12", "q12"]


def test_it_must_be_asked_for_when_preparing() -> None:
    with pytest.raises(ValueError, match="prepared for it"):
        prepare(odt(p("x"))).fill({}, BytesIO(), Filling(undefined=Undefined.KEEP))
