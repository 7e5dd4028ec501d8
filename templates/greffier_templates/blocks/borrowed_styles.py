"""Brings the styles that included content uses into the template it is put into.

*Automatic* styles, which LibreOffice makes for direct formatting and numbers ``P1``, ``P2``…,
are copied under new names. *Named* styles that the template has itself count as they are there:
its “Text body” is everybody's. Others are brought along with those they are based on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import count

from lxml import etree

from ..gate.odf_names import q
from ..unpacked import Unpacked, group
from .style_names import DRAWN_KINDS, Style, defined, referred, rename

_AUTOMATIC, _NAMED, _FONTS = "office:automatic-styles", "office:styles", "office:font-face-decls"
_MASTER_PAGE, _PAGE_NUMBER = q("style:master-page-name"), q("style:page-number")
_PARAGRAPH_PROPERTIES = q("style:paragraph-properties")
_TEXT_PROPERTIES = q("style:text-properties")


class BorrowedStyles:
    """The styles of one block, brought into one part of a template."""

    def __init__(self, block: Unpacked, host: Unpacked, part: str) -> None:
        """Prepare; ``part`` is the part of ``host`` that the content of ``block`` goes to."""
        self._host = host
        self._part = host.roots[part]
        self._styles = host.roots["styles.xml"]
        content, styles = block.roots["content.xml"], block.roots["styles.xml"]
        self._automatic = dict(_in(content, _AUTOMATIC))
        self._named = dict(_in(styles, _NAMED))
        self._fonts = dict((*_in(styles, _FONTS), *_in(content, _FONTS)))
        self._taken = {
            style: element
            for root in host.roots.values()
            for name in (_AUTOMATIC, _NAMED)
            for style, element in _in(root, name)
        }
        self._own = dict(_in(self._styles, _NAMED))
        #: Begins no name that the template has, so that no name that begins so can clash.
        self.prefix = _free_prefix({name for _, name in self._taken} | host.parts.keys())
        self._renamed: dict[Style, str] = {}
        self._to_do: deque[etree._Element] = deque()
        #: The styles that were copied.
        self.copied: list[etree._Element] = []

    def bring(self, content: Iterable[etree._Element]) -> None:
        """Copy what ``content`` uses and make it use the copies."""
        self._to_do.extend(content)
        while self._to_do:
            for element in self._to_do.popleft().iter(etree.Element):
                for attribute, style in referred(element):
                    name = self._renamed.get(style)
                    if name is None:
                        name = self._renamed[style] = self._brought(style)
                    if name != style[1]:
                        element.set(attribute, name)

    def page_styles(self, content: etree._Element) -> bool:
        """Whether a style that ``content`` names itself begins a page of another page style."""
        found = (self._automatic.get(style) for _, style in referred(content))
        return any(style is not None and style.get(_MASTER_PAGE) for style in found)

    def as_words(self, paragraph: etree._Element) -> str:
        """The name of a character style that looks like a paragraph's direct formatting, or ""."""
        name = paragraph.get(q("text:style-name"), "")
        style = self._automatic.get(("paragraph", name))
        properties = None if style is None else style.find(_TEXT_PROPERTIES)
        if properties is None or not properties.attrib:
            return ""
        words = etree.Element(q("style:style"))
        words.set(q("style:name"), f"{self.prefix}{name}_words")
        words.set(q("style:family"), "text")
        words.append(deepcopy(properties))
        self._put(words, self._part, _AUTOMATIC)
        return words.get(q("style:name"), "")

    def _brought(self, style: Style) -> str:
        """The name under which a style is found in the template from now on."""
        kind, name = style
        if kind == "font-face":
            return self._bring_font(style)
        if style in self._automatic:
            copy = deepcopy(self._automatic[style])
            rename(copy, self.prefix + name)
            self._put(copy, self._part, _AUTOMATIC)
            return self.prefix + name
        if style not in self._named:
            return name
        original = self._named[style]
        if style in self._taken:
            is_other = kind in DRAWN_KINDS and not _same(self._taken[style], original)
            if style in self._own and not is_other:
                return name
        copy = deepcopy(original)
        if style in self._taken:
            name = self.prefix + name
            rename(copy, name)
        self._put(copy, self._styles, _NAMED)
        return name

    def _bring_font(self, style: Style) -> str:
        _, name = style
        if style not in self._fonts:
            return name
        font = self._fonts[style]
        for root in {self._part, self._styles}:
            there = dict(_in(root, _FONTS)).get(style)
            if there is not None and _family(there) != _family(font):
                name = self.prefix + style[1]
        for root in {self._part, self._styles}:
            if ("font-face", name) not in dict(_in(root, _FONTS)):
                copy = deepcopy(font)
                rename(copy, name)
                group(root, _FONTS).append(copy)
        return name

    def _put(self, style: etree._Element, root: etree._Element, name: str) -> None:
        _forget_page(style)
        group(root, name).append(style)
        self.copied.append(style)
        self._to_do.append(style)


def _in(root: etree._Element, name: str) -> Iterator[tuple[Style, etree._Element]]:
    found = root.find(q(name))
    for element in () if found is None else found:
        style = defined(element)
        if style is not None:
            yield style, element


def _free_prefix(taken: Iterable[str]) -> str:
    begun = {name.rpartition("/")[2].partition("_")[0] for name in taken}
    return next(f"B{number}_" for number in count(1) if f"B{number}" not in begun)


def _same(one: etree._Element, other: etree._Element) -> bool:
    return etree.tostring(one, method="c14n2") == etree.tostring(other, method="c14n2")


def _family(font: etree._Element) -> str:
    return font.get(q("svg:font-family"), font.get(q("style:name"), "")).strip("'\"")


def _forget_page(style: etree._Element) -> None:
    """Take off what would begin a page of another page style: pages are the template's."""
    if _MASTER_PAGE not in style.attrib:
        return
    del style.attrib[_MASTER_PAGE]
    properties = style.find(_PARAGRAPH_PROPERTIES)
    if properties is not None and _PAGE_NUMBER in properties.attrib:
        del properties.attrib[_PAGE_NUMBER]


def bring_note_configuration(block: Unpacked, host: Unpacked) -> list[etree._Element]:
    """Copy how footnotes and endnotes are numbered where the template does not say; the copies."""
    tag, kind = q("text:notes-configuration"), q("text:note-class")
    there = {one.get(kind) for one in host.roots["styles.xml"].iter(tag)}
    copies = [
        deepcopy(one) for one in block.roots["styles.xml"].iter(tag) if one.get(kind) not in there
    ]
    for one in copies:
        for attribute in list(one.attrib):
            if attribute == q("text:master-page-name"):
                del one.attrib[attribute]
        group(host.roots["styles.xml"], _NAMED).append(one)
    return copies
