"""Quotas: how much a tenant may ask for, make and keep.

Pages and bytes are counted in the database, so they hold over restarts and for all machines
together. Requests in flight and within a minute are counted in this process alone: with several
machines behind one address each of them lets in as many. What is measured may be exceeded by
what is under way already when the limit is met: a request is not broken off.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select

from greffier.access.errors import QuotaMet, StoreQuotaMet
from greffier.access.policy import Policy, read_policy
from greffier.store.database import Database
from greffier.store.tables import Document, Font, Tenant, Usage, Version, now

IN_FLIGHT, PER_MINUTE = "requests_in_flight", "requests_per_minute"
PAGES, BYTES = "pages_per_day", "stored_bytes"
LIMITS = (IN_FLIGHT, PER_MINUTE, PAGES, BYTES)

#: Seconds for which a policy that was read counts without being looked up again.
_REMEMBERED_S = 5
_WINDOW_S = 60
#: When a request in flight may have ended: nobody knows, and most take less.
_SOON_S = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a tenant, and how much of it is used."""

    name: str
    #: None: there is no limit.
    allowed: int | None
    used: int


class Quotas:
    """Holds tenants to their quotas.

    Args:
        database: where policies and usage are.
        defaults: what holds for a tenant whose policy does not say.
        clock: seconds that only grow; tests give their own.
    """

    def __init__(
        self, database: Database, defaults: Policy, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._defaults = defaults
        self._clock = clock
        #: Tenant -> its limits, and until when they count without looking.
        self._known: dict[str, tuple[dict[str, int | None], float]] = {}
        self._in_flight: Counter[str] = Counter()
        #: Tenant -> when the requests of the last minute came.
        self._recent: dict[str, deque[float]] = {}

    @asynccontextmanager
    async def admit(self, tenant: str) -> AsyncIterator[None]:
        """Let a request in, and count it as in flight until it is done.

        Raises:
            QuotaMet: the tenant has had what it may have.
        """
        allowed = await self._allowed(tenant)
        # From here to the count nothing is waited for, so two cannot take the last place.
        if _met(self._in_flight[tenant], allowed[IN_FLIGHT]):
            raise _quota_met(IN_FLIGHT, allowed, "requests at the same time", _SOON_S)
        self._note_request(tenant, allowed)
        self._in_flight[tenant] += 1
        try:
            if allowed[PAGES] is not None and _met(await self._pages(tenant), allowed[PAGES]):
                raise _quota_met(PAGES, allowed, "pages a day (UTC)", _until_midnight_s())
            yield
        finally:
            self._in_flight[tenant] -= 1
            if not self._in_flight[tenant]:
                del self._in_flight[tenant]

    async def make_room(self, tenant: str, size: int) -> None:
        """See that so many bytes more may be kept.

        Args:
            tenant: for whom.
            size: bytes; 0 where that is not known beforehand: then there must be some room.

        Raises:
            StoreQuotaMet: they may not.
        """
        most = (await self._allowed(tenant))[BYTES]
        if most is not None and await self._bytes(tenant) + max(size, 1) > most:
            raise StoreQuotaMet(f"The tenant may keep {most:,} bytes.", limit=BYTES)

    async def limits(self, tenant: str) -> Sequence[Limit]:
        """Tell what a tenant may use, and uses."""
        allowed = await self._allowed(tenant)
        used = {
            IN_FLIGHT: self._in_flight[tenant],
            PER_MINUTE: len(self._within_window(tenant)),
            PAGES: await self._pages(tenant),
            BYTES: await self._bytes(tenant),
        }
        return [Limit(name, allowed[name], used[name]) for name in LIMITS]

    def forget(self, tenant: str) -> None:
        """Look the policy of a tenant up anew: it was changed."""
        self._known.pop(tenant, None)

    async def _allowed(self, tenant: str) -> dict[str, int | None]:
        known = self._known.get(tenant)
        if known is not None and self._clock() < known[1]:
            return known[0]
        async with self._database.read_all() as session:
            stored = await session.scalar(select(Tenant.policy).where(Tenant.slug == tenant))
        own = read_policy(stored or {})
        # A limit that the policy names counts, also as null; others are the settings'.
        allowed: dict[str, int | None] = {
            name: getattr(own if name in own.model_fields_set else self._defaults, name)
            for name in LIMITS
        }
        self._known[tenant] = allowed, self._clock() + _REMEMBERED_S
        return allowed

    def _note_request(self, tenant: str, allowed: dict[str, int | None]) -> None:
        recent = self._within_window(tenant)
        if _met(len(recent), allowed[PER_MINUTE]):
            wait_s = recent[0] + _WINDOW_S - self._clock()
            raise _quota_met(PER_MINUTE, allowed, "requests a minute", wait_s)
        if allowed[PER_MINUTE] is not None:
            recent.append(self._clock())
            self._recent[tenant] = recent

    def _within_window(self, tenant: str) -> deque[float]:
        recent = self._recent.get(tenant, deque())
        while recent and recent[0] <= self._clock() - _WINDOW_S:
            recent.popleft()
        if not recent:
            self._recent.pop(tenant, None)
        return recent

    async def _pages(self, tenant: str) -> int:
        day = now().date().isoformat()
        return await self._sum(tenant, select(func.sum(Usage.pages)).where(Usage.day == day))

    async def _bytes(self, tenant: str) -> int:
        return sum(
            [
                await self._sum(tenant, select(func.sum(size)))
                for size in (Version.size, Font.size, Document.size)
            ]
        )

    async def _sum(self, tenant: str, query: Select[int]) -> int:
        async with self._database.read(tenant) as session:
            return int(await session.scalar(query) or 0)


def _met(used: int, most: int | None) -> bool:
    return most is not None and used >= most


def _quota_met(
    limit: str, allowed: dict[str, int | None], what: str, retry_after_s: float
) -> QuotaMet:
    message = f"The tenant may have {allowed[limit]:,} {what} ({limit})."
    return QuotaMet(message, limit=limit, retry_after_s=retry_after_s)


def _until_midnight_s() -> float:
    moment = now()
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - moment).total_seconds()
