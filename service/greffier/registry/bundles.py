"""A template with its content, as it travels: between tenants, from the library, in a folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.registry.errors import TemplateExists
from greffier.registry.model import SCHEMA_BLOB, TEMPLATE_BLOB, Kind, NewTemplate
from greffier.registry.templates import locked, new_row
from greffier.registry.versions import append, keep
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import Sample, Template, Version

#: Is given a session of the tenant, the locked row of a template, and whether it is new.
Settle = Callable[[AsyncSession, Template, bool], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A template, one version of it, and its samples."""

    new: NewTemplate
    content: bytes
    schema: bytes | None = None
    #: Name -> JSON text of an object.
    samples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a tenant has of a bundle."""

    slug: str
    number: int
    #: Whether the template is new, and whether its version is.
    is_new: bool
    is_new_version: bool


async def bring(
    database: Database,
    blobs: Blobs,
    tenant: str,
    bundle: Bundle,
    *,
    by: str,
    note: str,
    settle: Settle,
) -> Brought:
    """Give a tenant a bundle, wholly or not at all: a template if it has none, and a version.

    Args:
        database: where it is told of.
        blobs: where the bytes go.
        tenant: who gets it.
        bundle: what.
        by: name of the key that brings it.
        note: of the version.
        settle: changes what is there of the template; raises what forbids it.

    Raises:
        TemplateExists: somebody else brought one of that name at the same moment.
        TemplateArchived: the tenant has put it away.
    """
    kept = await keep(blobs, tenant, bundle.content, bundle.schema)
    slug = bundle.new.slug
    try:
        async with database.write(tenant) as session:
            is_new = await session.scalar(select(Template.id).where(Template.slug == slug)) is None
            if is_new:
                session.add(row := new_row(bundle.new))
                await session.flush()
                session.add_all(
                    Sample(template_id=row.id, name=name, data=data)
                    for name, data in bundle.samples.items()
                )
            else:
                row = await locked(session, slug)
            await settle(session, row, is_new)
            version, is_new_version = await append(session, row, kept, author=by, note=note)
            return Brought(
                slug=slug, number=version.number, is_new=is_new, is_new_version=is_new_version
            )
    except IntegrityError as error:
        raise TemplateExists(f"There is a template {slug!r} already.") from error


async def bundle_of(
    session: AsyncSession, blobs: Blobs, template: Template, version: Version
) -> Bundle:
    """Put together a version of a template, in a session of its tenant."""
    samples = await session.scalars(
        select(Sample).where(Sample.template_id == template.id).order_by(Sample.name)
    )
    schema = None
    if version.schema_digest:
        schema = await blobs.read(BlobName(template.tenant, SCHEMA_BLOB, version.schema_digest))
    return Bundle(
        new=NewTemplate(
            slug=template.slug,
            kind=Kind(template.kind),
            title=template.title,
            description=template.description,
            category=template.category,
            tags=tuple(template.tags),
            language=template.language,
            formats=tuple(template.formats),
            engine=template.engine,
        ),
        content=await blobs.read(BlobName(template.tenant, TEMPLATE_BLOB, version.digest)),
        schema=schema,
        samples={row.name: row.data for row in samples},
    )
