"""Versions of a template: added once, never changed, one of them live."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from greffier.registry.errors import NoSuchVersion, TemplateArchived
from greffier.registry.model import SCHEMA_BLOB, TEMPLATE_BLOB, State, VersionInfo
from greffier.registry.templates import find_row, locked
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import Inclusion, Publication, Template, Version, now


class Versions:
    """The versions of all templates; each method is for one tenant's.

    Every method raises ``NoSuchTemplate`` and, where it takes a number, ``NoSuchVersion``.

    Args:
        database: where they are told of.
        blobs: where their bytes are.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    async def add(
        self,
        tenant: str,
        slug: str,
        content: bytes | Path,
        *,
        author: str,
        note: str = "",
        schema: bytes | Path | None = None,
    ) -> tuple[VersionInfo, bool]:
        """Keep a designer's file as the next version, a draft; whether it is a new one.

        The same bytes as the newest version or the live one, with the same schema, are that one.

        Args:
            tenant: whose template.
            slug: which.
            content: the bytes, or a file with them that nobody changes; they come back exactly.
            author: name of the key that brings it.
            note: what is new, for people.
            schema: the designer's own JSON Schema of the data.

        Raises:
            TemplateArchived: nothing new is taken for it.
        """
        async with self._database.read(tenant) as session:
            _refuse_archived(await find_row(session, slug))
        kept = await keep(self._blobs, tenant, content, schema)
        async with self._database.write(tenant) as session:
            template = await locked(session, slug)
            row, is_new = await append(session, template, kept, author=author, note=note)
            return version_info(row, template), is_new

    async def list(self, tenant: str, slug: str) -> Sequence[VersionInfo]:
        """List the versions, the newest first; without their reports."""
        async with self._database.read(tenant) as session:
            template = await find_row(session, slug)
            rows = await session.scalars(
                select(Version)
                .where(Version.template_id == template.id)
                .order_by(Version.number.desc())
                .options(defer(Version.report))  # large, and told of one version only
            )
            return [version_info(row, template, report=False) for row in rows]

    async def get(self, tenant: str, slug: str, number: int) -> VersionInfo:
        """Give a version with its report."""
        async with self._database.read(tenant) as session:
            template = await find_row(session, slug)
            return version_info(await find_version(session, template, number), template)

    async def blob(self, tenant: str, slug: str, number: int) -> BlobName:
        """Name the blob with the designer's bytes."""
        version = await self.get(tenant, slug, number)
        return BlobName(tenant, TEMPLATE_BLOB, version.digest)

    async def note_report(
        self,
        tenant: str,
        slug: str,
        number: int,
        *,
        errors: int,
        warnings: int,
        report: Mapping[str, Any],
        blocks: Collection[str],
    ) -> VersionInfo:
        """Keep what checking a version found; without errors it is a draft no more.

        Args:
            tenant: whose template.
            slug: which.
            number: of the version.
            errors: how many mistakes it has.
            warnings: how many things are probably not meant so.
            report: what is told of it.
            blocks: names of the blocks that it includes.
        """
        async with self._database.write(tenant) as session:
            template = await find_row(session, slug)
            row = await find_version(session, template, number)
            row.errors, row.warnings, row.report = errors, warnings, dict(report)
            row.checked_at = None if errors else now()
            await session.execute(delete(Inclusion).where(Inclusion.version_id == row.id))
            session.add_all(Inclusion(version_id=row.id, block=name) for name in set(blocks))
            await session.flush()
            return version_info(row, template)

    async def note_proofs(
        self, tenant: str, slug: str, number: int, proofs: Mapping[str, Any]
    ) -> None:
        """Keep what came out when a version was rendered with each sample, by name."""
        async with self._database.write(tenant) as session:
            row = await find_version(session, await find_row(session, slug), number)
            row.report = {**row.report, "proofs": dict(proofs)}

    async def publish(self, tenant: str, slug: str, number: int, *, by: str) -> VersionInfo:
        """Make a version the one that counts; whether it may is decided in ``publishing.py``.

        Raises:
            TemplateArchived: nothing of it goes live.
        """
        async with self._database.write(tenant) as session:
            template = await locked(session, slug)
            _refuse_archived(template)
            row = await find_version(session, template, number)
            if template.published != number:
                moment, before = now(), template.published
                session.add(
                    Publication(template_id=template.id, version=number, before=before, by=by)
                )
                row.published_at = row.published_at or moment
                template.published, template.changed_at = number, moment
            await session.flush()
            return version_info(row, template)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes of a version that are in the store, and in no version yet."""

    digest: str
    size: int
    #: Empty: there is none.
    schema_digest: str = ""


async def keep(
    blobs: Blobs, tenant: str, content: bytes | Path, schema: bytes | Path | None = None
) -> Kept:
    """Put a version's bytes into the store: before its row, which never names what is not there."""
    blob = await blobs.put(content, tenant=tenant, kind=TEMPLATE_BLOB)
    size = len(content) if isinstance(content, bytes) else await blobs.size(blob)
    if schema is None:
        return Kept(blob.digest, size)
    schema_blob = await blobs.put(schema, tenant=tenant, kind=SCHEMA_BLOB)
    return Kept(blob.digest, size, schema_blob.digest)


async def append(
    session: AsyncSession, template: Template, kept: Kept, *, author: str, note: str = ""
) -> tuple[Version, bool]:
    """Make kept bytes the newest version of a locked template; whether it is a new one.

    Those of the newest and of the live version are that version already.

    Raises:
        TemplateArchived: nothing new is taken for it.
    """
    _refuse_archived(template)
    for number in (template.latest, template.published or 0):
        known = await find(session, template, number)
        if known is not None and (known.digest, known.schema_digest) == (
            kept.digest,
            kept.schema_digest,
        ):
            return known, False
    template.latest += 1
    template.changed_at = now()
    row = Version(
        template_id=template.id,
        number=template.latest,
        digest=kept.digest,
        size=kept.size,
        author=author,
        note=note,
        schema_digest=kept.schema_digest,
    )
    session.add(row)
    await session.flush()
    return row, True


def _refuse_archived(template: Template) -> None:
    if template.archived_at is not None:
        raise TemplateArchived(f"The template {template.slug!r} is archived: unarchive it first.")


async def find_version(session: AsyncSession, template: Template, number: int) -> Version:
    """Give the row of a version, in a session of its tenant.

    Raises:
        NoSuchVersion: the template has none of this number.
    """
    row = await find(session, template, number)
    if row is None:
        raise NoSuchVersion(f"The template {template.slug!r} has no version {number}.")
    return row


async def find(session: AsyncSession, template: Template, number: int) -> Version | None:
    """Give the row of a version; None: the template has none of this number."""
    found: Version | None = await session.scalar(
        select(Version).where(Version.template_id == template.id, Version.number == number)
    )
    return found


def version_info(row: Version, template: Template, *, report: bool = True) -> VersionInfo:
    """Describe a row, with its report where it was read."""
    return VersionInfo(
        number=row.number,
        state=_state(row, template),
        digest=row.digest,
        size=row.size,
        author=row.author,
        note=row.note,
        has_schema=bool(row.schema_digest),
        errors=row.errors,
        warnings=row.warnings,
        created_at=row.created_at,
        published_at=row.published_at,
        report=row.report if report else {},
    )


def _state(row: Version, template: Template) -> State:
    if template.published == row.number:
        return State.PUBLISHED
    if row.published_at is not None:
        return State.REPLACED
    return State.DRAFT if row.checked_at is None else State.CHECKED
