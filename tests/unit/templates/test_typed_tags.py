"""Tags that are typed into the text are found whatever Writer did to them, and nothing else is."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from filling import filled, lines, mistakes
from greffier_templates.errors import TemplateInvalid
from greffier_templates.prepared import prepare
from hypothesis import given, settings
from hypothesis import strategies as st
from odt import (
    bullets,
    field,
    find,
    footnote,
    frame,
    h,
    item,
    odt,
    p,
    paragraphs,
    part,
    row,
    span,
    table,
    text,
)

DATA: dict[str, Any] = {
    "name": "Ann",
    "urgent": True,
    "fee": 2,
    "rows": [{"n": "a"}, {"n": "b"}],
}
BOOKMARK = '<text:bookmark text:name="b"/>'
SOFT_BREAK = "<text:soft-page-break/>"
COMMENT = "<office:annotation><text:p>{{ ask }}</text:p></office:annotation>"


@pytest.mark.parametrize(
    "written",
    [
        "{{ name }}",
        "{{name}}",
        "{<text:span>{ name }</text:span>}",
        f"{{{{ na{BOOKMARK}me }}}}",
        f"{{{{ na{SOFT_BREAK}me }}}}",
        f"{{{{ na{COMMENT}me }}}}",
        "{{ <text:span>na</text:span><text:span>me</text:span> }}",
        "{{<text:s/>name<text:tab/>}}",
        "{{\u00a0name\u202f}}",
        "{{ na\u200bme }}",
        "{{ na\u00adme }}",
        "{{- name -}}",
    ],
)
def test_a_value_is_found_however_it_is_cut(written: str) -> None:
    assert lines(p("Dear ", written, "!"), data=DATA) == ["Dear Ann!"]


def test_what_lies_between_the_pieces_of_a_tag_stays() -> None:
    done = filled(odt(p(f"{{{{ na{BOOKMARK}me }}}}", "!")), DATA)
    assert len(find(part(done), "//text:p/text:bookmark")) == 1


@pytest.mark.parametrize(
    ("blocks", "bold"),
    [
        ((span("{{ name }}"),), "Ann"),
        (("{{ name", span(" }} x")), " x"),
        ((span("a {{ na"), "me }} b"), "a Ann"),
    ],
)
def test_a_value_looks_like_the_first_sign_of_its_tag(blocks: tuple[str, ...], bold: str) -> None:
    (found,) = find(part(filled(odt(p(*blocks)), DATA)), "//text:span")
    assert "".join(found.itertext()) == bold


@pytest.mark.parametrize(
    ("written", "shown", "code"),
    [
        ("{% if name == “Ann” %}x{% endif %}", "x", "quotes-repaired"),
        ("{% if name == ‘Ann’ %}x{% endif %}", "x", "quotes-repaired"),
        ("{{ fee – 1 }}", "1", "tag-repaired"),
        ("{{ '–…\u00a0' }}", "–…\u00a0", None),
        ("{{ “a – b” }}", "a – b", "quotes-repaired"),
        ("{% If urgent %}x{% EndIf %}", "x", "tag-repaired"),
        ("{\u202f%\u00a0if urgent\u00a0%}x{% endif\u202f%}", "x", "tag-repaired"),
        ("{%- if urgent -%}x{%- endif -%}", "x", "tag-repaired"),
        ("{{ -fee }}", "-2", None),
        ("{{ na<text:span text:style-name='T1'>me</text:span> }}", "Ann", "tag-split"),
        ("{{ name }}", "Ann", None),
    ],
)
def test_what_writer_changed_is_repaired_and_told(
    written: str, shown: str, code: str | None
) -> None:
    source = odt(p(written))
    assert {one.code for one in prepare(source).warnings} == ({code} if code else set())
    assert paragraphs(filled(source, DATA)) == [shown]


def test_a_tag_typed_at_several_times_is_not_warned_of() -> None:
    """Writer notes when text was typed, as a style that looks like nothing."""
    rsid = 'xmlns:officeooo="http://openoffice.org/2009/office" officeooo:rsid="001f"'
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text">'
        f"<style:text-properties {rsid} {more}/></style:style>"
        for name, more in (("T7", ""), ("T8", ""), ("T9", 'fo:font-style="italic"'))
    )
    same = p("{{ na", span("me", style="T7"), span(" }", style="T8"), "}")
    assert prepare(odt(same, automatic=styles)).warnings == ()
    other = p("{{ na", span("me", style="T9"), " }}")
    assert [one.code for one in prepare(odt(other, automatic=styles)).warnings] == ["tag-split"]


@pytest.mark.parametrize(
    "plain",
    [
        "{",
        "{{",
        "{{ ",
        "}}",
        "%}",
        "{ name }",
        "a {{ } b",
        "{%",
        "100 %}",
        "{#",
        "{# not a note",
        '{{#"ID":"Signer1","Size":{"Height":"70"}}#}}',
        "f(x) { return {}; }",
        "${name}",
    ],
)
def test_braces_that_open_no_tag_are_text(plain: str) -> None:
    assert lines(p(text(plain)), data={}) == [plain]


@pytest.mark.parametrize(
    ("blocks", "shown", "hint"),
    [
        ((p("Dear {{ name"), p("}}")), "{{ name", "Put }} behind it"),
        ((p("{{ name }"),), "{{ name }", "Put }} behind it"),
        ((p("{% if urgent"),), "{% if urgent", "Put %} behind it"),
        ((p("{{ name ", field("x"), " }}"),), "{{ name ", "before the next field"),
        ((p("{{ name {{ name }}"),), "{{ name {{ name }}", "before the next field or tag"),
        ((p("{{ '" + "x" * 500),), "{{ '" + "x" * 38, "Put }} behind it"),
    ],
)
def test_a_tag_that_is_not_closed_is_an_error_with_its_place(
    blocks: tuple[str, ...], shown: str, hint: str
) -> None:
    finding = mistakes(*blocks)[0]
    assert (finding.code, finding.field) == ("tag-not-closed", shown)
    assert finding.where.startswith("body › “")
    assert hint in finding.hint


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("{{ name | upper }}", "Write upper(name)."),
        ("{{ name|default('x') }}", "Write default(name, 'x')."),
        ("{{ rows|length }}", "Write len(rows)."),
        ("{{ fee|currency('EUR') }}", "Write money(fee, 'EUR')."),
        ("{% for r in rows | sort %}{% endfor %}", "Write sort(rows)."),
        ("{{ name|safe }}", "Leave “safe” out: values are printed as they are."),
        ("{{ name|frobnicate }}", "Functions are written like upper(person.name)."),
        ("{{ (a + b) | upper }}", "Write upper(…)."),
    ],
)
def test_filters_are_refused_with_the_function_to_call(written: str, hint: str) -> None:
    finding = mistakes(p(written))[0]
    assert (finding.code, finding.hint) == ("filter-refused", hint)


def test_a_bar_in_a_text_is_no_filter() -> None:
    assert lines(p("{{ ' | '.join(['a', 'b']) }}"), data={}) == ["a | b"]


def test_mistakes_name_the_tag_as_it_was_typed_in_document_order() -> None:
    findings = mistakes(
        h("Costs"),
        p("{% fro r in rows %}"),
        p("{{ 1 + }}"),
        p(field("2 +")),
        p("{% set a = 1 %}"),
    )
    assert [(one.code, one.field) for one in findings] == [
        ("instruction-unknown", "{% fro r in rows %}"),
        ("expression-refused", "{{ 1 + }}"),
        ("expression-refused", "2 +"),
        ("instruction-unknown", "{% set a = 1 %}"),
    ]
    assert findings[0].where == "body › under heading “Costs” › “{% fro r in rows %}”"
    assert findings[0].hint == "Did you mean “for”?"


def test_notes_are_not_printed_and_leave_nothing_behind() -> None:
    blocks = (
        p("{# ask {{ nobody }} ", field("nobody"), footnote(p("or me")), " #}"),
        p("a{# b", "<text:tab/>#}c"),
        table(row("{# x #}", "y")),
    )
    assert lines(*blocks, data={}) == ["ac", "", "y"]


def test_tags_stand_wherever_text_stands() -> None:
    shape = (
        '<draw:custom-shape draw:name="S" text:anchor-type="as-char" svg:width="2cm" '
        'svg:height="1cm"><text:p>{{ name }}</text:p></draw:custom-shape>'
    )
    address = '<text:a xlink:type="simple" xlink:href="https://a.example/">{{ name }}</text:a>'
    source = odt(
        h("{{ name }}"),
        bullets(item(p("{{ name }}"))),
        p(frame(p("{{ name }}")), footnote(p("{{ name }}")), shape, address),
        header=p("{{ name }}"),
        footer=p("{% for r in rows %}{{ r.n }}{% endfor %}"),
    )
    done = filled(source, DATA)
    assert "".join(part(done).itertext()).count("Ann") == 6
    assert paragraphs(done, "styles.xml") == ["Ann", "ab"]
    assert "{{" not in "".join(part(done).itertext())


def test_a_table_of_contents_keeps_its_copies() -> None:
    contents = (
        '<text:table-of-content text:name="T"><text:index-body>'
        "<text:p>{{ r.n }}</text:p></text:index-body></text:table-of-content>"
    )
    blocks = (contents, p("{% for r in rows %}"), h("{{ r.n }}"), p("{% endfor %}"))
    assert lines(*blocks, data=DATA) == ["{{ r.n }}", "a", "b"]


SWITCH = '<meta:user-defined meta:name="py3o.typed_tags">{}</meta:user-defined>'


@pytest.mark.parametrize(("value", "shown"), [("off", "{{ name }} Ann"), ("on", "Ann Ann")])
def test_a_template_may_switch_them_off(value: str, shown: str) -> None:
    source = odt(p("{{ name }} ", field("name")), meta=SWITCH.format(value))
    assert paragraphs(filled(source, DATA)) == [shown]


def test_a_switch_that_is_not_understood_is_warned_of() -> None:
    (warning,) = prepare(odt(p("x"), meta=SWITCH.format("perhaps"))).warnings
    assert (warning.code, warning.field) == ("property-not-understood", "py3o.typed_tags")


def test_a_value_with_braces_is_no_tag() -> None:
    assert lines(p("{{ name }}", field("name")), data={"name": "{{ x }}"}) == ["{{ x }}{{ x }}"]


TEXT = "Dear {{ name }}, {% if urgent %}soon{% else %}later{% endif %} {# no #}{{ rows[1].n }}."


@settings(deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=12), st.data())
def test_cuts_anywhere_change_nothing(cuts: list[int], data: st.DataObject) -> None:
    places = sorted({0, len(TEXT), *cuts})
    pieces = [TEXT[a:b] for a, b in itertools.pairwise(places)]
    wrapped = [
        data.draw(
            st.sampled_from([text, lambda one: span(text(one)), lambda one: text(one) + BOOKMARK])
        )(one)
        for one in pieces
    ]
    names = iter(range(100))
    inner = "".join(wrapped)
    while BOOKMARK in inner:
        inner = inner.replace(BOOKMARK, f'<text:bookmark text:name="b{next(names)}"/>', 1)
    assert lines(p(inner), data=DATA) == ["Dear Ann, soon b."]


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="{}%#|'\"“”/ -ab\u00a0", max_size=40))
def test_any_text_is_filled_or_refused_with_a_place(written: str) -> None:
    try:
        prepared = prepare(odt(p(text(written))))
    except TemplateInvalid as invalid:
        assert all(one.where and one.message for one in invalid.findings)
    else:
        assert all(one.where for one in prepared.warnings)


@pytest.mark.parametrize("piece", ["{{a", "{#", "{{#", "„", "{{ '", "{{ a }}", "{# a #}", "{ "])
def test_text_that_is_all_braces_is_read_or_refused_soon(piece: str) -> None:
    try:
        prepare(odt(p(text(piece * (1_000_000 // len(piece))))))
    except TemplateInvalid as invalid:
        assert invalid.findings[0].code == "tags-too-many"


def test_thousands_of_tags_are_read() -> None:
    assert lines(p("{{ fee }}{# note #}" * 5_000), data=DATA) == ["2" * 5_000]
