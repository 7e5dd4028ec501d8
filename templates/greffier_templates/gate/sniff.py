"""Tell what a file is from its bytes, never from its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import FileRefused
from ..telling.wording import Wording, say
from .package import ODF_MEDIA_TYPES, Archive

_ODF_KINDS = {media_type: kind for kind, media_type in ODF_MEDIA_TYPES.items()}
_ODF_KINDS |= {
    "application/vnd.oasis.opendocument.text-master": "odm",
    "application/vnd.oasis.opendocument.formula": "odf",
    "application/vnd.oasis.opendocument.base": "odb",
}
_FLAT_KINDS = {"odt": "fodt", "ods": "fods", "odg": "fodg", "odp": "fodp"}
#: A piece of the main part's content type (ECMA-376 part 1, 11-13) -> the kind.
_OOXML_KINDS = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"wordprocessingml.template.main+xml", "dotx"),
    (b"ms-word.document.macroEnabled.main+xml", "docm"),
    (b"ms-word.template.macroEnabledTemplate.main+xml", "dotm"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"spreadsheetml.template.main+xml", "xltx"),
    (b"ms-excel.sheet.macroEnabled.main+xml", "xlsm"),
    (b"ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
    (b"presentationml.presentation.main+xml", "pptx"),
    (b"presentationml.slideshow.main+xml", "ppsx"),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", "pptm"),
)
#: Stream names of an OLE2 container, as UTF-16 in its directory (MS-CFB 2.6).
_OLE2_KINDS = (
    ("EncryptedPackage", "ooxml-encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"%!PS", "eps"),
    (b"\x1f\x8b", "gzip"),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE2_HEADER_BYTES = 512
_OLE2_ENTRY_BYTES = 128
_HEAD_BYTES = 4_096
_FLAT_MIMETYPE = re.compile(rb"""mimetype\s*=\s*["']([^"']+)["']""")
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h1|script|style|link|iframe"
    rb"|img|base|frameset)[\s>/]",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

#: Kind -> how a person calls it, with its article.
WORDS: Mapping[str, Wording] = {
    "empty": say("empty"),
    "odt": say("an OpenDocument text (ODT)"),
    "ott": say("an OpenDocument text template (OTT)"),
    "ods": say("an OpenDocument spreadsheet (ODS)"),
    "odg": say("an OpenDocument drawing (ODG)"),
    "odp": say("an OpenDocument presentation (ODP)"),
    "odm": say("an OpenDocument master document (ODM)"),
    "docx": say("a Word document (DOCX)"),
    "xlsx": say("an Excel workbook (XLSX)"),
    "pptx": say("a PowerPoint presentation (PPTX)"),
    "doc": say("a Word 97-2003 document (DOC)"),
    "xls": say("an Excel 97-2003 workbook (XLS)"),
    "ppt": say("a PowerPoint 97-2003 presentation (PPT)"),
    "rtf": say("an RTF document"),
    "html": say("an HTML page"),
    "svg": say("an SVG drawing"),
    "xml": say("an XML file"),
    "csv": say("a table of comma-separated values (CSV)"),
    "text": say("plain text"),
    "pdf": say("a PDF"),
    "png": say("a PNG picture"),
    "jpeg": say("a JPEG picture"),
    "gif": say("a GIF picture"),
    "eps": say("an EPS drawing"),
    "zip": say("a zip archive"),
    "gzip": say("a gzip archive"),
    "ole2": say("an OLE2 container of another program"),
    "unknown": say("not a document of a known type"),
}


def in_words(kind: str) -> str:
    """The kind as a person calls it: ``odt`` → ``an OpenDocument text (ODT)``."""
    return WORDS.get(kind) or say("a file of type {name}", name=kind.upper())


def sniff(source: bytes) -> str:
    """What the bytes are: a kind such as ``odt``, ``docx``, ``doc``, ``rtf``, ``html``, ``png``.

    Also ``empty``, ``zip`` (an archive that is no document, or cannot be read),
    ``ooxml-encrypted``, ``ole2``, ``xml``, ``text`` and ``unknown``. Never raises; a damaged
    file is recognised by its head, and told apart by whoever opens it.
    """
    if not source:
        return "empty"
    if source.startswith(b"PK"):
        return _sniff_zip(source)
    if source.startswith(_OLE2):
        return _sniff_ole2(source)
    for magic, kind in _MAGIC:
        if source.startswith(magic):
            return kind
    return _sniff_text(source)


def _sniff_zip(source: bytes) -> str:
    # The mimetype lies first and stored, so that it can be read at a fixed place (ODF part 2, 3.3).
    if source[30:38] == b"mimetype":
        end = source.find(b"PK", 38, 38 + 120)
        kind = _ODF_KINDS.get(source[38:end].decode("latin-1").strip())
        if kind is not None:
            return kind
    try:
        archive = Archive(source)
        if "mimetype" in archive and archive.size("mimetype") < _HEAD_BYTES:
            media_type = archive.read("mimetype").decode("latin-1").strip()
            return _ODF_KINDS.get(media_type, "zip")
        if "[Content_Types].xml" in archive:
            types = archive.read("[Content_Types].xml")
            return next((kind for piece, kind in _OOXML_KINDS if piece in types), "zip")
    except FileRefused:
        return "zip"
    return "zip"


def _sniff_ole2(source: bytes) -> str:
    # The document's own streams come first; a document embedded in it has the same names.
    entries = ((ole2_entry(source, stream), kind) for stream, kind in _OLE2_KINDS)
    return min(((at, kind) for at, kind in entries if at is not None), default=(0, "ole2"))[1]


def ole2_entry(source: bytes, name: str) -> int | None:
    """Where the first directory entry of that name starts in an OLE2 container, if anywhere.

    Entries lie at multiples of their size and tell the length of their name (MS-CFB 2.6.1),
    which sets them apart from the same text in the document.
    """
    wanted = name.encode("utf-16-le") + b"\x00\x00"
    length = len(wanted).to_bytes(2, "little")
    at = source.find(wanted, _OLE2_HEADER_BYTES)
    while at >= 0:
        if at % _OLE2_ENTRY_BYTES == 0 and source[at + 64 : at + 66] == length:
            return at
        at = source.find(wanted, at + 1)
    return None


def _sniff_text(source: bytes) -> str:
    head = source[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if _CONTROL.search(head):
        return "unknown"
    if b"urn:oasis:names:tc:opendocument:xmlns:office:1.0" in head and b":document" in head:
        mimetype = _FLAT_MIMETYPE.search(source[: 4 * _HEAD_BYTES])
        kind = _ODF_KINDS.get(mimetype[1].decode("latin-1")) if mimetype else None
        return _FLAT_KINDS.get(kind or "", "xml")
    if re.search(rb"<(?:[\w-]+:)?svg[\s>]", head) and not _HTML.match(head):
        return "svg"
    if _HTML.search(head):
        return "html"
    if head.startswith(b"<?xml"):
        return "xml"
    return "text"
