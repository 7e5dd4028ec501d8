"""Where a block is used: which live versions include it, themselves or through other blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from greffier.access.model import COMMONS
from greffier.registry.model import Kind, Use
from greffier.store.database import Database
from greffier.store.tables import Inclusion, Template, Version


@dataclass(frozen=True, slots=True)
class _Live:
    """A live version, and the blocks that it was found to include when it was checked."""

    slug: str
    kind: Kind
    version: int
    blocks: frozenset[str]


class Uses:
    """Looks up where blocks are used.

    Args:
        database: where versions are told of.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, tenant: str, block: str) -> Sequence[Use]:
        """List the live versions of a tenant that include a block, by slug.

        Args:
            tenant: whose templates.
            block: name of a block: the tenant's, or one that it would have from commons.
        """
        async with self._database.read(tenant) as session:
            own = await _live(session)
        blocks = {each.slug: each.blocks for each in own if each.kind is Kind.BLOCK}
        if tenant != COMMONS:
            async with self._database.read(COMMONS) as session:
                shared = await _live(session, Kind.BLOCK)
            # A block of the tenant's goes before that of commons.
            blocks = {each.slug: each.blocks for each in shared} | blocks
        through = _through(block, blocks)
        return [
            Use(slug=each.slug, kind=each.kind, version=each.version, direct=block in each.blocks)
            for each in own
            if each.slug != block and not through.isdisjoint(each.blocks)
        ]

    async def of_all(self, block: str) -> tuple[int, int]:
        """Count the tenants, and their live versions, that include a block of commons.

        Tenants that have a live block of this name do not count: they include their own.
        """
        own, user = aliased(Template), Template
        query = (
            select(func.count(user.tenant.distinct()), func.count(user.id.distinct()))
            .join(Version, and_(Version.template_id == user.id, Version.number == user.published))
            .join(Inclusion, Inclusion.version_id == Version.id)
            .where(
                Inclusion.block == block,
                user.archived_at.is_(None),
                user.tenant != COMMONS,
                ~select(own.id)
                .where(
                    own.tenant == user.tenant,
                    own.slug == block,
                    own.kind == Kind.BLOCK,
                    own.published.is_not(None),
                    own.archived_at.is_(None),
                )
                .exists(),
            )
        )
        async with self._database.read_all() as session:
            tenants, templates = (await session.execute(query)).one()
        return tenants, templates


async def _live(session: AsyncSession, kind: Kind | None = None) -> Sequence[_Live]:
    query = (
        select(Template.slug, Template.kind, Version.number, Inclusion.block)
        .join(
            Version,
            and_(Version.template_id == Template.id, Version.number == Template.published),
        )
        .outerjoin(Inclusion, Inclusion.version_id == Version.id)
        .where(Template.archived_at.is_(None))
        .order_by(Template.slug)
    )
    if kind is not None:
        query = query.where(Template.kind == kind)
    found: dict[tuple[str, str, int], set[str]] = {}
    for slug, of_kind, number, block in await session.execute(query):
        blocks = found.setdefault((slug, of_kind, number), set())
        if block is not None:
            blocks.add(block)
    return [
        _Live(slug, Kind(of_kind), number, frozenset(blocks))
        for (slug, of_kind, number), blocks in found.items()
    ]


def _through(block: str, blocks: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Name a block and all blocks that include it."""
    found, more = {block}, True
    while more:
        above = {name for name, included in blocks.items() if not found.isdisjoint(included)}
        more = not above <= found
        found |= above
    return frozenset(found)
