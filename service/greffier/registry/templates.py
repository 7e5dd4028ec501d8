"""Templates of a tenant, without their versions: made, found, changed."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.registry.errors import NoSuchTemplate, TemplateExists
from greffier.registry.model import Kind, NewTemplate, TemplateInfo, Wanted
from greffier.registry.origins import Origins
from greffier.store.database import Database
from greffier.store.tables import Template, now

#: Whatever is not archived.
ALL = Wanted()


class Templates:
    """The templates of all tenants; each method is for one of them.

    Args:
        database: where they are.
        origins: knows those that were adopted.
    """

    def __init__(self, database: Database, origins: Origins) -> None:
        self._database, self._origins = database, origins

    async def create(self, tenant: str, new: NewTemplate) -> TemplateInfo:
        """Make a template that has no version yet.

        Raises:
            TemplateExists: the tenant has one of that name, archived perhaps.
        """
        try:
            async with self._database.write(tenant) as session:
                row = new_row(new)
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
            found = template_info(await find_row(session, slug))
        (told,) = await self._origins.tell(tenant, [found])
        return told

    async def list(
        self, tenant: str, wanted: Wanted = ALL, *, after: str = "", limit: int = 100
    ) -> Sequence[TemplateInfo]:
        """List a tenant's templates by slug.

        Args:
            tenant: whose.
            wanted: which of them.
            after: begin after this slug.
            limit: how many at most.
        """
        query = select(Template).where(*_conditions(wanted), Template.slug > after)
        async with self._database.read(tenant) as session:
            rows = await session.scalars(query.order_by(Template.slug).limit(limit))
            found = [template_info(row) for row in rows]
        return await self._origins.tell(tenant, found)

    async def change(self, tenant: str, slug: str, said: Mapping[str, Any]) -> TemplateInfo:
        """Say something else of a template.

        Args:
            tenant: whose.
            slug: which.
            said: fields of :class:`NewTemplate`, except slug and kind; the others stay.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
        """
        async with self._database.write(tenant) as session:
            row = await locked(session, slug)
            for name, value in said.items():
                setattr(row, name, list(value) if isinstance(value, tuple) else value)
            row.searched, row.changed_at = searched(row), now()
        return await self.get(tenant, slug)

    async def archive(self, tenant: str, slug: str) -> TemplateInfo:
        """Put a template away: it is neither listed nor rendered, and nothing of it is lost.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
        """
        async with self._database.write(tenant) as session:
            row = await locked(session, slug)
            row.archived_at = row.archived_at or now()
        return await self.get(tenant, slug)

    async def unarchive(self, tenant: str, slug: str) -> TemplateInfo:
        """Take a template out again; what was live in it is live again.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
        """
        async with self._database.write(tenant) as session:
            row = await locked(session, slug)
            row.archived_at = None
        return await self.get(tenant, slug)

    async def words(self, tenant: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Count the categories and the tags of a tenant's templates that are not archived."""
        query = select(Template.category, Template.tags).where(Template.archived_at.is_(None))
        async with self._database.read(tenant) as session:
            rows = (await session.execute(query)).all()
        categories = Counter(category for category, _ in rows if category)
        return categories, Counter(tag for _, tags in rows for tag in set(tags))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    archived = Template.archived_at.is_not(None)
    yield archived if wanted.archived else ~archived
    for word in fold(wanted.search).split():
        yield Template.searched.contains(word, autoescape=True)
    if wanted.kind is not None:
        yield Template.kind == wanted.kind
    if wanted.category is not None:
        yield Template.category == wanted.category
    if wanted.tag:
        yield _has_tag(wanted.tag)
    if wanted.published is not None:
        live = Template.published.is_not(None)
        yield live if wanted.published else ~live


def _has_tag(tag: str) -> ColumnElement[bool]:
    # The column is JSON text as json.dumps writes it; within a string a quote has a backslash
    # before it, so neither form can stand in another tag. LIKE ignores capitals on SQLite only.
    text, item = cast(Template.tags, String), json.dumps(tag)
    return or_(*(func.replace(text, f"{before}{item}", "") != text for before in ("[", ", ")))


def new_row(new: NewTemplate) -> Template:
    """Make the row of a template that has no version yet."""
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
    return row


async def find_row(session: AsyncSession, slug: str) -> Template:
    """Give the row of a template, in a session of its tenant.

    Raises:
        NoSuchTemplate: the tenant has none of that name.
    """
    row = await session.scalar(select(Template).where(Template.slug == slug))
    if row is None:
        raise NoSuchTemplate(f"There is no template {slug!r}.")
    return row


async def locked(session: AsyncSession, slug: str) -> Template:
    """Give the row of a template that nobody else changes until the transaction ends.

    Raises:
        NoSuchTemplate: the tenant has none of that name.
    """
    row = await find_row(session, slug)
    await session.refresh(row, with_for_update=True)
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
        origin_digest=row.origin_digest,
        modified=None,
        origin_newer=None,
        created_at=row.created_at,
        changed_at=row.changed_at,
        archived_at=row.archived_at,
    )
