"""``/v1/documents/{document}``: what is kept, listed, told of, sent, erased."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import ETag, hdrs, web

from greffier.access.model import Role
from greffier.handlers import answers
from greffier.handlers.reading import read_query
from greffier.handlers.written import moment
from greffier.kept.errors import DocumentFailed, DocumentNotReady
from greffier.kept.model import KeptDocument, State, links
from greffier.keys import CALLER, FOLDERS, KEPT
from greffier.requests_kept import DocumentsQuery

#: Says that the answer is that of an earlier request with the same key.
REPLAYED = "Idempotent-Replayed"


async def index(request: web.Request) -> web.Response:
    """List what the key asked for; who operates for the tenant sees that of all its keys."""
    asked, caller = read_query(DocumentsQuery, request), request[CALLER]
    everything = caller.installation or Role.OPERATE in caller.roles
    found = await request.app[KEPT].list(
        caller.tenant,
        by="" if everything else caller.key,
        state=asked.state or "",
        after=asked.after,
        limit=asked.limit,
    )
    following = found[-1].id if len(found) == asked.limit else None
    return web.json_response(
        {"documents": [document_json(each) for each in found], "next": following}
    )


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    return web.json_response(document_json(await _get(request)))


async def content(request: web.Request) -> web.StreamResponse:
    """Send one, as it was or would have been sent at once."""
    entry = await _get(request)
    if entry.state in (State.WAITING, State.RUNNING):
        raise DocumentNotReady
    if entry.state is State.FAILED:
        raise DocumentFailed
    tag = ETag(entry.result_digest)
    if request.if_none_match and tag in request.if_none_match:
        return web.Response(status=304, headers={hdrs.ETAG: f'"{tag.value}"'})
    with request.app[FOLDERS].one() as folder:
        path = folder / "kept"
        await request.app[KEPT].fetch(entry, path)
        return await send(request, entry, path)


async def erase(request: web.Request) -> web.Response:
    """Erase one now."""
    await request.app[KEPT].erase(request[CALLER].tenant, request.match_info["document"])
    return web.Response(status=204)


async def send(
    request: web.Request, entry: KeptDocument, path: Path, marks: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """Stream a finished document from a file that begins with it."""
    told = entry.description
    headers = {
        **told["headers"],
        hdrs.ETAG: f'"{entry.result_digest}"',
        hdrs.CONTENT_LOCATION: f"{location(entry)}/content",
        **(marks or {}),
    }
    return await answers.stream(request, path, told["media_type"], size=entry.size, headers=headers)


def location(entry: KeptDocument) -> str:
    """Give the address of a document."""
    return links(entry)["self"]


def document_json(entry: KeptDocument) -> dict[str, Any]:
    """Write what is told of a document; what is not known yet, or never will be, is left out."""
    told = {name: value for name, value in entry.description.items() if name != "headers"}
    return {
        "id": entry.id,
        "state": entry.state,
        **told,
        **({"size": entry.size} if entry.state is State.DONE else {}),
        "created_at": moment(entry.created_at),
        "done_at": moment(entry.done_at),
        "expires_at": moment(entry.expires_at),
        "links": links(entry),
    }


async def _get(request: web.Request) -> KeptDocument:
    return await request.app[KEPT].get(request[CALLER].tenant, request.match_info["document"])
