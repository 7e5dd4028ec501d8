"""Sections named ``py3o.together()`` and ``py3o.signature()``: what must not be torn apart.

Writer has *Keep with next paragraph* for each paragraph and no way to say it of a block, so that
designers forget it where a paragraph is added. Here the name of a section says it:

- ``together``: all of it stands on one page, tables in it included;
- ``signature``: the same, and the end of the text before it goes with it, so that the names of
  those who sign never stand alone on a page.

Paragraphs get second styles with *Keep with next* and *Do not split*, tables second styles that
do not split. LibreOffice keeps nothing together across the border of a section, so a section
without looks of its own is taken off once it has served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, islice

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import remove
from .markers import Marker
from .marks import read_mark
from .named import rename
from .telling.notes import Report
from .telling.places import Places
from .telling.site import Site
from .telling.wording import say
from .trees import PARAGRAPHS
from .unpacked import group

#: On a section until it has served; never written.
_KEPT = "{urn:greffier:kept}kept"
_SECTION, _TABLE = q("text:section"), q("table:table")
_THROUGH = frozenset({_SECTION, q("text:list"), q("text:list-item"), q("text:list-header")})
_NAME = re.compile(r"py3o\.(together|signature)(?:\(\s*\))?\s*#?\d*")
_STYLE, _STYLE_NAME = q("style:style"), q("style:name")
_FAMILY, _PARENT = q("style:family"), q("style:parent-style-name")
_USED = {_TABLE: q("table:style-name"), **dict.fromkeys(PARAGRAPHS, q("text:style-name"))}
_SECTION_STYLE = q("text:style-name")
#: Looks of a section that are lost without it.
_LOOKS = (q("fo:background-color"), q("fo:margin-left"), q("fo:margin-right"))
_NO_LOOK = ("transparent", "0cm", "0in", "0mm")
#: Blocks before a signature that are looked through for the text it goes with.
_FARTHEST = 200


@dataclass(frozen=True, slots=True)
class KeptSlot:
    """What stands last in something that is repeated: it keeps with the next in the last turn."""

    element: etree._Element
    attribute: str
    #: Its style in the last turn.
    kept: str
    #: How many loops must be in their last turn, from the innermost on.
    loops: int


def find_kept(root: etree._Element, new_names: Iterator[str]) -> None:
    """Mark the sections that are named so; ``new_names`` end in numbers never used twice."""
    for section in list(root.iter(_SECTION)):
        found = _NAME.fullmatch(section.get(q("text:name"), "").strip())
        if found is not None:
            section.set(_KEPT, found[1])
            rename(section, root, new_names)


class Kept:
    """The blocks of one part that are kept together, once all it includes is in it."""

    def __init__(self, part: etree._Element, markers: Sequence[Marker], report: Report) -> None:
        """``markers`` are those that the marks in the part are the numbers of."""
        self._root, self._markers, self._report = part, markers, report
        self._made: dict[tuple[str, str, bool, bool], str] = {}
        self.slots: list[KeptSlot] = []

    def arrange(self) -> None:
        """Give what is in them, and before a signature, the styles that keep it together."""
        places = Places()
        for section in list(self._root.iter(_SECTION)):
            kept = section.attrib.pop(_KEPT, "")
            if not kept:
                continue
            site = places.site(section, section.get(q("text:name"), ""))
            units = list(_units(section))
            for number, unit in enumerate(units, 1):
                self._style(unit, with_next=number < len(units))
            if kept == "signature":
                self._bind(section, site)
            if self._is_plain(section):
                _take_off(section)

    def _bind(self, section: etree._Element, site: Site) -> None:
        """Have the end of the text before a signature go with it.

        Before that what may be there: empty paragraphs, and the ends of blocks that are
        repeated or left out.
        """
        blocks: list[str] = []
        wanted = True
        for element in islice(_preceding(section), _FARTHEST):
            found = read_mark(element)
            if found is not None:
                name = self._markers[found[1]].name
                if found[0] == "close":
                    blocks.append(name)
                elif found[0] == "open" and blocks:
                    blocks.pop()
                elif found[0] == "open" and name == "for":
                    return  # what stands before it belongs to another turn
                wanted |= found[0] in ("close", "branch", "open")
                continue
            units = [element] if element.tag in PARAGRAPHS else list(_units(element))
            if element.tag in (_TABLE, _SECTION) or not units:
                self._warn(site)
                return
            if wanted:
                self._keep_with_next(units[-1], blocks.count("for"))
            if not blocks and not _is_empty(units[-1]):
                return
            wanted = not blocks

    def _keep_with_next(self, unit: etree._Element, loops: int) -> None:
        before = unit.get(_USED[str(unit.tag)], "")
        if loops:
            # Each turn keeping with the next would be too much for one page.
            attribute = _USED[str(unit.tag)]
            self._style(unit, with_next=True, whole=False)
            self.slots.append(KeptSlot(unit, attribute, unit.get(attribute, ""), loops))
            unit.set(attribute, before)
        else:
            self._style(unit, with_next=True, whole=False)

    def _warn(self, site: Site) -> None:
        self._report.warning(
            "signature-may-stand-alone",
            say("A table or section stands before the signature, which cannot go with it."),
            site,
            say("Put a sentence between them."),
        )

    def _style(self, unit: etree._Element, *, with_next: bool, whole: bool = True) -> None:
        """Have a unit keep with the next, and not be split when it is ``whole``."""
        attribute = _USED[str(unit.tag)]
        family = "table" if unit.tag == _TABLE else "paragraph"
        used = unit.get(attribute, "")
        key = (family, used, with_next, whole)
        if key not in self._made:
            self._made[key] = self._second(family, used, with_next=with_next, whole=whole)
        unit.set(attribute, self._made[key])

    def _second(self, family: str, used: str, *, with_next: bool, whole: bool) -> str:
        """Make a style like the one that is used, that keeps together; gives its name."""
        styles = group(self._root, "office:automatic-styles")
        own = next(
            (
                one
                for one in styles.iterchildren(_STYLE)
                if one.get(_STYLE_NAME) == used and one.get(_FAMILY) == family
            ),
            None,
        )
        style = etree.Element(_STYLE) if own is None else deepcopy(own)
        if own is None:
            style.set(_FAMILY, family)
            if used:
                style.set(_PARENT, used)
        name = self._new_name(styles)
        style.set(_STYLE_NAME, name)
        tag = q(f"style:{family}-properties")
        properties = style.find(tag)
        if properties is None:
            properties = etree.Element(tag)
            style.insert(0, properties)
        if with_next:
            properties.set(q("fo:keep-with-next"), "always")
        if whole and family == "paragraph":
            properties.set(q("fo:keep-together"), "always")
        elif whole:
            properties.set(q("style:may-break-between-rows"), "false")
        elif family == "paragraph":  # at least two of its lines go along
            properties.set(q("fo:orphans"), "2")
            properties.set(q("fo:widows"), "2")
        styles.append(style)
        return name

    def _new_name(self, styles: etree._Element) -> str:
        taken = {one.get(_STYLE_NAME) for one in styles.iterchildren(_STYLE)}
        return next(name for name in map("Kept{}".format, count(1)) if name not in taken)

    def _is_plain(self, section: etree._Element) -> bool:
        """Whether nothing is lost to a reader when the section is taken off."""
        name = section.get(_SECTION_STYLE)
        for style in self._root.iter(_STYLE):
            if style.get(_STYLE_NAME) == name and style.get(_FAMILY) == "section":
                properties = style.find(q("style:section-properties"))
                if properties is None:
                    return True
                looks = (properties.get(look, "0cm") for look in _LOOKS)
                columns = properties.find(q("style:columns"))
                in_columns = columns is not None and columns.get(q("fo:column-count"), "1") > "1"
                return not in_columns and all(look in _NO_LOOK for look in looks)
        return True


def _units(element: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables that follow each other in an element."""
    for child in element:
        if child.tag in _USED:
            yield child
        elif child.tag in _THROUGH:
            yield from _units(child)


def _preceding(section: etree._Element) -> Iterator[etree._Element]:
    """What stands before a section, backwards, also before the sections around it."""
    place: etree._Element | None = section
    while place is not None:
        yield from place.itersiblings(preceding=True)
        around = place.getparent()
        place = around if around is not None and around.tag == _SECTION else None


def _is_empty(unit: etree._Element) -> bool:
    return unit.tag != _TABLE and not len(unit) and not (unit.text or "").strip()


def _take_off(section: etree._Element) -> None:
    """Leave of a section what is in it."""
    for child in list(section):
        section.addprevious(child)
    remove(section)
