"""Named sample data of templates: what every version is tried with before it goes live."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.registry.errors import NoSuchSample, TooManySamples
from greffier.registry.templates import find_row
from greffier.store import tables
from greffier.store.database import Database

#: Most samples of one template, for each of them is rendered before a version goes live.
MOST_SAMPLES = 20
#: Most bytes of the JSON of a sample.
MOST_BYTES = 512 * 1024
#: What stands for samples where a template has none; no sample can be called so.
INVENTED = "invented data"


@dataclass(frozen=True, slots=True)
class SampleInfo:
    """Sample data by name."""

    name: str
    #: JSON text of an object.
    data: str
    #: None: it was invented.
    changed_at: datetime | None
    #: Number of a version -> what its proof was like: ``pages``, ``fonts_substituted``.
    proofs: Mapping[str, Any] = field(default_factory=dict)


class Samples:
    """The samples of all templates; each method is for one tenant's.

    Every method raises ``NoSuchTemplate``.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, tenant: str, slug: str) -> Sequence[SampleInfo]:
        """Give the samples of a template by name."""
        async with self._database.read(tenant) as session:
            template = await find_row(session, slug)
            rows = await session.scalars(
                select(tables.Sample)
                .where(tables.Sample.template_id == template.id)
                .order_by(tables.Sample.name)
            )
            return [_info(row) for row in rows]

    async def get(self, tenant: str, slug: str, name: str) -> SampleInfo:
        """Give a sample.

        Raises:
            NoSuchSample: the template has none of that name.
        """
        async with self._database.read(tenant) as session:
            found = await _find(session, await find_row(session, slug), name)
        if found is None:
            raise NoSuchSample(f"The template {slug!r} has no sample {name!r}.")
        return _info(found)

    async def put(self, tenant: str, slug: str, name: str, data: str) -> bool:
        """Keep a sample, in the place of one of that name; gives whether it is a new one.

        What its proofs were like is forgotten: it is of other data now.

        Raises:
            TooManySamples: the template has as many as one may have.
        """
        async with self._database.write(tenant) as session:
            template = await find_row(session, slug)
            # Whoever else adds one waits here, so that none is counted twice.
            await session.refresh(template, with_for_update=True)
            found = await _find(session, template, name)
            if found is not None:
                found.data, found.pages, found.changed_at = data, {}, tables.now()
                return False
            query = select(func.count(tables.Sample.id))
            query = query.where(tables.Sample.template_id == template.id)
            if (await session.scalar(query) or 0) >= MOST_SAMPLES:
                raise TooManySamples(f"A template has at most {MOST_SAMPLES} samples.")
            session.add(tables.Sample(template_id=template.id, name=name, data=data))
            return True

    async def delete(self, tenant: str, slug: str, name: str) -> None:
        """Forget a sample.

        Raises:
            NoSuchSample: the template has none of that name.
        """
        async with self._database.write(tenant) as session:
            found = await _find(session, await find_row(session, slug), name)
            if found is None:
                raise NoSuchSample(f"The template {slug!r} has no sample {name!r}.")
            await session.execute(delete(tables.Sample).where(tables.Sample.id == found.id))

    async def note_proofs(
        self, tenant: str, slug: str, number: int, proofs: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Keep what the proofs of a version were like, by the name of the sample."""
        async with self._database.write(tenant) as session:
            template = await find_row(session, slug)
            rows = await session.scalars(
                select(tables.Sample).where(tables.Sample.template_id == template.id)
            )
            for row in rows:
                if row.name in proofs:
                    row.pages = {**row.pages, str(number): dict(proofs[row.name])}


def invented(description: Mapping[str, Any]) -> Sequence[SampleInfo]:
    """Give the sample with everything in it that was invented for a version.

    Args:
        description: what was kept of it; see ``descriptions.description_json``.
    """
    return [
        SampleInfo(INVENTED, json.dumps(one["data"]), None) for one in description["samples"][:1]
    ]


async def _find(
    session: AsyncSession, template: tables.Template, name: str
) -> tables.Sample | None:
    found: tables.Sample | None = await session.scalar(
        select(tables.Sample).where(
            tables.Sample.template_id == template.id, tables.Sample.name == name
        )
    )
    return found


def _info(row: tables.Sample) -> SampleInfo:
    return SampleInfo(row.name, row.data, row.changed_at, row.pages)
