"""What a prepared template is made of, and how each piece writes itself.

A :class:`Body` is static text with nodes between; nodes that enclose something hold a Body of
their own. Nodes are immutable: what changes while a document is filled is in :class:`Fill`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from .errors import ValueRefused
from .fill import Choice, Fill
from .model import Undefined
from .rich.asking import rich_text_of
from .rich.spots import Spot
from .scope import MISSING, Getter, Setter, iterated, shadowed
from .telling.site import Site
from .turns import LOOP, offer_turn
from .values import attribute_to_xml, is_plain, text_to_xml, to_text

Writer = Callable[[Fill], None]


class Node(Protocol):
    """A piece of a template."""

    def write(self, fill: Fill) -> None:
        """Write it as far as the data say."""


#: Makes the node of a block once its body is known.
Maker = Callable[["Body"], Node]


class Body:
    """Static text and nodes in turn, and the static text after the last node."""

    __slots__ = ("_steps", "_tail", "asks_for_turn", "branches")

    def __init__(
        self,
        steps: Sequence[tuple[str, Writer]],
        tail: str,
        branches: Sequence[Branch] = (),
        *,
        asks_for_turn: bool = False,
    ) -> None:
        self._steps = tuple(steps)
        self._tail = tail
        #: The parts of the same block that follow: those of ``elif``, ``else``, ``empty``.
        self.branches = tuple(branches)
        #: Whether ``loop`` is named anywhere in the block.
        self.asks_for_turn = asks_for_turn

    def write(self, fill: Fill) -> None:
        """Write everything in order."""
        put = fill.put
        for text, write in self._steps:
            put(text)
            write(fill)
        put(self._tail)

    @property
    def static(self) -> str | None:
        """All of it, when it holds no node."""
        return None if self._steps else self._tail

    def around(self, write: Writer) -> tuple[str, str] | None:
        """The text before and after that node, when it is the only one."""
        if len(self._steps) == 1 and self._steps[0][1] == write:
            return self._steps[0][0], self._tail
        return None


class Branch(NamedTuple):
    """A later part of a block."""

    #: What ``elif`` asks; None for what is written when nothing before it was.
    test: Getter | None
    body: Body


class Field:
    """The value of an expression."""

    __slots__ = ("_expression", "_mark", "get", "site", "spot")

    def __init__(self, get: Getter, site: Site, expression: str) -> None:
        self.get = get
        self.site = site
        #: Where it stands, for formatted text.
        self.spot = Spot()
        self._expression = expression
        self._mark = text_to_xml(f"⟦{expression}⟧")

    def write(self, fill: Fill) -> None:
        """Write the value as text of a paragraph."""
        value = self.get(fill.scope)
        if type(value) is str:
            fill.put(value if is_plain(value) else text_to_xml(value))
        elif type(value) is int:
            fill.put(str(value))
        else:
            self.put(fill, value)

    def put(self, fill: Fill, value: object) -> None:
        """Write a value that need not be a text."""
        if value is MISSING:
            if fill.undefined is Undefined.MARK:
                fill.put(self._mark)
            return
        rich = rich_text_of(value)
        if rich is not None:
            fill.put(fill.rich.print(rich, self.spot, self.site, fill))
            return
        try:
            fill.put(text_to_xml(to_text(value)))
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject, (self._expression,))


@dataclass(frozen=True, slots=True)
class Written:
    """What is written by a closure, for speed."""

    write: Writer


def lone_field(field: Field, opening: str, closing: str) -> Writer:
    """What writes a field that is alone in its paragraph, which has these tags.

    Formatted text takes the place of the paragraph. Everything else goes through here for each
    cell of a long table, so it is a closure.
    """
    get = field.get

    def write(fill: Fill) -> None:
        value = get(fill.scope)
        if type(value) is str:
            text = value if is_plain(value) else text_to_xml(value)
            fill.put(f"{opening}{text}{closing}")
        elif type(value) is int:
            fill.put(f"{opening}{value}{closing}")
        elif rich_text_of(value) is not None:
            field.put(fill, value)
        else:
            fill.put(opening)
            field.put(fill, value)
            fill.put(closing)

    return write


@dataclass(frozen=True, slots=True)
class For:
    """A body written once for each item of a list, or else what stands after ``empty``."""

    items: Getter
    store: Setter
    names: tuple[str, ...]
    #: The list as the designer wrote it, to tell the turn of the loop by.
    label: str
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the body for each item; once for a missing list when drafts mark the missing."""
        scope, write, store, site = fill.scope, self.body.write, self.store, self.site
        spend = scope.budget.spend
        items = self._iterated(fill)
        if not items:
            for branch in self.body.branches:
                branch.body.write(fill)
            return
        counted = self.body.asks_for_turn
        names = (*self.names, LOOP) if counted else self.names
        with shadowed(scope, names), fill.turns_of(self.label, self.names, items) as turn:
            if counted:
                offer_turn(scope, turn)
            for item in items:
                turn.number += 1
                spend(1, site)
                store(scope, item)
                write(fill)
                fill.flush_when_full()

    def _iterated(self, fill: Fill) -> Collection[object]:
        items = self.items(fill.scope)
        if items is MISSING and fill.undefined is Undefined.MARK:
            return (MISSING,)
        try:
            return iterated(items)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject, (self.label,))
            return ()


