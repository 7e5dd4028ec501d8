"""Nodes for documents that are filled twice: what has no data yet stays as a working tag.

A tag stays when its data is missing and when all that it names is the data's or of a block that
stays too. One that names something of a loop that is written now could not be filled later, for
the loop is gone then: it is told as missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .fill import Choice, Fill
from .nodes import Body, Cases, Choose, For, If, Node, When, With, Writer
from .scope import MISSING
from .staying import Miss
from .turns import LOOP
from .values import attribute_to_xml


@dataclass(frozen=True, slots=True)
class End:
    """An instruction of a block that may stay."""

    number: int
    #: The names that it asks for.
    names: frozenset[str] = frozenset()
    #: The instruction with the paragraph or row that vanishes with it; empty where it stands
    #: among other things, for there a :class:`KeptEnd` writes it.
    xml: str = ""
    #: The same by other names: ``if`` and ``else`` for ``elif``.
    renamed: Mapping[str, str] = field(default_factory=dict)
    is_within: bool = False


@dataclass(frozen=True, slots=True)
class KeptEnd:
    """An instruction that stands among other things, where it stood."""

    number: int
    xml: str

    def write(self, fill: Fill) -> None:
        """Write it when its block stays."""
        if fill.staying.has(self.number):
            fill.put(self.xml)


@dataclass(frozen=True, slots=True)
class KeptColumn:
    """An instruction for a column, in a cell of it; one is enough in a table."""

    number: int
    xml: str

    def write(self, fill: Fill) -> None:
        """Write it when its column stays, unless a row above has it."""
        if fill.staying.takes(self.number):
            fill.put(self.xml)


@dataclass(frozen=True, slots=True)
class NewTable:
    """The beginning of a table with columns that may stay."""

    number: int

    def write(self, fill: Fill) -> None:
        """Let the instruction be written in this table."""
        fill.staying.renew(self.number)


@dataclass(frozen=True, slots=True)
class KeptName:
    """The name of a section, table or frame that is an instruction."""

    number: int
    instruction: str
    harmless: str

    def write(self, fill: Fill) -> None:
        """Write the instruction when the element stays, or else a name that says nothing."""
        if fill.staying.has(self.number):
            name = fill.staying.new_name(self.instruction)
        else:
            name = fill.new_name(self.harmless)
        fill.put(attribute_to_xml(name))


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A field, function or picture."""

    write_value: Writer
    #: The tag, in two parts where a name of its own belongs between them.
    xml: tuple[str, ...]
    #: That name as it stood.
    name: str
    names: frozenset[str]

    def write(self, fill: Fill) -> None:
        """Write the value, or the tag when something it needs is missing."""
        with fill.aside() as written, fill.staying.watched() as misses:
            self.write_value(fill)
        if not misses:
            fill.put("".join(written))
        elif not _is_refused(fill, misses, self.names):
            between = fill.staying.new_name(self.name) if self.name else ""
            fill.put(attribute_to_xml(between).join(self.xml))


@dataclass(frozen=True, slots=True)
class _KeptFor:
    node: For
    ends: Sequence[End]

    def write(self, fill: Fill) -> None:
        """Write its turns, or the loop itself when its list is missing."""
        node = self.node
        with fill.staying.watched() as misses:
            node.items(fill.scope)
        if not misses:
            names = (*node.names, LOOP) if node.body.asks_for_turn else node.names
            with fill.staying.bound(names):
                node.write(fill)
        elif not _is_refused(fill, misses, self.ends[0].names):
            with fill.staying.unknown((*node.names, LOOP)):
                _write_whole(fill, self.ends, node.body)


@dataclass(frozen=True, slots=True)
class _KeptWith:
    node: With
    ends: Sequence[End]

    def write(self, fill: Fill) -> None:
        """Write the body with its names, or with the instruction when a value is missing."""
        node = self.node
        with fill.staying.watched() as misses:
            node.try_values(fill)
        if not misses:
            with fill.staying.bound(node.names):
                node.write(fill)
        elif not _is_refused(fill, misses, self.ends[0].names.difference(node.names)):
            with fill.staying.unknown(node.names):
                _write_whole(fill, self.ends, node.body)


