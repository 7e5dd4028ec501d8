"""The tags of a template as they stood there, for a document in which some of them stay."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import remove
from .marks import mark, read_mark
from .typed import typed_text

_LINK, _INPUT, _SPAN = q("text:a"), q("text:text-input"), q("text:span")
_HREF, _DESCRIPTION = q("xlink:href"), q("text:description")
_XML_ID = q("xml:id")
_DECLARATION = re.compile(r' xmlns:[\w.-]+="[^"]*"')


def as_it_stood(element: etree._Element) -> etree._Element:
    """A copy of a tag: of its field, link or frame, or of what was typed."""
    typed = typed_text(element)
    if typed is not None:
        span = etree.Element(_SPAN)
        span.text = typed
        return span
    copy = deepcopy(element)
    copy.tail = None
    return copy


def renamed(tag: etree._Element, instruction: str, name: str, *, bare: bool) -> etree._Element:
    """A tag with another instruction: ``if`` for ``elif``.

    Args:
        tag: from :func:`as_it_stood`.
        instruction: what it is called there.
        name: what it is called here.
        bare: whether its argument is left out: ``else``.
    """
    copy = deepcopy(tag)
    if copy.tag == _SPAN:
        text = copy.text or ""
        sign = text.partition(instruction)[0]
        end = text[-2:] if text.endswith("%}") else ""
        copy.text = f"{sign}{name} {end}" if bare else text.replace(instruction, name, 1)
        return copy
    attribute = _HREF if copy.tag == _LINK else _DESCRIPTION
    before, _, argument = copy.get(attribute, "").partition(instruction)
    copy.set(attribute, before + name + ("" if bare else argument))
    shown = name if bare else "".join(_texts(copy)).replace(instruction, name, 1)
    for child in list(copy):
        copy.remove(child)
    copy.text = shown
    return copy


def _texts(element: etree._Element) -> list[str]:
    return [str(text) for text in element.itertext()]


class Keeper:
    """The tags of one part that may stay, until :func:`take_kept` takes them out again.

    They go along in the tree, before their marks, because what happens to the styles and names
    of a part must happen to them too.
    """

    def __init__(self, elements: Iterable[etree._Element]) -> None:
        """Remember the elements of markers before anything is done to them."""
        self._tags = {element: as_it_stood(element) for element in elements}
        self._put: list[tuple[etree._Element, str, int, etree._Element]] = []

    def tag(self, element: etree._Element) -> etree._Element:
        """The tag of a marker as it stood."""
        return self._tags[element]

    def keep(self, place: etree._Element, number: int, tag: etree._Element, name: str = "") -> None:
        """Keep a tag for the mark ``place``; ``name`` when it is renamed."""
        for element in tag.iter(etree.Element):
            if _XML_ID in element.attrib:  # a loop may write it several times
                del element.attrib[_XML_ID]
        self._put.append((place, f"kept-{name}" if name else "kept", number, tag))

    def put(self) -> None:
        """Put them into the tree, once all marks are in it."""
        for place, what, number, tag in self._put:
            _put_before(place, what, number, tag)


def take_kept(root: etree._Element) -> dict[tuple[str, int], str]:
    """Take the kept tags out of a part; their XML, by what is kept and its number."""
    found = {}
    for instruction in list(root.iter(etree.PI)):
        what, number = read_mark(instruction) or ("", 0)
        if what.startswith("kept"):
            tag, end = itertools.islice(instruction.itersiblings(), 2)
            found[what, number] = _serialised(tag)
            for one in (instruction, tag, end):
                remove(one)
    return found


def _serialised(tag: etree._Element) -> str:
    """The XML of a tag for a part that declares all its prefixes."""
    xml = etree.tostring(tag, encoding="unicode", with_tail=False)
    start, end, rest = xml.partition(">")
    return _DECLARATION.sub("", start) + end + rest


def _put_before(place: etree._Element, what: str, number: int, tag: etree._Element) -> None:
    place.addprevious(mark(what, number))
    place.addprevious(tag)
    place.addprevious(mark("end-kept", number))
