"""What a Word, Excel or PowerPoint file may not do; files built here."""

from __future__ import annotations

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
from greffier_templates.gate.documents import clean_document
from greffier_templates.gate.package import write_package
from greffier_templates.model import Cleaned
from odt import PNG
from ooxml import MAIN, W, complex_field, docx, run, xlsx


def read(cleaned: Cleaned, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as archive:
        return archive.read(name).decode()


def names(cleaned: Cleaned) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(cleaned.content)) as archive:
        return set(archive.namelist())


def codes(cleaned: Cleaned) -> set[str]:
    return {warning.code for warning in cleaned.warnings}


def refusal(source: bytes, kind: str = "docx") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        clean_document(source, kind)
    return caught.value


# --- relationships --------------------------------------------------------------------------


def test_picture_from_outside_is_refused() -> None:
    error = refusal(docx("<w:p/>", ("r1", "image", "file:///etc/passwd")))
    assert isinstance(error, FileUnsafe)
    assert error.findings[0].code == "external-reference"


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("oleObject", "http://127.0.0.1:9/a.doc", {"object-removed"}),
        ("oleObject", "embeddings/oleObject1.bin", {"object-removed"}),
        ("aFChunk", "http://127.0.0.1:9/a.html", {"linked-content-removed"}),
        ("aFChunk", "afchunk.html", {"linked-content-removed"}),
        ("subDocument", "file:///tmp/a.docx", {"linked-content-removed"}),
        ("frame", "http://127.0.0.1:9/", {"linked-content-removed"}),
        ("vbaProject", "vbaProject.bin", {"macro-removed"}),
        ("control", "activeX/activeX1.xml", {"object-removed"}),
        ("video", "http://127.0.0.1:9/a.mp4", {"object-removed"}),
        ("font", "fonts/font1.odttf", {"font-removed"}),
        ("attachedTemplate", "http://127.0.0.1:9/a.dotm", set()),
        ("unheardOf", "http://127.0.0.1:9/", set()),
        ("hyperlink", "file:///etc/passwd", {"link-removed"}),
        ("hyperlink", "javascript:alert(1)", {"link-removed"}),
    ],
)
def test_other_relationships_are_cut(kind: str, target: str, code: set[str]) -> None:
    parts = {
        "word/embeddings/oleObject1.bin": b"x",
        "word/vbaProject.bin": b"x",
        "word/afchunk.html": b"<html/>",
        "word/activeX/activeX1.xml": b"<x/>",
        "word/fonts/font1.odttf": b"x",
    }
    cleaned = clean_document(docx("<w:p/>", ("r1", kind, target), parts=parts), "docx")
    assert codes(cleaned) == code
    assert names(cleaned) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
        "word/_rels/document.xml.rels",
    }
    assert target not in read(cleaned, "word/_rels/document.xml.rels")
    assert "vbaProject" not in read(cleaned, "[Content_Types].xml")


def test_web_links_and_own_pictures_stay() -> None:
    source = docx(
        "<w:p/>",
        ("r1", "hyperlink", "https://example.org/"),
        ("r2", "image", "media/image1.png"),
        parts={"word/media/image1.png": PNG},
    )
    cleaned = clean_document(source, "docx")
    assert not cleaned.warnings
    assert "https://example.org/" in read(cleaned, "word/_rels/document.xml.rels")
    assert "word/media/image1.png" in names(cleaned)


def test_picture_of_another_type_is_refused_whatever_its_name() -> None:
    source = docx(
        "<w:p/>",
        ("r2", "image", "media/image1.png"),
        parts={"word/media/image1.png": b"%!PS-Adobe-3.0 EPSF"},
    )
    assert refusal(source).findings[0].code == "picture-type"


def test_a_target_cannot_leave_the_package() -> None:
    source = docx("<w:p/>", ("r1", "styles", "../../../../etc/passwd"))
    cleaned = clean_document(source, "docx")
    assert "passwd" not in read(cleaned, "word/_rels/document.xml.rels")


