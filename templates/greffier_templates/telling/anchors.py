"""Remembers, while a template is checked, which element of its file a finding is about.

Between the file and a finding lie the gate, which takes elements out, and the preparing, which
moves them. So each element of the text is given a number before all that, in document order; it
travels along as ``xml:id``, and :mod:`.comments` counts again in the same file to find the place.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ..gate.odf_names import q

#: The attribute that carries an anchor, ``c12``: the thirteenth element of content.xml.
ANCHOR = q("xml:id")
#: Part -> the letter its anchors begin with.
PARTS = {"content.xml": "c", "styles.xml": "s"}

_TEXTS = {"content.xml": q("office:body"), "styles.xml": q("office:master-styles")}


def elements(root: etree._Element, part: str) -> Iterator[etree._Element]:
    """The elements of a part that can be told apart, in document order."""
    for text in root.iterchildren(_TEXTS[part]):
        yield from text.iter(etree.Element)


def number(root: etree._Element, part: str) -> None:
    """Give each element its anchor; one it had by the same attribute is lost."""
    letter = PARTS[part]
    root.set(ANCHOR, letter)
    for turn, element in enumerate(elements(root, part)):
        element.set(ANCHOR, f"{letter}{turn}")


def take_off(root: etree._Element) -> None:
    """Take the anchors off again, where there are any: filling need not write them."""
    if root.get(ANCHOR) in PARTS.values():
        for element in root.iter(etree.Element):
            if ANCHOR in element.attrib:
                del element.attrib[ANCHOR]


def position(anchor: str) -> tuple[str, int]:
    """The letter and the number of an anchor, by which findings are put in document order.

    What has no anchor, or one that is not ours, comes after all that have one.
    """
    letter, turn = anchor[:1], anchor[1:]
    if letter in PARTS.values() and turn.isdecimal():
        return letter, int(turn)
    return "~", 0
