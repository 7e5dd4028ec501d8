"""Documents converted by a pool of offices: what the rest of the house sees of them."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any, Protocol, cast

from greffier_converters.errors import (
    DeadlineExceeded,
    DocumentRejected,
    OptionRefused,
    PoolNotReady,
)
from greffier_converters.font_sets import FontSet
from greffier_converters.fonts import FontsUnknown, InstalledFonts
from greffier_converters.formats import INPUTS, OUTPUTS, export_filter, import_options
from greffier_converters.handover import check_room
from greffier_converters.model import Answer, Conversion, Converted, Job, Lane, Status
from greffier_converters.observer import NullObserver, Observer
from greffier_converters.office import OfficeProgram, OfficeSettings
from greffier_converters.options import page_count
from greffier_converters.profile import ProfileFailed
from greffier_converters.quarantine import Quarantine
from greffier_converters.supervisor import Supervisor

#: Format -> what every file of it begins with. An office's word is not taken for it.
_BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".odt": b"PK\x03\x04",
    ".docx": b"PK\x03\x04",
    ".ods": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".rtf": b"{\\rtf",
}


class Converter(Protocol):
    """Converts documents. ``testing.FakeConverter`` is held to the same contract suite."""

    async def convert(
        self, conversion: Conversion, *, lane: Lane = Lane.INTERACTIVE, deadline: float
    ) -> Converted:
        """Convert one document; see ``OfficePool.convert``."""


class OfficePool:
    """A supervisor of offices that speaks of documents instead of jobs.

    Args:
        settings: which LibreOffice, how many, how strictly confined.
        folder: everything is kept here; the warmed-up profile stays between starts.
        observer: is told what happens.
    """

    def __init__(
        self, settings: OfficeSettings, *, folder: Path, observer: Observer | None = None
    ) -> None:
        self._observer = observer or NullObserver()
        self._folder = folder
        self._program = OfficeProgram(settings, folder)
        self._supervisor = Supervisor(
            self._program, settings.limits, folder=folder / "offices", observer=self._observer
        )
        self._fonts = InstalledFonts()

    async def start(self) -> None:
        """Start the offices; returns when one is ready. See ``Supervisor.start``."""
        try:
            await asyncio.to_thread(self._program.prepare)
            self._fonts = await asyncio.to_thread(InstalledFonts.look_up)
        except (FontsUnknown, ProfileFailed) as error:
            raise PoolNotReady(str(error)) from error
        await self._supervisor.start()

    async def stop(self, *, grace_s: float) -> None:
        """Stop for good. See ``Supervisor.stop`` for the promise."""
        await self._supervisor.stop(grace_s=grace_s)

    @property
    def ready(self) -> bool:
        """Whether there is an office to work."""
        return self._supervisor.ready

    @property
    def quarantine(self) -> Quarantine:
        """The documents refused at present, to list and lift."""
        return self._supervisor.quarantine

    def families(self) -> frozenset[str]:
        """Name the font families of the machine; none before the first ``start``."""
        return self._fonts.families

    async def families_with(self, affinity: str) -> frozenset[str]:
        """Name the font families of the machine and of a set.

        Raises:
            FontsUnavailable: there is no such set, or no more.
        """
        return (await self._program.sets.get(affinity)).installed.families

    def status(self) -> Status:
        """Describe the present state."""
        return self._supervisor.status()

    async def convert(
        self, conversion: Conversion, *, lane: Lane = Lane.INTERACTIVE, deadline: float
    ) -> Converted:
        """Have one document converted into ``conversion.target``.

        Args:
            conversion: what to convert; its source is handed to an office as a link,
                so it must be a file made for this conversion.
            lane: interactive work goes before batch work.
            deadline: time of the running loop by which it must be done.

        Raises:
            OptionRefused: the format cannot be made from this kind of document, or the
                document lacks pages that were asked for.
            FontsUnavailable: there is no such set of fonts, or no more.
            DocumentRejected: the office could not load or export it.
            ConversionError: what ``Supervisor.run`` raises.
        """
        try:
            async with asyncio.timeout_at(deadline):
                fonts = await self._fonts_for(conversion)
        except TimeoutError:
            raise DeadlineExceeded("The fonts were not listed in time.", phase="start") from None
        job = _job(conversion, fonts.affinity)
        answer = await self._supervisor.run(job, lane=lane, deadline=deadline)
        error = answer.message.get("error")
        if isinstance(error, dict):
            check_room(self._folder)
            if error["phase"] == "export":
                _refuse_missing_pages(conversion, None)
            raise DocumentRejected(
                f"LibreOffice could not {error['phase']} the document: {error['message']}.",
                phase=str(error["phase"]),
            )
        converted = self._converted(conversion, answer, fonts.installed)
        _refuse_missing_pages(conversion, converted.pages)
        for phase, seconds in converted.timings_s.items():
            self._observer.phase("office", phase, seconds)
        return converted

    async def _fonts_for(self, conversion: Conversion) -> FontSet:
        if conversion.affinity:
            return await self._program.sets.get(conversion.affinity)
        return FontSet("", self._fonts)

    def _converted(
        self, conversion: Conversion, answer: Answer, installed: InstalledFonts
    ) -> Converted:
        """Read an office's answer, believing nothing that can be looked at."""
        output = OUTPUTS[conversion.format]
        beginning = b"%PDF-" if output.drawn_from_pdf else _BEGINNINGS.get(output.extension, b"")
        try:
            with conversion.target.open("rb") as file:
                begins_right = file.read(len(beginning) or 1).startswith(beginning)
        except FileNotFoundError:
            begins_right = False
        if not begins_right:
            raise DocumentRejected(
                f"LibreOffice said it was done but wrote no {conversion.format}.", phase="export"
            )
        message = cast("dict[str, Any]", answer.message)
        fonts = installed.report(conversion.fonts_wanted, message["fonts_used"])
        return Converted(
            path=conversion.target,
            pages=message["pages"],
            fonts_used=fonts.used,
            fonts_substituted=fonts.substituted,
            timings_s={"queue": answer.queue_s, **message["timings_s"]},
            office_version=str(message["office_version"]),
            attempts=answer.attempts,
        )


