"""A tenant's library as a zip: the same library gives the same bytes."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import and_, select

from greffier.registry.bundles import bundle_of
from greffier.registry.folder_format import OriginFile, write_files
from greffier.registry.templates import find_row
from greffier.registry.versions import find
from greffier.store.blobs import Blobs
from greffier.store.database import Database
from greffier.store.tables import Template

#: A date that does not change.
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)
#: Of templates: they are packed themselves.
_STORED = (".odt",)


class Exporting:
    """Writes libraries.

    Args:
        database: where templates are told of.
        blobs: where their bytes are.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    async def write(self, tenant: str, path: Path, *, newest: bool, template: str = "") -> None:
        """Write a tenant's templates that are not archived, by name, one version of each.

        Args:
            tenant: whose.
            path: the zip, a new file.
            newest: the newest versions; otherwise those that are live.
            template: only the one of this slug; empty: all.

        Raises:
            NoSuchTemplate: the tenant has none of that name.
        """
        counted = Template.latest if newest else Template.published
        query = select(Template.slug).where(Template.archived_at.is_(None), counted > 0)
        async with self._database.read(tenant) as session:
            if template:
                await find_row(session, template)
                query = query.where(and_(Template.slug == template))
            slugs = list(await session.scalars(query.order_by(Template.slug)))
        with zipfile.ZipFile(path, "x") as archive:
            for slug in slugs:
                await self._add(archive, tenant, slug, newest)

    async def _add(self, archive: zipfile.ZipFile, tenant: str, slug: str, newest: bool) -> None:
        async with self._database.read(tenant) as session:
            row = await find_row(session, slug)
            version = await find(session, row, (row.latest if newest else row.published) or 0)
            if version is None:
                return  # withdrawn this very moment
            bundle = await bundle_of(session, self._blobs, row, version)
        origin = None
        if row.origin:
            origin = OriginFile(
                name=row.origin, version=row.origin_version, digest=row.origin_digest
            )
        await asyncio.to_thread(_write, archive, write_files(bundle, origin))


def _write(archive: zipfile.ZipFile, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        info = zipfile.ZipInfo(name, _WRITTEN_AT)
        info.external_attr = 0o644 << 16
        stored = name.endswith(_STORED)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
