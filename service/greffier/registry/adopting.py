"""Adopting templates: a copy of the tenant's own, which remembers where it came from."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.access.model import COMMONS
from greffier.errors import TemplateNotFound
from greffier.library import Library, LibraryTemplate
from greffier.registry.bundles import Brought, Bundle, bring, bundle_of
from greffier.registry.errors import TemplateExists
from greffier.registry.model import Kind, NewTemplate
from greffier.registry.origins import COMMONS_PREFIX
from greffier.registry.versions import find_version
from greffier.store.blobs import Blobs
from greffier.store.database import Database
from greffier.store.tables import Template

#: What lies beside a template that comes with Greffier.
_SCHEMA, _SAMPLES = "schema.json", ("sample", "awkward")


class Adopting:
    """Copies templates of ``commons``, and those that come with Greffier, to a tenant.

    Args:
        database: where they are told of.
        blobs: where their bytes are.
        library: what comes with Greffier.
    """

    def __init__(self, database: Database, blobs: Blobs, library: Library) -> None:
        self._database, self._blobs, self._library = database, blobs, library

    async def adopt(self, tenant: str, origin: str, slug: str, *, update: bool, by: str) -> Brought:
        """Copy what is live of a template now, as a draft.

        Args:
            tenant: who gets it.
            origin: ``commons/<slug>`` or ``library/<slug>``.
            slug: its name at the tenant's; empty: the same.
            update: whether the tenant may have it already, adopted from the same place, and
                gets what is there now as a new version.
            by: name of the key that asks.

        Raises:
            TemplateNotFound: there is no such template, or none of it is live.
            TemplateExists: the tenant has another of that name.
            TemplateArchived: the tenant has put it away.
        """
        bundle, number = await self._bundle(origin)
        digest = hashlib.sha256(bundle.content).hexdigest()
        name = slug or bundle.new.slug
        bundle = dataclasses.replace(bundle, new=dataclasses.replace(bundle.new, slug=name))

        async def settle(session: AsyncSession, row: Template, is_new: bool) -> None:
            if not is_new and not (update and row.origin == origin):
                remedy = " Say update to have it anew." if row.origin == origin else ""
                raise TemplateExists(f"There is a template {name!r} already.{remedy}")
            row.origin, row.origin_version, row.origin_digest = origin, number, digest

        said = origin if number is None else f"{origin}@{number}"
        return await bring(
            self._database,
            self._blobs,
            tenant,
            bundle,
            by=by,
            note=f"Adopted from {said}",
            settle=settle,
        )

    async def _bundle(self, origin: str) -> tuple[Bundle, int | None]:
        place, _, slug = origin.partition("/")
        if f"{place}/" == COMMONS_PREFIX:
            return await self._shared(slug)
        found, kind = await self._library.template(slug), Kind.TEMPLATE
        if found is None:
            found, kind = await self._library.block(slug), Kind.BLOCK
        if found is None:
            raise TemplateNotFound(f"No template {slug!r} comes with this service.")
        return await asyncio.to_thread(_packaged, found, kind), None

    async def _shared(self, slug: str) -> tuple[Bundle, int]:
        async with self._database.read(COMMONS) as session:
            row = await session.scalar(
                select(Template).where(Template.slug == slug, Template.archived_at.is_(None))
            )
            if row is None or row.published is None:
                raise TemplateNotFound(f"There is no template {slug!r} in commons that is live.")
            version = await find_version(session, row, row.published)
            return await bundle_of(session, self._blobs, row, version), version.number


def _packaged(found: LibraryTemplate, kind: Kind) -> Bundle:
    said = _read_object(found.path.with_suffix(".json"))
    schema = found.path.with_name(_SCHEMA)
    samples = {name: found.path.with_name(f"{name}.json") for name in _SAMPLES}
    return Bundle(
        new=NewTemplate(
            slug=found.name,
            kind=kind,
            title=said.get("title", ""),
            description=said.get("description", ""),
            language=said.get("language", ""),
        ),
        content=found.path.read_bytes(),
        schema=schema.read_bytes() if schema.is_file() else None,
        samples={
            name: path.read_text(encoding="utf-8")
            for name, path in samples.items()
            if path.is_file()
        },
    )


def _read_object(path: Path) -> dict[str, Any]:
    # An operator's own folder need not say anything of its templates.
    if not path.is_file():
        return {}
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said
