"""What a template asks for, what it looks like, and what changed in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from greffier.access.model import Role
from greffier.handlers import answers
from greffier.handlers.reading import number, read_json_text, read_query
from greffier.handlers.wishes import accepted
from greffier.handlers.written import answer
from greffier.keys import (
    CALLER,
    DESCRIPTIONS,
    FOLDERS,
    PROOFS,
    ROOMS,
    SAMPLES,
    SETTINGS,
    SOURCES,
    TEMPLATES,
    VERSIONS,
)
from greffier.model import Output, Template
from greffier.records import drafts
from greffier.registry.descriptions import described_in
from greffier.registry.proofs import ProofOrder, as_request
from greffier.requests_understanding import PreviewRequest, VersionQuery
from greffier.responses_understanding import DiffAnswer
from greffier.understanding import DiffOrder

SCHEMA = "application/schema+json"
_JSON, _TEXT = "application/json", "text/plain"
#: What a diff is answered with; the first where the caller takes anything.
DIFFS = (_JSON, _TEXT)


async def schema(request: web.Request) -> web.Response:
    """Give the schema that data is held against."""
    with request.app[FOLDERS].one() as folder:
        found = await request.app[DESCRIPTIONS].schema(
            request[CALLER], await _named(request), folder=folder, deadline=_deadline(request)
        )
    return web.json_response(found, content_type=SCHEMA)


async def sample(request: web.Request) -> web.Response:
    """Give data that fills it."""
    with request.app[FOLDERS].one() as folder:
        found = await request.app[DESCRIPTIONS].sample(
            request[CALLER], await _named(request), folder=folder, deadline=_deadline(request)
        )
    return web.Response(text=found, content_type=_JSON)


async def diff(request: web.Request) -> web.Response:
    """Tell what changed from one version to another."""
    caller, slug = request[CALLER], request.match_info["slug"]
    before, after = number(request, "before"), number(request, "after")
    wanted = accepted(request, DIFFS)
    schemas = [await _schema_of(request, slug, one) for one in (before, after)]
    sources = request.app[SOURCES]
    with request.app[FOLDERS].one() as folder:
        found = await request.app[ROOMS].renderer.diff(
            DiffOrder(
                await sources.version(caller.tenant, slug, before),
                await sources.version(caller.tenant, slug, after),
                (schemas[0], schemas[1]),
            ),
            caller=caller,
            folder=folder,
            deadline=_deadline(request),
        )
    headers: dict[str, str] = {hdrs.CONTENT_LANGUAGE: caller.language}
    if wanted == _TEXT:
        return web.Response(text=found.text, headers=headers)
    return answer(DiffAnswer.model_validate(found.told), headers=headers)


async def preview(request: web.Request) -> web.StreamResponse:
    """Show a version, filled with data that is given, named or invented."""
    caller, slug = request[CALLER], request.match_info["slug"]
    asked, text = await read_json_text(PreviewRequest, request)
    template = await request.app[TEMPLATES].get(caller.tenant, slug)
    wanted = asked.version or template.latest
    # A document that nobody gets: it is in the records, and not in the usage.
    drafts.add(request, subject=slug, version=wanted, counts=False)
    source = await request.app[SOURCES].version(caller.tenant, slug, wanted)
    with request.app[FOLDERS].one() as folder:
        described = await request.app[DESCRIPTIONS].usable(
            caller, source, folder=_below(folder, "describe"), deadline=_deadline(request)
        )
        document = await request.app[PROOFS].make(
            ProofOrder(
                template=source,
                request=await _data(request, asked, text, described),
                blocks=request.app[SOURCES].blocks(caller.tenant),
                pictures=described["pictures"],
                engine=template.engine,
                output=Output(asked.format, page=asked.page, dpi=asked.dpi),
            ),
            caller=caller,
            folder=folder,
            deadline=_deadline(request),
        )
        return await answers.send(request, document)


async def _data(
    request: web.Request, asked: PreviewRequest, text: bytes, described: Mapping[str, Any]
) -> bytes:
    """The data to show a template with, as the member of a request."""
    if asked.data is not None:
        return text
    if asked.sample is not None:
        slug = request.match_info["slug"]
        found = await request.app[SAMPLES].get(request[CALLER].tenant, slug, asked.sample)
        return as_request(found.data)
    return as_request(json.dumps(described["samples"][0]["data"]))


async def _named(request: web.Request) -> Template:
    """Give the template of the address, in the version that is asked for."""
    asked, caller = read_query(VersionQuery, request), request[CALLER]
    return await request.app[SOURCES].template(
        caller.tenant,
        request.match_info["slug"],
        asked.version,
        drafts=caller.installation or Role.DESIGN in caller.roles,
    )


async def _schema_of(request: web.Request, slug: str, wanted: int) -> Mapping[str, Any] | None:
    """The schema that was made from a version when it was checked."""
    kept = described_in(await request.app[VERSIONS].get(request[CALLER].tenant, slug, wanted))
    return None if kept is None else kept["schema"]


def _below(folder: Path, name: str) -> Path:
    (below := folder / name).mkdir()
    return below


def _deadline(request: web.Request) -> float:
    return asyncio.get_running_loop().time() + request.app[SETTINGS].deadline_s
