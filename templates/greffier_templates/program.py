"""Turns an arranged part into nodes: its text, cut at the marks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import unescape

from lxml import etree

from .blanks import NEEDED
from .breaks import BreakSlot
from .carriers import take_kept
from .columns import Span
from .expressions import Compiler
from .fill import Fill
from .functions.number_styles import NumberStyles
from .functions.offered import Function
from .gate.odf_names import q
from .instructions import compile_block, compile_branch, compile_value
from .keeping import End, KeptColumn, KeptEnd, KeptName, KeptValue, NewTable, kept
from .kept import KeptSlot
from .markers import FRAMES, Kind, Marker
from .marks import DEPTH, TARGET, enclose, read_mark
from .named import NAME_OF
from .names import named_attributes
from .nodes import (
    Body,
    Branch,
    Break,
    BreakingStyle,
    Field,
    Held,
    Maker,
    Name,
    Node,
    StyleOfLastTurn,
    Width,
    Writer,
    Written,
    counted_columns,
    lone_field,
)
from .pictures.frames import Slot, frame_slots
from .rich.spots import end_of_styles, spot_of
from .rich.stylebook import Stylebook
from .scope import Getter
from .telling.notes import Report
from .trees import paragraph_of, serialise

_FRAME_NAME = re.compile(r'draw:name="([^"]*)"')
#: What may ask for the turn of the loop it stands in.
_LOOP = re.compile(r"\bloop\b")


@dataclass(slots=True)
class _Open:
    """A block of which the end has not been read yet."""

    make: Maker
    #: What stands before it: the steps, and the text after the last of them.
    outer: list[tuple[str, Writer]]
    before: str
    #: Its parts that have been read: the steps, and the text after the last of them.
    parts: list[tuple[list[tuple[str, Writer]], str]] = field(default_factory=list)
    #: What its parts after the first ask.
    tests: list[Getter | None] = field(default_factory=list)
    asks_for_turn: bool = False
    #: The numbers of its opening and its branches.
    numbers: list[int] = field(default_factory=list)

    def whole(self) -> Node:
        """The node of the block."""
        (steps, tail), *others = self.parts
        branches = [
            Branch(test, Body(*part)) for test, part in zip(self.tests, others, strict=True)
        ]
        return self.make(Body(steps, tail, branches, asks_for_turn=self.asks_for_turn))


def _holding(needed: re.Pattern[str]) -> Maker:
    return lambda body: Held(needed, body)


class Program:
    """Compiles one part."""

    def __init__(
        self,
        markers: Sequence[Marker],
        functions: Mapping[str, Function],
        styles: NumberStyles,
        report: Report,
        *,
        keeps: bool = False,
    ) -> None:
        """Compile every marker; what is wrong with their expressions is reported.

        ``keeps``: let what has no data stay as a working tag.
        """
        self._keeps = keeps
        #: The names that each marker asks for.
        self._names: dict[int, frozenset[str]] = {}
        #: The instructions that were the names of elements.
        self.renamed: dict[int, str] = {}
        self._kept: dict[tuple[str, int], str] = {}
        self._kept_fields: dict[int, KeptValue] = {}
        #: The markers of which the tag stands among other things.
        self._within: set[int] = set()
        self._values: dict[int, Field] = {}
        self._blocks: dict[int, Maker] = {}
        self._tests: dict[int, Getter | None] = {}
        self._markers = list(markers)
        self._asking_for_turn = {
            number
            for number, marker in enumerate(markers)
            if any(_LOOP.search(reading.source) for reading in marker.readings)
        }
        for number, marker in enumerate(markers):
            compiler = Compiler(marker.site, functions)
            if marker.kind in (Kind.FIELD, Kind.FUNCTION):
                compiled = compile_value(marker, compiler, styles, report)
                if compiled is not None:
                    self._values[number] = compiled
            elif marker.kind is Kind.BRANCH:
                self._tests[number] = compile_branch(marker, compiler, report)
            elif marker.kind not in (Kind.CLOSE, Kind.INCLUDE):
                self._blocks[number] = compile_block(marker, compiler, report)
            if keeps:
                self._names[number] = frozenset(compiler.names - compiler.own_names)
        # Attributes cannot hold a processing instruction: their marks are this token and a
        # number. It is random, so that no document can hold it by chance or by design.
        self._token = secrets.token_hex(16)
        #: The merged cells that change with the columns below them.
        self.spans: list[Span] = []
        #: Styles with a page break that wait at marks, and who may take the break. A block that
        #: is included keeps none: its styles have other names here.
        self.waiting_breaks: Mapping[int, str] = {}
        self.break_slots: Sequence[BreakSlot] = ()
        #: What keeps with the next in the last turn of a loop.
        self.kept_slots: Sequence[KeptSlot] = ()
        self._attributes: list[Writer] = []

    def absorb(self, other: Program, root: etree._Element) -> None:
        """Take over what ``other`` compiled, whose marks in ``root`` are numbered on from ours."""
        first = len(self._markers)
        self._markers += other._markers
        self._values |= {first + number: value for number, value in other._values.items()}
        self._blocks |= {first + number: block for number, block in other._blocks.items()}
        self._tests |= {first + number: test for number, test in other._tests.items()}
        self._asking_for_turn |= {first + number for number in other._asking_for_turn}
        self._names |= {first + number: names for number, names in other._names.items()}
        self.renamed |= {first + number: names for number, names in other.renamed.items()}
        self.spans += [span.numbered_from(first) for span in other.spans]
        for instruction in root.iter(etree.PI):
            what, _, number = (instruction.text or "").partition(" ")
            instruction.text = f"{what} {first + int(number)}"

    @property
    def markers(self) -> Sequence[Marker]:
        """What it was compiled of."""
        return self._markers

    def build(self, root: etree._Element, stylebook: Stylebook) -> Body:
        """The nodes of a part that :class:`.structure.Arrangement` has marked."""
        if self._keeps:
            self._kept = take_kept(root)
            marks = map(read_mark, root.iter(etree.PI))
            self._within = {one[1] for one in marks if one is not None and one[0] == "here"}
            self._mark_renamed()
        for span in self.spans:
            counting = [
                counted_columns(columns, [self._maker(number) for number in numbers])
                for numbers, columns in span.repeated
            ]
            mark = self._attribute_mark(Width(span.fixed, counting).write)
            span.cell.set(q("table:number-columns-spanned"), mark)
        breaking = {slot.element for slot in self.break_slots}
        for together in self.kept_slots:
            if together.element not in breaking:  # one attribute holds one mark
                base = together.element.get(together.attribute, "")
                writer = StyleOfLastTurn(base, together.kept, together.loops).write
                together.element.set(together.attribute, self._attribute_mark(writer))
        for slot in self.break_slots:
            writer = BreakingStyle(slot.element.get(slot.attribute, ""), slot.styles).write
            slot.element.set(slot.attribute, self._attribute_mark(writer))
        for marker in self._markers:
            if marker.kind in FRAMES:
                self._mark_attributes(frame_slots(marker))
        for instruction in root.iter(etree.PI):
            found = read_mark(instruction)
            if found is None or found[0] != "open":
                continue
            if self._markers[found[1]].name in ("for", "for-column"):
                self._mark_names(instruction)
        self._find_spots(root, stylebook)
        return self._read(serialise(root))

    def text_mark(self, write: Writer) -> str:
        """Text to put into the part, as text or attribute, where ``write`` is to write."""
        return self._attribute_mark(write)

    def build_plain(self, root: etree._Element) -> Body:
        """The same for a part that has such marks only."""
        return self._read(serialise(root))

    # --- places for formatted text --------------------------------------------------------

    def _find_spots(self, root: etree._Element, stylebook: Stylebook) -> None:
        """Tell fields where they stand, and enclose the paragraphs that are nothing but one."""
        makers: list[tuple[etree._Element, Maker]] = [(end_of_styles(root), _awaiting_styles)]
        for instruction in root.iter(etree.PI):
            found = read_mark(instruction)
            if found is not None and found[0] == "value":
                value = self._values[found[1]]
                value.spot = spot_of(instruction, stylebook)
                if value.spot.is_alone:
                    makers.append((paragraph_of(instruction), self._lone(found[1], value)))
        for number, (element, make) in enumerate(makers, len(self._markers)):
            enclose(element, number)
            self._blocks[number] = make

    def _lone(self, number: int, value: Field) -> Maker:
        """What makes the node of a paragraph that holds this field and nothing else."""

        def make(body: Body) -> Node:
            may_stay = self._kept_fields.get(number)
            tags = body.around((may_stay or value).write)
            if tags is None:  # the paragraph has a name, which a loop changes
                value.spot = replace(value.spot, is_alone=False)
                return body
            write = lone_field(value, *tags)
            if may_stay is None:
                return Written(write)
            tag = "".join((tags[0], *may_stay.xml, tags[1]))
            return replace(may_stay, write_value=write, xml=(tag,))

        return make

    # --- attributes -----------------------------------------------------------------------

    def _mark_attributes(self, slots: Iterable[tuple[etree._Element, str, str]]) -> None:
        for element, attribute, slot in slots:
            mark = self._attribute_mark(Slot(slot).write)
            if attribute:
                element.set(attribute, mark)
            else:
                element.text = mark

    def _mark_names(self, opening: etree._Element) -> None:
        """Mark the names in what a loop repeats; those of inner loops are marked once."""
        depth = 0
        for sibling in opening.itersiblings():
            found = read_mark(sibling)
            if found is not None:
                depth += DEPTH.get(found[0], 0)
                if depth < 0:
                    return
                continue
            for element in sibling.iter(etree.Element):
                for attribute, defines in named_attributes(element):
                    base = str(element.attrib[attribute])
                    if not base.startswith(self._token):
                        mark = self._attribute_mark(Name(base, defines).write)
                        element.set(attribute, mark)

    def _attribute_mark(self, write: Writer) -> str:
        self._attributes.append(write)
        return f"{self._token}.{len(self._attributes) - 1}."

    # --- tags that may stay ---------------------------------------------------------------

    def _maker(self, number: int) -> Maker:
        """What makes the node of a block that has one number: columns, a named section."""
        make = self._blocks[number]
        if not self._keeps:
            return make
        return lambda body: kept(make(body), [self._end(number), self._end(number)])

    def _end(self, number: int) -> End:
        """An instruction as the nodes that may keep it need it."""
        return End(
            number,
            self._names.get(number, frozenset()),
            "" if number in self._within else self._kept.get(("kept", number), ""),
            {
                name: self._kept["kept-" + name, number]
                for name in ("if", "else")
                if ("kept-" + name, number) in self._kept
            },
            number in self._within,
        )

    def _node(self, block: _Open, closing: int) -> Node:
        """The node of a block that has been read."""
        node = block.whole()
        if not self._keeps or not block.numbers:
            return node
        marker = self._markers[block.numbers[0]] if block.numbers[0] < len(self._markers) else None
        if marker is not None and marker.kind in FRAMES:
            return self._kept_value(block.numbers[0], node)
        return kept(node, [self._end(number) for number in (*block.numbers, closing)])

    def _kept_value(self, number: int, node: Node) -> KeptValue:
        """A field, function or picture that may stay."""
        xml = self._kept["kept", number]
        name = _FRAME_NAME.search(xml) if xml.startswith("<draw:frame") else None
        parts = (xml,) if name is None else (xml[: name.start(1)], xml[name.end(1) :])
        plain = "" if name is None else unescape(name[1], {"&quot;": '"', "&apos;": "'"})
        return KeptValue(node.write, parts, plain, self._names[number])

    def _mark_renamed(self) -> None:
        for number, instruction in self.renamed.items():
            element = self._markers[number].element
            attribute = NAME_OF[str(element.tag)]
            writer = KeptName(number, instruction, element.get(attribute, "")).write
            element.set(attribute, self._attribute_mark(writer))

    # --- the text -------------------------------------------------------------------------

    def _read(self, xml: str) -> Body:
        """Cut the text at the marks and nest what lies between."""
        marks = re.compile(
            rf"<\?{TARGET} (open|branch|close|value|here|renew|break|hold-\w+|release) (\d+)\?>"
            rf"|{self._token}\.(\d+)\."
        )
        stack: list[_Open] = []
        steps: list[tuple[str, Writer]] = []
        position = 0
        text = ""
        for mark in marks.finditer(xml):
            text = xml[position : mark.start()]
            position = mark.end()
            what, number, attribute = mark.groups()
            if number is not None and int(number) in self._asking_for_turn:
                for block in stack:
                    block.asks_for_turn = True
            if what == "open":
                stack.append(_Open(self._blocks[int(number)], steps, text, numbers=[int(number)]))
                steps = []
            elif what == "branch":
                stack[-1].parts.append((steps, text))
                stack[-1].tests.append(self._tests[int(number)])
                stack[-1].numbers.append(int(number))
                steps = []
            elif what in NEEDED:
                stack.append(_Open(_holding(NEEDED[what]), steps, text))
                steps = []
            elif what in ("close", "release"):
                block = stack.pop()
                block.parts.append((steps, text))
                block.outer.append((block.before, self._node(block, int(number)).write))
                steps = block.outer
            elif what == "break":
                style = self.waiting_breaks.get(int(number), "")
                steps.append((text, Break(style, int(number)).write))
            elif what == "here":
                xml_here = self._kept["kept", int(number)]
                is_column = self._markers[int(number)].kind is Kind.COLUMN
                here = (KeptColumn if is_column else KeptEnd)(int(number), xml_here)
                steps.append((text, here.write))
            elif what == "renew":
                steps.append((text, NewTable(int(number)).write))
            elif what == "value":
                value: Node = self._values[int(number)]
                if self._keeps:
                    value = self._kept_fields[int(number)] = self._kept_value(int(number), value)
                steps.append((text, value.write))
            else:
                steps.append((text, self._attributes[int(attribute)]))
        assert not stack, "Arrangement opens and closes in pairs"
        return Body(steps, xml[position:])


class _AwaitedStyles:
    def write(self, fill: Fill) -> None:
        fill.await_styles()


def _awaiting_styles(body: Body) -> Node:
    return _AwaitedStyles()
