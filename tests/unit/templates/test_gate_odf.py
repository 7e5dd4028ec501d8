"""What an OpenDocument file may not do: one test for each class of attack, files built here."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from greffier_templates.errors import (
    FileDamaged,
    FileEncrypted,
    FileRefused,
    FileTooLarge,
    FileUnsafe,
    NotTheDeclaredType,
)
from greffier_templates.gate.odf import clean_odf, open_odf
from greffier_templates.model import Package
from odt import NAMESPACES, PNG, bullets, cell, odt, p, pack, part, picture, row, section, table

OUTSIDE = (
    "file:///etc/passwd",
    "http://127.0.0.1:9/x.png",
    "https://example.invalid/x.png",
    "ftp://example.invalid/x.png",
    "webdav://example.invalid/x.png",
    "//example.invalid/share/x.png",
    "../secret.png",
    "/etc/passwd",
    "~/secret.png",
    "Pictures/../../secret.png",
    "vnd.sun.star.expand:http://127.0.0.1:9/$HOME",
    "vnd.sun.star.pkg://file%3A%2F%2F%2Ftmp%2Fa.odt/Pictures/a.png",
    "vnd.sun.star.zip://file%3A%2F%2F%2Ftmp%2Fa.odt/content.xml",
    "\\\\server\\share\\x.png",
    "C:\\secret.png",
    " file:///etc/passwd",
    "%2e%2e/secret.png",
    "data:image/svg+xml;base64,AAAA",
)


def opened(source: bytes) -> Package:
    return open_odf(source, kinds={"odt"})


def refusal(source: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        opened(source)
    return caught.value


def codes(source: bytes) -> set[str]:
    return {warning.code for warning in opened(source).warnings}


def body(source: bytes) -> str:
    return opened(source).parts["content.xml"].decode()


def declared(**more: str) -> str:
    """Declarations of further prefixes, to put into a start tag."""
    return " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in more.items())


# --- pictures and fills ---------------------------------------------------------------------


@pytest.mark.parametrize("href", OUTSIDE)
def test_picture_from_outside_is_refused(href: str) -> None:
    source = odt(p(picture("Logo", href=href)))
    error = refusal(source)
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "external-reference"
    assert error.findings[0].where == "body › frame “Logo”"


@pytest.mark.parametrize("href", OUTSIDE)
def test_background_fill_and_bullet_from_outside_are_refused(href: str) -> None:
    link = f'xlink:href="{href}" xlink:type="simple" xlink:actuate="onLoad"'
    paragraph = (
        '<style:style style:name="P1" style:family="paragraph"><style:paragraph-properties>'
        f"<style:background-image {link}/></style:paragraph-properties></style:style>"
    )
    bullet = (
        f'<text:list-style style:name="L1"><text:list-level-style-image text:level="1" {link}/>'
        "</text:list-style>"
    )
    fill = f'<draw:fill-image draw:name="F1" {link}/>'
    for source in (odt(automatic=paragraph), odt(automatic=bullet), odt(styles=fill)):
        assert refusal(source).findings[0].code == "external-reference"


def test_picture_of_the_package_stays() -> None:
    package = opened(odt(p(picture("Logo")), p(picture("Again", href="./Pictures/dot.png"))))
    assert package.parts["Pictures/dot.png"] == PNG
    assert not package.warnings


def test_missing_picture_is_taken_out_with_a_warning() -> None:
    source = odt(p("before", picture("Logo", href="Pictures/none.png"), "after"))
    assert codes(source) == {"picture-missing"}
    assert "none.png" not in body(source)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file", "EPS"),
        (b"\xc5\xd0\xd3\xc6" + b"\0" * 30, "EPS"),
        (b"\xd7\xcd\xc6\x9a" + b"\0" * 30, "WMF"),
        (b"\x01\x00\x00\x00" + b"\0" * 36 + b" EMF", "EMF"),
        (b"8BPS" + b"\0" * 30, "Photoshop"),
        (b"VCLMTF" + b"\0" * 30, "StarView"),
        (b"just text", "unknown"),
        (b"", "unknown"),
    ],
)
def test_picture_of_another_type_is_refused_whatever_its_name(content: bytes, word: str) -> None:
    error = refusal(odt(p(picture("Logo")), parts={"Pictures/dot.png": content}))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "picture-type"
    assert word in error.findings[0].message


def test_picture_written_into_the_xml_is_judged_by_its_bytes() -> None:
    def inline(content: bytes) -> bytes:
        data = base64.b64encode(content).decode()
        return odt(
            p(
                "<draw:frame><draw:image><office:binary-data>"
                f"{data}</office:binary-data></draw:image></draw:frame>"
            )
        )

    assert base64.b64encode(PNG).decode() in body(inline(PNG))
    assert refusal(inline(b"%!PS-Adobe")).findings[0].code == "picture-type"


def test_picture_with_too_many_pixels_is_refused() -> None:
    bomb = PNG[:16] + (50_000).to_bytes(4, "big") * 2 + PNG[24:]
    error = refusal(odt(p(picture("Logo")), parts={"Pictures/dot.png": bomb}))
    assert isinstance(error, FileTooLarge)
    assert error.findings[0].code == "picture-too-large"


@pytest.mark.parametrize(
    "inner",
    [
        '<image xlink:href="file:///etc/passwd" width="9" height="9"/>',
        '<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>',
        '<image xlink:href="other.png" width="9" height="9"/>',
        '<image xlink:href="data:image/svg+xml;base64,AAAA"/>',
        '<use xlink:href="http://127.0.0.1:9/a.svg#a"/>',
        "<style>@import url(http://127.0.0.1:9/a.css);</style>",
        "<style>rect { fill: url( 'http://127.0.0.1:9/a' ) }</style>",
        "<style>@im\\port 'http://127.0.0.1:9/a.css';</style>",
        '<rect style="fill:url(http://127.0.0.1:9/a)" width="1" height="1"/>',
        '<rect fill="url(file:///etc/passwd#a)" width="1" height="1"/>',
        "<script>alert(1)</script>",
        '<rect onload="x()" width="1" height="1"/>',
        "<foreignObject><p/></foreignObject>",
        '<filter id="f"><feImage xlink:href="http://127.0.0.1:9/a.png"/></filter>',
        '<animate attributeName="href"/>',
        '<textPath xlink:href="http://127.0.0.1:9/a#b">t</textPath>',
        '<g xml:base="http://127.0.0.1:9/"><use xlink:href="#a"/></g>',
    ],
)
def test_svg_that_reaches_outside_is_refused(inner: str) -> None:
    error = refusal(odt(p(picture("Logo")), parts={"Pictures/dot.png": svg(inner)}))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "picture-active"


def test_plain_svg_stays_and_loses_what_an_editor_added() -> None:
    source = (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + svg(
            '<e:view xmlns:e="urn:editor" e:zoom="2"/><defs><linearGradient id="g"/></defs>'
            '<rect fill="url(#g)" width="5" height="5"/><a xlink:href="http://example.org/">'
            "<text>Town</text></a>"
        )
    )
    cleaned = opened(odt(p(picture("Logo")), parts={"Pictures/dot.png": source}))
    drawing = cleaned.parts["Pictures/dot.png"]
    assert b"url(#g)" in drawing
    assert b"Town" in drawing
    assert b"urn:editor" not in drawing
    assert b"http://example.org" not in drawing
    assert b"DOCTYPE" not in drawing


def svg(inner: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="9" height="9">{inner}</svg>'
    ).encode()


# --- links to other files -------------------------------------------------------------------


def test_linked_content_is_cut_and_what_it_shows_is_kept() -> None:
    source = odt(
        section(
            '<text:section-source xlink:href="file:///etc/passwd" text:filter-name="Text"/>',
            p("placeholder"),
        ),
        section('<office:dde-source office:dde-application="soffice"/>', p("quote"), name="S2"),
    )
    assert codes(source) == {"linked-content-removed"}
    assert "placeholder" in body(source)
    assert "quote" in body(source)
    assert "passwd" not in body(source)
    assert "dde" not in body(source)


@pytest.mark.parametrize(
    "element",
    [
        '<draw:plugin xlink:href="file:///a.mp4" draw:mime-type="video/mp4"/>',
        '<draw:applet xlink:href="http://127.0.0.1:9/" draw:code="X.class"/>',
        '<draw:floating-frame xlink:href="http://127.0.0.1:9/"/>',
        '<draw:object xlink:href="file:///tmp/a.odt"/>',
        '<draw:object xlink:href="./Object 1"/>',
        '<draw:object-ole xlink:href="./Object 1"/>',
        "<draw:object-ole><office:binary-data>AAAA</office:binary-data></draw:object-ole>",
    ],
)
def test_embedded_program_or_object_is_taken_out_and_its_picture_kept(element: str) -> None:
    image = '<draw:image xlink:href="Pictures/dot.png"/>'
    source = odt(p(f"<draw:frame>{element}{image}</draw:frame>"))
    assert codes(source) == {"object-removed"}
    assert "Pictures/dot.png" in body(source)
    assert "127.0.0.1" not in body(source)
    assert "file:" not in body(source)


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org/a?b=c#d",
        "HTTP://example.org",
        "mailto:town@example.org",
        "tel:+3281000000",
        "#Chapter 1|outline",
        "py3o://for=%22line%20in%20lines%22",
    ],
)
def test_harmless_links_stay(href: str) -> None:
    source = odt(p(f'<text:a xlink:type="simple" xlink:href="{href}">here</text:a>'))
    assert href in body(source)
    assert not codes(source)


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "macro:///Standard.Module1.Main",
        "vnd.sun.star.script:evil.py$main?language=Python&amp;location=share",
        "vnd.sun.star.expand:http://127.0.0.1/$HOME",
        ".uno:OpenUrl",
        "service:com.sun.star.task.JobExecutor",
        "private:factory/swriter",
        "ssh://example.org/",
        "secret.odt",
        "ht\ttp://example.org",
    ],
)
def test_other_links_become_text(href: str) -> None:
    source = odt(p(f'<text:a xlink:href="{href}" text:style-name="T1">here</text:a>'))
    assert codes(source) == {"link-removed"}
    assert '<text:span text:style-name="T1">here</text:span>' in body(source)


def test_index_concordance_and_reload_are_cut() -> None:
    mark = '<text:alphabetical-index-auto-mark-file xlink:href="http://127.0.0.1:9/c.sdi"/>'
    reload = '<meta:auto-reload xlink:href="file:///etc/passwd" meta:delay="PT0S"/>'
    template = '<meta:template xlink:href="http://127.0.0.1:9/t.ott" xlink:title="t"/>'
    source = odt(mark, p("text"), meta=reload + template)
    package = opened(source)
    assert codes(source) == {"linked-content-removed"}
    for content in package.parts.values():
        assert b"127.0.0.1" not in content
        assert b"passwd" not in content


def test_any_other_element_may_only_point_into_the_document() -> None:
    source = odt(p('<text:span xlink:href="http://127.0.0.1:9/">text</text:span>'))
    assert codes(source) == {"linked-content-removed"}
    assert "127.0.0.1" not in body(source)


def test_machine_addresses_go_from_attributes_that_have_no_rule_of_their_own() -> None:
    source = odt(p('<draw:line draw:layer="vnd.sun.star.expand:$HOME" svg:x1="1cm"/>'))
    assert "expand" not in body(source)
    assert 'svg:x1="1cm"' in body(source)


# --- code -----------------------------------------------------------------------------------


def test_macros_events_and_scripts_are_taken_out() -> None:
    script = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
    listener = (
        f'<office:event-listeners><script:event-listener xmlns:script="{script}" '
        'script:event-name="dom:load" xlink:href="vnd.sun.star.script:e.py$m?location=share"/>'
        "</office:event-listeners>"
    )
    source = odt(
        p(
            f"<draw:frame>{listener}</draw:frame>",
            f'<text:script script:language="x" xmlns:script="{script}">run()</text:script>',
        ),
        p(f'<text:execute-macro text:name="M">{listener}press</text:execute-macro>'),
        parts={
            "Basic/Standard/Module1.xml": b"<x/>",
            "Scripts/python/evil.py": b"import os",
            "Configurations2/accelerator/current.xml": b"<x/>",
            "Dialogs/Standard/D.xml": b"<x/>",
        },
    )
    package = opened(source)
    assert {warning.code for warning in package.warnings} == {"macro-removed"}
    assert set(package.parts) == {"content.xml", "styles.xml", "meta.xml"}
    for gone in ("script", "run()", "location=share"):
        assert gone not in body(source)
    assert "press" in body(source)


@pytest.mark.parametrize(
    "block",
    [
        '<py:for xmlns:py="http://genshi.edgewall.org/" each="x in y"/>',
        '<text:p xmlns:py="http://genshi.edgewall.org/" py:content="open(1)"/>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>',
    ],
)
def test_directives_of_template_languages_are_refused(block: str) -> None:
    error = refusal(odt(block))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "xml-directive"


def test_processing_instructions_are_refused() -> None:
    error = refusal(odt(p("<?python import os?>")))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "xml-instruction"


def test_components_are_created_by_documented_names_only() -> None:
    form = NAMESPACES | {"form": "urn:oasis:names:tc:opendocument:xmlns:form:1.0"}
    source = odt(
        f'<office:forms {declared(form=form["form"])}><form:form form:name="F">'
        '<form:checkbox form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>'
        '<form:text form:control-implementation="ooo:com.sun.star.script.provider.Master"/>'
        "</form:form></office:forms>",
        p('<draw:custom-shape draw:engine="com.sun.star.task.JobExecutor"/>'),
    )
    assert "component.CheckBox" in body(source)
    assert "provider" not in body(source)
    assert "JobExecutor" not in body(source)


# --- data of the server and of others -------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<text:file-name text:display="full">shown</text:file-name>', "field-frozen"),
        ("<text:template-name>shown</text:template-name>", "field-frozen"),
        ("<text:sender-lastname>shown</text:sender-lastname>", "field-frozen"),
        ("<text:sender-email>shown</text:sender-email>", "field-frozen"),
        ('<text:author-name text:fixed="false">shown</text:author-name>', "field-frozen"),
        (
            '<text:database-display text:table-name="t" text:column-name="c">shown'
            "</text:database-display>",
            "database-removed",
        ),
        (
            '<text:dde-connection text:connection-name="c">shown</text:dde-connection>',
            "linked-content-removed",
        ),
    ],
)
def test_fields_of_the_server_keep_only_the_text_they_show(element: str, code: str) -> None:
    source = odt(p("before ", element, " after"))
    assert codes(source) == {code}
    assert "before <text:span>shown</text:span> after" in body(source)


def test_embedded_fonts_are_taken_out() -> None:
    face = (
        '<style:font-face style:name="Evil" svg:font-family="Evil"><svg:font-face-src>'
        '<svg:font-face-uri xlink:href="Fonts/a.ttf"/></svg:font-face-src></style:font-face>'
    )
    source = odt(p("x"), automatic=face, parts={"Fonts/a.ttf": b"font"})
    package = opened(source)
    assert {warning.code for warning in package.warnings} == {"font-removed"}
    assert b"a.ttf" not in package.parts["content.xml"]
    assert "Fonts/a.ttf" not in package.parts


def test_form_addresses_and_data_sources_are_taken_out() -> None:
    form = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"
    source = odt(
        f'<office:forms {declared(form=form)}><form:form form:name="F" '
        'xlink:href="http://127.0.0.1:9/" form:datasource="db" form:command="select 1">'
        '<form:connection-resource xlink:href="file:///tmp/a.odb"/>'
        '<form:image form:image-data="file:///etc/passwd"/>'
        '<form:checkbox form:label="Yes"><form:properties><form:property '
        'form:property-name="GraphicURL" office:string-value="file:///etc/passwd"/>'
        "</form:properties></form:checkbox></form:form>"
        '<m:model xmlns:m="http://www.w3.org/2002/xforms"><m:instance src="file:///a"/></m:model>'
        "</office:forms>"
    )
    cleaned = body(source)
    for gone in ("127.0.0.1", "passwd", "a.odb", "select", "instance"):
        assert gone not in cleaned
    assert 'form:label="Yes"' in cleaned


def test_settings_keep_layout_and_lose_printers_and_databases() -> None:
    config = "urn:oasis:names:tc:opendocument:xmlns:config:1.0"
    items = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}'
        "</config:config-item>"
        for name, kind, value in (
            ("AddParaTableSpacing", "boolean", "true"),
            ("PrinterName", "string", "evil"),
            ("PrinterSetup", "base64Binary", "AAAA"),
            ("CurrentDatabaseDataSource", "string", "db"),
            ("UpdateFromTemplate", "boolean", "true"),
            ("LinkUpdateMode", "short", "2"),
        )
    )
    settings = (
        f'<office:document-settings xmlns:office="{NAMESPACES["office"]}" '
        f'xmlns:config="{config}"><office:settings><config:config-item-set '
        f'config:name="ooo:configuration-settings">{items}</config:config-item-set>'
        "</office:settings></office:document-settings>"
    )
    package = opened(odt(p("x"), parts={"settings.xml": settings.encode()}))
    kept = package.parts["settings.xml"].decode()
    assert "AddParaTableSpacing" in kept
    for gone in ("Printer", "Database", "UpdateFromTemplate", "LinkUpdateMode"):
        assert gone not in kept
    assert not package.warnings


# --- spreadsheets ---------------------------------------------------------------------------


def ods(*rows: str, before: str = "") -> bytes:
    declarations = " ".join(f'xmlns:{k}="{v}"' for k, v in NAMESPACES.items())
    content = (
        f"<office:document-content {declarations}><office:body><office:spreadsheet>"
        f'<table:table table:name="T1">{before}{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return pack({"content.xml": content.encode()}, mimetype=kind)


@pytest.mark.parametrize(
    "formula",
    [
        'of:=WEBSERVICE("http://127.0.0.1:9/")',
        'of:=COM.MICROSOFT.WEBSERVICE("http://127.0.0.1:9/")',
        'of:=DDE("soffice";"/tmp/a.ods";"Sheet1.A1")',
        'of:=CELL("filename")',
        'of:=INFO("directory")',
        "of:='file:///tmp/a.ods'#$Sheet1.A1",
        "of:=['secret.ods'#$Sheet1.A1]",
        "of:=INDIRECT(\"'file:///tmp/a.ods'#$Sheet1.A1\")",
        'of:=1+webservice ("x")',
    ],
)
def test_formulas_that_read_outside_keep_their_last_result(formula: str) -> None:
    quoted = formula.replace('"', "&quot;")
    one = (
        f'<table:table-cell table:formula="{quoted}" office:value-type="string">'
        "<text:p>old</text:p></table:table-cell>"
    )
    package = open_odf(ods(f"<table:table-row>{one}</table:table-row>"), kinds={"ods"})
    content = package.parts["content.xml"].decode()
    assert {warning.code for warning in package.warnings} == {"formula-frozen"}
    assert "table:formula" not in content
    assert "old" in content


def test_ordinary_formulas_stay() -> None:
    formula = "of:=SUM([.A1:.A9])+HYPERLINK(&quot;https://example.org&quot;;&quot;x&quot;)"
    one = f'<table:table-cell table:formula="{formula}" office:value-type="float"/>'
    package = open_odf(ods(f"<table:table-row>{one}</table:table-row>"), kinds={"ods"})
    assert "SUM" in package.parts["content.xml"].decode()
    assert not package.warnings


def test_linked_sheets_and_data_mappings_are_cut() -> None:
    source = ods(
        before='<table:table-source xlink:href="file:///tmp/a.ods" table:filter-name="calc8"/>'
        '<c:data-mappings xmlns:c="urn:org:documentfoundation:names:experimental:calc:xmlns:'
        'calcext:1.0"><c:data-mapping xlink:href="http://127.0.0.1:9/"/></c:data-mappings>'
    )
    package = open_odf(source, kinds={"ods"})
    content = package.parts["content.xml"]
    assert b"a.ods" not in content
    assert b"127.0.0.1" not in content


def test_empty_cells_may_reach_to_the_edge_of_the_sheet_but_filled_ones_are_counted() -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    open_odf(ods(empty), kinds={"ods"})
    filled = empty.replace("/></", ' office:value-type="float" office:value="1"/></')
    with pytest.raises(FileTooLarge) as caught:
        open_odf(ods(filled), kinds={"ods"})
    assert caught.value.findings[0].code == "too-many-cells"


# --- exhaustion -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("<text:section>" * 20_000 + "</text:section>" * 20_000, "xml-too-deep"),
        ("<text:p/>" * 400_001, "xml-too-many-elements"),
        (p("x" * 1_000_001), "text-too-long"),
        (p("".join(map(str, range(1_600_000)))), "text-too-long"),
        (p(*("<text:span>" + "x" * 100_000 + "</text:span>",) * 11), "text-too-long"),
        (p('<text:s text:c="2000000000"/>'), "repeat-too-large"),
        (p('<text:s text:c="9999"/>' * 200), "repeat-too-large"),
        (
            table('<table:table-column table:number-columns-repeated="2000000000"/>'),
            "repeat-too-large",
        ),
        (
            table(
                '<table:table-row table:number-rows-repeated="2000000000">'
                '<table:table-cell table:number-columns-repeated="2000000000"/></table:table-row>'
            ),
            "too-many-cells",
        ),
    ],
)
def test_documents_that_would_keep_an_office_busy_are_refused(block: str, code: str) -> None:
    error = refusal(odt(block))
    assert isinstance(error, FileTooLarge)
    assert error.findings[0].code == code


# --- the file itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd">%p;]>',
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(prolog: str) -> None:
    content = opened(odt(p("x"))).parts["content.xml"].replace(b"?>", f"?>{prolog}".encode(), 1)
    error = refusal(pack({"content.xml": content}))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "xml-doctype"


def test_other_encodings_cannot_hide_a_document_type() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d><x/>'
    assert refusal(pack({"content.xml": text.encode("utf-16")})).findings[0].code == "xml-encoding"
    utf7 = b'<?xml version="1.0" encoding="UTF-7"?><x/>'
    assert refusal(pack({"content.xml": utf7})).findings[0].code == "xml-encoding"


def test_encrypted_documents_say_so() -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
        "</manifest:file-entry></manifest:manifest>"
    )
    source = pack({"content.xml": b"\x8a\x01garbage"})
    plain = source.replace(b"META-INF/manifest.xml", b"META-INF/manifest.old")
    with_keys = add_part(plain, "META-INF/manifest.xml", manifest.encode())
    assert isinstance(refusal(with_keys), FileEncrypted)


def add_part(source: bytes, name: str, content: bytes) -> bytes:
    buffer = io.BytesIO(source)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_xml_that_is_not_well_formed_is_damaged() -> None:
    error = refusal(pack({"content.xml": b"<a><b></a>"}))
    assert isinstance(error, FileDamaged)
    assert error.findings[0].where == "part “content.xml”"


def test_document_without_content_is_damaged() -> None:
    assert isinstance(refusal(pack({"styles.xml": b"<a/>"})), FileDamaged)


def test_body_of_another_kind_is_not_the_declared_type() -> None:
    sheet = open_odf(ods(), kinds={"ods"}).parts["content.xml"]
    assert isinstance(refusal(pack({"content.xml": sheet})), NotTheDeclaredType)


# --- what stays -----------------------------------------------------------------------------


COMMENT = (
    "<office:annotation><dc:creator>Jan</dc:creator><dc:date>2026-01-01T00:00:00</dc:date>"
    "<text:sender-initials>J</text:sender-initials><text:p>note</text:p></office:annotation>"
)


def test_comments_stay_in_body_table_footnote_and_header() -> None:
    note = (
        '<text:note text:id="f1" text:note-class="footnote"><text:note-citation>1'
        f"</text:note-citation><text:note-body>{p('n', COMMENT)}</text:note-body></text:note>"
    )
    source = odt(p("a", COMMENT), table(row(cell(p("c", COMMENT)))), p(note), header=p(COMMENT))
    package = opened(source)
    assert not package.warnings
    assert package.parts["content.xml"].count(b"<office:annotation>") == 3
    assert package.parts["content.xml"].count(b"<text:sender-initials>J<") == 3
    assert package.parts["styles.xml"].count(b"<office:annotation>") == 1


def test_cleaning_what_is_clean_changes_nothing() -> None:
    source = odt(p("a", picture("Logo")), bullets("one"), table(row("x", "y")), header=p("h"))
    once = clean_odf(source, "odt")
    assert clean_odf(once.content, "odt") == once
    assert part(once.content).xpath("string()") == part(source).xpath("string()")


# --- embedded documents ---------------------------------------------------------------------


def embedding(content: str, replacement: bytes) -> bytes:
    """A document with one embedded document and the picture stored beside it."""
    frame = (
        '<draw:frame draw:name="Chart"><draw:object xlink:href="./Object 1"/>'
        '<draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame>'
    )
    parts = {"Object 1/content.xml": content.encode(), "ObjectReplacements/Object 1": replacement}
    return odt(p(frame), parts=parts)


def chart(inner: str = "") -> str:
    prefixes = declared(
        office=NAMESPACES["office"],
        xlink=NAMESPACES["xlink"],
        draw=NAMESPACES["draw"],
        chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0",
    )
    return (
        f'<office:document-content {prefixes} office:version="1.2"><office:body><office:chart>'
        f'<chart:chart xlink:href=".." chart:class="chart:bar">{inner}</chart:chart>'
        "</office:chart></office:body></office:document-content>"
    )


def test_charts_stay_alive_and_lose_the_metafile_beside_them() -> None:
    cleaned = clean_odf(embedding(chart(), b"VCLMTF\x01\x00"), "odt")
    assert not cleaned.warnings
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as archive:
        assert b'xlink:href=".."' in archive.read("Object 1/content.xml")
        assert not any("Replacements" in name for name in archive.namelist())
        manifest = archive.read("META-INF/manifest.xml").decode()
    assert 'full-path="Object 1/"' in manifest
    assert "opendocument.chart" in manifest


def test_picture_beside_an_object_stays_when_it_is_one() -> None:
    package = opened(embedding(chart(), PNG))
    assert package.parts["ObjectReplacements/Object 1"] == PNG


def test_embedded_documents_are_judged_by_the_same_rules() -> None:
    source = embedding(
        chart('<draw:frame><draw:image xlink:href="file:///a.png"/></draw:frame>'), PNG
    )
    error = refusal(source)
    assert error.findings[0].code == "external-reference"
    assert "Object 1" in error.findings[0].where


def test_charts_take_numbers_from_their_own_document_only() -> None:
    source = embedding(chart().replace('".."', '"file:///tmp/a.ods"'), PNG)
    assert codes(source) == {"linked-content-removed"}
    assert b"a.ods" not in opened(source).parts["Object 1/content.xml"]


def test_a_second_body_of_another_kind_is_not_the_declared_type() -> None:
    source = odt(p("x"))
    content = opened(source).parts["content.xml"]
    two = content.replace(b"</office:text>", b"</office:text><office:spreadsheet/>")
    assert isinstance(refusal(pack({"content.xml": two})), NotTheDeclaredType)


def test_fields_hidden_beside_a_comment_are_frozen_too() -> None:
    hidden = COMMENT.replace("<text:p>", "<text:file-name>path</text:file-name><text:p>")
    assert codes(odt(p(hidden))) == {"field-frozen"}
