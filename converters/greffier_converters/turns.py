"""Whose turn it is in one lane: tenants take turns, so that one's burst starves no other.

The next job is taken from the tenant with the fewest jobs at work in this lane, then from
the one served least recently; within a tenant, first come, first served. The jobs at work
are counted lane by lane: a town's mass mailing must not put its own counter behind the
counters of others.

How much a tenant may have waiting follows from the same thought. As long as there is room,
anybody may use it: a town that is alone has all of it. When the lane is full, a tenant is
refused that has an equal share of it already, and one that has less may still join, beyond
the length if need be: nobody is refused for what others have waiting, and nobody who waits is
pushed out. So more may wait than the length says, but only when several towns burst at
once: at worst length × (1 + 1/2 + ... + 1/tenants), with three tenants less than twice.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What stands in a line."""

    @property
    def tenant(self) -> str:
        """Whose it is."""


T = TypeVar("T", bound=Waiting)


class Turns(Generic[T]):
    """The lines of one lane, one for each tenant.

    Args:
        length: how many may wait before tenants are held to their shares.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        #: Tenant -> number and waiter, the next one first; no line is empty.
        self._lines: dict[str, deque[tuple[int, T]]] = {}
        self._depth = 0
        self._at_work: Counter[str] = Counter()
        #: Tenant -> number of its last turn; one number for each tenant there is.
        self._served: dict[str, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._depth

    @property
    def at_work(self) -> int:
        """How many jobs of this lane are at work."""
        return self._at_work.total()

    def waiting(self, tenant: str) -> int:
        """How many jobs of a tenant wait."""
        return len(self._lines.get(tenant, ()))

    def has_room(self, tenant: str) -> bool:
        """Whether one more job of a tenant may wait."""
        if self._depth < self._length:
            return True
        tenants = len(self._lines.keys() | {tenant})
        return self.waiting(tenant) < max(1, self._length // tenants)

    def turns_until_gone(self, tenant: str) -> int:
        """How many jobs will have been started when the last one of a tenant is.

        Of each other tenant so many go first as this one has, at most.
        """
        own = self.waiting(tenant)
        return sum(min(own, len(line)) for line in self._lines.values())

    def join(self, waiter: T, *, first: bool = False) -> None:
        """Stand in the line of one's tenant: at its end, or at its beginning."""
        line = self._lines.setdefault(waiter.tenant, deque())
        place = (self._next_number(), waiter)
        if first:
            line.appendleft(place)
        else:
            line.append(place)
        self._depth += 1

    def leave(self, waiter: T) -> None:
        """Stop waiting; nothing to do for who does not wait."""
        line = self._lines.get(waiter.tenant, deque())
        for place in line:
            if place[1] is waiter:
                line.remove(place)
                self._depth -= 1
                break
        if not line:
            self._lines.pop(waiter.tenant, None)

    def begin(self, waiter: T) -> None:
        """Let a waiter go to work: it was its tenant's turn."""
        self.leave(waiter)
        self._at_work[waiter.tenant] += 1
        self._served[waiter.tenant] = self._next_number()

    def end(self, tenant: str) -> None:
        """Take note that a job of a tenant is done."""
        self._at_work[tenant] -= 1
        if not self._at_work[tenant]:
            del self._at_work[tenant]

    def everyone(self) -> list[T]:
        """List all who wait."""
        return [waiter for line in self._lines.values() for _, waiter in line]

    def in_turn(self) -> Iterator[T]:
        """Offer work to each who waits, once; who takes it must ``begin`` before the next.

        A tenant that does not take it keeps its turn, with its next job. Nobody may join or
        leave meanwhile.
        """
        lines = {tenant: iter(tuple(line)) for tenant, line in self._lines.items()}
        ranked: list[tuple[int, int, int, str, T]] = []

        def rank_next(tenant: str) -> None:
            number, waiter = next(lines[tenant], (0, None))
            if waiter is not None:
                rank = self._at_work[tenant], self._served.get(tenant, 0), number, tenant, waiter
                heapq.heappush(ranked, rank)

        for tenant in lines:
            rank_next(tenant)
        while ranked:
            *_, tenant, waiter = heapq.heappop(ranked)
            yield waiter
            rank_next(tenant)

    def _next_number(self) -> int:
        self._count += 1
        return self._count
