"""Which font families the text of a document asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from .gate.odf_names import q

_NAME, _PARENT, _FAMILY = q("style:name"), q("style:parent-style-name"), q("style:family")
_TEXT_PROPERTIES = q("style:text-properties")
_TEXT_STYLE = q("text:style-name")

#: Family and name of a style -> the style.
_Styles = Mapping[tuple[str, str], etree._Element]


def fonts_in_use(*roots: etree._Element) -> frozenset[str]:
    """The families of the paragraph and character styles that the text of the parts uses."""
    return frozenset(first_uses(*roots))


def first_uses(*roots: etree._Element) -> Mapping[str, etree._Element]:
    """Each family that the text of the parts uses, and the first element that asks for it.

    A paragraph style that names no font, nor does any it is based on, has the font of the
    default style. Fonts for Asian and complex scripts are left out: every style names some,
    and hardly any text here uses them.
    """
    faces, default = _faces(roots), _default(roots)
    common = {key: one for root in roots for key, one in _styles(root, "office:styles")}
    found: dict[str, etree._Element] = {}
    for root in roots:
        # The automatic styles of content.xml and styles.xml have the same names.
        styles = common | dict(_styles(root, "office:automatic-styles"))
        for (family, name), element in _styles_of_text(root).items():
            font = _font(family, name, styles, faces)
            if font is None and family == "paragraph" and default is not None:
                font = _own_font(default, faces)
            if font:
                found.setdefault(font, element)
    return found


def fonts_of_styles(*roots: etree._Element) -> Mapping[tuple[str, str], str]:
    """Family and name of each common style -> the font its text has, where it says so."""
    faces, default = _faces(roots), _default(roots)
    styles = {key: one for root in roots for key, one in _styles(root, "office:styles")}
    found = {}
    for family, name in styles:
        font = _font(family, name, styles, faces)
        if font is None and family == "paragraph" and default is not None:
            font = _own_font(default, faces)
        if font:
            found[family, name] = font
    return found


def _faces(roots: Collection[etree._Element]) -> Mapping[str, str]:
    """Name of a font face -> its family."""
    return {
        face.get(_NAME, ""): _first_family(face.get(q("svg:font-family"), face.get(_NAME, "")))
        for root in roots
        for face in root.iter(q("style:font-face"))
    }


def _default(roots: Collection[etree._Element]) -> etree._Element | None:
    """The default style of paragraphs."""
    defaults = (one for root in roots for one in root.iter(q("style:default-style")))
    return next((one for one in defaults if one.get(_FAMILY) == "paragraph"), None)


def _styles(root: etree._Element, kind: str) -> Iterator[tuple[tuple[str, str], etree._Element]]:
    for group in root.iter(q(kind)):
        for style in group.iter(q("style:style")):
            yield (style.get(_FAMILY, ""), style.get(_NAME, "")), style


def _styles_of_text(root: etree._Element) -> Mapping[tuple[str, str], etree._Element]:
    """Family and name of each style the text uses -> the first element of that style."""
    found: dict[tuple[str, str], etree._Element] = {}
    for element in root.iter(q("text:p"), q("text:h")):
        found.setdefault(("paragraph", element.get(_TEXT_STYLE, "Standard")), element)
    for element in root.iter(q("text:span"), q("text:a")):
        found.setdefault(("text", element.get(_TEXT_STYLE, "")), element)
    return found


def _font(family: str, name: str, styles: _Styles, faces: Mapping[str, str]) -> str | None:
    """The font of a style, or of the nearest one it is based on."""
    seen: set[str] = set()
    while (family, name) in styles and name not in seen:
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
    name = properties.get(q("style:font-name"))
    if name is not None:
        return faces.get(name, name)
    family = properties.get(q("fo:font-family"))
    return None if family is None else _first_family(family)


def _first_family(families: str) -> str:
    """``'Liberation Serif', serif`` is asked for as Liberation Serif."""
    return re.split("[,;]", families)[0].strip().strip("'\"")
