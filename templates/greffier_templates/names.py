"""Keeps names unique in what loops repeat.

LibreOffice wants frames, tables, sections and bookmarks to have names of their own, and XML
wants it of ``xml:id``. In what a loop repeats, each such name becomes a mark; the first turn
writes the name as it is, the next ones ``name_2``, ``name_3``…
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .gate.odf_names import q

_XML_ID = q("xml:id")
_DRAW_NAME = q("draw:name")
_DEFINING = {
    q("table:table"): q("table:name"),
    **{
        q(f"text:{name}"): q("text:name")
        for name in (
            "section",
            "bookmark",
            "bookmark-start",
            "reference-mark",
            "reference-mark-start",
            "table-of-content",
            "user-index",
            "alphabetical-index",
        )
    },
    q("text:note"): q("text:id"),
}
#: Attributes that name something defined just before, in the same turn of the loop.
_REFERRING = {
    q("text:bookmark-end"): q("text:name"),
    q("text:reference-mark-end"): q("text:name"),
    q("text:bookmark-ref"): q("text:ref-name"),
    q("text:reference-ref"): q("text:ref-name"),
    q("text:list"): q("text:continue-list"),
}


def all_names(root: etree._Element) -> Iterator[str]:
    """Every name and id that a part defines."""
    for element in root.iter():
        for attribute in _defined(element):
            yield element.get(attribute, "")


def named_attributes(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """The attributes of an element that hold a name, and whether they define it."""
    for attribute in _defined(element):
        yield attribute, True
    referring = _REFERRING.get(str(element.tag))
    if referring is not None and referring in element.attrib:
        yield referring, False


def _defined(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    for attribute in (_XML_ID, _DRAW_NAME, _DEFINING.get(element.tag)):
        if attribute is not None and attribute in element.attrib:
            yield attribute
