"""Reads the records, for whoever may: a tenant its own, the operator all."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Select, delete, func, select, tuple_

from greffier.records.model import Entry, Used, Written
from greffier.store.database import Database
from greffier.store.tables import Audit, Usage

#: Erased by one transaction, so that nobody waits long for his turn to write.
_ERASED_AT_ONCE = 2000
_FIELDS = tuple(each.name for each in dataclasses.fields(Entry) if each.name != "counts")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records; what is None or empty narrows nothing."""

    #: None: those of all tenants and of the installation.
    tenant: str | None
    since: datetime | None = None
    #: Not included.
    until: datetime | None = None
    action: str = ""
    subject: str = ""
    key: str = ""
    outcome: str = ""


class Trail:
    """The records of an installation.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, wanted: Wanted, *, before: int | None = None, limit: int
    ) -> Sequence[Written]:
        """List records, the newest first.

        Args:
            wanted: which.
            before: begin behind this one: the id of the last of the page before.
            limit: how many at most.
        """
        chosen = select(Audit).order_by(Audit.id.desc()).limit(limit)
        if before is not None:
            chosen = chosen.where(Audit.id < before)
        async with self._database.read_all() as session:
            rows = await session.scalars(_narrowed(chosen, wanted))
            return [_written(row) for row in rows]

    async def usage(
        self,
        *,
        tenant: str | None,
        since: date,
        until: date,
        by: Literal["day", "month"],
        after: tuple[str, str, str] | None = None,
        limit: int,
    ) -> Sequence[Used]:
        """Add up documents, oldest first.

        Args:
            tenant: whose; None: of all, each by itself.
            since: first day, UTC.
            until: last day.
            by: what is added up.
            after: begin behind this period, tenant and template.
            limit: how many rows at most.
        """
        period = Usage.day if by == "day" else func.substr(Usage.day, 1, len("2026-11"))
        keys = (period, Usage.tenant, Usage.template)
        sums = (func.sum(Usage.documents), func.sum(Usage.pages), func.sum(Usage.failures))
        chosen = (
            select(*keys, *sums)
            .where(Usage.day >= since.isoformat(), Usage.day <= until.isoformat())
            .group_by(*keys)
            .order_by(*keys)
            .limit(limit)
        )
        if tenant is not None:
            chosen = chosen.where(Usage.tenant == tenant)
        if after is not None:
            chosen = chosen.where(tuple_(*keys) > tuple_(*after))
        async with self._database.read_all() as session:
            return [
                Used(row[0], row[1], row[2], int(row[3]), int(row[4]), int(row[5]))
                for row in await session.execute(chosen)
            ]

    async def erase(self, *, before: datetime) -> int:
        """Erase records that are older; says how many. Usage stays: it tells of nobody."""
        erased = 0
        while True:
            async with self._database.write_all() as session:
                # The oldest come first, so this stops at the first that stays.
                oldest = select(Audit.id, Audit.at).order_by(Audit.id).limit(_ERASED_AT_ONCE)
                rows = (await session.execute(oldest)).all()
                old = [row.id for row in rows if row.at < before]
                if old:
                    await session.execute(
                        delete(Audit).where(Audit.id <= old[-1], Audit.at < before)
                    )
            erased += len(old)
            if len(old) < _ERASED_AT_ONCE:
                return erased


def _narrowed(chosen: Select[Audit], wanted: Wanted) -> Select[Audit]:
    conditions = {
        Audit.tenant: wanted.tenant,
        Audit.action: wanted.action or None,
        Audit.subject: wanted.subject or None,
        Audit.key: wanted.key or None,
        Audit.outcome: wanted.outcome or None,
    }
    for column, value in conditions.items():
        if value is not None:
            chosen = chosen.where(column == value)
    if wanted.since is not None:
        chosen = chosen.where(Audit.at >= wanted.since)
    if wanted.until is not None:
        chosen = chosen.where(Audit.at < wanted.until)
    return chosen


def _written(row: Audit) -> Written:
    return Written(row.id, Entry(**{name: getattr(row, name) for name in _FIELDS}))
