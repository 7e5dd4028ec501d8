"""Which font families the text of a document names.

Read from the styles that its text uses, and from those they inherit. A style counts
when any element uses it, even one without text, so the answer may name a family too
many; ``fonts.py`` takes only those whose replacement is really in the PDF.

Meant for a render process, on documents that were sanitised before.
"""

from __future__ import annotations

import io
import re
import typing
import zipfile
from collections.abc import Iterator, Mapping

from lxml import etree

_ODF = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLE = f"{{{_ODF['style']}}}"

_STYLES_IN_USE = etree.XPath(
    "//office:body//@text:style-name | //office:body//@table:style-name"
    " | //office:body//@table:default-cell-style-name | //office:body//@draw:style-name"
    " | //office:body//@draw:text-style-name | //office:body//@presentation:style-name"
    " | //style:master-page//@text:style-name",
    namespaces=_ODF,
)

#: Kinds whose text can be looked into; of others, nothing is known.
READABLE = frozenset({"odt", "ott", "ods", "odg", "odp", "docx", "xlsx", "pptx"})

# Generic names that stand for whatever is there.
_GENERIC = {"", "serif", "sans-serif", "sans", "monospace", "cursive", "fantasy", "system-ui"}


def wanted_families(document: bytes, kind: str) -> frozenset[str]:
    """Name the families that the text of ``document`` asks for.

    Empty for kinds that are not :data:`READABLE`.

    Raises:
        zipfile.BadZipFile, etree.XMLSyntaxError: it is no such document.
    """
    if kind not in READABLE:
        return frozenset()
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        found = set(_odf(archive) if kind.startswith("o") else _ooxml(archive))
    named = (name.strip().strip("'\"") for name in found)
    # One spelling of each: names of fonts do not differ in case.
    spelling = {name.casefold(): name for name in sorted(named, reverse=True)}
    return frozenset(spelling[name] for name in spelling.keys() - _GENERIC)


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)


# --- OpenDocument ---------------------------------------------------------------------


def _odf(archive: zipfile.ZipFile) -> Iterator[str]:
    """Font of each style in use, its own or the nearest it inherits (ODF 1.3, 16.2)."""
    roots = [
        _parse(archive, name)
        for name in ("content.xml", "styles.xml")
        if name in archive.NameToInfo
    ]
    families = {
        face.get(f"{_STYLE}name"): face.get(f"{{{_ODF['svg']}}}font-family")
        for face in _all(roots, "font-face")
    }
    # By name alone, where one name may stand for several styles: a paragraph's and a
    # cell's, or automatic ones of the text and of the page headers.
    styles: dict[str | None, list[etree._Element]] = {}
    for style in _all(roots, "style"):
        styles.setdefault(style.get(f"{_STYLE}name"), []).append(style)
    used = {name for root in roots for name in _style_names(root)}
    starts = [style for name in used for style in styles.get(name, [])]
    for style in [*starts, *_all(roots, "default-style")]:
        if font := _odf_font(style, styles):
            yield (families.get(font) or font).split(",")[0]


def _style_names(root: etree._Element) -> list[str]:
    return typing.cast("list[str]", _STYLES_IN_USE(root))


def _odf_font(
    style: etree._Element, styles: Mapping[str | None, list[etree._Element]]
) -> str | None:
    """Give the font name or family a style sets or inherits; a circle of styles sets none."""
    seen: list[etree._Element] = []
    while style not in seen:
        seen.append(style)
        for properties in style.iterchildren(f"{_STYLE}text-properties"):
            if font := properties.get(f"{_STYLE}font-name") or properties.get(
                f"{{{_ODF['fo']}}}font-family"
            ):
                return font
        parents = styles.get(style.get(f"{_STYLE}parent-style-name"))
        if parents:
            style = parents[0]
    return None


def _all(roots: list[etree._Element], name: str) -> Iterator[etree._Element]:
    for root in roots:
        yield from root.iter(f"{_STYLE}{name}")


# --- Office Open XML ------------------------------------------------------------------


def _ooxml(archive: zipfile.ZipFile) -> Iterator[str]:
    """Latin fonts named by runs, by styles and by the theme (ECMA-376, 17.3.2.26, 20.1.4.2.24)."""
    for name in archive.namelist():
        if re.fullmatch(r"word/(document|styles|header\d*|footer\d*|footnotes)\.xml", name):
            for fonts in _parse(archive, name).iter(f"{{{_W}}}rFonts"):
                yield fonts.get(f"{{{_W}}}ascii", "")
                yield fonts.get(f"{{{_W}}}hAnsi", "")
        elif name == "xl/styles.xml":
            for font in _parse(archive, name).iterfind(f".//{{{_S}}}font/{{{_S}}}name"):
                yield font.get("val", "")
        elif re.fullmatch(r"(word|xl|ppt)/theme/theme1\.xml|ppt/slides/slide\d+\.xml", name):
            for latin in _parse(archive, name).iter(f"{{{_A}}}latin"):
                typeface = latin.get("typeface", "")
                # +mn-lt and +mj-lt point to the theme's own fonts.
                yield "" if typeface.startswith("+") else typeface