# --- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "instruction",
    [
        ('INCLUDEPICTURE "http://127.0.0.1:9/a.png" \\d',),
        ("INCL", "UDEPICTURE ", '"file:///etc/passwd"'),
        ('includetext "/etc/passwd"',),
        ("DDEAUTO soffice a b",),
        ("LINK Word.Document.8 a.doc",),
        ("DATABASE \\d a.odb",),
        ('IMPORT "file:///etc/passwd"',),
        ("MACROBUTTON M press",),
        ("UNHEARDOF x",),
        (' "INCLUDEPICTURE" "file:///etc/passwd"',),
    ],
)
def test_fields_that_load_something_keep_the_text_they_show(instruction: tuple[str, ...]) -> None:
    cleaned = clean_document(docx(f"<w:p>{complex_field(*instruction)}</w:p>"), "docx")
    text = read(cleaned, "word/document.xml")
    assert codes(cleaned) == {"linked-content-removed"}
    assert "shown" in text
    assert "fldChar" not in text
    assert "instrText" not in text


def test_a_loading_field_inside_another_is_found() -> None:
    inner = complex_field('INCLUDEPICTURE "file:///etc/passwd"', result="inner")
    outer = complex_field("IF 1 = 1 ").replace(
        '</w:r><w:r><w:fldChar w:fldCharType="separate"/>',
        "</w:r>" + inner + '<w:r><w:fldChar w:fldCharType="separate"/>',
        1,
    )
    cleaned = clean_document(docx(f"<w:p>{outer}</w:p>"), "docx")
    text = read(cleaned, "word/document.xml")
    assert "INCLUDEPICTURE" not in text
    assert "IF 1 = 1" in text


def test_simple_fields_are_judged_too() -> None:
    loading = f'<w:fldSimple w:instr="INCLUDETEXT a.txt">{run("kept")}</w:fldSimple>'
    cleaned = clean_document(docx(f"<w:p>{loading}{run('after')}</w:p>"), "docx")
    text = read(cleaned, "word/document.xml")
    assert "INCLUDETEXT" not in text
    assert text.index("kept") < text.index("after")


@pytest.mark.parametrize("name", ["FILENAME \\p", "TEMPLATE", "USERNAME"])
def test_fields_of_the_server_keep_the_text_they_show(name: str) -> None:
    cleaned = clean_document(docx(f"<w:p>{complex_field(name)}</w:p>"), "docx")
    assert codes(cleaned) == {"field-frozen"}
    assert "shown" in read(cleaned, "word/document.xml")


@pytest.mark.parametrize(
    "instruction",
    [
        "PAGE \\* MERGEFORMAT",
        "NUMPAGES",
        'DATE \\@ "d MMMM yyyy"',
        'TOC \\o "1-3"',
        'HYPERLINK "https://example.org"',
        'HYPERLINK \\l "bookmark"',
        "MERGEFIELD Name",
        "= 1 + 2",
    ],
)
def test_ordinary_fields_stay(instruction: str) -> None:
    escaped = instruction.replace('"', "&quot;")
    cleaned = clean_document(docx(f"<w:p>{complex_field(escaped)}</w:p>"), "docx")
    assert not cleaned.warnings
    assert read(cleaned, "word/document.xml").count("<w:fldChar ") == 3


def test_field_links_to_files_become_text() -> None:
    field = complex_field("HYPERLINK &quot;file:///etc/passwd&quot; \\l &quot;a&quot;")
    cleaned = clean_document(docx(f"<w:p>{field}</w:p>"), "docx")
    assert codes(cleaned) == {"link-removed"}
    assert "passwd" not in read(cleaned, "word/document.xml")


def test_embedded_objects_and_addresses_of_drawings_go() -> None:
    body = (
        '<w:altChunk r:id="r1"/><w:p><w:r><w:object><v:shape><v:imagedata '
        'src="http://127.0.0.1:9/a.png" o:href="http://127.0.0.1:9/b.png"/></v:shape>'
        '<o:OLEObject Type="Link" r:id="r2"/></w:object></w:r></w:p>'
    )
    cleaned = clean_document(docx(body), "docx")
    text = read(cleaned, "word/document.xml")
    assert "OLEObject" not in text
    assert "altChunk" not in text
    assert "127.0.0.1" not in text


