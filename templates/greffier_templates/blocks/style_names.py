"""Where OpenDocument names styles, and what it names there: a table.

A style is known by its kind and name, ``("paragraph", "Standard")``: a table and a paragraph
may have styles of the same name. The kind of a ``style:style`` is its family; others are called
after their element. Source: OpenDocument 1.3 part 3, 19 (attributes of type ``styleNameRef``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from ..gate.odf_names import names, q
from ..gate.xml_parts import attributes

#: Kind and name.
Style = tuple[str, str]

_STYLE, _NAME, _FAMILY = q("style:style"), q("style:name"), q("style:family")
_DRAW_NAME = q("draw:name")
_DATA = names(
    "number:number-style number:currency-style number:percentage-style number:date-style "
    "number:time-style number:boolean-style number:text-style"
)
#: Definitions that LibreOffice names by a number or after a picture: “Gradient 1”.
DRAWN = {
    q(f"draw:{kind}"): kind
    for kind in ("gradient", "hatch", "fill-image", "opacity", "stroke-dash", "marker")
} | {q("svg:linearGradient"): "gradient", q("svg:radialGradient"): "gradient"}
DRAWN_KINDS = frozenset(DRAWN.values())

_SAME_EVERYWHERE = {
    **dict.fromkeys(
        names("style:list-style-name text:style-override"),
        "list",
    ),
    **dict.fromkeys(names("style:data-style-name style:percentage-data-style-name"), "data"),
    **dict.fromkeys(
        names("style:font-name style:font-name-asian style:font-name-complex"), "font-face"
    ),
    **dict.fromkeys(
        names(
            "text:citation-style-name text:citation-body-style-name text:visited-style-name "
            "text:main-entry-style-name style:text-line-through-text-style style:style-name"
        ),
        "text",
    ),
    q("draw:style-name"): "graphic",
    q("draw:text-style-name"): "paragraph",
    q("text:cond-style-name"): "paragraph",
    q("text:default-style-name"): "paragraph",
    q("table:default-cell-style-name"): "table-cell",
    q("draw:fill-gradient-name"): "gradient",
    q("draw:fill-hatch-name"): "hatch",
    q("draw:fill-image-name"): "fill-image",
    q("draw:opacity-name"): "opacity",
    q("draw:stroke-dash"): "stroke-dash",
    q("draw:marker-start"): "marker",
    q("draw:marker-end"): "marker",
}
_TEXT_STYLE, _TABLE_STYLE = q("text:style-name"), q("table:style-name")
#: What ``text:style-name`` names where it is no character style, by the element it stands on.
_TEXT_STYLES: Mapping[str, str] = {
    **dict.fromkeys(("p", "h", "index-source-style", "index-title-template"), "paragraph"),
    **dict.fromkeys(("list", "numbered-paragraph"), "list"),
    **dict.fromkeys(
        (
            "section",
            "index-title",
            "table-of-content",
            "illustration-index",
            "table-index",
            "object-index",
            "user-index",
            "alphabetical-index",
            "bibliography",
        ),
        "section",
    ),
    "ruby": "ruby",
}
_TABLE_STYLES: Mapping[str, str] = {
    "table": "table",
    "table-column": "table-column",
    "table-row": "table-row",
    "table-cell": "table-cell",
    "covered-table-cell": "table-cell",
}


def defined(element: etree._Element) -> Style | None:
    """The style that an element of ``office:styles`` and the like defines."""
    if element.tag == _STYLE:
        return element.get(_FAMILY, ""), element.get(_NAME, "")
    if element.tag in DRAWN:
        return DRAWN[str(element.tag)], element.get(_DRAW_NAME, "")
    if element.tag in _DATA:
        return "data", element.get(_NAME, "")
    if element.tag == q("text:list-style"):
        return "list", element.get(_NAME, "")
    if element.tag == q("style:font-face"):
        return "font-face", element.get(_NAME, "")
    return None


def rename(element: etree._Element, name: str) -> None:
    """Give the style that an element defines another name."""
    element.set(_DRAW_NAME if element.tag in DRAWN else _NAME, name)


def referred(element: etree._Element) -> Iterator[tuple[str, Style]]:
    """The attributes of an element that name a style, and the style each names."""
    for attribute, value in attributes(element):
        kind = _SAME_EVERYWHERE.get(attribute) or _kind_here(element, attribute)
        if kind and value:
            yield attribute, (kind, value)


def _kind_here(element: etree._Element, attribute: str) -> str:
    local = etree.QName(element).localname
    if attribute == _TEXT_STYLE:
        ends_so = local.endswith("-entry-template")
        return _TEXT_STYLES.get(local, "paragraph" if ends_so else "text")
    if attribute == _TABLE_STYLE:
        return _TABLE_STYLES.get(local, "")
    if attribute in (q("style:parent-style-name"), q("style:next-style-name")):
        return element.get(_FAMILY, "")
    if attribute == q("style:apply-style-name"):
        parent = element.getparent()
        return "data" if parent is None or parent.tag in _DATA else parent.get(_FAMILY, "")
    return ""