@dataclass(frozen=True, slots=True)
class If:
    """A body written when a condition holds."""

    test: Getter
    body: Body

    def write(self, fill: Fill) -> None:
        """Write the body or nothing."""
        if self.test(fill.scope):
            self.body.write(fill)


@dataclass(frozen=True, slots=True)
class Cases:
    """A body with branches, of which the first that holds is written."""

    test: Getter
    body: Body

    def write(self, fill: Fill) -> None:
        """Write one of the bodies or nothing."""
        if self.test(fill.scope):
            self.body.write(fill)
            return
        for test, body in self.body.branches:
            if test is None or test(fill.scope):
                body.write(fill)
                return


@dataclass(frozen=True, slots=True)
class With:
    """A body that has names for values."""

    assignments: tuple[tuple[Setter, Getter], ...]
    names: tuple[str, ...]
    body: Body

    def write(self, fill: Fill) -> None:
        """Compute the values one after another, each seeing those before it."""
        with shadowed(fill.scope, self.names):
            self._store(fill)
            self.body.write(fill)

    def try_values(self, fill: Fill) -> None:
        """Compute the values and forget them."""
        with shadowed(fill.scope, self.names):
            self._store(fill)

    def _store(self, fill: Fill) -> None:
        for store, get in self.assignments:
            store(fill.scope, get(fill.scope))


#: The value of a ``choose`` that has none: its ``when`` are conditions.
CONDITIONS: Final = object()


@dataclass(frozen=True, slots=True)
class Choose:
    """A body of which the first ``when`` that fits is written, or else ``otherwise``."""

    value: Getter | None
    body: Body

    def write(self, fill: Fill) -> None:
        """Write the body; its ``when`` look at the choice opened here."""
        self.write_as(fill, Choice(self.value_in(fill)))

    def value_in(self, fill: Fill) -> object:
        """The value that cases are compared with."""
        return CONDITIONS if self.value is None else self.value(fill.scope)

    def write_as(self, fill: Fill, choice: Choice) -> None:
        """Write the body, with ``choice`` for its cases to look at."""
        fill.choices.append(choice)
        self.body.write(fill)
        fill.choices.pop()


@dataclass(frozen=True, slots=True)
class When:
    """One case of a ``choose``; without a test it is ``otherwise``."""

    test: Getter | None
    body: Body

    def write(self, fill: Fill) -> None:
        """Write the body if no case before it fitted and this one does."""
        choice = fill.choices[-1]
        if choice.made or not self.fits(fill, choice.value):
            return
        choice.made = True
        self.body.write(fill)

    def fits(self, fill: Fill, value: object) -> bool:
        """Whether it is the case of a value."""
        if self.test is None:
            return True
        found = self.test(fill.scope)
        return bool(found) if value is CONDITIONS else found == value


@dataclass(frozen=True, slots=True)
class Held:
    """A paragraph, row… that is written only if there is something to see in it."""

    #: What is to be seen, in the XML of it.
    needed: re.Pattern[str]
    body: Body

    def write(self, fill: Fill) -> None:
        """Write all of it or nothing."""
        with fill.held(self.needed):
            self.body.write(fill)


@dataclass(frozen=True, slots=True)
class Break:
    """The page break of a paragraph that vanished."""

    style: str
    #: The number of an instruction that was in the paragraph.
    number: int

    def write(self, fill: Fill) -> None:
        """Let the break wait for what is written next, unless the paragraph stays."""
        if not fill.staying.has(self.number):
            fill.page_break = self.style


@dataclass(frozen=True, slots=True)
class BreakingStyle:
    """The style of what may begin a page."""

    base: str
    #: The same with a break, by the style whose break it is.
    breaking: Mapping[str, str]

    def write(self, fill: Fill) -> None:
        """Write its name, with the break that waits."""
        fill.put(attribute_to_xml(self.breaking.get(fill.page_break, self.base)))
        fill.page_break = ""


@dataclass(frozen=True, slots=True)
class StyleOfLastTurn:
    """The style of what keeps with what follows the loops it stands in."""

    base: str
    #: The same, keeping with the next.
    kept: str
    loops: int

    def write(self, fill: Fill) -> None:
        """Write its name."""
        fill.put(attribute_to_xml(self.kept if fill.in_last_turn(self.loops) else self.base))


@dataclass(frozen=True, slots=True)
class Width:
    """How many columns a merged cell covers, where columns below it are repeated."""

    fixed: int
    #: Each is written like columns that are repeated, and counts them.
    counting: Sequence[Writer]

    def write(self, fill: Fill) -> None:
        """Write the number."""
        fill.columns = self.fixed
        for count in self.counting:
            count(fill)
        fill.put(str(fill.columns))


def counted_columns(columns: int, makers: Sequence[Maker]) -> Writer:
    """Adds ``columns`` to ``Fill.columns`` as often as ``makers``, outer first, write."""

    def add(fill: Fill) -> None:
        fill.columns += columns

    count: Writer = add
    for make in reversed(makers):
        count = make(Body([("", count)], "")).write
    return count


@dataclass(frozen=True, slots=True)
class Name:
    """A name in something that a loop repeats: other in every turn."""

    base: str
    defines: bool

    def write(self, fill: Fill) -> None:
        """Write the name of this turn."""
        name = fill.new_name(self.base) if self.defines else fill.current_name(self.base)
        fill.put(attribute_to_xml(name))
