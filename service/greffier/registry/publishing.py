"""How a version goes live: checked with the blocks of today, and only without mistakes."""

from __future__ import annotations

from pathlib import Path

from greffier.fonts.model import FontSource
from greffier.model import Caller, CheckOrder, Report
from greffier.problems import told
from greffier.registry.errors import NotPublishable
from greffier.registry.model import VersionInfo
from greffier.registry.sources import Sources
from greffier.registry.versions import Versions
from greffier.rooms import Rooms


class Publishing:
    """Checks and publishes versions.

    Args:
        versions: of the registry.
        sources: where blocks come from.
        rooms: what checks.
        fonts: says which fonts the tenant has.
    """

    def __init__(
        self, versions: Versions, sources: Sources, rooms: Rooms, fonts: FontSource
    ) -> None:
        self._versions, self._sources, self._rooms, self._fonts = versions, sources, rooms, fonts

    async def check(
        self, caller: Caller, slug: str, number: int, *, folder: Path, deadline: float
    ) -> VersionInfo:
        """Check a version, and keep what was found.

        Args:
            caller: for whom.
            slug: of the template.
            number: of the version.
            folder: the work folder of the request.
            deadline: time of the running loop.

        Raises:
            RegistryError: there is no such version.
            TemplateError, ConversionError: it could not be checked; it stays as it was.
        """
        _, version = await self._examine(caller, slug, number, folder, deadline)
        return version

    async def publish(
        self, caller: Caller, slug: str, number: int, *, folder: Path, deadline: float
    ) -> VersionInfo:
        """Make a version the one that counts; arguments and errors as :meth:`check`.

        Raises:
            NotPublishable: it has mistakes.
        """
        report, _ = await self._examine(caller, slug, number, folder, deadline)
        if report.errors:
            raise NotPublishable(
                f"Version {number} of {slug!r} has mistakes, so it cannot go live.",
                report.findings,
            )
        return await self._versions.publish(caller.tenant, slug, number, by=caller.key)

    async def _examine(
        self, caller: Caller, slug: str, number: int, folder: Path, deadline: float
    ) -> tuple[Report, VersionInfo]:
        template = await self._sources.version(caller.tenant, slug, number)
        families = await self._rooms.families_of(await self._fonts.set_of(caller.tenant))
        report = await self._rooms.renderer.check(
            CheckOrder(template, self._sources.blocks(caller.tenant), families=families),
            caller=caller,
            folder=folder,
            deadline=deadline,
        )
        version = await self._versions.note_report(
            caller.tenant,
            slug,
            number,
            errors=report.errors,
            warnings=report.warnings,
            report={"findings": list(told(report.findings)), "foreign": dict(report.foreign)},
            blocks=report.blocks,
        )
        return report, version
