"""What is live of a template, what was, and how one goes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from greffier.registry.errors import NoSuchVersion, NothingBefore
from greffier.registry.model import PublicationInfo
from greffier.registry.templates import find_row, locked
from greffier.registry.versions import find_version
from greffier.store.database import Database
from greffier.store.tables import Publication, Template, now


class Live:
    """What counts; every method raises ``NoSuchTemplate``.

    Args:
        database: where it is told of.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def before(self, tenant: str, slug: str, number: int | None = None) -> int:
        """Say which version to go back to.

        Without a number it is the one that was live before what is live now, so that going
        back twice goes back two steps; after a withdrawal it is what was withdrawn.

        Args:
            tenant: whose template.
            slug: which.
            number: a version that was live once; None: the one before.

        Raises:
            NothingBefore: nothing was live before.
            NoSuchVersion: there is none of this number, or it never was live.
        """
        async with self._database.read(tenant) as session:
            template = await find_row(session, slug)
            if number is not None:
                row = await find_version(session, template, number)
                if row.published_at is None:
                    raise NoSuchVersion(
                        f"Version {number} of {slug!r} never was live: publish it instead."
                    )
                return number
            versions = await session.scalars(
                select(Publication.version)
                .where(Publication.template_id == template.id, Publication.version.is_not(None))
                .order_by(Publication.id)
            )
            was = _steps(version for version in versions if version is not None)
        if template.published is not None:
            was = was[:-1]
        if not was:
            raise NothingBefore(f"No other version of {slug!r} was live before.")
        return was[-1]

    async def withdraw(self, tenant: str, slug: str, *, by: str) -> None:
        """Let no version count any more, until one is published again."""
        async with self._database.write(tenant) as session:
            template = await locked(session, slug)
            if template.published is not None:
                session.add(
                    Publication(
                        template_id=template.id, version=None, before=template.published, by=by
                    )
                )
                template.published, template.changed_at = None, now()

    async def history(
        self, tenant: str, slug: str, *, before: int, limit: int
    ) -> Sequence[PublicationInfo]:
        """List what went live, the newest first.

        Args:
            tenant: whose template.
            slug: which.
            before: begin before the publication of this id.
            limit: how many at most.
        """
        async with self._database.read(tenant) as session:
            template: Template = await find_row(session, slug)
            rows = await session.scalars(
                select(Publication)
                .where(Publication.template_id == template.id, Publication.id < before)
                .order_by(Publication.id.desc())
                .limit(limit)
            )
            return [
                PublicationInfo(
                    id=row.id, version=row.version, before=row.before, by=row.by, at=row.at
                )
                for row in rows
            ]


def _steps(versions: Iterable[int]) -> list[int]:
    """Give the way to what is live: what was gone back from is no part of it.

    Live in turn were 1, 2, 3, then 2 again: the way is 1, 2.
    """
    way: list[int] = []
    for version in versions:
        if version in way:
            del way[way.index(version) :]
        way.append(version)
    return way
