"""Small OpenDocument texts for tests, made from XML snippets.

::

    source = odt(
        p("Dear ", field("name"), ","),
        p(link('for="line in lines"')),
        p(field("line.title")),
        p(link("/for")),
    )
    assert paragraphs(source) == ["Dear name,", 'for="line in lines"', "line.title", "/for"]

Every builder takes and gives XML text; plain text goes through :func:`text` first when it
holds markup characters. What they write is what LibreOffice Writer writes for the same thing.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}

ODT = "application/vnd.oasis.opendocument.text"
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FONTS = (
    "<office:font-face-decls>"
    '<style:font-face style:name="Liberation Serif" svg:font-family="\'Liberation Serif\'"/>'
    '<style:font-face style:name="Carlito" svg:font-family="Carlito"/>'
    "</office:font-face-decls>"
)
#: A dot, 1 by 1 pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080200000090"
    "7753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
_frame_numbers = itertools.count(1)
_list_numbers = itertools.count(1)


# --- inline -------------------------------------------------------------------------------


def text(value: str) -> str:
    """Plain text as XML."""
    return escape(value)


def span(*parts: str, style: str = "T1") -> str:
    return f'<text:span text:style-name="{style}">{"".join(parts)}</text:span>'


def field(expression: str, shown: str | None = None) -> str:
    """A user field ``py3o.<expression>``."""
    name = quoteattr("py3o." + expression)
    return (
        f"<text:user-field-get text:name={name}>{text(shown or expression)}</text:user-field-get>"
    )


def link(instruction: str, shown: str | None = None) -> str:
    """A hyperlink ``py3o://<instruction>``, escaped as LibreOffice escapes it."""
    href = quoteattr("py3o://" + quote(instruction, safe="/='(),.:;*+-_[]"))
    shown = text(instruction) if shown is None else shown
    return f'<text:a xlink:type="simple" xlink:href={href}>{shown}</text:a>'


def input_field(instruction: str, shown: str = "instruction") -> str:
    """An input field whose description is ``py3o://<instruction>``."""
    description = quoteattr("py3o://" + instruction)
    return f"<text:text-input text:description={description}>{text(shown)}</text:text-input>"


def typed(instruction: str) -> str:
    """A typed tag: ``{% if x %}`` for ``if="x"``, ``{{ x }}`` for ``function="x"``."""
    if instruction.startswith("/"):
        return text(f"{{% end{instruction[1:]} %}}")
    name, _, argument = instruction.partition("=")
    argument = argument.removeprefix('"').removesuffix('"')
    if name == "function":
        return text(f"{{{{ {argument} }}}}")
    if name == "include":
        argument = f'"{argument}"'
    return text(f"{{% {name} {argument} %}}")


def footnote(*blocks: str) -> str:
    return (
        '<text:note text:id="ftn1" text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation>"
        f"<text:note-body>{''.join(blocks)}</text:note-body></text:note>"
    )


def frame(*blocks: str, name: str | None = None) -> str:
    """A text frame, anchored as a character."""
    name = name or f"Frame{next(_frame_numbers)}"
    return (
        f'<draw:frame draw:name={quoteattr(name)} text:anchor-type="as-char" '
        'svg:width="4cm" svg:height="2cm">'
        f"<draw:text-box>{''.join(blocks)}</draw:text-box></draw:frame>"
    )


def picture(
    name: str, *, href: str = "Pictures/dot.png", width: str = "2cm", height: str = "1cm"
) -> str:
    """An image frame; ``name`` may be a ``py3o.image(…)`` or ``py3o.staticimage.…`` name."""
    return (
        f'<draw:frame draw:name={quoteattr(name)} text:anchor-type="as-char" '
        f'svg:width="{width}" svg:height="{height}">'
        f'<draw:image xlink:href="{href}" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame>'
    )


# --- blocks -------------------------------------------------------------------------------


