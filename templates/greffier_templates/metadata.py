"""The description of a document, without the people who made its template."""

from __future__ import annotations

from lxml import etree

from .gate.odf_names import names, q
from .gate.xml_parts import parse, remove

_GENERATOR = "Greffier"
#: What the custom properties begin with in which a document says how it was made. A document
#: that becomes a template leaves them behind without a word: the next one has its own.
MADE_BY_US = "Greffier "
_KEPT = names("dc:title dc:subject dc:description dc:language meta:keyword meta:user-defined")
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    '"urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta='
    '"urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3"><office:meta/>'
    "</office:document-meta>"
)


def anonymous(meta: bytes | None) -> etree._Element:
    """The root of ``meta.xml`` without people, dates and counts; Greffier has made it."""
    root = parse(meta or _EMPTY.encode(), "meta.xml")
    for block in root.iter(q("office:meta")):
        for element in list(block):
            if element.tag not in _KEPT:
                remove(element)
        generator = etree.SubElement(block, q("meta:generator"))
        generator.text = _GENERATOR
    return root
