"""Templates of a tenant, without their versions: made, found, changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.registry.errors import NoSuchTemplate, TemplateExists
from greffier.registry.model import Kind, NewTemplate, TemplateInfo
from greffier.store.database import Database
from greffier.store.tables import Template


class Templates:
    """The templates of all tenants; each method is for one of them.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, tenant: str, new: NewTemplate) -> TemplateInfo:
        """Make a template that has no version yet.

        Raises:
            TemplateExists: the tenant has one of that name, archived perhaps.
        """
        try:
            async with self._database.write(tenant) as session:
                row = Template(
                    slug=new.slug,
                    kind=new.kind,
                    title=new.title,
                    description=new.description,
                    category=new.category,
                    tags=list(new.tags),
                    language=new.language,
                    formats=list(new.formats),
                    engine=new.engine,
                )
                row.searched = searched(row)
                session.add(row)
                await session.flush()
                return template_info(row)
        except IntegrityError as error:
            raise TemplateExists(f"There is a template {new.slug!r} already.") from error

    async def get(self, tenant: str, slug: str) -> TemplateInfo:
        """Give a template.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
        """
        async with self._database.read(tenant) as session:
            return template_info(await find_row(session, slug))

    async def list(
        self, tenant: str, *, search: str = "", after: str = "", limit: int = 100
    ) -> Sequence[TemplateInfo]:
        """List a tenant's templates by slug.

        Args:
            tenant: whose.
            search: words that all occur in its title, description, slug, category or tags;
                neither capitals nor accents matter.
            after: begin after this slug.
            limit: how many at most.
        """
        query = select(Template).where(Template.archived_at.is_(None), Template.slug > after)
        for word in fold(search).split():
            query = query.where(Template.searched.contains(word, autoescape=True))
        async with self._database.read(tenant) as session:
            rows = await session.scalars(query.order_by(Template.slug).limit(limit))
            return [template_info(row) for row in rows]


async def find_row(session: AsyncSession, slug: str) -> Template:
    """Give the row of a template, in a session of its tenant.

    Raises:
        NoSuchTemplate: the tenant has none of that name.
    """
    row = await session.scalar(select(Template).where(Template.slug == slug))
    if row is None:
        raise NoSuchTemplate(f"There is no template {slug!r}.")
    return row


def searched(row: Template) -> str:
    """Give the text of a template that searches look into."""
    return fold(" ".join((row.slug, row.title, row.description, row.category, *row.tags)))


def fold(text: str) -> str:
    """Write without capitals and accents: ``Délibération`` is found by ``deliberation``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def template_info(row: Template) -> TemplateInfo:
    """Describe a row."""
    return TemplateInfo(
        slug=row.slug,
        kind=Kind(row.kind),
        title=row.title,
        description=row.description,
        category=row.category,
        tags=tuple(row.tags),
        language=row.language,
        formats=tuple(row.formats),
        engine=row.engine,
        published=row.published,
        latest=row.latest,
        origin=row.origin,
        origin_version=row.origin_version,
        modified=None,
        created_at=row.created_at,
        changed_at=row.changed_at,
        archived_at=row.archived_at,
    )
