"""Changes invented data so that a condition holds, or does not.

This goes by the form of the condition and finds most; whether it did is seen by trying.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions.operators import COMPARE
from .inventing import invented
from .shapes import Shape

#: Longest list that is made for a condition such as ``len(pieces) > 3``.
_MOST_ITEMS = 50
_OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A value in invented data that can be changed."""

    owner: Any
    key: str | int
    shape: Shape | None

    @property
    def value(self) -> Any:
        """What stands there; None where nothing does."""
        try:
            return self.owner[self.key]
        except (KeyError, IndexError, TypeError):
            return None

    def put(self, value: object) -> None:
        """Put another value there; nothing happens where nothing can be put."""
        key: Any = self.key
        if isinstance(self.owner, dict | list) and (self.owner or isinstance(key, str)):
            self.owner[key] = value


@dataclass(frozen=True, slots=True)
class Named:
    """A name that ``with`` gave to an expression, and the names that were known there."""

    node: ast.expr
    names: Names


Names = Mapping[str, "Place | Named"]


class Settler:
    """Settles conditions on one set of invented data."""

    def __init__(self, data: dict[str, Any], needed: Shape) -> None:
        self._data = data
        self._needed = needed

    def place(self, node: ast.expr, names: Names) -> Place | None:
        """The place that a path leads to, or None for anything else."""
        match node:
            case ast.Name(id=name):
                known = names.get(name)
                if isinstance(known, Named):
                    return self.place(known.node, known.names)
                return known or Place(self._data, name, self._needed.members.get(name))
            case ast.Attribute(value=owner, attr=name):
                return self._inner(owner, name, names)
            case ast.Subscript(value=owner, slice=ast.Constant(value=str() | int() as key)):
                return self._inner(owner, key, names)
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[ast.Constant(), *_]):
                assert isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
                return self._inner(owner, node.args[0].value, names)
        return None

    def _inner(self, owner: ast.expr, key: Any, names: Names) -> Place | None:
        around = self.place(owner, names)
        if around is None:
            return None
        shape = around.shape
        if shape is not None:
            shape = shape.members.get(key) if isinstance(key, str) else shape.items
        return Place(around.value, key, shape)

    def places(self, node: ast.expr, names: Names) -> Iterator[Place]:
        """Every place that an expression looks at."""
        found = self.place(node, names)
        if found is not None:
            yield found
            return
        if isinstance(node, ast.Name) and isinstance(known := names.get(node.id), Named):
            yield from self.places(known.node, known.names)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            for clause in node.generators:
                yield from self.places(clause.iter, names)
                names = self.loop(clause.target, clause.iter, names)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self.places(child, names)

    def loop(self, target: ast.expr, items: ast.expr, names: Names) -> Names:
        """The names within a loop: its variable stands for the last item."""
        whole = next(
            (one for one in self.places(items, names) if isinstance(one.value, list)), None
        )
        if whole is None:
            return names
        name = target
        while isinstance(name, ast.Tuple | ast.List) and name.elts:
            name = name.elts[-1]
        if not isinstance(name, ast.Name):
            return names
        shape = whole.shape.items if whole.shape else None
        return {**names, name.id: Place(whole.value, -1, shape)}

    def fill_up(self, place: Place, *, holds: bool) -> None:
        """Give a list items, or take all of them away."""
        is_list = isinstance(place.value, list)
        if is_list and not holds:
            place.put([])
        elif (is_list or place.value is None) and not place.value and place.shape:
            place.put(invented(place.shape))

    # --- conditions -----------------------------------------------------------------------

    def settle(self, node: ast.expr, names: Names, *, holds: bool) -> None:
        """Change the data so that the expression is true, or false."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.settle(inner, names, holds=not holds)
            case ast.BoolOp(op=operator, values=parts):
                all_of_them = isinstance(operator, ast.And) is holds
                for part in parts if all_of_them else parts[:1]:
                    self.settle(part, names, holds=holds)
            case ast.Compare(ops=[_, _, *_]):
                for pair in _pairs(node)[: None if holds else 1]:
                    self.settle(pair, names, holds=holds)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                opposite = _OPPOSITES.get(type(operator))
                if opposite is not None:
                    self._compare(left, opposite, right, names, holds=not holds)
                else:
                    self._compare(left, type(operator), right, names, holds=holds)
            case ast.Call(func=ast.Name(id="len" | "bool" | "any" | "all"), args=[inner]):
                self.settle(inner, names, holds=holds)
            case ast.Name(id=name) if isinstance(names.get(name), Named):
                known = names[name]
                assert isinstance(known, Named)
                self.settle(known.node, known.names, holds=holds)
            case _:
                place = self.place(node, names)
                if place is not None and bool(place.value) is not holds:
                    place.put(something(place) if holds else nothing(place))

    def _compare(
        self,
        left: ast.expr,
        operator: type[ast.cmpop],
        right: ast.expr,
        names: Names,
        *,
        holds: bool,
    ) -> None:
        if operator is ast.In:
            self._contain(left, right, names, holds=holds)
            return
        if isinstance(left, ast.Call) and getattr(left.func, "id", "") == "len":
            self._resize(left, operator, right, names, holds=holds)
            return
        place, other = self.place(left, names), right
        if place is None:
            place, other = self.place(right, names), left
            operator = {ast.Lt: ast.Gt, ast.Gt: ast.Lt}.get(operator, operator)
        if place is not None:
            value = self._value(other, names)
            if _holds(place.value, operator, value) is not holds:
                place.put(_beside(value, operator, place, holds=holds))

    def _value(self, node: ast.expr, names: Names) -> Any:
        try:
            return ast.literal_eval(node)
        except ValueError:
            found = self.place(node, names)
            return None if found is None else found.value

    def _contain(self, left: ast.expr, right: ast.expr, names: Names, *, holds: bool) -> None:
        whole, one = self.place(right, names), self.place(left, names)
        if whole is not None and isinstance(whole.value, list):
            value = self._value(left, names)
            rest = [other for other in whole.value if other != value]
            whole.put([*rest, value] if holds else rest)
        elif one is not None:
            values = self._value(right, names)
            first = next(iter(values), None) if isinstance(values, list | tuple | dict) else values
            one.put(first if holds else "b")

    def _resize(
        self,
        left: ast.Call,
        operator: type[ast.cmpop],
        right: ast.expr,
        names: Names,
        *,
        holds: bool,
    ) -> None:
        place, size = self.place(left.args[0], names), self._value(right, names)
        if place is None or not isinstance(place.value, list) or not isinstance(size, int):
            return
        wanted = _beside(size, operator, place, holds=holds)
        if isinstance(wanted, int) and 0 <= wanted <= _MOST_ITEMS:
            new = invented(place.shape.items, 0) if place.shape and place.shape.items else "a"
            place.put([*place.value, *[new] * wanted][:wanted])


def _pairs(chain: ast.Compare) -> list[ast.Compare]:
    """``a < b < c`` as ``a < b`` and ``b < c``."""
    values = [chain.left, *chain.comparators]
    return [
        ast.Compare(left, [operator], [right])
        for left, operator, right in zip(values, chain.ops, chain.comparators, strict=False)
    ]


def _holds(value: object, operator: type[ast.cmpop], other: object) -> bool | None:
    """Whether a comparison holds already; None when the values cannot be compared."""
    try:
        return bool(COMPARE[operator](value, other))
    except (TypeError, ArithmeticError):
        return None


def _beside(value: Any, operator: type[ast.cmpop], place: Place, *, holds: bool) -> Any:
    """A value for which ``place operator value`` holds or does not."""
    if operator in (ast.Eq, ast.Is):
        if holds:
            return value
        return value + 1 if type(value) is int else something(place, other_than=value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if operator is ast.Gt:
            return value + 1 if holds else value
        return value - 1 if holds else value
    if isinstance(value, str):
        return value + "z" if (operator is ast.Gt) is holds else ""
    return value


def something(place: Place, other_than: object = None) -> Any:
    """A value that a condition takes for yes."""
    for turn in range(3):
        value = True if place.shape is None else invented(place.shape, turn)
        if value and value != other_than:
            return value
    return "b" if isinstance(other_than, str) else True


#: How many other values :func:`vary` knows.
VARIANTS = 10


def vary(place: Place, turn: int) -> None:
    """Put another value at a place: one of each sort that conditions tell apart."""
    new = None if place.shape is None else place.shape.items
    item = "a" if new is None else invented(new)
    others = (nothing(place), 0, 1, 10**6, -1, "", "z", [item], [item] * 3, something(place))
    place.put(others[turn])


def nothing(place: Place) -> Any:
    """A value that a condition takes for no, of the kind that stands there."""
    for kind, empty in ((bool, False), (str, ""), (list, []), (int | float, 0)):
        if isinstance(place.value, kind):
            return empty
    return None
