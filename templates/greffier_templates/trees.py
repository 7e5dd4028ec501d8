"""Small moves on the XML trees of an OpenDocument."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import attributes, remove

PARAGRAPHS = frozenset({q("text:p"), q("text:h")})
SPAN = q("text:span")


def serialise(root: etree._Element) -> str:
    """The whole part as text, XML declaration included."""
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'


def parent_of(element: etree._Element) -> etree._Element:
    """The parent of an element that is not the root."""
    parent = element.getparent()
    assert parent is not None
    return parent


def paragraph_of(element: etree._Element) -> etree._Element:
    """The paragraph or heading that an element stands in."""
    return next(one for one in element.iterancestors() if one.tag in PARAGRAPHS)


def insert_after(element: etree._Element, new: etree._Element) -> None:
    """Put ``new`` right behind an element, before the text that follows it."""
    new.tail, element.tail = element.tail, None
    element.addnext(new)


def replace(element: etree._Element, new: etree._Element) -> None:
    """Put ``new`` in the place of an element; the text that follows stays."""
    new.tail, element.tail = element.tail, None
    parent_of(element).replace(element, new)


def replace_by_text(element: etree._Element, text: str) -> None:
    """Put text in the place of an element; the text that follows stays."""
    element.tail = text + (element.tail or "")
    remove(element)


def copy_of(element: etree._Element) -> etree._Element:
    """An element of the same name and attributes, with nothing in it."""
    copy = etree.Element(element.tag)
    for name, value in attributes(element):
        copy.set(name, value)
    return copy


def split_around(element: etree._Element) -> None:
    """Lift an element out of its parent, which is divided into the part before and after it.

    ``<span>a<X/>b</span>`` becomes ``<span>a</span><X/><span>b</span>``; a half that would
    hold nothing is left out.
    """
    parent = parent_of(element)
    after = copy_of(parent)
    after.text, element.tail = element.tail, None
    after.extend(list(element.itersiblings()))
    after.tail, parent.tail = parent.tail, None
    parent.addnext(element)
    element.addnext(after)
    if not after.text and len(after) == 0:
        remove(after)
    if not parent.text and len(parent) == 0:
        remove(parent)


def plain_text(element: etree._Element) -> str:
    """The text of an element as a reader sees it, without notes, frames and comments."""
    return "".join(_texts(element))


#: What lies in a paragraph and is no part of its text.
UNSEEN = frozenset({q("text:note"), q("draw:frame"), q("office:annotation")})
#: Elements that are signs of a text -> the sign.
BLANKS = {q("text:s"): " ", q("text:tab"): "\t", q("text:line-break"): "\n"}


def _texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in BLANKS:
            yield BLANKS[child.tag]
        elif child.tag not in UNSEEN:
            yield from _texts(child)
        yield child.tail or ""