def test_comments_stay_in_body_table_footnote_and_header() -> None:
    anchor = (
        '<w:commentRangeStart w:id="0"/><w:r><w:t>t</w:t></w:r><w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/></w:r>'
    )
    note = f'<w:comment w:id="0"><w:p>{run("note")}</w:p></w:comment>'
    comment = f'<w:comments xmlns:w="{W}">{note}</w:comments>'
    header = f'<w:hdr xmlns:w="{W}"><w:p>{anchor}</w:p></w:hdr>'
    footnote = f'<w:footnote w:id="2"><w:p>{anchor}</w:p></w:footnote>'
    notes = f'<w:footnotes xmlns:w="{W}">{footnote}</w:footnotes>'
    source = docx(
        f"<w:p>{anchor}</w:p><w:tbl><w:tr><w:tc><w:p>{anchor}</w:p></w:tc></w:tr></w:tbl>",
        ("c1", "comments", "comments.xml"),
        ("h1", "header", "header1.xml"),
        ("f1", "footnotes", "footnotes.xml"),
        parts={
            "word/comments.xml": comment.encode(),
            "word/header1.xml": header.encode(),
            "word/footnotes.xml": notes.encode(),
        },
    )
    cleaned = clean_document(source, "docx")
    assert not cleaned.warnings
    assert "note" in read(cleaned, "word/comments.xml")
    assert read(cleaned, "word/document.xml").count("commentReference") == 2
    for part in ("word/header1.xml", "word/footnotes.xml"):
        assert "commentReference" in read(cleaned, part)


# --- workbooks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    [
        'WEBSERVICE("http://127.0.0.1:9/")',
        "[1]Sheet1!A1",
        "SUM('[1]Sheet 1'!A1)",
        'DDE("a";"b";"c")',
        'CELL("filename")',
        'INDIRECT("a")',
    ],
)
def test_formulas_that_read_outside_keep_their_last_result(formula: str) -> None:
    escaped = formula.replace('"', "&quot;")
    source = xlsx(
        f'<c r="A1"><f>{escaped}</f><v>42</v></c>',
        ("x1", "externalLink", "externalLinks/externalLink1.xml"),
        workbook='<externalReferences><externalReference r:id="x1"/></externalReferences>',
    )
    cleaned = clean_document(source, "xlsx")
    sheet = read(cleaned, "xl/worksheets/sheet1.xml")
    assert {"formula-frozen", "linked-content-removed"} <= codes(cleaned)
    assert "<f>" not in sheet
    assert "42" in sheet
    assert not any("externalLink" in name for name in names(cleaned))
    assert "externalReference" not in read(cleaned, "xl/workbook.xml")


def test_ordinary_formulas_stay() -> None:
    cleaned = clean_document(xlsx('<c r="A1"><f>SUM(Table1[Amount])+B2</f></c>'), "xlsx")
    assert not cleaned.warnings
    assert "SUM" in read(cleaned, "xl/worksheets/sheet1.xml")


# --- the file itself ------------------------------------------------------------------------


def test_kinds_are_told_apart_by_their_main_part() -> None:
    assert isinstance(refusal(docx("<w:p/>"), "xlsx"), NotTheDeclaredType)
    macro = docx("<w:p/>")
    with zipfile.ZipFile(io.BytesIO(macro)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        MAIN["docx"].encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    error = refusal(write_package(list(parts.items())))
    assert isinstance(error, NotTheDeclaredType)
    assert "DOCM" in error.findings[0].message


def test_encrypted_documents_say_so() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + b"\x22\x00" + b"\0" * 62
    assert isinstance(refusal(container + entry), FileEncrypted)


@pytest.mark.parametrize(
    ("body", "refused", "code"),
    [
        ("<w:p>&x;</w:p>", FileDamaged, "xml-malformed"),
        ("<w:p><?php x?></w:p>", FileUnsafe, "xml-instruction"),
        ("<w:p/>" * 400_001, FileTooLarge, "xml-too-many-elements"),
        ('<w:tc><w:gridSpan w:val="2000000000"/></w:tc>', FileTooLarge, "repeat-too-large"),
        ("<w:p>" + run("x" * 600_000) * 2 + "</w:p>", FileTooLarge, "text-too-long"),
    ],
)
def test_xml_limits_hold_here_too(body: str, refused: type[FileRefused], code: str) -> None:
    error = refusal(docx(body))
    assert isinstance(error, refused)
    assert error.findings[0].code == code


def test_cleaning_what_is_clean_changes_nothing() -> None:
    once = clean_document(docx(f"<w:p>{complex_field('PAGE')}</w:p>"), "docx")
    assert clean_document(once.content, "docx") == once
