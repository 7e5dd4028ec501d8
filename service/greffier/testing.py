"""Stand-ins for the processes behind the service, for tests that need no LibreOffice.

``FakeRenderer`` does what a render process does, with the same code, in this process;
what differs (confinement, crashes, deadlines) is tested with the real thing.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from greffier_converters.model import Answer
from greffier_converters.observer import Observer
from greffier_converters.options import PdfOptions
from greffier_converters.quarantine import Quarantine
from greffier_converters.testing import FakeConverter
from greffier_converters.xmp import Facts
from greffier_templates.gate.font_face import FontFace

from greffier import understanding
from greffier.blocks import Memory, Supply
from greffier.model import Caller, CheckOrder, DocumentOrder, Report
from greffier.render import Filled, read_filled, read_report
from greffier.render_messages import read_error
from greffier.render_program import Renderer as Operations
from greffier.rooms import Rooms
from greffier.settings import Settings
from greffier.understanding import Described, DescribeOrder, Diff, DiffOrder


class FakeRenderer:
    """Renders in this process; see ``render.Renderer``."""

    def __init__(self) -> None:
        #: What was asked for, in order.
        self.orders: list[DocumentOrder] = []
        #: For whom.
        self.callers: list[Caller] = []
        #: Raised by the next jobs instead of doing them.
        self.failure: BaseException | None = None
        self._operations = Operations()
        self._memory = Memory()

    async def fill(
        self, order: DocumentOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Fill the template of an order."""
        self.orders.append(order)
        self.callers.append(caller)
        supply = Supply(order.template, order.blocks, folder)
        await supply.begin(self._memory.recall(caller.tenant, order.template.digest))
        message = {
            "op": "fill",
            "language": caller.language,
            "filling": dataclasses.asdict(order.filling),
            "images": {name: path.name for name, path in order.images.items()},
            "target": "filled.odt",
        }
        schema = await order.template.schema_into(folder)
        if schema is not None:
            message["schema"] = schema.name
        answer = await self._work_supplied(message, order.request, folder, supply)
        self._memory.remember(caller.tenant, order.template.digest, answer["blocks"])
        return read_filled(
            folder / "filled.odt", Answer(answer, 0.0, 0.0), supply.unused(answer["blocks"])
        )

    async def check(
        self, order: CheckOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Report:
        """Report on a template."""
        self.callers.append(caller)
        supply = Supply(order.template, order.blocks, folder)
        await supply.give_template()
        message = {
            "op": "check",
            "language": caller.language,
            "families": sorted(order.families),
        }
        target = folder / "annotated.odt" if order.annotated else None
        if target is not None:
            message["target"] = target.name
        answer = await self._work_supplied(message, order.request, folder, supply)
        return read_report(answer, supply, caller.language, target)

    async def clean(
        self, source: Path, kind: str, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Let an uploaded document through the gate."""
        self.callers.append(caller)
        message = {
            "op": "clean",
            "language": caller.language,
            "source": source.name,
            "kind": kind,
            "target": "clean",
        }
        answer = self._work(message, b"", folder)
        return read_filled(folder / "clean", Answer(answer, 0.0, 0.0))

    async def finish(
        self,
        pdf: Path,
        options: PdfOptions,
        facts: Facts,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Path:
        """Write the facts only: the fake converter makes no PDF that could claim anything."""
        self.callers.append(caller)
        message = {"op": "finish", "source": pdf.name, "facts": facts}
        self._work(message, b"", folder)
        return pdf

    async def draw(
        self, pdf: Path, *, page: int, dpi: int, caller: Caller, folder: Path, deadline: float
    ) -> Path:
        """Draw a page of a PDF."""
        self.callers.append(caller)
        message = {"op": "draw", "source": pdf.name, "page": page, "dpi": dpi, "target": "page.png"}
        self._work(message, b"", folder)
        return folder / "page.png"

    async def read_font(
        self, font: Path, *, caller: Caller, folder: Path, deadline: float
    ) -> FontFace:
        """Judge a font that somebody brings."""
        self.callers.append(caller)
        message = {"op": "read_font", "language": caller.language, "source": font.name}
        return FontFace(**self._work(message, b"", folder)["face"])

    async def describe(
        self, order: DescribeOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Described:
        """Say all that a registry keeps of a version."""
        self.callers.append(caller)
        supply = Supply(order.template, order.blocks, folder)
        await supply.give_template()
        schema = await order.template.schema_into(folder)
        message = understanding.describe_message(order, caller, schema)
        return understanding.read_described(await self._work_supplied(message, b"", folder, supply))

    async def diff(
        self, order: DiffOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Diff:
        """Say what is not the same in two versions."""
        self.callers.append(caller)
        _hand(await understanding.diff_files(order, folder), folder)
        blob = understanding.as_blob(*order.schemas)
        return understanding.read_diff(self._work(understanding.diff_message(caller), blob, folder))

    async def contract(
        self, before: object, after: object, *, caller: Caller, deadline: float
    ) -> Mapping[str, Any]:
        """Compare what two versions ask for."""
        self.callers.append(caller)
        blob = understanding.as_blob(before, after)
        answer = self._work(understanding.contract_message(caller), blob, Path())
        return cast("Mapping[str, Any]", answer["contract"])

    async def _work_supplied(
        self, message: Mapping[str, object], blob: bytes, folder: Path, supply: Supply
    ) -> Mapping[str, Any]:
        answer = self._work({**message, **self._handed(supply, folder)}, blob, folder)
        while await supply.grows(answer):
            answer = self._work({**message, **self._handed(supply, folder)}, blob, folder)
        return answer

    def _handed(self, supply: Supply, folder: Path) -> Mapping[str, object]:
        """Put the files where the message says they are."""
        _hand(supply.inputs, folder)
        return supply.message

    def _work(self, message: Mapping[str, object], blob: bytes, folder: Path) -> Mapping[str, Any]:
        if self.failure is not None:
            raise self.failure
        answer = self._operations.work({**message, "folder": str(folder)}, blob)
        error = answer.get("error")
        if isinstance(error, dict):
            raise read_error(error)
        return answer


def _hand(files: Mapping[str, Path], folder: Path) -> None:
    for name, path in files.items():
        if path != folder / name:
            (handed := folder / name).unlink(missing_ok=True)
            os.link(path, handed)


class FakeRooms:
    """Furnishes a service with fakes; pass ``furnish`` to ``create_app``."""

    def __init__(self, *, duration_s: float = 0.0) -> None:
        self.renderer = FakeRenderer()
        self.converter = FakeConverter(duration_s=duration_s)
        self.quarantine = Quarantine(60)

    async def furnish(self, settings: Settings, observer: Observer) -> Rooms:
        """Give the fakes; see ``rooms.furnish``."""
        return Rooms(
            self.renderer,
            self.converter,
            kinds=("odt", "docx", "csv"),
            quarantines=(self.quarantine,),
        )