def p(*parts: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{"".join(parts)}</text:p>'


def h(*parts: str, level: int = 1) -> str:
    return (
        f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">'
        f"{''.join(parts)}</text:h>"
    )


def cell(*blocks: str) -> str:
    """A table cell; plain parts that are not blocks are put in a paragraph."""
    inner = "".join(
        block if block.startswith(("<text:p", "<text:h", "<table:", "<text:list")) else p(block)
        for block in blocks
    )
    return f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'


def row(*cells: str) -> str:
    """A table row; what is not a cell yet is put in one."""
    inner = "".join(one if one.startswith("<table:table-cell") else cell(one) for one in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def table(*rows: str, name: str = "Table1", columns: int = 2, header: str = "") -> str:
    """A table; ``header`` are rows repeated on each page."""
    head = f"<table:table-header-rows>{header}</table:table-header-rows>" if header else ""
    return (
        f'<table:table table:name="{name}">'
        f'<table:table-column table:number-columns-repeated="{columns}"/>'
        f"{head}{''.join(rows)}</table:table>"
    )


def bullets(*items: str, xml_id: str = "") -> str:
    """A list; what is not an item yet is put in a paragraph and an item."""
    inner = "".join(one if one.startswith("<text:list-item") else item(one) for one in items)
    xml_id = xml_id or f"list{next(_list_numbers)}"
    return f'<text:list xml:id="{xml_id}">{inner}</text:list>'


def item(*blocks: str) -> str:
    inner = "".join(
        block if block.startswith(("<text:p", "<text:h", "<text:list")) else p(block)
        for block in blocks
    )
    return f"<text:list-item>{inner}</text:list-item>"


def section(*blocks: str, name: str = "Section1") -> str:
    return f'<text:section text:name="{name}">{"".join(blocks)}</text:section>'


# --- the document -------------------------------------------------------------------------


def odt(
    *blocks: str,
    header: str = "",
    footer: str = "",
    automatic: str = "",
    styles: str = "",
    meta: str = "",
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """An ODT whose body holds ``blocks``.

    ``header`` and ``footer`` are blocks of the page style "Standard"; ``automatic`` and
    ``styles`` are extra style elements of content.xml and styles.xml; ``meta`` are extra
    elements of meta.xml; ``parts`` are further files, by name.
    """
    content = (
        f'{_HEAD}<office:document-content {_DECLARED} office:version="1.3">{_FONTS}'
        "<office:automatic-styles>"
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        f"{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{''.join(blocks)}</office:text></office:body>"
        "</office:document-content>"
    )
    return pack(
        {
            "content.xml": content.encode(),
            "styles.xml": _styles(header, footer, styles).encode(),
            "meta.xml": _meta(meta).encode(),
            "Pictures/dot.png": PNG,
            **(parts or {}),
        }
    )


def _styles(header: str, footer: str, styles: str) -> str:
    around = (f"<style:header>{header}</style:header>" if header else "") + (
        f"<style:footer>{footer}</style:footer>" if footer else ""
    )
    return (
        f'{_HEAD}<office:document-styles {_DECLARED} office:version="1.3">{_FONTS}<office:styles>'
        '<style:default-style style:family="paragraph">'
        '<style:text-properties style:font-name="Liberation Serif" fo:language="en" '
        'fo:country="GB"/></style:default-style>'
        '<style:style style:name="Standard" style:family="paragraph"/>'
        '<style:style style:name="Heading_20_1" style:display-name="Heading 1" '
        'style:family="paragraph" style:parent-style-name="Standard"/>'
        f"{styles}</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="pm1"><style:page-layout-properties '
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/></style:page-layout>'
        "</office:automatic-styles><office:master-styles>"
        f'<style:master-page style:name="Standard" style:page-layout-name="pm1">{around}'
        "</style:master-page></office:master-styles></office:document-styles>"
    )


def _meta(extra: str) -> str:
    extra = extra if "dc:title" in extra else f"<dc:title>A test</dc:title>{extra}"
    return (
        f'{_HEAD}<office:document-meta {_DECLARED} office:version="1.3"><office:meta>'
        f"{extra}</office:meta></office:document-meta>"
    )


def pack(parts: Mapping[str, bytes], *, mimetype: str = ODT) -> bytes:
    """The package of ``parts``, with its mimetype first and a manifest."""
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type='
        f'"{"text/xml" if name.endswith(".xml") else "image/png"}"/>'
        for name in parts
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{NAMESPACES["manifest"]}" '
        f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
        f'manifest:version="1.3" manifest:media-type="{mimetype}"/>{entries}</manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


# --- reading back -------------------------------------------------------------------------


def part(document: bytes, name: str = "content.xml") -> etree._Element:
    """One XML part of a document, parsed."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return etree.fromstring(archive.read(name))


def find(root: etree._Element, path: str) -> list[etree._Element]:
    """XPath with the prefixes of :data:`NAMESPACES`."""
    return list(root.xpath(path, namespaces=NAMESPACES))


def plain(element: etree._Element) -> str:
    """The text a reader sees in one paragraph: breaks as newlines, tabs, repeated spaces."""
    return "".join(_plain(element))


def _plain(element: etree._Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        name = etree.QName(child).localname
        if name == "line-break":
            found.append("\n")
        elif name == "tab":
            found.append("\t")
        elif name == "s":
            found.append(" " * int(child.get(f"{{{NAMESPACES['text']}}}c", "1")))
        elif name not in ("note", "frame", "annotation"):
            found.extend(_plain(child))
        found.append(child.tail or "")
    return found


def paragraphs(document: bytes, name: str = "content.xml") -> list[str]:
    """The text of every paragraph and heading of a part, in document order."""
    return [plain(element) for element in find(part(document, name), "//text:p | //text:h")]
