"""The ready-made templates, filled and converted as the tests and ``scripts/golden`` need them."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greffier_converters.model import Conversion, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.model import Filling, Finding
from greffier_templates.prepared import prepare

LIBRARY = Path(__file__).parents[1] / "templates" / "greffier_library"
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/template.json"))
BLOCK_FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/block.json"))
#: The templates that use nothing that stock py3o.template does not know.
CORE = frozenset({"accuse-reception", "deliberation-conseil", "omgevingsvergunning"})
#: The one that shows instructions on paper, and is signed by nobody.
CARD = "designer-card"
#: The data each template is made with.
DATA = ("sample", "awkward")
#: For one conversion, in seconds: generous, because many run on one busy machine.
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Made:
    """A template that was filled and converted."""

    pdf: Path
    #: Names of the fonts that LibreOffice wrote into the PDF.
    fonts: Collection[str]


def data_of(folder: Path, name: str) -> Mapping[str, object]:
    """What a file of a template says: ``template.json`` or one of its data."""
    data: Mapping[str, object] = json.loads((folder / name).read_text(encoding="utf-8"))
    return data


#: How a caller asks for every template: in its own language.
FILLING = Filling(locale="", timezone="Europe/Brussels")


def blocks() -> GivenBlocks:
    """The blocks of the library, as a service finds them."""
    return GivenBlocks({path.name: (path / "block.odt").read_bytes() for path in BLOCK_FOLDERS})


def filled(
    folder: Path, data: str, *, template: Path | None = None
) -> tuple[bytes, Sequence[Finding]]:
    """Fill a template of the library.

    Args:
        folder: the template's.
        data: ``sample`` or ``awkward``.
        template: another file than the folder's own.

    Returns:
        The document, and every warning of preparing and of filling it.
    """
    prepared = prepare((template or folder / "template.odt").read_bytes(), blocks())
    out = io.BytesIO()
    warnings = prepared.fill(data_of(folder, f"{data}.json"), out, FILLING).warnings
    return out.getvalue(), warnings


def make_all(folder: Path) -> dict[tuple[str, str], Made]:
    """Make a PDF of every template with each of its data, and save each template in Writer.

    Args:
        folder: for everything that is made; ``<template>-saved.odt`` are the saved templates.

    Returns:
        By name of the template and of its data.
    """
    return asyncio.run(_make_all(folder))


async def _make_all(folder: Path) -> dict[tuple[str, str], Made]:
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=2))
    pool = OfficePool(settings, folder=folder / "offices")
    made: dict[tuple[str, str], Made] = {}

    async def make(template: Path, data: str) -> None:
        source = folder / f"{template.name}-{data}.odt"
        source.write_bytes(filled(template, data)[0])
        pdf = source.with_suffix(".pdf")
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        converted = await pool.convert(
            Conversion(source=source, kind="odt", target=pdf), deadline=deadline
        )
        made[template.name, data] = Made(pdf, converted.fonts_used)

    async def save(template: Path) -> None:
        source = folder / f"{template.name}.odt"
        shutil.copy(template / "template.odt", source)
        saved = folder / f"{template.name}-saved.odt"
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        await pool.convert(
            Conversion(source=source, kind="odt", target=saved, format="odt"), deadline=deadline
        )

    try:
        await pool.start()
        async with asyncio.TaskGroup() as tasks:
            for template in FOLDERS:
                tasks.create_task(save(template))
                for data in DATA:
                    tasks.create_task(make(template, data))
    finally:
        await pool.stop(grace_s=5)
    return made
