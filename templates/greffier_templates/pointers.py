"""Says where in the data something is: a JSON pointer (RFC 6901), ``/lines/3/price``.

Looked for only when something is wrong. Objects and lists are found again by their identity, so
that it does not matter on what ways, sorted or filtered, an item came to its loop. A key that the
template does not name is data itself, ``{"Novak": …}``, and is not told: the pointer ends before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .scope import Scope
from .turns import Turn

_WORD = re.compile(r"\w+")
#: Objects and lists looked through; in larger data those beyond are not found.
_MOST_CONTAINERS = 300_000


class _Place(NamedTuple):
    """A place in the data."""

    pointer: str
    #: Whether the pointer says all of it; otherwise it ends before a key that is not told.
    is_whole: bool = True

    def part(self, key: str | int) -> _Place:
        """The place of a part that the template names."""
        if not self.is_whole:
            return self
        return _Place(f"{self.pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


class Pointers:
    """Finds values of one filling in its data."""

    def __init__(self, data: Mapping[str, object], words: Collection[str]) -> None:
        """``words`` are those of the instructions of the template."""
        self._data = data
        self._words = words
        #: For the identity of an object or list, that of what it is in and its key there.
        self._places: dict[int, tuple[int, str | int]] = {}

    def to_part(
        self, owner: str, known: object, name: str, scope: Scope, turns: Sequence[Turn]
    ) -> str:
        """To ``name`` in ``known``, which the template calls ``owner``; empty: the data itself."""
        if not owner:
            return _Place("").part(name).pointer
        place = self._of_container(known) or self._of_path(owner, scope, turns)
        return "" if place is None else place.part(name).pointer

    def to_value(self, path: str, scope: Scope, turns: Sequence[Turn]) -> str:
        """To what a template calls ``lines[2].price``; empty when that cannot be said."""
        place = self._of_path(path, scope, turns)
        return "" if place is None else place.pointer

    def _of_path(self, path: str, scope: Scope, turns: Sequence[Turn]) -> _Place | None:
        try:
            names = _names(ast.parse(path.strip(), mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if not names or names[0] not in scope:
            return None
        value: Any = scope[str(names[0])]
        place = self._of_root(str(names[0]), value, turns)
        for name in names[1:]:
            try:
                value = value[name]
            except (LookupError, TypeError):
                return None
            place = self._of_container(value) or (None if place is None else place.part(name))
        return place

    def _of_root(self, name: str, value: object, turns: Sequence[Turn]) -> _Place | None:
        found = self._of_container(value)
        if found is not None:
            return found
        for turn in reversed(turns):
            if turn.names == (name,):
                around = self._of_container(turn.items)
                return None if around is None else around.part(turn.number - 1)
        return _Place("").part(name) if name in self._data else None

    def _of_container(self, value: object) -> _Place | None:
        if not isinstance(value, Mapping | list):
            return None
        if not self._places:
            self._places = dict(_places(self._data))
        steps: list[str | int] = []
        found = self._places.get(id(value))
        while found is not None:
            steps.append(found[1])
            found = self._places.get(found[0])
        if not steps:
            return None
        place = _Place("")
        for step in reversed(steps):
            if isinstance(step, str) and not self._is_named(step):
                return _Place(place.pointer, is_whole=False)
            place = place.part(step)
        return place

    def _is_named(self, key: str) -> bool:
        words = _WORD.findall(key)
        return bool(words) and all(word in self._words for word in words)


def paths_in(expression: ast.expr) -> Collection[str]:
    """The parts of the data that an expression names, as far as each goes."""
    own = {
        target.id
        for node in ast.walk(expression)
        if isinstance(node, ast.comprehension)
        for target in ast.walk(node.target)
        if isinstance(target, ast.Name)
    }
    return {path for path, root in _paths(expression) if root not in own}


def _paths(node: ast.AST) -> Iterator[tuple[str, str]]:
    names = _names(node)
    if names:
        yield ast.unparse(node), str(names[0])
        return
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call):
        children.remove(node.func)
        if isinstance(node.func, ast.Attribute):
            children.append(node.func.value)
    for child in children:
        yield from _paths(child)


def _names(node: ast.AST) -> list[str | int]:
    """``a.b[3]['c']`` as its keys; empty for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        owner = _names(node.value)
        return [*owner, node.attr] if owner else []
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        owner, key = _names(node.value), node.slice.value
        return [*owner, key] if owner and isinstance(key, str | int) else []
    return []


def _places(data: Mapping[str, object]) -> Iterator[tuple[int, tuple[int, str | int]]]:
    waiting: list[object] = [data]
    seen = {id(data)}
    while waiting and len(seen) < _MOST_CONTAINERS:
        around = waiting.pop()
        assert isinstance(around, Mapping | list)
        for key, value in around.items() if isinstance(around, Mapping) else enumerate(around):
            if isinstance(value, Mapping | list) and id(value) not in seen:
                seen.add(id(value))
                waiting.append(value)
                yield id(value), (id(around), key)
