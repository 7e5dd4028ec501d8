"""Keeps the page break of a paragraph that vanishes with its instruction.

The break goes to the next paragraph or table that is written, which is known only then: whoever
may be next gets a second style, with the break, and takes it when a break is waiting. So a part
that begins on a page of its own does so in each turn of its loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from .gate.odf_names import names, q
from .marks import DEPTH, mark, read_mark
from .trees import PARAGRAPHS

_TEXT, _TABLE = q("office:text"), q("table:table")
_NOT_IN_BODY = names("table:table draw:frame text:note text:list")
_THROUGH = names("text:section text:list text:list-item text:list-header")
_STYLE_NAME = {_TABLE: q("table:style-name")}
_STYLE, _NAME, _FAMILY = q("style:style"), q("style:name"), q("style:family")
_PARENT, _MASTER_PAGE = q("style:parent-style-name"), q("style:master-page-name")
_OF_BREAK = (q("fo:break-before"), q("style:page-number"))
#: How far a break looks for whoever may be next.
_FARTHEST = 1_000


@dataclass(frozen=True, slots=True)
class BreakSlot:
    """Something that begins a page when a break is waiting."""

    element: etree._Element
    attribute: str
    #: Its style with the break, by the style of the paragraph that vanished.
    styles: dict[str, str] = field(default_factory=dict)


class Breaks:
    """The breaks of one part."""

    def __init__(self, root: etree._Element, breaking: Collection[str], loops: Collection[int]):
        """``breaking`` are the paragraph styles with a break; ``loops`` the numbers of loops."""
        self._root = root
        self._breaking = breaking
        self._loops = loops
        self._marks: list[tuple[etree._Element, str]] = []
        self._slots: dict[etree._Element, BreakSlot] = {}
        self._made: dict[tuple[str, str, str], str] = {}

    def mark(self, paragraph: etree._Element, number: int) -> etree._Element | None:
        """The mark for the break of a paragraph that vanishes; None where there is none.

        ``number`` is that of an instruction in it.
        """
        style = paragraph.get(q("text:style-name"), "")
        around = {one.tag for one in paragraph.iterancestors()}
        in_body = _TEXT in around and not around & _NOT_IN_BODY
        if paragraph.tag not in PARAGRAPHS or style not in self._breaking or not in_body:
            return None
        found = mark("break", number)
        self._marks.append((found, style))
        return found

    def arrange(self) -> tuple[Mapping[int, str], Sequence[BreakSlot]]:
        """The style that waits at each mark, by its number, and who may take the break."""
        if not self._marks:
            return {}, ()
        flow = list(_flow(next(self._root.iter(_TEXT))))
        places = {element: place for place, element in enumerate(flow)}
        waiting = {}
        for one, style in self._marks:
            waiting[_number(one)] = style
            for element in self._next(flow, places[one]):
                self._offer(element, style)
        return waiting, list(self._slots.values())

    def _next(self, flow: Sequence[etree._Element], start: int) -> Iterator[etree._Element]:
        """Whoever may be written next; the last is certain to be, if it is written at all."""
        depth, skipping = 0, False
        for place in range(start + 1, min(start + _FARTHEST, len(flow))):
            what, _ = read_mark(flow[place]) or ("", 0)
            if depth == 0 and DEPTH.get(what, 0) < 0:
                skipping = False
                if what == "close":
                    yield from self._first_of_turn(flow, place)
            elif depth == 0 and what == "branch":
                skipping = True  # the rest of the block is not written in this turn
            else:
                depth += DEPTH.get(what, 0)
                if not what and not skipping:
                    yield flow[place]
                    if depth == 0:
                        return

    def _first_of_turn(
        self, flow: Sequence[etree._Element], close: int
    ) -> Iterator[etree._Element]:
        """What comes first in the next turn when it is a loop that is closed at ``close``."""
        depth, place, number = 1, close, -1
        while depth > 0 and place > max(close - _FARTHEST, 0):
            place -= 1
            what, number = read_mark(flow[place]) or ("", 0)
            depth -= DEPTH.get(what, 0)
        if depth > 0 or number not in self._loops:
            return
        for element in flow[place + 1 : close]:
            what, _ = read_mark(element) or ("", 0)
            depth += DEPTH.get(what, 0)
            if not what:
                yield element
                if depth == 0:
                    return

    # --- styles -----------------------------------------------------------------------------

    def _offer(self, element: etree._Element, breaking: str) -> None:
        attribute = _STYLE_NAME.get(str(element.tag), q("text:style-name"))
        slot = self._slots.setdefault(element, BreakSlot(element, attribute))
        family = "table" if element.tag == _TABLE else "paragraph"
        base = element.get(attribute, "Standard" if family == "paragraph" else "")
        key = (family, base, breaking)
        if key not in self._made:
            self._made[key] = self._make(family, base, breaking)
        slot.styles[breaking] = self._made[key]
        element.set(attribute, base)

    def _make(self, family: str, base: str, breaking: str) -> str:
        """Add the style that is like ``base`` and has the break of ``breaking``."""
        styles = self._root.find(q("office:automatic-styles"))
        source = self._style(breaking, "paragraph")
        assert styles is not None and source is not None, "the style with the break is one of them"
        automatic = self._style(base, family)
        if automatic is None:
            style = etree.SubElement(styles, _STYLE)
            if base:
                style.set(_PARENT, base)
        else:
            style = deepcopy(automatic)
            styles.append(style)
        name = f"greffier_break_{len(self._made) + 1}"
        style.set(_NAME, name)
        style.set(_FAMILY, family)
        if source.get(_MASTER_PAGE):
            style.set(_MASTER_PAGE, source.get(_MASTER_PAGE, ""))
        wanted = q(f"style:{family}-properties")
        properties = style.find(wanted)
        if properties is None:
            properties = etree.Element(wanted)
            style.insert(0, properties)
        given = source.find(q("style:paragraph-properties"))
        for attribute in _OF_BREAK:
            if given is not None and attribute in given.attrib:
                properties.set(attribute, given.get(attribute, ""))
        return name

    def _style(self, name: str, family: str) -> etree._Element | None:
        styles = self._root.find(q("office:automatic-styles"))
        for style in () if styles is None else styles.iterchildren(_STYLE):
            if style.get(_NAME) == name and style.get(_FAMILY) == family:
                return style
        return None


def _number(one: etree._Element) -> int:
    found = read_mark(one)
    assert found is not None
    return found[1]


def _flow(container: etree._Element) -> Iterator[etree._Element]:
    """Marks, paragraphs and tables in document order, through sections and lists."""
    for child in container:
        if read_mark(child) is not None or child.tag in PARAGRAPHS or child.tag == _TABLE:
            yield child
        elif child.tag in _THROUGH:
            yield from _flow(child)
