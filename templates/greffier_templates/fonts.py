"""Which font families the text of a document asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from .odf_names import q

_NAME, _PARENT = q("style:name"), q("style:parent-style-name")
_FONT_NAME, _FONT_FAMILY = q("style:font-name"), q("fo:font-family")
_TEXT_PROPERTIES = q("style:text-properties")
_STYLE = q("style:style")
_TEXT_STYLE, _DEFAULT = q("text:style-name"), q("style:default-style")
#: Family of the style and the attribute by which text names it.
_FAMILIES = ("paragraph", "text")


def fonts_in_use(content: etree._Element, styles: etree._Element) -> frozenset[str]:
    """The families of the paragraph and character styles that the text of both parts uses.

    A paragraph style that names no font, nor does any it is based on, has the font of the
    default style. Fonts for Asian and complex scripts are left out: every style names some,
    and hardly any text here uses them.
    """
    faces = {
        face.get(_NAME, ""): _unquoted(face.get(q("svg:font-family"), face.get(_NAME, "")))
        for root in (styles, content)
        for face in root.iter(q("style:font-face"))
    }
    styles_by_name = {
        (style.get(q("style:family"), ""), style.get(_NAME, "")): style
        for root in (styles, content)
        for style in root.iter(_STYLE)
    }
    default = next(
        (one for one in styles.iter(_DEFAULT) if one.get(q("style:family")) == "paragraph"), None
    )
    found: set[str] = set()
    for family, name in _styles_of_text(content, styles):
        font = _font(family, name, styles_by_name, faces)
        if font is None and family == "paragraph" and default is not None:
            font = _own_font(default, faces)
        if font:
            found.add(font)
    return frozenset(found)


def _styles_of_text(*roots: etree._Element) -> Iterator[tuple[str, str]]:
    for root in roots:
        for element in root.iter(q("text:p"), q("text:h")):
            yield "paragraph", element.get(_TEXT_STYLE, "Standard")
        for element in root.iter(q("text:span"), q("text:a")):
            yield "text", element.get(_TEXT_STYLE, "")


def _font(
    family: str,
    name: str,
    styles: Mapping[tuple[str, str], etree._Element],
    faces: Mapping[str, str],
) -> str | None:
    seen: set[str] = set()
    while name and name not in seen and (family, name) in styles:
        seen.add(name)
        style = styles[family, name]
        font = _own_font(style, faces)
        if font:
            return font
        name = style.get(_PARENT, "")
    return None


def _own_font(style: etree._Element, faces: Mapping[str, str]) -> str | None:
    properties = style.find(_TEXT_PROPERTIES)
    if properties is None:
        return None
    name = properties.get(_FONT_NAME)
    if name is not None:
        return faces.get(name, name)
    family = properties.get(_FONT_FAMILY)
    return None if family is None else _unquoted(family)


def _unquoted(family: str) -> str:
    return family.strip().strip("'\"")
