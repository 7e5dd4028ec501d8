"""What a PDF says of its making, in the words of XMP (ISO 16684-1).

The facts have a namespace of their own. In PDF/A each of its properties is described in the
file itself, as ISO 19005-1, 6.7.8 (and its successors, 6.6.2.3) ask of all that is not in their
list: an *extension schema*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

#: Name of a property -> its value, or several.
Facts = Mapping[str, str | Sequence[str]]

#: Readers ask for it by this name, so it never changes meaning; what is added is added to it.
NAMESPACE: Final = "urn:greffier:provenance:1#"
_PREFIX: Final = "greffier"

#: Property -> whether it holds several values, and what it says.
PROPERTIES: Final[Mapping[str, tuple[bool, str]]] = {
    "Template": (False, "Name and version of the template"),
    "TemplateDigest": (False, "Digest of the template"),
    "Blocks": (True, "Name and digest of each block that the template includes"),
    "DataDigest": (False, "Digest of the JSON text of the data"),
    "SourceDigest": (False, "Digest of the document that was converted"),
    "Engine": (False, "What filled the template"),
    "Service": (False, "Service that made the document"),
    "Office": (False, "Program that laid the document out"),
    "FontsSubstituted": (True, "Fonts that were missing, and what stood in for each"),
}

_END = b"</rdf:RDF>"
_SCHEMAS_BEGIN, _BAG_END = b"<pdfaExtension:schemas>", b"</rdf:Bag>"
_PADDING = re.compile(rb"\s+(?=<\?xpacket end)")
#: What XML 1.0 cannot hold (2.2), escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Key of the document information -> the property that says the same (ISO 19005-1, table 1).
_DESCRIBED: Final = {
    "Title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>',
    "Author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "Subject": '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt>'
    "</dc:description>",
    "Keywords": "<pdf:Keywords>{}</pdf:Keywords>",
    "Creator": "<xmp:CreatorTool>{}</xmp:CreatorTool>",
    "Producer": "<pdf:Producer>{}</pdf:Producer>",
}


def packet(information: Mapping[str, str]) -> bytes:
    """Write a packet that says what the document information of a PDF without one says.

    Args:
        information: key of the document information (ISO 32000-1, 14.3.3) -> its text.
    """
    said = "".join(
        f"   {_DESCRIBED[key].format(_text(value))}\n"
        for key, value in information.items()
        if key in _DESCRIBED and value
    )
    return (
        '<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">\n'
        f"{said}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    ).encode()


def with_facts(written: bytes, facts: Facts) -> bytes:
    """Add facts to a packet that has none of ours.

    Args:
        written: the packet, as LibreOffice or :func:`packet` writes it.
        facts: keys are those of ``PROPERTIES``; what is empty is left out.

    Raises:
        ValueError: it is no such packet.
    """
    end = written.rfind(_END)
    if end < 0:
        raise ValueError("The metadata of the PDF is no XMP.")
    told = {name: value for name, value in facts.items() if value}
    added = _description(told)
    if b"<pdfaid:part>" in written:
        needed = [_schema(told)]
        if b"<pdfuaid:part>" in written and b"<pdfaProperty:name>part<" not in written:
            # LibreOffice 7.4 does not describe it: https://bugs.documentfoundation.org/157517
            needed.append(_UA_SCHEMA)
        begin = written.find(_SCHEMAS_BEGIN)
        if begin < 0:
            added += _extension("".join(needed))
        else:  # a property stands in a packet once, so ours go into the list there is
            bag = written.index(_BAG_END, begin)
            written = written[:bag] + "".join(needed).encode() + written[bag:]
            end = written.rfind(_END)
    return _PADDING.sub(b"\n", written[:end] + added.encode() + written[end:])


def _description(facts: Facts) -> str:
    values = "".join(
        f"   <{_PREFIX}:{name}>{_value(value)}</{_PREFIX}:{name}>\n"
        for name, value in facts.items()
    )
    return (
        f'  <rdf:Description rdf:about="" xmlns:{_PREFIX}="{NAMESPACE}">\n'
        f"{values}  </rdf:Description>\n "
    )


def _value(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return _text(value)
    return f"<rdf:Bag>{''.join(f'<rdf:li>{_text(each)}</rdf:li>' for each in value)}</rdf:Bag>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _extension(schemas: str) -> str:
    return (
        '  <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\n'
        f"   <pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>\n"
        "  </rdf:Description>\n "
    )


def _schema(names: Facts) -> str:
    described = [(name, *PROPERTIES[name]) for name in names]
    return _described_schema(
        "Provenance of documents made by Greffier",
        NAMESPACE,
        _PREFIX,
        [(name, "bag Text" if many else "Text", text) for name, many, text in described],
    )


def _described_schema(
    title: str, namespace: str, prefix: str, properties: Sequence[tuple[str, str, str]]
) -> str:
    """Describe a namespace; its properties: name, type, what it says."""
    rows = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description>"
        "</rdf:li>\n"
        for name, kind, text in properties
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaSchema:schema>{title}</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>"
        f"<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>\n{rows}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>\n"
    )


_UA_SCHEMA: Final = _described_schema(
    "PDF/UA identification schema",
    "http://www.aiim.org/pdfua/ns/id/",
    "pdfuaid",
    [("part", "Integer", "PDF/UA version identifier")],
)
