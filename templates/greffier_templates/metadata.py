"""The description of a document, without the people who made its template."""

from __future__ import annotations

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import parse, remove
from .trees import serialise

_GENERATOR = "Greffier"
_KEPT = frozenset(
    {
        q("dc:title"),
        q("dc:subject"),
        q("dc:description"),
        q("dc:language"),
        q("meta:keyword"),
        q("meta:user-defined"),
    }
)
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    '"urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta='
    '"urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3"><office:meta/>'
    "</office:document-meta>"
)


def without_authors(meta: bytes | None) -> bytes:
    """``meta.xml`` with what describes the document; authors, dates and counts are gone."""
    root = parse(meta or _EMPTY.encode(), "meta.xml")
    for block in root.iter(q("office:meta")):
        for element in list(block):
            if element.tag not in _KEPT:
                remove(element)
        generator = etree.SubElement(block, q("meta:generator"))
        generator.text = _GENERATOR
    return serialise(root).encode()
