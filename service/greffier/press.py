"""The recipe: from an order to a finished document, in the work folder of its request."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greffier_converters.filter_data import Export, export
from greffier_converters.formats import OUTPUTS
from greffier_converters.model import Conversion, Converted
from greffier_converters.options import needs_finish
from greffier_converters.pool import Converter

from greffier.errors import EngineNotAllowed
from greffier.model import Caller, ConversionOrder, Document, DocumentOrder, Output, label
from greffier.render import Filled, Renderer


class Press:
    """Makes documents with the render processes and the offices.

    Args:
        renderer: fills, cleans, checks and draws.
        converter: the offices.
        py3o: whether the engine ``py3o`` is allowed.
    """

    def __init__(self, renderer: Renderer, converter: Converter, *, py3o: bool = False) -> None:
        self._renderer = renderer
        self._converter = converter
        self._py3o = py3o

    async def make_document(
        self, order: DocumentOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Document:
        """Fill a template and make the result a document.

        Args:
            order: what to make.
            caller: for whom.
            folder: the work folder of the request; the document lies there.
            deadline: time of the running loop by which it must be done.

        Raises:
            HallError, TemplateError, ConversionError: see ``problems.py``.
        """
        if order.engine == "py3o" and not self._py3o:
            raise EngineNotAllowed("This service does not run templates under the engine py3o.")
        filled = await self._renderer.fill(order, caller=caller, folder=folder, deadline=deadline)
        # Our engine keeps no author of the template; stock py3o.template does.
        settings = export(order.output.pdf, anonymous=order.engine == "greffier")
        document = await self._print(
            filled, "odt", order.output, settings, caller=caller, folder=folder, deadline=deadline
        )
        name = order.template.name or "document"
        return _named(document, order.output, name, template=label(order.template))

    async def convert(
        self, order: ConversionOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Document:
        """Convert an uploaded document; arguments and errors as ``make_document``."""
        cleaned = await self._renderer.clean(
            order.source, order.kind, caller=caller, folder=folder, deadline=deadline
        )
        settings = export(order.output.pdf)
        document = await self._print(
            cleaned,
            order.kind,
            order.output,
            settings,
            caller=caller,
            folder=folder,
            deadline=deadline,
        )
        return _named(document, order.output, "document", template="")

    async def _print(
        self,
        source: Filled,
        kind: str,
        output: Output,
        settings: Export,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Document:
        """Have an office convert what came out of a render process, and finish it."""
        converted = await self._converter.convert(
            Conversion(
                source=source.path,
                kind=kind,
                target=folder / f"result{OUTPUTS[output.format].extension}",
                format=output.format,
                options=settings.options,
                properties=settings.properties,
                fonts_wanted=source.fonts,
                digest=source.digest,
                tenant=caller.tenant,
            ),
            deadline=deadline,
        )
        timings = {
            "queue": source.queue_s + converted.timings_s["queue"],
            "fill": source.run_s,
            "convert": sum(converted.timings_s.values()) - converted.timings_s["queue"],
        }
        with _measured(timings, "finish"):
            path = await self._finish(converted, output, caller, folder, deadline)
        return Document(
            path=path,
            media_type=OUTPUTS[output.format].media_type,
            filename="",
            pages=converted.pages,
            template="",
            warnings=source.warnings,
            fonts_substituted=converted.fonts_substituted,
            timings_s=timings,
        )

    async def _finish(
        self, converted: Converted, output: Output, caller: Caller, folder: Path, deadline: float
    ) -> Path:
        if output.format == "png":
            return await self._renderer.draw(
                converted.path,
                page=output.page,
                dpi=output.dpi,
                caller=caller,
                folder=folder,
                deadline=deadline,
            )
        if output.format == "pdf" and needs_finish(output.pdf):
            return await self._renderer.finish(
                converted.path, output.pdf, caller=caller, folder=folder, deadline=deadline
            )
        return converted.path


def _named(document: Document, output: Output, name: str, *, template: str) -> Document:
    filename = output.filename or f"{name}{OUTPUTS[output.format].extension}"
    return dataclasses.replace(document, filename=filename, template=template)


@contextmanager
def _measured(timings: dict[str, float], phase: str) -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    finally:
        timings[phase] = time.monotonic() - begun
