"""Templates and blocks by name, for whoever renders: the tenant's, those of commons, the library's.

==================  =====================================================================
``permit``          the tenant's, else that of the library
``commons/permit``  that of ``commons``
a block             the tenant's, else that of ``commons``, else that of the library
==================  =====================================================================
"""

from __future__ import annotations

import difflib
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from greffier.access.model import COMMONS
from greffier.blocks import LibraryBlocks
from greffier.errors import TemplateNotFound
from greffier.library import Library
from greffier.model import Blocks, Template
from greffier.registry.errors import FormatNotAllowed, NoSuchVersion
from greffier.registry.model import SCHEMA_BLOB, TEMPLATE_BLOB, Kind
from greffier.registry.origins import COMMONS_PREFIX
from greffier.registry.templates import find_row
from greffier.registry.versions import find_version
from greffier.store import tables
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database

#: Seconds for which a version that was looked up counts. What this process publishes counts at
#: once. PostgreSQL is shared with other machines: what they publish counts after so long.
_TRUSTED_S = 1.0
#: SQLite is not: the data folder is this service's alone, and commands publish nothing.
_TRUSTED_ALONE_S = 60.0
_KNOWN = 10_000
#: Owner, slug, kind, version, whether it may be a draft, and the name it goes by.
_Asked = tuple[str, str, Kind, int | None, bool, str]
#: How many names are looked through for one that was meant.
_NAMES = 1000
#: So many are all told to who misspelt one.
_LISTED = 30


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """A version of the registry; see :class:`greffier.model.Template`."""

    name: str
    version: int
    digest: str
    tenant: str
    schema_digest: str
    blobs: Blobs
    kind: Kind = Kind.TEMPLATE
    #: The formats that may be made of it; empty: all.
    formats: Sequence[str] = ()
    #: What fills it when a request does not say; empty: the operator's default.
    engine: str = ""

    async def put_into(self, folder: Path) -> Path:
        """Copy the designer's bytes."""
        path = folder / "stored.odt"
        await self.blobs.copy_to(BlobName(self.tenant, TEMPLATE_BLOB, self.digest), path)
        return path

    async def schema_into(self, folder: Path) -> Path | None:
        """Copy the schema that its designer brought with it."""
        if not self.schema_digest:
            return None
        path = folder / "schema.json"
        await self.blobs.copy_to(BlobName(self.tenant, SCHEMA_BLOB, self.schema_digest), path)
        return path


def engine_of(template: Template) -> str:
    """Say what fills a template when a request does not; empty: it does not say."""
    return template.engine if isinstance(template, StoredTemplate) else ""


def refuse_format(template: Template, wanted: str) -> None:
    """Refuse to make what a template is not made for.

    Raises:
        FormatNotAllowed: names the formats that it is made for.
    """
    if isinstance(template, StoredTemplate) and template.formats and wanted not in template.formats:
        allowed = ", ".join(template.formats)
        raise FormatNotAllowed(
            f"The template {template.name!r} is not made for {wanted}, but for: {allowed}."
        )


