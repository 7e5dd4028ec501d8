"""The branches of a template, and what must hold on the way into each of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..expressions import parse, parse_assignments
from ..markers import Marker
from .outline import Step
from .parsing import parse_loop, parsed, says_something
from .settling import Named, Names, Place, Settler


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that must hold, or must not."""

    test: ast.expr
    holds: bool = True

    def settle(self, settler: Settler, names: Names) -> Names:
        """Make it so."""
        settler.settle(self.test, names, holds=self.holds)
        return names

    def places(self, settler: Settler, names: Names) -> Iterator[Place]:
        """The places it looks at."""
        return settler.places(self.test, names)

    def inside(self, settler: Settler, names: Names) -> Names:
        """The names within it."""
        return names


@dataclass(frozen=True, slots=True)
class Loop:
    """A list that must have items, or none."""

    target: ast.expr
    items: ast.expr
    holds: bool = True

    def settle(self, settler: Settler, names: Names) -> Names:
        """Make it so; gives the names within the loop."""
        for place in settler.places(self.items, names):
            settler.fill_up(place, holds=self.holds)
        return self.inside(settler, names)

    def places(self, settler: Settler, names: Names) -> Iterator[Place]:
        """The places it looks at."""
        return settler.places(self.items, names)

    def inside(self, settler: Settler, names: Names) -> Names:
        """The names within it."""
        return settler.loop(self.target, self.items, names) if self.holds else names


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that ``with`` gives."""

    target: ast.expr
    value: ast.expr

    def settle(self, settler: Settler, names: Names) -> Names:
        """Nothing is to be settled; gives the names with this one."""
        return self.inside(settler, names)

    def places(self, settler: Settler, names: Names) -> Iterator[Place]:
        """None: it decides nothing."""
        return iter(())

    def inside(self, settler: Settler, names: Names) -> Names:
        """The names within it."""
        if not isinstance(self.target, ast.Name):
            return names
        return {**names, self.target.id: Named(self.value, names)}


Settled = Condition | Loop | Naming
Way = tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A branch, and all that must be settled to come into it, outermost first."""

    marker: Marker
    way: Way

    def settle(self, settler: Settler) -> None:
        """Change the data so that it probably comes into the branch."""
        names: Names = {}
        for one in self.way:
            names = one.settle(settler, names)

    def places(self, settler: Settler) -> Iterator[Place]:
        """The places that decide about the branch, the innermost conditions first."""
        found: list[list[Place]] = []
        names: Names = {}
        for one in self.way:
            found.append(list(one.places(settler, names)))
            names = one.inside(settler, names)
        return (place for places in reversed(found) for place in places)


def goals(steps: Sequence[Step], way: Way) -> Iterator[Goal]:
    """The branches within steps that ``way`` leads to, in document order."""
    for step in steps:
        marker = step.marker
        if marker is None or not step.instruction:
            yield from goals(step.inside, way)
        elif marker.name == "choose":
            yield from _cases(step, way)
        elif marker.name in ("if", "if-column"):
            yield from _branches(step, way)
        else:
            inside = (*way, *_settled(step))
            if marker.name != "with":
                yield Goal(marker, inside)
            yield from goals(step.inside, inside)
            for empty in step.branches:
                target, items, _ = parsed(step, parse_loop)
                yield from _within(empty, (*way, Loop(target, items, holds=False)))


def _settled(step: Step) -> Iterator[Settled]:
    """What an instruction asks for."""
    assert step.marker is not None
    match step.marker.name:
        case "for" | "for-column":
            target, items, _ = parsed(step, parse_loop)
            yield Loop(target, items)
        case "with":
            for name, value in parsed(step, parse_assignments):
                yield Naming(name, value)


def _branches(step: Step, way: Way) -> Iterator[Goal]:
    """``if``, ``elif`` and ``else``: each holds when those before it do not."""
    for case in (step, *step.branches):
        if not says_something(case):
            yield from _within(case, way)
            continue
        test = parsed(case, parse)
        yield from _within(case, (*way, Condition(test)))
        way = (*way, Condition(test, holds=False))


def _within(step: Step, way: Way) -> Iterator[Goal]:
    assert step.marker is not None
    yield Goal(step.marker, way)
    yield from goals(step.inside, way)


def _cases(choose: Step, way: Way) -> Iterator[Goal]:
    """The ``when`` of a ``choose``: each holds when those before it do not."""
    value = parsed(choose, parse) if says_something(choose) else None
    for case in choose.inside:
        marker = case.marker
        if marker is None or marker.name not in ("when", "otherwise"):
            yield from goals([case], way)
            continue
        if marker.name == "otherwise":
            yield from _within(case, way)
            continue
        test = parsed(case, parse)
        if value is not None:
            test = ast.Compare(value, [ast.Eq()], [test])
        yield from _within(case, (*way, Condition(test)))
        way = (*way, Condition(test, holds=False))
