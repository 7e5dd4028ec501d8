"""What jobs make later, with what requests are made with at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from greffier.handlers import answers, conversions, documents
from greffier.handlers.delivering import Prepare
from greffier.kept.describing import describe
from greffier.kept.later import Make
from greffier.kept.orders import Order
from greffier.model import Document

#: Kind of an order -> what reads it.
_PREPARES: Mapping[str, Prepare] = {
    "document": documents.prepare,
    "conversion": conversions.prepare,
}


def maker(app: web.Application) -> Make:
    """Give what makes the document of an order."""

    async def make(order: Order, folder: Path) -> tuple[Document, Mapping[str, Any]]:
        prepare = _PREPARES[order.kind]
        prepared = await prepare(app, order.caller, order.form, folder, version=order.version)
        document = await prepared.make()
        headers = answers.headers_of(document)
        return document, describe(document, order.caller.language, headers)

    return make
