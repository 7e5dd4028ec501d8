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
from greffier_converters.pool import Converter

from greffier import provenance
from greffier.errors import EngineNotAllowed
from greffier.fonts.model import FontSource, MachineFonts
from greffier.model import (
    Caller,
    ConversionOrder,
    Document,
    DocumentOrder,
    Output,
    Template,
    label,
)
from greffier.provenance import Provenance, digest
from greffier.render import Filled, Renderer


class Press:
    """Makes documents with the render processes and the offices.

    Args:
        renderer: fills, cleans, checks and draws.
        converter: the offices.
        fonts: says with which fonts a tenant's documents are made.
        py3o: whether the engine ``py3o`` is allowed.
    """

    def __init__(
        self,
        renderer: Renderer,
        converter: Converter,
        fonts: FontSource | None = None,
        *,
        py3o: bool = False,
    ) -> None:
        self._renderer = renderer
        self._converter = converter
        self._fonts = fonts or MachineFonts()
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
            filled,
            "odt",
            order.output,
            settings,
            _origin(
                filled,
                template=_full_name(order.template, caller),
                engine=provenance.engine(order.engine),
            ),
            caller=caller,
            folder=folder,
            deadline=deadline,
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
            _origin(cleaned),
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
        origin: Provenance,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Document:
        """Have an office convert what came out of a render process, and finish it."""
        written = OUTPUTS[output.format]
        converted = await self._converter.convert(
            Conversion(
                source=source.path,
                kind=kind,
                target=folder / f"result{written.extension}",
                format=output.format,
                options=settings.options,
                properties=settings.properties,
                custom_properties=origin.custom_properties() if written.custom_properties else {},
                fonts_wanted=source.fonts,
                digest=source.digest,
                tenant=caller.tenant,
                affinity=await self._fonts.set_of(caller.tenant),
            ),
            lane=caller.lane,
            deadline=deadline,
        )
        timings = {
            "queue": source.queue_s + converted.timings_s["queue"],
            "fill": source.run_s,
            "convert": sum(converted.timings_s.values()) - converted.timings_s["queue"],
        }
        origin = dataclasses.replace(
            origin,
            office=f"LibreOffice {converted.office_version}",
            fonts_substituted=converted.fonts_substituted,
        )
        with _measured(timings, "finish"):
            path = await self._finish(
                converted, output, origin, caller=caller, folder=folder, deadline=deadline
            )
        return Document(
            path=path,
            media_type=written.media_type,
            filename="",
            pages=converted.pages,
            template="",
            warnings=source.warnings,
            fonts_substituted=converted.fonts_substituted,
            timings_s=timings,
            provenance=origin,
        )

    async def _finish(
        self,
        converted: Converted,
        output: Output,
        origin: Provenance,
        *,
        caller: Caller,
        folder: Path,
        deadline: float,
    ) -> Path:
        # What is encrypted could only be added to by whoever knows the passwords.
        facts = {} if output.pdf.encryption else origin.facts()
        if output.format == "png":
            return await self._renderer.draw(
                converted.path,
                page=output.page,
                dpi=output.dpi,
                caller=caller,
                folder=folder,
                deadline=deadline,
            )
        if output.format == "pdf":
            return await self._renderer.finish(
                converted.path, output.pdf, facts, caller=caller, folder=folder, deadline=deadline
            )
        return converted.path


def _origin(source: Filled, *, template: str = "", engine: str = "") -> Provenance:
    """Say where a document comes from, as far as it is known before an office has it."""
    return Provenance(
        template=template,
        template_digest=digest(source.template_digest),
        blocks={name: digest(each) for name, each in source.blocks.items()},
        data_digest=digest(source.data_digest),
        source_digest=digest(source.source_digest),
        engine=engine,
        service=provenance.service(),
    )


def _full_name(template: Template, caller: Caller) -> str:
    """Name a template for those who are no longer with the caller: ``namur/permit@3``."""
    name = label(template)
    return name if template.version is None or "/" in name else f"{caller.tenant}/{name}"


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
