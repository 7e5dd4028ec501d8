"""Document properties with values of the data, and the people whose names stay behind."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from filling import filled, mistakes
from greffier_templates.errors import DataMismatch
from greffier_templates.prepared import prepare
from lxml import etree
from odt import cell, field, find, link, odt, p, part, row, table
from people import NAME, custom, full_of_names

TITLE = "<dc:title>Letter {{ ref }} to {{ person.name }}</dc:title>"


def meta(document: bytes) -> list[tuple[str, str]]:
    """Name and text of every property, generator and the title of all tests left out."""
    found = find(part(document, "meta.xml"), "//office:meta/*")
    return [
        (etree.QName(one).localname, one.text or "")
        for one in found
        if etree.QName(one).localname != "generator" and one.text != "A test"
    ]


def test_expressions_in_properties_are_filled() -> None:
    source = odt(
        p("x"),
        meta=f"{TITLE}<dc:subject>{{{{ upper(topic) }}}}</dc:subject>"
        "<dc:description>For {{ person.name }} &amp; others</dc:description>"
        + custom("Reference", "{{ ref }}/{{ year }}"),
    )
    data = {"ref": "A<1", "person": {"name": "Ann & Bo"}, "topic": "Façade", "year": 2026}
    assert meta(filled(source, data)) == [
        ("title", "Letter A<1 to Ann & Bo"),
        ("subject", "FAÇADE"),
        ("description", "For Ann & Bo & others"),
        ("user-defined", "A<1/2026"),
    ]


def test_keywords_may_hold_commas_in_expressions_and_come_from_lists() -> None:
    # Writer divides what is typed at each comma.
    typed = "permit, {{ join(topics, ', ') }}, {{ tags }}"
    keywords = "".join(f"<meta:keyword>{word}</meta:keyword>" for word in typed.split(","))
    document = filled(
        odt(p("x"), meta=keywords), {"topics": ["roof", "wall"], "tags": ["a", None, "b"]}
    )
    assert [text for _, text in meta(document)] == ["permit", "roof", "wall", "a", "b"]


def test_curled_quotes_are_read_as_straight_ones() -> None:
    source = odt(p("x"), meta="<dc:title>{{ default(a, “none”) }}</dc:title>")
    assert meta(filled(source, {"a": None})) == [("title", "none")]
    assert [one.code for one in prepare(source).warnings] == ["quotes-repaired"]


def test_braces_are_text_where_typed_tags_are_switched_off() -> None:
    switch = custom("py3o.typed_tags", "off")
    source = odt(p("x"), meta=f"<dc:title>{{{{ a }}}}</dc:title>{switch}")
    assert meta(filled(source, {})) == [("title", "{{ a }}")]
    assert prepare(source).warnings == ()


def test_control_characters_of_the_data_do_no_harm() -> None:
    source = odt(p("x"), meta="<dc:title>{{ a }}</dc:title>")
    assert meta(filled(source, {"a": "x\x00\x0b\ud800]]>y"})) == [("title", "x]]>y")]


def test_fields_in_the_text_show_the_filled_property() -> None:
    shown = (
        "<text:title>old</text:title>",
        '<text:user-defined text:name="Reference">old</text:user-defined>',
        '<text:subject text:fixed="true">as it was</text:subject>',
    )
    source = odt(
        p(shown[0]),
        table(row(cell(p(shown[1])), cell(p(shown[2])))),
        header=p("<text:title>old</text:title>"),
        meta=TITLE + custom("Reference", "{{ ref }}") + "<dc:subject>{{ ref }}</dc:subject>",
    )
    document = filled(source, {"ref": "<7>", "person": {"name": "Ann"}})
    texts = [one.text for one in find(part(document), "//text:p/*")]
    assert texts == ["Letter <7> to Ann", "<7>", "as it was"]
    (title,) = find(part(document, "styles.xml"), "//text:title")
    assert title.text == "Letter <7> to Ann"


def test_a_field_in_a_loop_shows_the_same_whatever_the_loop_calls_its_items() -> None:
    source = odt(
        p(link('for="ref in refs"')),
        p(field("ref"), "<text:title>old</text:title>"),
        p(link("/for")),
        meta="<dc:title>{{ ref }}</dc:title>",
    )
    document = filled(source, {"ref": "whole", "refs": [1, 2]})
    assert [one.text for one in find(part(document), "//text:title")] == ["whole", "whole"]


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("<dc:title>{{ nme }}</dc:title>", "document properties › title"),
        ("<dc:description>{{ nme }}</dc:description>", "document properties › comments"),
        ("<meta:keyword>{{ nme }}</meta:keyword>", "document properties › keywords"),
        (custom("Ref", "{{ nme }}"), "document properties › custom property “Ref”"),
    ],
)
def test_what_the_data_lacks_is_told_by_the_property(written: str, where: str) -> None:
    (finding,) = mismatches_of(written, {"name": "Ann"})
    assert (finding.code, finding.field, finding.where) == ("field-missing", "nme", where)
    assert finding.hint == "Did you mean “name”?"


def mismatches_of(written: str, data: dict[str, Any]) -> list[Any]:
    with pytest.raises(DataMismatch) as caught:
        filled(odt(p("x"), meta=written), data)
    return list(caught.value.findings)


def test_missing_names_are_marked_or_left_out_on_demand() -> None:
    source = odt(p("x"), meta="<dc:title>To {{ person.name }}</dc:title>")
    assert meta(filled(source, {}, undefined="mark")) == [("title", "To ⟦person.name⟧")]
    assert meta(filled(source, {}, undefined="blank")) == [("title", "To ")]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{{ name. }}", "expression-refused"),
        ("{{ name", "property-not-understood"),
        ("{% if name %}x{% endif %}", "property-not-understood"),
        ("{{ open('/etc/passwd') }}", "expression-refused"),
    ],
)
def test_mistakes_are_told_with_those_of_the_text(written: str, code: str) -> None:
    findings = mistakes(p(field("a.")), meta=f"<dc:title>{written}</dc:title>")
    assert [(one.code, one.where.partition(" › ")[0]) for one in findings] == [
        ("expression-refused", "body"),
        (code, "document properties"),
    ]


def test_values_that_cannot_be_a_property_are_refused() -> None:
    for value in ({"a": 1}, "x" * 10_001):
        (finding,) = mismatches_of("<dc:title>{{ a }}</dc:title>", {"a": value})
        assert finding.code == "value-refused"
        assert "xx" not in finding.message


# --- the language -------------------------------------------------------------------------

STYLES = (
    '<style:style style:name="Quote" style:family="paragraph"><style:text-properties '
    'fo:language="la" fo:country="VA"/></style:style>'
    '<style:style style:name="Body" style:family="paragraph"><style:text-properties '
    'fo:language="en" fo:country="GB"/></style:style>'
)


def languages(document: bytes) -> list[tuple[str, str]]:
    found = find(part(document, "styles.xml"), "//style:text-properties[@fo:language]")
    return [
        (one.get(f"{{{one.nsmap['fo']}}}language"), one.get(f"{{{one.nsmap['fo']}}}country"))
        for one in found
    ]


@pytest.mark.parametrize("name", ["Language", "langue", "Taal", "Sprache", "Sprog", "Lingua"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("fr-BE", ("fr", "BE")), ("nl_be", ("nl", "BE")), ("de", ("de", "none")), ("", ("en", "GB"))],
)
def test_the_language_of_the_text_follows_the_property(
    name: str, value: str, expected: tuple[str, str]
) -> None:
    source = odt(p("x"), styles=STYLES, meta=custom(name, "{{ lang }}"))
    document = filled(source, {"lang": value})
    assert languages(document) == [expected, ("la", "VA"), expected]
    tag = "" if not value else "-".join(one for one in expected if one != "none")
    assert ("language", tag) in meta(document)


def test_values_are_written_in_the_language_unless_another_locale_is_asked_for() -> None:
    source = odt(
        p(field("number(x)")),
        meta="<dc:title>{{ number(x) }}</dc:title>" + custom("Language", "{{ lang }}"),
    )
    for locale, expected in (("", "1.234,5"), ("en_GB", "1,234.5")):
        document = filled(source, {"x": 1234.5, "lang": "nl-BE"}, locale=locale)
        assert ("title", expected) in meta(document)
        assert find(part(document), "//text:p")[0].text == expected


def test_a_missing_language_is_told_once() -> None:
    (finding,) = mismatches_of(custom("Language", "{{ lang }}"), {})
    assert finding.message == "“lang” is not in the data."


def test_what_is_no_language_is_refused() -> None:
    findings = mismatches_of(custom("Language", "{{ lang }}"), {"lang": "Klingon"})
    assert [one.code for one in findings] == ["value-refused"]
    assert "Klingon" not in findings[0].message


# --- people -------------------------------------------------------------------------------


def test_no_name_of_the_people_who_made_the_template_is_left() -> None:
    document = filled(full_of_names(), {})
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        names = archive.namelist()
        held = [name for name in names if NAME.encode() in archive.read(name)]
        assert b"kept" in archive.read("Object 1/content.xml")
    assert held == []
    codes = {one.code for one in prepare(full_of_names()).warnings}
    assert {"people-removed", "author-field-emptied", "properties-left-out"} <= codes


def test_a_custom_property_without_an_expression_goes_along_when_a_field_shows_it() -> None:
    shown = '<text:user-defined text:name="Service">Planning</text:user-defined>'
    source = odt(p(shown), meta=custom("Service", "Planning") + custom("Owner", "Bob"))
    assert meta(filled(source, {})) == [("user-defined", "Planning")]
    (warning,) = prepare(source).warnings
    assert "“Owner”" in warning.message
    assert "Service" not in warning.message


# --- comments -----------------------------------------------------------------------------


def comment(text: str, name: str = "") -> str:
    named = f' office:name="{name}"' if name else ""
    return (
        f"<office:annotation{named}><dc:creator>Ann</dc:creator>"
        f"<text:p>{text}</text:p></office:annotation>"
    )


def comments(document: bytes) -> list[str]:
    return ["".join(one.itertext()) for one in find(part(document), "//office:annotation")]


def test_comments_are_never_read_and_stay_only_on_demand() -> None:
    source = odt(p("a", comment(f"Ask {field('nobody')} {link('if=')}"), "b"))
    assert comments(filled(source, {})) == []
    document = filled(source, {}, keep_comments=True)
    assert comments(document) == ["AnnAsk nobody if="]
    (paragraph,) = find(part(document), "//office:text/text:p")
    assert paragraph.text == "a"
    assert paragraph[0].tail == "b"


def test_comments_on_instructions_vanish_with_their_paragraph() -> None:
    source = odt(p(link('if="a"'), comment("why")), p("x"), p(link("/if")))
    document = filled(source, {"a": 1}, keep_comments=True)
    assert len(find(part(document), "//office:text/text:p")) == 1
    assert comments(document) == []


def test_comments_that_a_loop_repeats_have_names_of_their_own() -> None:
    ends = '<office:annotation-end office:name="n1"/>'
    source = odt(
        p(link('for="i in items"')), p(comment("c", "n1"), field("i"), ends), p(link("/for"))
    )
    document = filled(source, {"items": [1, 2]}, keep_comments=True)
    starts, ends_found = (
        [str(name) for name in find(part(document), f"//office:{what}/@office:name")]
        for what in ("annotation", "annotation-end")
    )
    assert starts == ends_found
    assert len(set(starts)) == 2
    assert b"annotation" not in zipfile.ZipFile(io.BytesIO(filled(source, {"items": [1, 2]}))).read(
        "content.xml"
    )


def test_a_document_of_ours_that_becomes_a_template_leaves_its_making_behind_silently() -> None:
    made = custom("Greffier Template", "namur/permit@3") + custom("Owner", "Bob")
    source = odt(p("x"), meta=made)
    assert meta(filled(source, {})) == []
    (warning,) = prepare(source).warnings
    assert "“Owner”" in warning.message
    assert "Greffier" not in warning.message
