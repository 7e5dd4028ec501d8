"""The processes behind the service: offices and render processes, made from the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from greffier_converters import probe, sandbox
from greffier_converters.formats import accepted
from greffier_converters.model import Limits, Status
from greffier_converters.observer import Observer
from greffier_converters.office import OfficeSettings
from greffier_converters.pool import Converter, OfficePool
from greffier_converters.quarantine import Quarantine

from greffier.canary import Canary
from greffier.render import Renderer, RenderPool
from greffier.settings import MIB, Settings


class CannotStart(Exception):
    """The machine lacks what the service needs; the message says what to do."""


class Lifecycle(Protocol):
    """Something that runs processes."""

    async def start(self) -> None:
        """Start the processes; returns when one of them is ready."""

    async def stop(self, *, grace_s: float) -> None:
        """Stop for good."""


async def _no_families(font_set: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class Rooms:
    """What the press works with."""

    renderer: Renderer
    converter: Converter
    #: Kinds of documents that can be converted.
    kinds: tuple[str, ...]
    lifecycles: Sequence[Lifecycle] = ()
    #: Gives the state of each pool of processes.
    statuses: Sequence[Callable[[], Status]] = ()
    #: What each pool refuses at present.
    quarantines: Sequence[Quarantine] = ()
    #: What the kernel offers to confine processes; None: there are none.
    sandbox: sandbox.Support | None = None

    #: Tries the offices; None: nobody does.
    canary: Canary | None = None
    #: Gives the font families that offices have; none as long as they are not known.
    families: Callable[[], frozenset[str]] = frozenset
    #: Gives those of the machine and of a set of fonts.
    families_with: Callable[[str], Awaitable[frozenset[str]]] = _no_families

    async def families_of(self, font_set: str) -> frozenset[str]:
        """Give the families that documents can be set in; an empty name: those of the machine.

        Raises:
            FontsUnavailable: there is no such set.
        """
        return await self.families_with(font_set) if font_set else self.families()

    async def start(self) -> None:
        """Start all processes, side by side; returns when each pool has one that is ready.

        Raises:
            PoolNotReady: a pool could start none; it goes on trying.
        """
        ends = await asyncio.gather(
            *(each.start() for each in self.lifecycles), return_exceptions=True
        )
        for failed in filter(None, ends):
            raise failed

    async def stop(self) -> None:
        """End all processes at once; nothing of them is left."""
        await asyncio.gather(*(each.stop(grace_s=0) for each in self.lifecycles))


async def furnish(settings: Settings, observer: Observer) -> Rooms:
    """Look what the machine has and make the pools; starts nothing.

    Raises:
        CannotStart: LibreOffice is missing, or the kernel cannot confine it.
    """
    support = sandbox.probe()
    required = settings.sandbox == "required"
    if support.missing and required:
        raise CannotStart(sandbox.refusal(support))
    try:
        office = await asyncio.to_thread(
            probe.find_office, office=settings.office, python=settings.office_python
        )
    except probe.OfficeNotFound as error:
        raise CannotStart(str(error)) from error
    offices = OfficePool(
        OfficeSettings(
            installation=office,
            limits=_office_limits(settings),
            sandbox_required=required,
            font_sets=settings.font_sets_dir,
        ),
        folder=settings.work_dir / "office",
        observer=observer,
    )
    renderers = RenderPool(
        settings.work_dir / "render",
        _render_limits(settings),
        observer=observer,
        sandbox_required=required,
        py3o=settings.py3o_engine == "trusted",
    )
    return Rooms(
        renderer=renderers,
        converter=offices,
        kinds=accepted(
            probe.installed_families(office.program), operator_kinds=settings.allowed_inputs
        ),
        lifecycles=(renderers, offices),
        statuses=(*(each.status for each in renderers.supervisors), offices.status),
        quarantines=(*(each.quarantine for each in renderers.supervisors), offices.quarantine),
        sandbox=support,
        canary=Canary(offices, settings.work_dir / "canary"),
        families=offices.families,
        families_with=offices.families_with,
    )


def _office_limits(settings: Settings) -> Limits:
    return Limits(
        processes=settings.workers,
        interactive_reserved=settings.reserved_workers,
        spares=settings.spare,
        with_affinity=settings.font_processes,
        queue_length=settings.queue_length,
        recycle_jobs=settings.recycle_after,
        recycle_rss_bytes=settings.recycle_rss_mb * MIB,
    )


def _render_limits(settings: Settings) -> Limits:
    return Limits(
        processes=settings.render_processes,
        queue_length=settings.queue_length,
        # Filling leaves nothing behind that ages a process; memory is what grows.
        recycle_jobs=50 * settings.recycle_after,
        recycle_rss_bytes=settings.recycle_rss_mb * MIB,
    )
