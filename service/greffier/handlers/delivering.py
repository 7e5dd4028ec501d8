"""How a document is handed over: itself or its description, now and when asked for again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import hdrs, web

from greffier.handlers import answers
from greffier.handlers.kept import REPLAYED, document_json, location, send
from greffier.handlers.wishes import ASYNC, Manner, Wish, wish_of
from greffier.kept.describing import describe
from greffier.kept.fingerprint import fingerprint
from greffier.kept.model import Claim, KeptDocument
from greffier.kept.orders import Order, write_order
from greffier.keys import CALLER, KEPT
from greffier.model import Caller, Document, Template, label
from greffier.records import drafts
from greffier.uploads import Form


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that can be made."""

    make: Callable[[], Awaitable[Document]]
    #: None: it has none.
    template: Template | None = None


class Prepare(Protocol):
    """Reads what is to be made, all mistakes of it told before anything is done."""

    async def __call__(
        self,
        app: web.Application,
        caller: Caller,
        form: Form,
        folder: Path,
        *,
        version: int | None = None,
    ) -> Prepared:
        """Prepare to make a document.

        Args:
            app: with everything.
            caller: for whom.
            form: what they sent.
            folder: where the files of the form are, and the document will be.
            version: of the template, where that was found out before.

        Raises:
            Problem, HallError: it cannot be made as it is asked for.
        """


async def deliver(
    request: web.Request, kind: str, form: Form, folder: Path, prepare: Prepare
) -> web.StreamResponse:
    """Make what a request asks for, or give what was made when the same was asked before.

    Args:
        request: its headers say how it wants to be answered.
        kind: what it asks for, for who makes it later; see ``handlers/later.py``.
        form: what it holds.
        folder: its work folder.
        prepare: reads the form.
    """
    wish, kept, caller = wish_of(request), request.app[KEPT], request[CALLER]
    asked = await fingerprint(request.path, wish.manner, form) if wish.key else ""
    async with kept.claimed(caller, wish.key, asked) as claim:
        if claim.earlier is not None:
            return await _hand_over_again(request, wish, claim.earlier, folder)
        prepared = await prepare(request.app, caller, form, folder)
        template = prepared.template
        if template is not None:
            drafts.add(request, subject=template.name, version=template.version)
        if wish.manner is Manner.LATER:
            order = Order(kind, caller, form, None if template is None else template.version)
            return _accepted(await _accept(request, claim, order, template, folder))
        document = await prepared.make()
        answers.record(request, document)
        if not wish.kept:
            return await answers.send(request, document)
        headers = answers.headers_of(document)
        description = describe(document, caller.language, headers)
        entry = await kept.keep(claim, caller, document.path, description)
    return await _hand_over(request, wish, entry, document.path)


async def _accept(
    request: web.Request, claim: Claim, order: Order, template: Template | None, folder: Path
) -> KeptDocument:
    """Keep an order, to be done by a job."""
    path, caller = folder / "order", order.caller
    await write_order(order, path)
    told = {"template": "" if template is None else label(template), "language": caller.language}
    entry = await request.app[KEPT].accept(claim, caller, path, told)
    drafts.add(request, counts=False)  # it is counted when it is made
    return entry


def _accepted(entry: KeptDocument, marks: Mapping[str, str] | None = None) -> web.Response:
    """Say where a document will be (RFC 7240, 4.1)."""
    headers = {
        hdrs.LOCATION: location(entry),
        hdrs.RETRY_AFTER: "1",
        "Preference-Applied": ASYNC,
        **(marks or {}),
    }
    return web.json_response(document_json(entry), status=202, headers=headers)


async def _hand_over(
    request: web.Request,
    wish: Wish,
    entry: KeptDocument,
    path: Path,
    *,
    replayed: bool = False,
) -> web.StreamResponse:
    marks = {REPLAYED: "true"} if replayed else {}
    if wish.manner is Manner.LATER:
        return _accepted(entry, marks)
    if wish.manner is Manner.DESCRIPTION:
        return web.json_response(
            document_json(entry), status=201, headers={hdrs.LOCATION: location(entry), **marks}
        )
    return await send(request, entry, path, marks)


async def _hand_over_again(
    request: web.Request, wish: Wish, entry: KeptDocument, folder: Path
) -> web.StreamResponse:
    path = folder / "kept"
    drafts.add(request, counts=False)  # it was counted when it was made
    if wish.manner is Manner.DOCUMENT:
        await request.app[KEPT].fetch(entry, path)
    return await _hand_over(request, wish, entry, path, replayed=True)
