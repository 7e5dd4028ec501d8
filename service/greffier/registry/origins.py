"""Where adopted templates come from, and whether they or their origin have changed since."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, func, select

from greffier.access.model import COMMONS
from greffier.library import Library
from greffier.registry.model import Kind, TemplateInfo
from greffier.store.database import Database
from greffier.store.tables import Template, Version

#: What names a template of ``commons``, and one that comes with Greffier.
COMMONS_PREFIX, LIBRARY_PREFIX = f"{COMMONS}/", "library/"


class Origins:
    """Compares templates with what they were adopted from.

    Args:
        database: where they are told of.
        library: what comes with Greffier.
    """

    def __init__(self, database: Database, library: Library) -> None:
        self._database, self._library = database, library

    async def tell(self, tenant: str, found: Sequence[TemplateInfo]) -> Sequence[TemplateInfo]:
        """Complete what is told of a tenant's templates; costs nothing where none was adopted."""
        adopted = {each.slug: each.origin for each in found if each.origin}
        if not adopted:
            return found
        own = await self._digests(tenant, adopted, live=False)
        shared = [name.removeprefix(COMMONS_PREFIX) for name in adopted.values()]
        commons = await self._digests(COMMONS, shared, live=True)
        return [await self._told(each, own, commons) for each in found]

    async def _told(
        self, info: TemplateInfo, own: Mapping[str, str], commons: Mapping[str, str]
    ) -> TemplateInfo:
        if not info.origin:
            return info
        prefix, _, slug = info.origin.partition("/")
        if prefix == COMMONS:
            there = commons.get(slug)
        else:
            of_kind = self._library.block if info.kind is Kind.BLOCK else self._library.template
            packaged = await of_kind(slug)
            there = None if packaged is None else packaged.digest
        return dataclasses.replace(
            info,
            modified=own.get(info.slug) != info.origin_digest,
            origin_newer=None if there is None else there != info.origin_digest,
        )

    async def _digests(
        self, tenant: str, slugs: Collection[str], *, live: bool
    ) -> Mapping[str, str]:
        """Give the digests of live versions, or else of the newest where that is asked for."""
        number = Template.published if live else func.coalesce(Template.published, Template.latest)
        query = (
            select(Template.slug, Version.digest)
            .join(Version, and_(Version.template_id == Template.id, Version.number == number))
            .where(Template.slug.in_(slugs))
        )
        if live:
            query = query.where(Template.archived_at.is_(None))
        async with self._database.read(tenant) as session:
            return {row.slug: row.digest for row in await session.execute(query)}
