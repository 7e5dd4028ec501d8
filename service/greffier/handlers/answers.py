"""How a finished document is sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import aiofiles.threadpool
from aiohttp import hdrs, web

from greffier.keys import ANSWERED
from greffier.model import Document
from greffier.provenance import hexadecimal
from greffier.records import drafts

_CHUNK_BYTES = 256 * 1024


async def send(request: web.Request, document: Document) -> web.StreamResponse:
    """Stream a document from its work folder, once it is recorded."""
    return await send_file(request, document.path, document.media_type, headers_of(document))


def record(request: web.Request, document: Document) -> None:
    """Have recorded what was made."""
    origin = document.provenance
    drafts.add(
        request,
        pages=document.pages,
        data_digest=hexadecimal(origin.data_digest or origin.source_digest),
    )


async def send_file(
    request: web.Request, path: Path, media_type: str, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Stream a file from a work folder."""
    return await stream(request, path, media_type, size=_size(path), headers=headers)


async def stream(
    request: web.Request, path: Path, media_type: str, *, size: int, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Stream the first ``size`` bytes of a file, once it is recorded, where that is due."""
    if drafts.DRAFT in request:
        await drafts.settle(request)
    response = web.StreamResponse(headers=headers)
    response.content_type = media_type
    response.content_length = size
    # Opened and closed at once, not in a thread: a caller who leaves cancels what waits for
    # a thread, and the file would stay open.
    with path.open("rb") as opened:
        file = aiofiles.threadpool.wrap(opened)
        await response.prepare(request)
        # Counted down, not read to the end: each read is a trip to a thread.
        left = size
        while left > 0 and (chunk := await file.read(min(left, _CHUNK_BYTES))):
            await response.write(chunk)
            left -= len(chunk)
        await response.write_eof()
        # Whoever has the last byte may leave while the files are cleared away.
        request[ANSWERED] = response.status
    return response


def _size(path: Path) -> int:
    return path.stat().st_size


def headers_of(document: Document) -> dict[str, str]:
    """Write the headers that a document is sent with."""
    headers = {
        hdrs.CONTENT_DISPOSITION: content_disposition(document.filename),
        hdrs.CACHE_CONTROL: "no-store",
        # A browser must not take an HTML or SVG result for a page of this service.
        "X-Content-Type-Options": "nosniff",
        "Greffier-Warnings": str(len(document.warnings) + len(document.fonts_substituted)),
        "Server-Timing": ", ".join(
            f"{phase};dur={seconds * 1000:.1f}" for phase, seconds in document.timings_s.items()
        ),
    }
    headers["Greffier-Provenance"] = document.provenance.header()
    if document.pages is not None:
        headers["Greffier-Pages"] = str(document.pages)
    if document.template:
        headers["Greffier-Template"] = document.template
    if document.fonts_substituted:
        # Names may hold commas and letters beyond ASCII, so each is percent-encoded.
        families = (quote(each.wanted, safe=" ") for each in document.fonts_substituted)
        headers["Greffier-Fonts-Substituted"] = ", ".join(families)
    return headers


def content_disposition(filename: str) -> str:
    """Write the header for a file to be saved (RFC 6266), whatever its name holds."""
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%' else "_"
        for char in filename
    )
    disposition = f'attachment; filename="{plain}"'
    if plain != filename:
        disposition += f"; filename*=UTF-8''{quote(filename, safe='')}"
    return disposition
