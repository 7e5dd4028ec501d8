"""Which turn a loop is in: for messages, and as ``loop`` for the template.

A template or its data may use the name ``loop`` for something of their own, which then keeps
its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from .scope import Scope

LOOP = "loop"


@dataclass(slots=True)
class Turn:
    """Where a loop is."""

    #: The list as the designer wrote it.
    label: str
    #: How many turns there are.
    length: int
    #: The names of the loop's variables, and what they stand for in turn.
    names: tuple[str, ...] = ()
    items: Collection[object] = ()
    #: The turn it is in, from 1.
    number: int = 0


class Loop(Mapping[str, object]):
    """What a template sees of a loop; it follows the turns by itself."""

    __slots__ = ("_outer", "_turn")

    def __init__(self, turn: Turn, outer: Loop | None) -> None:
        self._turn = turn
        self._outer = outer

    def __getitem__(self, name: str) -> object:
        if name == "outer" and self._outer is not None:
            return self._outer
        return _PARTS[name](self._turn)

    def __iter__(self) -> Iterator[str]:
        yield from _PARTS
        if self._outer is not None:
            yield "outer"

    def __len__(self) -> int:
        return sum(1 for _ in self)


_PARTS: Mapping[str, Callable[[Turn], object]] = {
    "index": lambda turn: turn.number,
    "first": lambda turn: turn.number == 1,
    "last": lambda turn: turn.number == turn.length,
    "length": lambda turn: turn.length,
}


def offer_turn(scope: Scope, turn: Turn) -> None:
    """Let expressions see ``turn`` as ``loop``, unless that name has a meaning already."""
    around = scope.get(LOOP)
    if isinstance(around, Loop):
        scope[LOOP] = Loop(turn, around)
    elif LOOP not in scope:
        scope[LOOP] = Loop(turn, None)
