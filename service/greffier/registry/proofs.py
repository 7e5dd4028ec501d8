"""Proofs: a version rendered with sample data, to see what comes out before anybody gets it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greffier_converters.errors import DocumentQuarantined, DocumentRejected, OfficeCrashed
from greffier_templates.errors import TemplateError
from greffier_templates.model import Filling, Finding
from greffier_templates.telling.wording import in_language, joined, quoted, say
from greffier_templates.understanding.hints import DOT

from greffier.errors import DataMalformed
from greffier.model import Blocks, Caller, Document, DocumentOrder, Output, Template
from greffier.press import Press
from greffier.settings import Settings


@dataclass(frozen=True, slots=True)
class ProofOrder:
    """A version, and the data to render it with."""

    template: Template
    #: JSON text of an object whose member ``data`` is the data; see :func:`as_request`.
    request: bytes
    blocks: Blocks
    #: The ids of the pictures that the version wants beside its data.
    pictures: Collection[str] = ()
    #: What fills it; empty: the operator's default.
    engine: str = ""
    output: Output = field(default_factory=Output)


def as_request(data: str) -> bytes:
    """Write sample data, JSON text, as the member of a request."""
    return f'{{"data": {data}}}'.encode()


class Proofs:
    """Makes proofs.

    Args:
        press: of the service, or of a command.
        settings: say in which locale and zone documents are made.
    """

    def __init__(self, press: Press, settings: Settings) -> None:
        self._press, self._settings = press, settings

    async def make(
        self, order: ProofOrder, *, caller: Caller, folder: Path, deadline: float
    ) -> Document:
        """Render a version with sample data.

        Pictures that are sent beside the data are grey dots.

        Args:
            order: what to render.
            caller: for whom.
            folder: a work folder; the document lies in a folder below it.
            deadline: time of the running loop.

        Raises:
            HallError, TemplateError, ConversionError: as ``Press.make_document``.
        """
        own = folder / f"proof-{secrets.token_hex(8)}"
        own.mkdir()
        dot = own / "dot.gif"
        if order.pictures:
            await asyncio.to_thread(dot.write_bytes, DOT)
        return await self._press.make_document(
            DocumentOrder(
                template=order.template,
                request=order.request,
                engine=order.engine or self._settings.default_engine,
                filling=Filling(locale=self._settings.locale, timezone=self._settings.timezone),
                output=order.output,
                blocks=order.blocks,
                images=dict.fromkeys(order.pictures, dot),
            ),
            caller=caller,
            folder=own,
            deadline=deadline,
        )


#: What a version, or a sample, may be at fault for; anything else is the machine's.
AT_FAULT = (TemplateError, DocumentRejected, DocumentQuarantined, OfficeCrashed, DataMalformed)


def faults_of(error: Exception, sample: str, language: str) -> tuple[Finding, ...]:
    """Tell why a proof could not be made, each mistake with the name of the sample."""
    place = in_language(say("sample {name}", name=quoted(sample)), language)
    if isinstance(error, TemplateError):
        return tuple(
            Finding(
                one.code,
                one.message,
                where=joined(filter(None, (place, one.where))),
                field=one.field,
                hint=one.hint,
                severity=one.severity,
                pointer=one.pointer,
            )
            for one in error.findings
        )
    message = str(error)
    return (Finding("sample-not-rendered", message, where=place),)


def told_of(document: Document) -> Mapping[str, Any]:
    """What is kept of a proof, to compare later ones with it."""
    return {
        "pages": document.pages,
        "fonts_substituted": sorted({one.wanted for one in document.fonts_substituted}),
    }
