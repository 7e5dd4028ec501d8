"""The older and simpler kinds: what can be told of them without an office."""

from __future__ import annotations

import pytest
from greffier_templates.errors import (
    FileEncrypted,
    FileRefused,
    FileTooLarge,
    FileUnsafe,
    NotTheDeclaredType,
)
from greffier_templates.gate.documents import clean_document
from greffier_templates.gate.limits import Limits

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def ole2(name: str, stream: bytes, *more: str, small: bool = False) -> bytes:
    """A container with its directory in sector 0 and a stream from sector 1 on.

    A ``small`` stream lies in the third small sector of the stream of the root entry.
    """
    header = bytearray(512)
    header[:8] = OLE2
    header[30:32] = (9).to_bytes(2, "little")
    own = entry(name, 2, len(stream)) if small else entry(name, 1, 4096)
    root = entry("Root Entry", 1, 4096)
    directory = b"".join((root, own, *(entry(one, 1, 4096) for one in more)))
    content = bytes(2 * 64) + stream if small else stream
    return bytes(header) + directory.ljust(512, b"\0") + content.ljust(4096, b"\0")


def entry(name: str, sector: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    record = bytearray(128)
    record[: len(text)] = text
    record[64:66] = len(text).to_bytes(2, "little")
    record[116:120] = sector.to_bytes(4, "little")
    record[120:124] = size.to_bytes(4, "little")
    return bytes(record)


def fib(*, encrypted: bool) -> bytes:
    flags = 0x0100 if encrypted else 0
    return b"\xec\xa5" + b"\0" * 8 + flags.to_bytes(2, "little") + b"\0" * 60


def workbook(*records: int) -> bytes:
    return b"".join(record.to_bytes(2, "little") + b"\x02\0\0\0" for record in records)


def refusal(source: bytes, kind: str) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        clean_document(source, kind)
    return caught.value


def test_word_and_excel_files_pass_unchanged() -> None:
    for source, kind in (
        (ole2("WordDocument", fib(encrypted=False)), "doc"),
        (ole2("WordDocument", fib(encrypted=False), small=True), "doc"),
        (ole2("Workbook", workbook(0x0809, 0x00E1, 0x000A)), "xls"),
    ):
        cleaned = clean_document(source, kind)
        assert cleaned.content == source
        assert not cleaned.warnings


def test_encrypted_ones_say_so() -> None:
    locked_doc = ole2("WordDocument", fib(encrypted=True))
    locked_xls = ole2("Workbook", workbook(0x0809, 0x002F))
    assert isinstance(refusal(locked_doc, "doc"), FileEncrypted)
    assert isinstance(refusal(locked_xls, "xls"), FileEncrypted)
    small = ole2("WordDocument", fib(encrypted=True), small=True)
    assert isinstance(refusal(small, "doc"), FileEncrypted)


def test_macros_are_mentioned() -> None:
    cleaned = clean_document(ole2("WordDocument", fib(encrypted=False), "Macros"), "doc")
    assert [warning.code for warning in cleaned.warnings] == ["macro-ignored"]


def test_a_document_embedded_in_another_does_not_change_what_it_is() -> None:
    source = ole2("Workbook", workbook(0x0809, 0x000A), "WordDocument")
    assert clean_document(source, "xls").content == source


def test_one_is_not_the_other() -> None:
    source = ole2("Workbook", workbook(0x0809))
    assert isinstance(refusal(source, "doc"), NotTheDeclaredType)
    assert isinstance(refusal(b"<html></html>", "doc"), NotTheDeclaredType)
    assert isinstance(refusal(OLE2 + b"\0" * 3000, "xls"), NotTheDeclaredType)


@pytest.mark.parametrize(
    "inner",
    [
        b'{\\field{\\*\\fldinst INCLUDEPICTURE "file:///etc/passwd" \\\\d}{\\fldrslt x}}',
        b'{\\field{\\*\\fldinst {INCL}{UDETEXT} "/etc/passwd"}}',
        b"{\\field{\\*\\fldinst \\'49NCLUDEPICTURE x}}",
        b"{\\field{\\*\\fldinst \\u73 NCLUDEPICTURE x}}",
        b"{\\*\\template http://127.0.0.1:9/t.dot}",
        b"{\\object\\objautlink{\\*\\objdata 0105}}",
        b"{\\field{\\*\\fldinst DDEAUTO a b c}}",
    ],
)
def test_rtf_that_loads_something_is_refused(inner: bytes) -> None:
    assert isinstance(refusal(b"{\\rtf1 text " + inner + b"}", "rtf"), FileUnsafe)


def test_plain_rtf_passes() -> None:
    source = (
        b"{\\rtf1\\ansi {\\b Decision}: import of goods, link {\\field{\\*\\fldinst PAGE }"
        b"{\\fldrslt 1}} import x, database y\\par}"
    )
    assert clean_document(source, "rtf").content == source


def test_html_keeps_text_and_tables_and_loses_all_that_loads() -> None:
    source = b"""<!DOCTYPE html><html><head><base href="http://127.0.0.1:9/">
    <meta http-equiv="refresh" content="0;url=file:///etc/passwd">
    <link rel="stylesheet" href="http://127.0.0.1:9/a.css"><style>@import url(b.css);</style></head>
    <body background="http://127.0.0.1:9/c.png" onload="x()"><h1>Decision</h1>
    <img src="file:///etc/passwd"><iframe src="http://127.0.0.1:9/d"></iframe>
    <p style="background:url(http://127.0.0.1:9/e)">Text <blink>new</blink>
    <a href="https://example.org">a</a> <a href="file:///etc/passwd">b</a></p>
    <table border="1"><tr><td colspan="2">cell</td></tr></table>
    <!--[if gte mso 9]><v:imagedata src="http://127.0.0.1:9/f"/><![endif]-->
    <object data="http://127.0.0.1:9/g"></object><sdfield type="DOCINFO"></body></html>"""
    content = clean_document(source, "html").content.decode()
    for kept in ("Decision", "Text", "new", "https://example.org", 'colspan="2"', "cell"):
        assert kept in content
    for gone in ("127.0.0.1", "passwd", "onload", "style", "refresh", "b.css", "sdfield"):
        assert gone not in content


def test_html_spans_are_bounded() -> None:
    source = b'<html><table><tr><td colspan="2000000000">x</td></tr></table></html>'
    assert isinstance(refusal(source, "html"), FileTooLarge)


def test_csv_is_text_of_a_bounded_number_of_cells() -> None:
    source = "Nom;Rue\nÉva;Rue de la Gare".encode()
    assert clean_document(source, "csv").content == source
    assert isinstance(refusal(b"a,b\x00\x01", "csv"), NotTheDeclaredType)
    assert isinstance(refusal(b"<html><img src=x></html>", "csv"), NotTheDeclaredType)
    assert isinstance(refusal(b"", "csv"), NotTheDeclaredType)
    assert isinstance(refusal(b"1,2,3\n" * 150_000, "csv"), FileTooLarge)


def test_svg_files_are_judged_like_svg_pictures() -> None:
    plain = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="5" height="5"/></svg>'
    assert b"rect" in clean_document(plain, "svg").content
    loading = plain.replace(b"<rect", b'<image href="file:///etc/passwd"/><rect')
    assert isinstance(refusal(loading, "svg"), FileUnsafe)


def test_large_files_are_refused_unread() -> None:
    with pytest.raises(FileTooLarge):
        clean_document(b"{\\rtf1 " + b"x" * 200 + b"}", "rtf", Limits(part_bytes=100))


def test_flat_opendocument_is_cleaned_like_a_package() -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    source = (
        f'<?xml version="1.0"?><office:document xmlns:office="{office}" xmlns:text="{text}" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
        '<text:section><text:section-source xlink:href="file:///etc/passwd"/><text:p>shown</text:p>'
        "</text:section></office:text></office:body></office:document>"
    ).encode()
    cleaned = clean_document(source, "fodt")
    assert b"shown" in cleaned.content
    assert b"passwd" not in cleaned.content
    assert isinstance(refusal(source, "fods"), NotTheDeclaredType)
    assert isinstance(refusal(source, "odt"), NotTheDeclaredType)
