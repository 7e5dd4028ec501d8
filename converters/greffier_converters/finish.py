"""What is asked of a PDF and not LibreOffice's to promise: checked in the result.

LibreOffice writes a plain PDF without a word when it does not know a profile, so every
claim is read back from the file. A plain PDF needs none of this and is left alone.
Reading takes milliseconds of CPU, so it runs in a render process.
"""

from __future__ import annotations

import html
import mmap
import re
from pathlib import Path

from pypdf import DocumentInformation, PdfReader, PdfWriter
from pypdf.errors import PdfReadError, PyPdfError
from pypdf.generic import DictionaryObject, NameObject, StreamObject
from pypdf.xmp import XmpInformation

from greffier_converters.errors import DocumentRejected
from greffier_converters.options import PdfOptions
from greffier_converters.xmp import Facts, packet, with_facts

_PDFAID = "http://www.aiim.org/pdfa/ns/id/"
_PDFUAID = "http://www.aiim.org/pdfua/ns/id/"
#: A text of the XMP with a sign that is escaped twice, and the end of its element.
_ESCAPED_TWICE = re.compile(rb">([^<]*&amp;(?:amp|lt|gt|quot|apos);[^<]*)(</[\w:]+>)")
_LEVEL_A = b"<pdfaid:conformance>A</pdfaid:conformance>"
_LEVEL_B = b"<pdfaid:conformance>B</pdfaid:conformance>"


def finish(path: Path, options: PdfOptions) -> None:
    """Make the PDF claim exactly what was asked for, and check that it does.

    Raises:
        DocumentRejected: the file is not what was asked for, phase ``finish``; the
            message names everything that is missing.
    """
    if options.profile == "PDF/A-1b":
        _claim_level_b(path)
    try:
        if options.encryption is None:
            _unescape_metadata(path)
        with PdfReader(path) as reader:
            missing = _missing(reader, options)
    except PdfReadError as error:
        raise DocumentRejected("The PDF could not be read to check it.", phase="finish") from error
    if missing:
        raise DocumentRejected(
            f"LibreOffice wrote a PDF without {', '.join(missing)}.", phase="finish"
        )


def stamp_unusual(path: Path, facts: Facts) -> None:
    """Write facts into any PDF that can be read; see ``stamp.stamp``, which is faster.

    Raises:
        DocumentRejected: it cannot be read, phase ``finish``.
    """
    try:
        reader = PdfReader(path)
        writer = PdfWriter(clone_from=reader)
        writer.pdf_header = reader.pdf_header
        metadata = writer.root_object.get("/Metadata")
        stream = None if metadata is None else metadata.get_object()
        if not isinstance(stream, StreamObject):
            about = reader.metadata or DocumentInformation()
            stream = StreamObject()
            stream.update(
                {
                    NameObject("/Type"): NameObject("/Metadata"),
                    NameObject("/Subtype"): NameObject("/XML"),
                }
            )
            stream.set_data(packet({name[1:]: str(value) for name, value in about.items()}))
            writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
        stream.set_data(with_facts(stream.get_data(), facts))
        writer.write(path)
    except (PyPdfError, ValueError) as error:
        raise DocumentRejected(
            "The PDF could not be read to say in it how it was made.", phase="finish"
        ) from error


def _claim_level_b(path: Path) -> None:
    """Turn the claim of level A into B where it stands, without moving a byte.

    LibreOffice 7.4 writes level A into every PDF/A-1, which asks more of a document's
    structure than it checks. XMP in PDF/A is never compressed (ISO 19005-1, 6.7.2).
    """
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        at = content.rfind(_LEVEL_A)
        if at >= 0:
            content[at : at + len(_LEVEL_B)] = _LEVEL_B


def _unescape_metadata(path: Path) -> None:
    """Make the XMP say what the document information says, without moving a byte.

    LibreOffice 7.4 escapes a title with an & twice there, so that readers show “&amp;”; PDF/A
    wants both to say the same (ISO 19005-1, 6.7.3). The XMP of a profile is never compressed.
    """
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        begin, end = content.rfind(b"<x:xmpmeta"), content.rfind(b"</x:xmpmeta>")
        if begin < 0 or not _ESCAPED_TWICE.search(content, begin, end):
            return
        with PdfReader(path) as reader:
            said = {str(value) for value in (reader.metadata or {}).values()}
        for found in _ESCAPED_TWICE.finditer(content[begin:end]):
            once = html.unescape(found[1].decode())
            if once not in said and html.unescape(once) in said:
                right = b">" + once.encode() + found[2]
                content[begin + found.start() : begin + found.end()] = right.ljust(len(found[0]))


def _missing(reader: PdfReader, options: PdfOptions) -> list[str]:
    """Name what was asked for and is not in the file."""
    if options.encryption is not None:
        # No profile goes with encryption, so there is nothing else to check.
        return [] if reader.is_encrypted else ["encryption"]
    root = reader.root_object
    xmp = reader.xmp_metadata
    found = {
        "metadata": xmp is not None,
        "structure": "/StructTreeRoot" in root and _marked(root),
    }
    if options.profile is not None:
        part, level = options.profile[-2], options.profile[-1]
        found[f"the identification {options.profile}"] = (
            _identified(xmp, _PDFAID, "part") == part
            and (_identified(xmp, _PDFAID, "conformance") or "").lower() == level
        )
        found["an output intent"] = "/OutputIntents" in root
    if options.ua:
        found["the identification PDF/UA-1"] = _identified(xmp, _PDFUAID, "part") == "1"
        found["the language"] = root.get("/Lang") == options.lang
    if options.title is not None:
        info = reader.metadata.title if reader.metadata is not None else None
        in_xmp = xmp.dc_title.get("x-default") if xmp is not None and xmp.dc_title else None
        found["the title"] = options.title == info == in_xmp
    return [name for name, is_there in found.items() if not is_there]


def _marked(root: DictionaryObject) -> bool:
    mark_info = root.get("/MarkInfo")
    return mark_info is not None and bool(mark_info.get_object().get("/Marked"))


def _identified(xmp: XmpInformation | None, namespace: str, name: str) -> str | None:
    """Read one property of an identification schema, whether element or attribute."""
    if xmp is None:
        return None
    for node in xmp.get_element("", namespace, name):
        value = node.nodeValue or "".join(child.nodeValue or "" for child in node.childNodes)
        return str(value).strip()
    return None
