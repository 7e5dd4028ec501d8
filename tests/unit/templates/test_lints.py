"""What is noticed beyond mistakes: in the file as its designer sent it, with its place."""

from __future__ import annotations

import pytest
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.model import Finding, Severity
from greffier_templates.telling.check import check, examine
from odt import bullets, cell, field, h, item, link, odt, p, picture, row, span, table

_ALT = "<svg:title>Coat of arms</svg:title></draw:frame>"


def found(source: bytes, code: str, **more: object) -> list[Finding]:
    return [one for one in check(source, **more) if one.code == code]  # type: ignore[arg-type]


# --- accessibility ------------------------------------------------------------------------


def test_a_picture_without_a_text_is_told_of_and_one_with_is_not() -> None:
    described = picture("Arms").replace("</draw:frame>", _ALT)
    decorative = picture("Line").replace(
        "<draw:frame ",
        "<draw:frame xmlns:loext='urn:org:documentfoundation:names:experimental:office:"
        "xmlns:loext:1.0' loext:decorative='true' ",
    )
    (one,) = found(odt(p(described, decorative), p("Seal ", picture("Seal"))), "alt-text-missing")
    assert (one.field, one.severity) == ("Seal", Severity.INFO)
    assert one.where == "body › “Seal” › frame “Seal”"


def test_pictures_of_headers_need_no_text_for_they_are_not_read_aloud() -> None:
    assert not found(odt(p("x"), header=p(picture("Arms"))), "alt-text-missing")


def test_headings_that_skip_a_level_are_told_of() -> None:
    (one,) = found(odt(h("One"), h("Three", level=3), h("Two", level=2)), "heading-skipped")
    assert one.field == "Three"
    assert "Heading 2" in one.hint
    (one,) = found(odt(h("Two", level=2)), "heading-skipped")
    assert "first heading" in one.message


def test_a_table_with_rows_and_columns_wants_a_heading_row() -> None:
    rows = (row("Piece", "Pages"), row("Plan", "2"))
    (one,) = found(odt(table(*rows, name="Pieces")), "table-without-header")
    assert one.field == "Pieces"
    assert not found(odt(table(rows[1], header=rows[0])), "table-without-header")
    assert not found(odt(table(rows[0])), "table-without-header")


def test_a_document_wants_a_title_and_a_language() -> None:
    source = odt(p("x"))
    assert check(source) == ()
    without = {
        "meta.xml": b"<dc:title>A test</dc:title>",
        "styles.xml": b'fo:language="en"',
    }
    bare = _without(source, without)
    assert [one.code for one in check(bare)] == ["language-missing", "title-missing"]
    assert {one.where for one in check(bare)} == {"document properties"}


def _without(source: bytes, texts: dict[str, bytes]) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info, content.replace(texts.get(info.filename, b"\0"), b""))
    return out.getvalue()


# --- upkeep -------------------------------------------------------------------------------


def test_each_outside_address_is_told_of_once() -> None:
    web = '<text:a xlink:href="https://www.example.org/{}">web</text:a>'
    found_ = found(odt(p(web.format("a"), web.format("a")), p(web.format("b"))), "link-external")
    assert [one.field for one in found_] == [
        "https://www.example.org/a",
        "https://www.example.org/b",
    ]
    assert "www.example.org" in found_[0].message


def test_cells_merged_over_rows_are_told_of_where_rows_are_repeated() -> None:
    merged = cell("a").replace(
        "<table:table-cell", '<table:table-cell table:number-rows-spanned="2"'
    )
    rows = (row(merged, "b"), row(link('for="x in xs"')), row(field("x"), "c"), row(link("/for")))
    (one,) = found(odt(table(*rows, name="Lines")), "cells-merged")
    assert (one.field, one.severity) == ("Lines", Severity.WARNING)
    assert not found(odt(table(row(merged, "b"), row("c", "d"))), "cells-merged")


def test_a_link_in_pieces_is_read_as_one_and_told_of() -> None:
    whole = link('if="urgent"', 'if="ur')
    rest = link('if="urgent"', span('gent"'))
    source = odt(p(whole, rest), p("x"), p(link("/if")))
    (one,) = found(source, "instruction-in-pieces")
    assert (one.field, one.severity) == ('if="urgent"', Severity.INFO)
    assert not found(odt(p(link('if="a"')), p("x"), p(link("/if"))), "instruction-in-pieces")


def test_fonts_are_looked_for_only_where_it_is_known_which_there_are() -> None:
    style = (
        '<style:style style:name="F" style:family="text">'
        '<style:text-properties fo:font-family="Frutiger"/></style:style>'
    )
    source = odt(p("x"), p("y ", span("z", style="F")), automatic=style)
    assert not found(source, "font-unavailable")
    (one,) = found(source, "font-unavailable", families=["liberation serif"])
    assert (one.field, one.where) == ("Frutiger", "body › “y z”")
    assert not found(source, "font-unavailable", families=["Frutiger", "Liberation Serif"])


def test_data_that_nothing_mentions_is_told_by_its_outermost_name() -> None:
    source = odt(
        p(field("person.name"), "{{ total }}", link('if="urgent"', "if"), "x", link("/if")),
        p(link('for="piece in pieces"')),
        p(field("piece.title")),
        p(link("/for")),
        p(link('function="len(extras)"')),
        p(link('include="head"')),
    )
    data = {
        "person": {"name": "Ann", "phone": {"home": "1"}},
        "total": 1,
        "urgent": True,
        "pieces": [{"title": "Plan", "pages": 2}, {"title": "Photos", "colour": True}],
        "extras": [{"a": 1}],
        "town": "Liège",
        "secret": {"x": 1},
    }
    blocks = GivenBlocks({"head": odt(p(field("town")))})
    found_ = [one for one in check(source, data, blocks) if one.code == "data-unused"]
    assert [one.field for one in found_] == [
        "person.phone",
        "pieces[].pages",
        "pieces[].colour",
        "secret",
    ]
    assert {one.severity for one in found_} == {Severity.INFO}
    assert not any("Ann" in repr(one) for one in found_)


# --- the whole report ---------------------------------------------------------------------


def test_what_could_be_better_comes_after_what_is_wrong() -> None:
    source = odt(p(picture("Seal")), bullets(item(p("${x}"))), p(link("/for")))
    assert [one.code for one in check(source)] == [
        "dollar-is-text",
        "block-not-opened",
        "alt-text-missing",
    ]


def test_it_is_told_of_too_where_the_template_cannot_be_used() -> None:
    outside = picture("Seal", href="https://example.org/seal.png")
    codes = [one.code for one in check(odt(p(outside), h("x", level=2)))]
    assert codes == ["external-reference", "alt-text-missing", "heading-skipped"]


def test_what_is_deleted_or_in_a_comment_is_not_looked_at() -> None:
    deleted = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        f"{p(picture('Old'))}{h('Old', level=4)}</text:deletion></text:changed-region>"
        "</text:tracked-changes>"
    )
    comment = f"<office:annotation>{p('{d.name}')}</office:annotation>"
    checked = examine(odt(deleted, p(comment, "x")))
    assert [one.code for one in checked.findings] == ["changes-tracked"]
    assert checked.usable


@pytest.mark.parametrize("language", ["fr", "nl", "de", "da", "it"])
def test_the_report_can_be_had_in_each_language(language: str) -> None:
    source = odt(p(link("/for")), p(picture("Seal")))
    told = check(source, language=language)
    assert [one.code for one in told] == ["block-not-opened", "alt-text-missing"]
    assert [one.field for one in told] == ["/for", "Seal"]
