"""Stand-ins for the processes behind the service, for tests that need no LibreOffice.

``FakeRenderer`` does what a render process does, with the same code, in this process;
what differs (confinement, crashes, deadlines) is tested with the real thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from greffier_converters.observer import Observer
from greffier_converters.options import PdfOptions
from greffier_converters.testing import FakeConverter
from greffier_templates.model import Finding

from greffier.model import Caller, DocumentOrder, Template
from greffier.render import Filled
from greffier.render_messages import read_error, read_findings
from greffier.render_program import Renderer as Operations
from greffier.rooms import Rooms
from greffier.settings import Settings


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

    async def fill(
        self, order: DocumentOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Fill the template of an order."""
        self.orders.append(order)
        self.callers.append(caller)
        template = await order.template.put_into(folder)
        message = {
            "op": "fill",
            "digest": order.template.digest,
            "template": template.name,
            "filling": {
                "undefined": order.filling.undefined,
                "locale": order.filling.locale,
                "timezone": order.filling.timezone,
            },
            "images": {name: path.name for name, path in order.images.items()},
            "target": "filled.odt",
        }
        answer = self._work(message, order.request, folder)
        return _filled(folder / "filled.odt", answer)

    async def check(
        self, template: Template, request: bytes, *, folder: Path, deadline: float
    ) -> tuple[Finding, ...]:
        """Report on a template."""
        path = await template.put_into(folder)
        answer = self._work({"op": "check", "template": path.name}, request, folder)
        return read_findings(answer["findings"])

    async def clean(
        self, source: Path, kind: str, *, caller: Caller, folder: Path, deadline: float
    ) -> Filled:
        """Let an uploaded document through the gate."""
        self.callers.append(caller)
        message = {"op": "clean", "source": source.name, "kind": kind, "target": "clean"}
        return _filled(folder / "clean", self._work(message, b"", folder))

    async def finish(
        self, pdf: Path, options: PdfOptions, *, folder: Path, deadline: float
    ) -> Path:
        """Leave a PDF as it is: the fake converter writes none that could be finished."""
        return pdf

    async def draw(self, pdf: Path, *, page: int, dpi: int, folder: Path, deadline: float) -> Path:
        """Draw a page of a PDF."""
        message = {"op": "draw", "source": pdf.name, "page": page, "dpi": dpi, "target": "page.png"}
        self._work(message, b"", folder)
        return folder / "page.png"

    def _work(self, message: Mapping[str, object], blob: bytes, folder: Path) -> Mapping[str, Any]:
        if self.failure is not None:
            raise self.failure
        answer = self._operations.work({**message, "folder": str(folder)}, blob)
        error = answer.get("error")
        if isinstance(error, dict):
            raise read_error(error)
        return answer


def _filled(path: Path, answer: Mapping[str, Any]) -> Filled:
    return Filled(
        path=path,
        warnings=read_findings(answer["warnings"]),
        fonts=frozenset(answer["fonts"]),
        digest=answer["digest"],
        queue_s=0.0,
        run_s=0.0,
    )


class FakeRooms:
    """Furnishes a service with fakes; pass ``furnish`` to ``create_app``."""

    def __init__(self, *, duration_s: float = 0.0) -> None:
        self.renderer = FakeRenderer()
        self.converter = FakeConverter(duration_s=duration_s)

    async def furnish(self, settings: Settings, observer: Observer) -> Rooms:
        """Give the fakes; see ``rooms.furnish``."""
        return Rooms(self.renderer, self.converter, kinds=("odt", "docx", "csv"))