@dataclass(frozen=True, slots=True)
class _KeptCases:
    node: If | Cases
    ends: Sequence[End]

    def write(self, fill: Fill) -> None:
        """Write what holds, or what may hold with its instructions."""
        body = self.node.body
        cases = [(self.node.test, body), *body.branches]
        staying: list[tuple[str, End, Body]] = []
        first: Sequence[Miss] = ()
        for (test, part), end in zip(cases, self.ends, strict=False):  # the last end closes
            with fill.staying.watched() as misses:
                holds = test is None or bool(test(fill.scope))
            if misses:
                if _is_refused(fill, misses, end.names):
                    return
                first = first or misses
                staying.append(("elif" if staying else "if", end, part))
            elif holds:
                staying.append(("else", end, part))
                break
        if not staying:
            return
        if staying[0][0] == "else":
            staying[0][2].write(fill)
        elif len(cases) > 1 and any(end.is_within for end in self.ends):
            # Text that goes would take an instruction with it: all of it stays.
            asked = frozenset[str]().union(*(end.names for end in self.ends))
            if not _is_refused(fill, first, asked):
                _write_whole(fill, self.ends, body)
        else:
            with fill.staying.tags([end.number for end in self.ends]):
                for name, end, part in staying:
                    fill.put(end.renamed.get(name, end.xml))
                    part.write(fill)
                fill.put(self.ends[-1].xml)


@dataclass(frozen=True, slots=True)
class _KeptChoose:
    node: Choose
    ends: Sequence[End]

    def write(self, fill: Fill) -> None:
        """Write the case that holds, or all of them while it is not known which does."""
        with fill.staying.watched() as misses:
            probe = Choice(self.node.value_in(fill), is_probe=True)
        with fill.aside():
            self.node.write_as(fill, probe)
        if not misses and not probe.is_undecided:
            self.node.write(fill)
        elif not misses or not _is_refused(fill, misses, self.ends[0].names):
            choice = Choice(MISSING if misses else probe.value, is_undecided=True)
            with fill.staying.tags([end.number for end in self.ends]):
                fill.put(self.ends[0].xml)
                self.node.write_as(fill, choice)
                fill.put(self.ends[-1].xml)


@dataclass(frozen=True, slots=True)
class _KeptWhen:
    node: When
    ends: Sequence[End]

    def write(self, fill: Fill) -> None:
        """Write it when it holds, or with its instructions while that is not known."""
        choice = fill.choices[-1]
        if choice.is_undecided and not choice.is_probe:
            with fill.staying.watched() as misses:
                may_hold = choice.value is MISSING or self.node.fits(fill, choice.value)
            if may_hold or misses:
                _write_whole(fill, self.ends, self.node.body)
        elif choice.is_probe:
            with fill.staying.watched() as misses:
                choice.made = choice.made or self.node.fits(fill, choice.value)
            if misses and not _is_refused(fill, misses, self.ends[0].names):
                choice.is_undecided = True
        else:
            self.node.write(fill)


def kept(node: Node, ends: Sequence[End]) -> Node:
    """A node that lets a block stay; ``ends`` are its opening, branches and closing."""
    match node:
        case For():
            return _KeptFor(node, ends)
        case If() | Cases():
            return _KeptCases(node, ends)
        case With():
            return _KeptWith(node, ends)
        case Choose():
            return _KeptChoose(node, ends)
        case When():
            return _KeptWhen(node, ends)
    return node


def _is_refused(fill: Fill, misses: Sequence[Miss], names: frozenset[str]) -> bool:
    """Whether a tag cannot stay, for a name in it will be gone; that is told."""
    bound = fill.staying.bound_of(names)
    if bound:
        fill.cannot_stay(misses[0], bound[0])
    return bool(bound)


def _write_whole(fill: Fill, ends: Sequence[End], body: Body) -> None:
    """Write all of a block with its instructions."""
    bodies = (body, *(branch.body for branch in body.branches))
    with fill.staying.tags([end.number for end in ends]):
        for end, part in zip(ends, bodies, strict=False):  # the last end closes
            fill.put(end.xml)
            part.write(fill)
        fill.put(ends[-1].xml)
