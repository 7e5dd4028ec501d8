"""Tenants: added, listed, changed, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from greffier.access.model import COMMONS, DEFAULT
from greffier.access.policy import read_policy
from greffier.errors import HallError
from greffier.store.database import Database
from greffier.store.tables import Tenant, now

#: What a tenant may be called: also part of file and host names.
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class TenantRefused(HallError):
    """The tenant cannot be added; the message says why."""


class TenantExists(TenantRefused):
    """There is a tenant of this name already."""


class NoSuchTenant(HallError):
    """There is no such tenant."""


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """What is told of a tenant."""

    slug: str
    title: str
    created_at: datetime
    closed_at: datetime | None
    #: What differs for it from the settings.
    policy: Mapping[str, Any]


class Tenants:
    """The tenants of an installation.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure_first(self) -> None:
        """Make the tenants that every installation has, where they are missing."""
        async with self._database.write_all() as session:
            there = set(await session.scalars(select(Tenant.slug)))
            for slug, title in ((DEFAULT, "This installation"), (COMMONS, "Shared by all")):
                if slug not in there:
                    session.add(Tenant(slug=slug, title=title))

    async def add(
        self, slug: str, title: str = "", policy: Mapping[str, Any] | None = None
    ) -> TenantInfo:
        """Add a tenant.

        Args:
            slug: its name in addresses: lower-case letters, digits and hyphens.
            title: its name for people; the slug where it is empty.
            policy: what differs for it from the settings.

        Raises:
            TenantRefused: the slug is taken or is none.
            PolicyRefused: the policy has mistakes.
        """
        read_policy(policy or {})
        if not SLUG.fullmatch(slug):
            raise TenantRefused(
                f"{slug!r} cannot name a tenant: take up to 63 lower-case letters, digits and "
                "hyphens, and begin and end with a letter or digit."
            )
        async with self._database.write_all() as session:
            if await session.get(Tenant, slug) is not None:
                raise TenantExists(f"There is a tenant {slug!r} already.")
            row = Tenant(slug=slug, title=title or slug, policy=dict(policy or {}))
            session.add(row)
            await session.flush()
            return _info(row)

    async def list(self) -> Sequence[TenantInfo]:
        """List all tenants by slug."""
        async with self._database.read_all() as session:
            rows = await session.scalars(select(Tenant).order_by(Tenant.slug))
            return [_info(row) for row in rows]

    async def get(self, slug: str) -> TenantInfo:
        """Give a tenant.

        Raises:
            NoSuchTenant: there is none of this slug.
        """
        async with self._database.read_all() as session:
            row = await session.get(Tenant, slug)
        if row is None:
            raise NoSuchTenant(f"There is no tenant {slug!r}.")
        return _info(row)

    async def change(
        self,
        slug: str,
        *,
        title: str | None = None,
        policy: Mapping[str, Any] | None = None,
        closed: bool | None = None,
    ) -> TenantInfo:
        """Change what is given; a closed tenant's keys are refused.

        Raises:
            NoSuchTenant: there is none of this slug.
            PolicyRefused: the policy has mistakes.
        """
        if policy is not None:
            read_policy(policy)
        async with self._database.write_all() as session:
            row = await session.get(Tenant, slug)
            if row is None:
                raise NoSuchTenant(f"There is no tenant {slug!r}.")
            if title is not None:
                row.title = title
            if policy is not None:
                row.policy = dict(policy)
            if closed is not None:
                row.closed_at = (row.closed_at or now()) if closed else None
            return _info(row)


def _info(row: Tenant) -> TenantInfo:
    return TenantInfo(row.slug, row.title, row.created_at, row.closed_at, row.policy)
