"""What is known, while a document is filled, of the tags that stay in it for a second filling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .scope import Scope, shadowed
from .telling.site import Site

#: What makes the name of a picture or section unique, and means nothing.
_NUMBER = re.compile(r"\s*#\d+$")


@dataclass(frozen=True, slots=True)
class Miss:
    """A name that is not in the data; see scope.Reporter."""

    site: Site
    name: str
    owner: str
    known: object


class Staying:
    """The state of the tags of one document."""

    def __init__(self, scope: Scope, names: Collection[str]) -> None:
        self._scope = scope
        self._taken_names = names
        self._numbers: Counter[int] = Counter()
        self._columns: set[int] = set()
        self._bound: Counter[str] = Counter()
        self._watches: list[list[Miss]] = []
        self._tag_names: set[str] = set()

    @contextmanager
    def watched(self) -> Iterator[list[Miss]]:
        """Gather what is missing meanwhile, instead of telling it."""
        misses: list[Miss] = []
        self._watches.append(misses)
        try:
            yield misses
        finally:
            self._watches.pop()

    def note(self, miss: Miss) -> bool:
        """Take note of a miss; False when nobody watches for it."""
        if self._watches:
            self._watches[-1].append(miss)
        return bool(self._watches)

    @contextmanager
    def tags(self, numbers: Collection[int]) -> Iterator[None]:
        """Let the instructions of these markers stay meanwhile."""
        self._numbers.update(numbers)
        yield
        self._numbers.subtract(numbers)

    def has(self, number: int) -> bool:
        """Whether the instruction of a marker stays."""
        return self._numbers[number] > 0

    def renew(self, number: int) -> None:
        """Let the tag of a column be written once more, in another table."""
        self._columns.add(number)

    def takes(self, number: int) -> bool:
        """Whether the tag of a column stays and was not written yet in its table."""
        if not self.has(number) or number not in self._columns:
            return False
        self._columns.remove(number)
        return True

    @contextmanager
    def bound(self, names: Collection[str]) -> Iterator[None]:
        """Know meanwhile that these names stand for something that is gone afterwards."""
        self._bound.update(names)
        yield
        self._bound.subtract(names)

    def bound_of(self, names: Collection[str]) -> list[str]:
        """Those of some names that stand for something that is gone afterwards."""
        return sorted(name for name in names if self._bound[name] > 0)

    @contextmanager
    def unknown(self, names: Collection[str]) -> Iterator[None]:
        """Let these names stand for nothing meanwhile, for their loop stays."""
        bound = {name: self._bound.pop(name) for name in names if name in self._bound}
        with shadowed(self._scope, tuple(names)):
            for name in names:
                self._scope.pop(name, None)
            yield
        self._bound.update(bound)

    def new_name(self, name: str) -> str:
        """The name of a tag that is one, unlike that of any other: with a number after #."""
        unique, number = name, 1
        while unique in self._tag_names or (number > 1 and unique in self._taken_names):
            number += 1
            unique = f"{_NUMBER.sub('', name)}#{number}"
        self._tag_names.add(unique)
        return unique
