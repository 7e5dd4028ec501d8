"""What expressions see while a document is filled: the names, and whom to tell of a miss."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from .budget import Budget
from .errors import ValueRefused
from .functions.amounts import kind_of
from .telling.site import Site
from .telling.wording import say


class Missing:
    """Stands for what is not in the data.

    It goes through the rest of its expression unchanged, so that one missing name is told
    once, and the filling goes on to find the others.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True  # where a list is sorted, what has no key comes last


MISSING: Final = Missing()


class Reporter(Protocol):
    """Takes note of what is wrong with the data; filling goes on."""

    def missing(self, site: Site, name: str, owner: str, known: object) -> None:
        """``name`` is not in ``owner`` (empty for the data itself), whose names are ``known``."""

    def unformatted(self, site: Site) -> None:
        """A value does not fit the format picked for its field, and is printed as it is."""

    def refused(
        self, site: Site, message: str, subject: str = "", paths: Collection[str] = ()
    ) -> None:
        """``subject``, or else the whole expression, cannot be computed from this data.

        ``message`` goes on from there and holds none of the data; ``paths`` are the parts of
        the data that the expression names.
        """


class Scope(dict[str, object]):
    """The names an expression may use: the data, then the variables of loops around it.

    A plain dict for speed: loops put their variable in and take it out again.
    """

    __slots__ = ("budget", "functions", "reporter")

    def __init__(
        self,
        data: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]],
        budget: Budget,
        reporter: Reporter,
    ) -> None:
        super().__init__(data)
        self.functions = functions
        self.budget = budget
        self.reporter = reporter


#: Computes one expression; gives MISSING when something it needs is not in the data.
Getter = Callable[[Scope], object]
#: Puts a value, or the parts of it, under the names of a loop or ``with``.
Setter = Callable[[Scope, object], None]


@contextmanager
def shadowed(scope: Scope, names: Sequence[str]) -> Iterator[None]:
    """Give names back what they stood for before, at the end of a loop."""
    before = {name: scope[name] for name in names if name in scope}
    try:
        yield
    finally:
        for name in names:
            scope.pop(name, None)
        scope.update(before)


def iterated(value: object) -> Collection[object]:
    """The items of a list, none of what is missing or null, the names of an object.

    Raises:
        ValueRefused: it is not a list.
    """
    if value is MISSING or value is None:
        return ()
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, Mapping):
        return tuple(value)
    raise ValueRefused(say("needs a list and was given {kind}", kind=kind_of(value)))
