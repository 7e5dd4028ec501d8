"""Parse the XML of a document, trusting nothing in it.

Anything costly or dangerous is looked for in the bytes, before a tree is built: document types
(and with them entities), processing instructions, other encodings, too many elements.
"""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from ..telling.wording import grouped
from .limits import DEFAULT_LIMITS, MIB, Limits
from .package import place
from .refusals import refuse

_BOM = b"\xef\xbb\xbf"
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
#: libxml2's own bounds without ``huge_tree``: 256 levels, ten million bytes a text.
_DEPTH = 256
#: XML_ERR_RESOURCE_LIMIT of libxml2's xmlerror.h.
_RESOURCE_LIMIT = 114


def parse(content: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> etree._Element:
    """The root element of one part.

    Args:
        content: the bytes of the part.
        name: its name in the package, for findings.
        limits: how much it may hold.

    Raises:
        FileDamaged: not well-formed, or not UTF-8.
        FileTooLarge: too many elements, too deep, texts too long.
        FileUnsafe: a document type, an entity or a processing instruction.
    """
    where = place(name)
    if len(content) > limits.xml_bytes:
        refuse("part-too-large", where, limit=f"{limits.xml_bytes // MIB} MiB")
    _check_bytes(content.removeprefix(_BOM), where, limits)
    # Made for each part: a parser keeps an error log and belongs to one thread at a time.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        # lxml-stubs does not know SyntaxError's ``code``, which libxml2 fills in.
        if getattr(error, "code", None) == _RESOURCE_LIMIT:
            if "depth" in str(error):
                refuse("xml-too-deep", where, limit=_DEPTH)
            refuse("text-too-long", where, limit=grouped(limits.paragraph_characters))
        refuse("xml-malformed", where)
    if root is None:
        refuse("xml-malformed", where)
    return root


def _check_bytes(content: bytes, where: str, limits: Limits) -> None:
    # No NUL means neither UTF-16 nor UTF-32, so the searches below see what a parser sees.
    encoding = _ENCODING.match(content[:200])
    if b"\x00" in content or (encoding and encoding[1].lower() not in _UTF8):
        refuse("xml-encoding", where)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        refuse("xml-doctype", where)
    if content.find(b"<?", 1 if content.startswith(b"<?xml") else 0) >= 0:
        refuse("xml-instruction", where)
    # Every start tag is a "<" that is not of an end tag; the few of comments count too.
    if content.count(b"<") - content.count(b"</") > limits.elements:
        refuse("xml-too-many-elements", where, limit=grouped(limits.elements))


def serialise(root: etree._Element) -> bytes:
    """The part as UTF-8 bytes, with an XML declaration."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def words(text: str) -> frozenset[str]:
    """Several names, written as one text."""
    return frozenset(text.split())


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """Names and values of the attributes; a list, so that attributes may be removed meanwhile."""
    return cast("list[tuple[str, str]]", element.items())


def remove(element: etree._Element) -> None:
    """Take an element out, keeping the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put what an element holds in its place."""
    parent = element.getparent()
    if parent is None:
        return
    children = list(element)
    for child in reversed(children):
        element.addnext(child)
    if element.text:
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.text
        else:
            previous.tail = (previous.tail or "") + element.text
    remove(element)
