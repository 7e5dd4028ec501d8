"""Blocks that templates include: what comes along, what clashes, what is refused and where."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.errors import DataMismatch, TemplateInvalid
from greffier_templates.model import Filling, Finding, Severity
from greffier_templates.prepared import Prepared, prepare
from lxml import etree
from odt import (
    PNG,
    bullets,
    cell,
    field,
    find,
    footnote,
    frame,
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

INCLUDE = p(link('include="block"'))


def include(name: str) -> str:
    return p(link(f'include="{name}"'))


def prepared(host: bytes, **blocks: bytes) -> Prepared:
    return prepare(host, GivenBlocks(blocks))


def filled(host: bytes, data: Mapping[str, Any] | None = None, **blocks: bytes) -> bytes:
    out = io.BytesIO()
    prepared(host, **blocks).fill(data or {}, out)
    return out.getvalue()


def refused(host: bytes, **blocks: bytes) -> list[Finding]:
    with pytest.raises(TemplateInvalid) as caught:
        prepared(host, **blocks)
    return list(caught.value.findings)


def attributes(document: bytes, path: str, name: str = "content.xml") -> list[str]:
    return [str(one) for one in part(document, name).xpath(path, namespaces=_NAMESPACES)]


_NAMESPACES = {
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}

# --- where --------------------------------------------------------------------------------


@pytest.mark.parametrize("carrier", [link, input_field, "{{% {} %}}".format])
def test_alone_in_its_paragraph_the_block_takes_its_place(carrier: Any) -> None:
    block = odt(p("Town of X"), table(row("a", "b")), bullets("one"), p("End"))
    host = odt(p("Before"), p(carrier('include="block"')), p("After"))
    document = filled(host, block=block)
    assert paragraphs(document) == ["Before", "Town of X", "a", "b", "one", "End", "After"]
    assert [etree.QName(one).localname for one in find(part(document), "//office:text/*")] == [
        "p",
        "p",
        "table",
        "list",
        "p",
        "p",
    ]


def test_inside_a_sentence_the_words_of_its_paragraph_are_included() -> None:
    host = odt(p("Signed by ", span(link('include="block"')), ", mayor."))
    assert paragraphs(filled(host, {"name": "Ann"}, block=odt(p("Ms ", field("name"))))) == [
        "Signed by Ms Ann, mayor."
    ]


def test_direct_formatting_of_a_whole_paragraph_stays_inside_a_sentence() -> None:
    bold = (
        '<style:style style:name="P1" style:family="paragraph">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    block = odt(p("Namur", style="P1"), automatic=bold)
    document = filled(odt(p("In ", link('include="block"'), ".")), block=block)
    (name,) = attributes(document, "//text:span[.='Namur']/@text:style-name")
    weight = f"//style:style[@style:name='{name}'][@style:family='text']//@fo:font-weight"
    assert attributes(document, weight) == ["bold"]


def test_a_block_for_the_header_brings_its_styles_there() -> None:
    bold = (
        '<style:style style:name="P1" style:family="paragraph">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    block = odt(p("Town", style="P1"), table(row("a", "b")), automatic=bold)
    document = filled(odt(p("Body"), header=INCLUDE), block=block)
    assert paragraphs(document, "styles.xml") == ["Town", "a", "b"]
    (name,) = attributes(document, "//text:p[.='Town']/@text:style-name", "styles.xml")
    style = f"//office:automatic-styles/style:style[@style:name='{name}']//@fo:font-weight"
    assert attributes(document, style, "styles.xml") == ["bold"]
    assert attributes(document, style) == []


@pytest.mark.parametrize(
    "host",
    [
        table(row(cell(INCLUDE), "other")),
        section(INCLUDE),
        p(frame(INCLUDE)),
        p("Note", footnote(INCLUDE)),
    ],
    ids=["cell", "section", "frame", "footnote"],
)
def test_it_may_stand_wherever_paragraphs_stand(host: str) -> None:
    block = odt(p("One"), table(row("a", "b")), p("Two"))
    texts = paragraphs(filled(odt(host), block=block))
    assert [one for one in texts if one in ("One", "a", "b", "Two")] == ["One", "a", "b", "Two"]


def test_the_paragraph_that_writer_forces_after_a_table_is_left_out() -> None:
    block = odt(p("x"), table(row("a", "b")), p())
    assert paragraphs(filled(odt(INCLUDE, p("Next")), block=block)) == ["x", "a", "b", "Next"]


def test_a_condition_in_the_same_paragraph_chooses_between_blocks() -> None:
    host = odt(
        p(
            link('if="french"'),
            link('include="fr"'),
            link("else"),
            link('include="nl"'),
            link("/if"),
        ),
        p("End"),
    )
    blocks = {"fr": odt(p("Ville"), p("de Namur")), "nl": odt(p("Stad"), p("Namen"))}
    assert paragraphs(filled(host, {"french": True}, **blocks)) == ["Ville", "de Namur", "End"]
    assert paragraphs(filled(host, {"french": False}, **blocks)) == ["Stad", "Namen", "End"]


# --- data ---------------------------------------------------------------------------------


def test_a_block_sees_the_data_of_its_place_loop_variables_included() -> None:
    host = odt(p(link('for="who in people"')), INCLUDE, p(link("/for")))
    block = odt(p(field("who.name")), p(link('if="who.chief"')), p("chief"), p(link("/if")))
    data = {"people": [{"name": "Ann", "chief": True}, {"name": "Bo", "chief": False}]}
    assert paragraphs(filled(host, data, block=block)) == ["Ann", "chief", "Bo"]


def test_names_differ_in_every_turn_and_from_those_of_the_template() -> None:
    block = odt(table(row("a", "b"), name="T"), p(picture("Logo")), p(footnote(p("n"))))
    host = odt(
        table(row("x", "y"), name="T"),
        p("note", footnote(p("n"))),
        p(link('for="i in items"')),
        INCLUDE,
        p(link("/for")),
        INCLUDE,
    )
    document = filled(host, {"items": [1, 2]}, block=block)
    for path in ("//@table:name", "//@draw:name", "//@text:id"):
        names = attributes(document, path)
        assert len(names) >= 3
        assert len(set(names)) == len(names)


def test_a_bookmark_and_what_refers_to_it_get_the_same_new_name() -> None:
    marked = (
        '<text:bookmark text:name="here"/>',
        '<text:bookmark-ref text:ref-name="here">x</text:bookmark-ref>',
        '<text:a xlink:type="simple" xlink:href="#here">go</text:a>',
    )
    document = filled(odt(p(marked[0]), INCLUDE), block=odt(p(*marked)))
    assert attributes(document, "//text:bookmark/@text:name") == ["here", "here_2"]
    assert attributes(document, "//text:bookmark-ref/@text:ref-name") == ["here_2"]
    assert attributes(document, "//text:a/@xlink:href") == ["#here_2"]


def test_what_data_lacks_is_told_by_its_place_in_the_block() -> None:
    host = odt(include("letterhead"))
    blocks = {"letterhead": odt(include("logo")), "logo": odt(p("Phone ", field("phone")))}
    with pytest.raises(DataMismatch) as caught:
        filled(host, **blocks)
    (finding,) = caught.value.findings
    assert finding.field == "phone"
    assert finding.where == "block “letterhead” › block “logo” › body › “Phone phone”"


def test_mistakes_in_a_block_are_told_with_those_of_the_template() -> None:
    findings = refused(
        odt(p(field("a.")), INCLUDE), block=odt(p("x"), p(link('if="b"')), p(field("b.")))
    )
    assert sorted((one.code, one.where.partition(" › ")[0]) for one in findings) == [
        ("block-not-closed", "block “block”"),
        ("expression-refused", "block “block”"),
        ("expression-refused", "body"),
    ]


def test_an_instruction_may_not_be_closed_outside_its_block() -> None:
    host = odt(INCLUDE, p("x"), p(link("/if")))
    codes = {one.code for one in refused(host, block=odt(p(link('if="a"'))))}
    assert codes == {"block-not-closed", "block-not-opened"}


# --- styles, fonts, pictures --------------------------------------------------------------


def test_the_templates_own_style_of_a_name_counts_and_others_come_with_their_parents() -> None:
    mine = (
        '<style:style style:name="Head" style:family="paragraph">'
        '<style:text-properties fo:color="#111111"/></style:style>'
    )
    its = (
        '<style:style style:name="Head" style:family="paragraph">'
        '<style:text-properties fo:color="#222222"/></style:style>'
        '<style:style style:name="Base" style:family="paragraph" style:parent-style-name="Head"/>'
        '<style:style style:name="Town" style:family="paragraph" style:parent-style-name="Base"/>'
    )
    block = odt(p("a", style="Head"), p("b", style="Town"), styles=its)
    document = filled(odt(INCLUDE, styles=mine), block=block)
    color = "//style:style[@style:name='Head']//@fo:color"
    assert attributes(document, color, "styles.xml") == ["#111111"]
    names = attributes(document, "//office:styles/style:style/@style:name", "styles.xml")
    assert {"Base", "Town"} <= set(names)
    assert len(set(names)) == len(names)


def test_direct_formatting_of_the_same_number_does_not_clash() -> None:
    def bold(weight: str) -> str:
        return (
            '<style:style style:name="P1" style:family="paragraph">'
            f'<style:text-properties fo:font-weight="{weight}"/></style:style>'
        )

    block = odt(p("b", style="P1"), automatic=bold("700"))
    document = filled(odt(p("a", style="P1"), INCLUDE, automatic=bold("300")), block=block)
    for text, weight in (("a", "300"), ("b", "700")):
        (name,) = attributes(document, f"//text:p[.='{text}']/@text:style-name")
        assert attributes(document, f"//style:style[@style:name='{name}']//@fo:font-weight") == [
            weight
        ]


def test_a_table_style_named_like_a_paragraph_style_is_no_clash() -> None:
    automatic = '<style:style style:name="Address" style:family="table"/>'
    styles = '<style:style style:name="Address" style:family="paragraph"/>'
    styled = table(row(cell(p("x", style="Address")), "y")).replace(
        'table:name="Table1"', 'table:name="Address" table:style-name="Address"'
    )
    document = filled(odt(INCLUDE), block=odt(styled, automatic=automatic, styles=styles))
    assert attributes(document, "//text:p[.='x']/@text:style-name") == ["Address"]
    (name,) = attributes(document, "//table:table/@table:style-name")
    assert name != "Address"
    assert attributes(document, f"//style:style[@style:name='{name}']/@style:family") == ["table"]


def test_lists_number_formats_and_fonts_come_along() -> None:
    automatic = (
        '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" '
        'text:bullet-char="•"><style:text-properties style:font-name="Symbols"/>'
        "</text:list-level-style-bullet></text:list-style>"
        '<style:style style:name="P1" style:family="paragraph" style:list-style-name="L1"/>'
    )
    listed = bullets("one").replace("<text:list ", '<text:list text:style-name="L1" ')
    block = odt(listed, p("x", style="P1"), automatic=automatic)
    font = '<style:font-face style:name="Symbols" svg:font-family="Opens"/>'
    block = _with_font(block, font)
    document = filled(odt(INCLUDE), block=block)
    (used,) = attributes(document, "//text:list/@text:style-name")
    assert attributes(document, "//text:list-style/@style:name") == [used]
    assert attributes(document, "//style:style/@style:list-style-name") == [used]
    assert attributes(document, "//style:font-face[@style:name='Symbols']/@svg:font-family") == [
        "Opens"
    ]


def _with_font(source: bytes, font: str) -> bytes:
    content = etree.tostring(part(source), encoding="unicode")
    content = content.replace("</office:font-face-decls>", f"{font}</office:font-face-decls>")
    return _with_part(source, "content.xml", content.encode())


def _with_part(source: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == name else old.read(info))
    return out.getvalue()


def test_pictures_of_one_name_and_other_content_are_told_apart() -> None:
    block = odt(p(picture("Logo", href="Pictures/logo.png")), parts={"Pictures/logo.png": PNG})
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    host = odt(
        p(picture("Mine", href="Pictures/logo.svg")), INCLUDE, parts={"Pictures/logo.svg": svg}
    )
    same_name = odt(
        p(picture("Seal", href="Pictures/logo.svg")),
        parts={"Pictures/logo.svg": svg.replace(b'width="1"', b'width="2"')},
    )
    document = filled(odt_of(host, include("seal")), block=block, seal=same_name)
    hrefs = attributes(document, "//draw:image/@xlink:href")
    assert len(set(hrefs)) == 3
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert {name for name in archive.namelist() if name.startswith("Pictures/")} == set(hrefs)
        manifest = archive.read("META-INF/manifest.xml").decode()
    assert all(href in manifest for href in hrefs)


def odt_of(source: bytes, extra: str) -> bytes:
    """The template with one more paragraph at its end."""
    content = etree.tostring(part(source), encoding="unicode")
    return _with_part(
        source, "content.xml", content.replace("</office:text>", f"{extra}</office:text>").encode()
    )


def test_a_picture_of_the_data_may_stand_in_a_block() -> None:
    block = odt(p(picture("py3o.image(logo)")), p(picture("py3o.staticimage.seal")))
    out = io.BytesIO()
    template = prepared(odt(INCLUDE), block=block)
    assert template.static_images == {"seal"}
    template.fill({"logo": PNG}, out, images={"seal": PNG})
    assert len(attributes(out.getvalue(), "//draw:image/@xlink:href")) == 2


def test_the_page_style_of_the_block_stays_behind() -> None:
    automatic = (
        '<style:style style:name="P1" style:family="paragraph" '
        'style:master-page-name="Standard"><style:paragraph-properties style:page-number="auto"/>'
        "</style:style>"
    )
    template = prepared(odt(INCLUDE), block=odt(p("a", style="P1"), automatic=automatic))
    assert template.warnings == ()
    document = filled(odt(INCLUDE), block=odt(p("a", style="P1"), automatic=automatic))
    assert attributes(document, "//@style:master-page-name | //@style:page-number") == []
    again = odt(p("a"), p("b", style="P1"), automatic=automatic)
    codes = [one.code for one in prepared(odt(INCLUDE), block=again).warnings]
    assert codes == ["block-page-style-left-out"]


def test_a_header_of_a_block_is_left_out_with_a_warning() -> None:
    (warning,) = prepared(odt(INCLUDE), block=odt(p("a"), header=p("Lost"))).warnings
    assert (warning.code, warning.severity) == ("block-header-left-out", Severity.WARNING)


def test_a_page_break_that_a_block_loses_is_told() -> None:
    automatic = (
        '<style:style style:name="P1" style:family="paragraph" '
        'style:master-page-name="Standard"/><style:style style:name="P2" '
        'style:family="paragraph"><style:paragraph-properties fo:break-before="page"/>'
        "</style:style>"
    )
    first = p(link('if="name"'), style="P1")
    block = odt(first, p("a"), p(link("/if")), automatic=automatic)
    assert prepared(odt(INCLUDE), block=block).warnings == ()
    breaking = p(link('if="name"'), style="P2")
    block = odt(p("x"), breaking, p("a"), p(link("/if")), automatic=automatic)
    (warning,) = prepared(odt(INCLUDE), block=block).warnings
    assert warning.code == "block-page-break-left-out"


def test_variables_are_declared_once() -> None:
    declared = (
        '<text:variable-decls><text:variable-decl office:value-type="string" text:name="v"/>'
        "</text:variable-decls>"
    )
    document = filled(odt(declared, p("x"), INCLUDE), block=odt(declared, p("y")))
    assert attributes(document, "//text:variable-decl/@text:name") == ["v"]
    document = filled(odt(p("x"), header=INCLUDE), block=odt(declared, p("y")))
    assert attributes(document, "//style:header/*[1]//@text:name", "styles.xml") == ["v"]


def test_comments_of_a_block_stay_only_on_demand() -> None:
    comment = "<office:annotation><text:p>Ask Ann</text:p></office:annotation>"
    template = prepared(odt(INCLUDE), block=odt(p("a", comment, "b")))
    for keep in (True, False):
        out = io.BytesIO()
        template.fill({}, out, Filling(keep_comments=keep))
        assert bool(find(part(out.getvalue()), "//office:annotation")) is keep


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "block", "code"),
    [
        (p("In ", link('include="block"')), odt(p("a"), p("b")), "block-not-inline"),
        (p("In ", link('include="block"')), odt(table(row("a", "b"))), "block-not-inline"),
        (bullets(INCLUDE), odt(table(row("a", "b"))), "block-not-in-list"),
        (
            INCLUDE,
            odt(frame(p("x")).replace('"as-char"', '"page"'), p("a")),
            "block-frame-on-page",
        ),
    ],
)
def test_what_cannot_stand_in_a_place_is_refused(host: str, block: bytes, code: str) -> None:
    (finding,) = refused(odt(host), block=block)
    assert finding.code == code
    assert finding.where.startswith("body")
    assert finding.field == 'include="block"'
    assert finding.hint


def test_a_header_takes_no_footnotes() -> None:
    (finding,) = refused(odt(p(), header=INCLUDE), block=odt(p("a", footnote(p("n")))))
    assert finding.code == "block-note-in-header"


def test_a_missing_block_is_refused_with_the_nearest_name() -> None:
    (finding,) = refused(odt(include("leterhead")), letterhead=odt(p("x")))
    assert (finding.code, finding.hint) == ("block-missing", "Did you mean “letterhead”?")
    (finding,) = refused(odt(include("zzz")), letterhead=odt(p("x")), footer=odt(p()))
    assert finding.hint == "There are footer, letterhead."
    (finding,) = refused(odt(include("zzz")))
    assert finding.hint == "There are no blocks at hand."


@pytest.mark.parametrize("name", ["sender.block", "../secret", "A B", "", "head()"])
def test_only_literal_names_are_taken(name: str) -> None:
    (finding,) = refused(odt(include(name)))
    assert finding.code == "block-name-invalid"


def test_blocks_that_include_each_other_are_refused_by_name() -> None:
    (finding,) = refused(odt(include("a")), a=odt(include("b")), b=odt(include("a")))
    assert finding.code == "block-includes-itself"
    assert "a › b › a" in finding.message
    assert finding.where.startswith("block “a” › block “b” › body")


def test_blocks_nest_five_deep_and_no_deeper() -> None:
    blocks = {f"b{n}": odt(include(f"b{n + 1}")) for n in range(1, 7)}
    assert paragraphs(filled(odt(include("b1")), **{**blocks, "b5": odt(p("deep"))})) == ["deep"]
    (finding,) = refused(odt(include("b1")), **blocks)
    assert finding.code == "blocks-too-deep"


def test_blocks_that_multiply_are_refused() -> None:
    leaves = odt(p("x"))
    middle = odt(*[include("leaf")] * 30)
    (finding,) = refused(odt(*[include("middle")] * 10), middle=middle, leaf=leaves)
    assert finding.code == "blocks-too-many"


def test_a_block_goes_through_the_gate() -> None:
    (finding,) = refused(odt(INCLUDE), block=b"no document")
    assert finding.code == "not-the-declared-type"
    assert finding.where.startswith("block “block”")
    hostile = odt(p('<text:a xlink:type="simple" xlink:href="file:///etc/passwd">x</text:a>'))
    template = prepared(odt(INCLUDE), block=hostile)
    assert [one.code for one in template.warnings] == ["link-removed"]
    assert "etc" not in str(attributes(filled(odt(INCLUDE), block=hostile), "//@xlink:href"))


def test_tracked_changes_of_a_block_are_told_with_its_name() -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:insertion/>'
        "</text:changed-region></text:tracked-changes>"
    )
    (warning,) = prepared(odt(INCLUDE), block=odt(changes, p("x"))).warnings
    assert (warning.code, warning.where) == ("changes-tracked", "block “block” › body")


def test_include_is_not_closed() -> None:
    (finding,) = refused(odt(p(link("/include"))))
    assert finding.code == "instruction-not-closable"


# --- the digest ---------------------------------------------------------------------------


def test_the_digest_depends_on_everything_included() -> None:
    host, inner = odt(include("outer")), odt(include("inner"))
    one = prepared(host, outer=inner, inner=odt(p("1")))
    other = prepared(host, outer=inner, inner=odt(p("2")), spare=odt(p("3")))
    assert one.digest != other.digest
    assert set(one.blocks) == set(other.blocks) == {"outer", "inner"}
    assert one.blocks["outer"] == hashlib.sha256(inner).hexdigest()
    plain = odt(p("x"))
    assert prepared(plain, outer=inner).digest == hashlib.sha256(plain).hexdigest()