class Sources:
    """Finds what a tenant renders with.

    Args:
        database: where versions are told of.
        blobs: where their bytes are.
        library: what comes with Greffier, and the operator's own folder.
    """

    def __init__(self, database: Database, blobs: Blobs, library: Library) -> None:
        self._database, self._blobs, self._library = database, blobs, library
        self._trusted_s = _TRUSTED_ALONE_S if database.sqlite else _TRUSTED_S
        #: What was asked -> what was found, how many changes there were, and when.
        self._known: OrderedDict[_Asked, tuple[StoredTemplate | None, int, float]] = OrderedDict()

    async def template(
        self, tenant: str, name: str, version: int | None = None, *, drafts: bool = False
    ) -> Template:
        """Give a template.

        Args:
            tenant: for whom.
            name: ``permit`` or ``commons/permit``.
            version: its number; None: the one that is published.
            drafts: whether a version may be had that was never live.

        Raises:
            TemplateNotFound: there is none, or none of its versions is live.
            NoSuchVersion: it has no such version, or that one never was live.
        """
        owner, slug = tenant, name
        if name.startswith(COMMONS_PREFIX):
            owner, slug = COMMONS, name.removeprefix(COMMONS_PREFIX)
        found = await self._stored(owner, slug, Kind.TEMPLATE, version, name=name, drafts=drafts)
        if found is not None:
            return found
        if version is not None:
            raise NoSuchVersion(
                f"There is no template {name!r} with a version {version} that was ever published."
            )
        if owner == tenant:
            packaged = await self._library.template(slug)
            if packaged is not None:
                return packaged
        raise TemplateNotFound(await self._missing(tenant, name))

    async def version(self, tenant: str, slug: str, number: int) -> StoredTemplate:
        """Give a version of a tenant's own template or block, a draft perhaps.

        Raises:
            NoSuchTemplate, NoSuchVersion: there is none.
        """
        async with self._database.read(tenant) as session:
            template = await find_row(session, slug)
            row = await find_version(session, template, number)
            return StoredTemplate(
                slug,
                number,
                row.digest,
                tenant,
                row.schema_digest,
                self._blobs,
                kind=Kind(template.kind),
                formats=tuple(template.formats),
                engine=template.engine,
            )

    async def block(self, tenant: str, name: str) -> Template | None:
        """Give a block as it is now."""
        for owner in dict.fromkeys((tenant, COMMONS)):
            found = await self.live_block(owner, name)
            if found is not None:
                return found
        return await self._library.block(name)

    async def live_block(self, tenant: str, name: str) -> StoredTemplate | None:
        """Give a tenant's own block, if it is one and live."""
        return await self._stored(tenant, name, Kind.BLOCK, name=name)

    async def block_behind(self, tenant: str, name: str) -> Template | None:
        """Give the block that a tenant would have of this name without its own."""
        if tenant == COMMONS:
            return await self._library.block(name)
        return await self.block(COMMONS, name)

    def blocks(self, tenant: str) -> Blocks:
        """Give the blocks that a tenant's templates include."""
        return TenantBlocks(self, tenant, LibraryBlocks(self._library))

    async def names(self, tenant: str, kind: Kind) -> Sequence[str]:
        """Name what a tenant has of its own and is live."""
        async with self._database.read(tenant) as session:
            names = await session.scalars(
                select(tables.Template.slug)
                .where(
                    tables.Template.kind == kind,
                    tables.Template.published.is_not(None),
                    tables.Template.archived_at.is_(None),
                )
                .limit(_NAMES)
            )
            return list(names)

    async def _stored(
        self,
        owner: str,
        slug: str,
        kind: Kind,
        version: int | None = None,
        *,
        name: str,
        drafts: bool = False,
    ) -> StoredTemplate | None:
        """Give a version as it was looked up a moment ago, unless it has changed since."""
        key = owner, slug, kind, version, drafts, name
        moment, changes = time.monotonic(), self._database.changes(owner)
        known = self._known.get(key)
        if known is not None and known[1] == changes and moment - known[2] < self._trusted_s:
            return known[0]
        found = await self._look_up(owner, slug, kind, version, name=name, drafts=drafts)
        self._known[key] = found, changes, moment
        self._known.move_to_end(key)
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return found

    async def _look_up(
        self, owner: str, slug: str, kind: Kind, version: int | None, *, name: str, drafts: bool
    ) -> StoredTemplate | None:
        template, row = tables.Template, tables.Version
        query = (
            select(row.number, row.digest, row.schema_digest, template.formats, template.engine)
            .join(template, row.template_id == template.id)
            .where(
                template.slug == slug,
                template.kind == kind,
                template.archived_at.is_(None),
                row.number == (template.published if version is None else version),
            )
        )
        if not drafts:
            query = query.where(row.published_at.is_not(None))
        async with self._database.read(owner) as session:
            found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        number, digest, schema_digest, formats, engine = found
        return StoredTemplate(
            name,
            number,
            digest,
            owner,
            schema_digest,
            self._blobs,
            kind=kind,
            formats=tuple(formats),
            engine=engine,
        )

    async def _missing(self, tenant: str, name: str) -> str:
        shared = await self.names(COMMONS, Kind.TEMPLATE)
        names = [
            *await self.names(tenant, Kind.TEMPLATE),
            *(f"{COMMONS_PREFIX}{slug}" for slug in shared),
            *self._library.names(),
        ]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]}?" if near else "GET /v1/templates lists the tenant's own."
        if not near and len(names) <= _LISTED:
            hint = f"There are: {', '.join(sorted(names))}."
        return f"There is no template {name!r} that is published. {hint}"


class TenantBlocks:
    """A tenant's blocks and those behind them; see :class:`greffier.model.Blocks`."""

    brought: Collection[str] = ()

    def __init__(self, sources: Sources, tenant: str, library: LibraryBlocks) -> None:
        self._sources, self._tenant, self._library = sources, tenant, library

    async def get(self, name: str) -> Template | None:
        """Give a block as it is now."""
        return await self._sources.block(self._tenant, name)

    async def names(self) -> Sequence[str]:
        """List the names of all there are."""
        own = await self._sources.names(self._tenant, Kind.BLOCK)
        shared = await self._sources.names(COMMONS, Kind.BLOCK)
        return sorted({*own, *shared, *await self._library.names()})
