"""Who rendered a template lately: counts by key, never with what data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import distinct, func, select

from greffier.access.model import COMMONS
from greffier.store.database import Database
from greffier.store.tables import Usage, now

_DAYS = 30
#: So many keys are named, the busiest first.
_NAMED = 50


class Callers:
    """Tells a designer whom a new version that needs more data concerns.

    Args:
        database: where usage is counted.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, tenant: str, slug: str) -> Mapping[str, Any]:
        """Count the documents of the last 30 days.

        Of a tenant's own template by key; of one of ``commons`` in all and in how many tenants,
        for those do not see each other.

        Args:
            tenant: whose template it is.
            slug: which.
        """
        since = (now().date() - timedelta(days=_DAYS)).isoformat()
        total = func.coalesce(func.sum(Usage.documents), 0)
        told: dict[str, Any] = {"days": _DAYS}
        if tenant == COMMONS:
            chosen = select(total, func.count(distinct(Usage.tenant))).where(
                Usage.day >= since, Usage.template == f"{COMMONS}/{slug}", Usage.documents > 0
            )
            async with self._database.read_all() as session:
                documents, tenants = (await session.execute(chosen)).one()
            return {**told, "documents": int(documents), "tenants": tenants}
        by_key = (
            select(Usage.key, total)
            .where(Usage.day >= since, Usage.template == slug, Usage.documents > 0)
            .group_by(Usage.key)
            .order_by(total.desc(), Usage.key)
        )
        async with self._database.read(tenant) as session:
            rows = [(key, int(count)) for key, count in await session.execute(by_key)]
        return {
            **told,
            "documents": sum(count for _, count in rows),
            "keys": [{"key": key, "documents": count} for key, count in rows[:_NAMED]],
        }