def _job(conversion: Conversion, affinity: str) -> Job:
    if conversion.kind not in INPUTS:
        raise OptionRefused(
            f"There is no kind of document {conversion.kind!r}; there are: {', '.join(INPUTS)}.",
            option="kind",
        )
    loading = INPUTS[conversion.kind]
    storing = export_filter(conversion.kind, conversion.format)
    # A drawn format is made from the PDF afterwards, by another room's process.
    output = OUTPUTS[conversion.format]
    extension = ".pdf" if output.drawn_from_pdf else output.extension
    # Names of their own: one office must never take a document for the one before it.
    token = secrets.token_hex(4)
    source, target = f"source-{token}.{conversion.kind}", f"result-{token}{extension}"
    return Job(
        message={
            "source": source,
            "family": loading.family,
            "import_filter": loading.filter_name,
            "import_options": import_options(conversion.kind, conversion.source),
            "target": target,
            "filter": storing.name,
            "filter_options": storing.options,
            "filter_data": dict(conversion.options),
            "properties": dict(conversion.properties),
            "custom_properties": dict(conversion.custom_properties),
        },
        inputs={source: conversion.source},
        outputs={target: conversion.target},
        digest=conversion.digest,
        tenant=conversion.tenant,
        affinity=affinity,
    )


def _refuse_missing_pages(conversion: Conversion, written: int | None) -> None:
    """Refuse what LibreOffice passes over: it writes the pages there are, or fails without."""
    wanted = conversion.options.get("PageRange")
    if isinstance(wanted, str) and (written is None or written < page_count(wanted)):
        raise OptionRefused(
            f"pages: the document has fewer pages than {wanted}.", option="pdf.pages"
        )
