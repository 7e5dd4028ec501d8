"""What versions are about, as it was when they were checked, or as it is with today's blocks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from greffier_templates.errors import TemplateInvalid

from greffier.fonts.model import FontSource
from greffier.library import LibraryTemplate
from greffier.model import Caller, Template
from greffier.registry.model import VersionInfo
from greffier.registry.samples import Samples
from greffier.registry.sources import Sources
from greffier.registry.versions import Versions
from greffier.rooms import Rooms
from greffier.understanding import Described, DescribeOrder


class Descriptions:
    """Gives descriptions.

    Args:
        versions: of the registry, with what their checks found.
        samples: of the registry.
        sources: where blocks come from.
        rooms: what describes.
        fonts: says which fonts a tenant has.
    """

    def __init__(
        self,
        versions: Versions,
        samples: Samples,
        *,
        sources: Sources,
        rooms: Rooms,
        fonts: FontSource,
    ) -> None:
        self._versions, self._samples = versions, samples
        self._sources, self._rooms, self._fonts = sources, rooms, fonts

    async def make(
        self, caller: Caller, template: Template, *, folder: Path, deadline: float
    ) -> Described:
        """Describe a template with the blocks of today.

        Args:
            caller: for whom, and in which language.
            template: of the registry or the library.
            folder: a work folder.
            deadline: time of the running loop.

        Raises:
            ConversionError, HallError: it could not be looked at.
        """
        families = await self._rooms.families_of(await self._fonts.set_of(caller.tenant))
        order = DescribeOrder(template, self._sources.blocks(caller.tenant), families=families)
        return await self._rooms.renderer.describe(
            order, caller=caller, folder=folder, deadline=deadline
        )

    async def contract(
        self, caller: Caller, before: object, after: object, *, deadline: float
    ) -> Mapping[str, Any]:
        """Compare what two versions ask for, by their schemas; see ``Renderer.contract``."""
        return await self._rooms.renderer.contract(before, after, caller=caller, deadline=deadline)

    async def usable(
        self, caller: Caller, template: Template, *, folder: Path, deadline: float
    ) -> Mapping[str, Any]:
        """Give the description of a template that has no mistakes; arguments as :meth:`make`.

        Sentences in one that was kept are in the language of whoever had the version checked.

        Raises:
            TemplateInvalid: it has mistakes.
        """
        kept = await self._kept(caller, template)
        if kept is not None:
            return kept
        described = await self.make(caller, template, folder=folder, deadline=deadline)
        if described.schema is None:
            raise TemplateInvalid(described.findings)
        return description_json(described)

    async def _kept(self, caller: Caller, template: Template) -> Mapping[str, Any] | None:
        """What was found when a version was checked, while its blocks are the same."""
        owner, _, slug = template.name.rpartition("/")
        if template.version is None:
            return None
        version = await self._versions.get(owner or caller.tenant, slug, template.version)
        kept = described_in(version)
        if kept is None or kept["schema"] is None:
            return None
        for name, digest in kept["blocks"].items():
            block = await self._sources.block(caller.tenant, name)
            if block is None or block.digest != digest:
                return None
        return kept

    async def schema(
        self, caller: Caller, template: Template, *, folder: Path, deadline: float
    ) -> object:
        """Give what data is held against: the designer's own schema, or else the derived one.

        Arguments and errors as :meth:`usable`.
        """
        own = await own_schema(template, folder)
        if own is not None:
            return own
        found = await self.usable(caller, template, folder=folder, deadline=deadline)
        return cast("object", found["schema"])

    async def sample(
        self, caller: Caller, template: Template, *, folder: Path, deadline: float
    ) -> str:
        """Give data that fills a template, JSON text: a designer's, else invented.

        A designer's sample counts where the version was rendered with it. Arguments and errors
        as :meth:`usable`.
        """
        if isinstance(template, LibraryTemplate):
            own = await template.sample()
            if own is not None:
                return own
        elif template.version is not None:
            owner, _, slug = template.name.rpartition("/")
            for one in await self._samples.list(owner or caller.tenant, slug):
                if str(template.version) in one.proofs:
                    return one.data
        found = await self.usable(caller, template, folder=folder, deadline=deadline)
        return json.dumps(found["samples"][0]["data"])


async def own_schema(template: Template, folder: Path) -> object | None:
    """Give the schema that a designer made, as JSON has it.

    Raises:
        TemplateInvalid: it is none that can be used.
    """
    path = await template.schema_into(folder)
    if path is None:
        return None
    text = await asyncio.to_thread(path.read_bytes)
    return await asyncio.to_thread(_read, text)


def _read(text: bytes) -> object:
    # Imported late: the service starts sooner without what checks schemas.
    from greffier_templates.understanding.data_schema import read_data_schema

    read_data_schema(text)
    return cast("object", json.loads(text))


def description_json(described: Described) -> Mapping[str, Any]:
    """Write what is kept of a description besides its findings."""
    return {
        "title": described.title,
        "locale": described.locale,
        "schema": described.schema,
        "samples": described.samples,
        "fields": described.fields,
        "included": list(described.included),
        "blocks": dict(described.blocks),
        "fonts": sorted(described.fonts),
        "pictures": sorted(described.pictures),
    }


def described_in(version: VersionInfo) -> Mapping[str, Any] | None:
    """Give what the last check of a version kept; None: it was never checked."""
    return cast("Mapping[str, Any] | None", version.report.get("description"))
