"""``/v1/commons/templates``: what all share; and ``/v1/adoptions``: copies of it."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from greffier import problem_types
from greffier.access.model import COMMONS
from greffier.handlers.reading import deadline, page_of, read_json, read_query
from greffier.handlers.templates import wanted
from greffier.handlers.versions import file_answer
from greffier.handlers.written import template_json, version_json
from greffier.keys import ADOPTING, BLOBS, CALLER, FOLDERS, PUBLISHING, TEMPLATES, VERSIONS
from greffier.problems import Problem
from greffier.records import drafts
from greffier.registry.model import TemplateInfo
from greffier.registry.origins import COMMONS_PREFIX
from greffier.requests_registry import AdoptionRequest, ListQuery, SharedQuery


async def index(request: web.Request) -> web.Response:
    """List what all share and is live."""
    asked = read_query(SharedQuery, request)
    narrowed = wanted(ListQuery(**asked.model_dump(), published=True))
    found = await request.app[TEMPLATES].list(
        COMMONS, narrowed, after=asked.after, limit=asked.limit + 1
    )
    page, last = page_of(found, asked.limit)
    following = None if last is None else last.slug
    return web.json_response({"templates": [_told(each) for each in page], "next": following})


async def show(request: web.Request) -> web.Response:
    """Describe one, with the version that is live."""
    found, number = await _live(request)
    version = await request.app[VERSIONS].get(COMMONS, found.slug, number)
    return web.json_response({**_told(found), "version": version_json(version, report=True)})


async def content(request: web.Request) -> web.Response:
    """Give the file that is live."""
    found, number = await _live(request)
    blob = await request.app[VERSIONS].blob(COMMONS, found.slug, number)
    return file_answer(blob, await request.app[BLOBS].read(blob), f"{found.slug}-{number}.odt")


async def adopt(request: web.Request) -> web.Response:
    """Copy one, as a draft, and check it."""
    caller = request[CALLER]
    asked = await read_json(AdoptionRequest, request)
    brought = await request.app[ADOPTING].adopt(
        caller.tenant, asked.origin, asked.slug, update=asked.update, by=caller.key
    )
    drafts.add(request, subject=brought.slug, version=brought.number)
    with request.app[FOLDERS].one() as folder:
        version = await request.app[PUBLISHING].check(
            caller, brought.slug, brought.number, folder=folder, deadline=deadline(request)
        )
    found = await request.app[TEMPLATES].get(caller.tenant, brought.slug)
    return web.json_response(
        {**template_json(found), "version": version_json(version, report=True)},
        status=201 if brought.is_new_version else 200,
        headers={hdrs.LOCATION: f"/v1/templates/{brought.slug}"},
    )


async def _live(request: web.Request) -> tuple[TemplateInfo, int]:
    found = await request.app[TEMPLATES].get(COMMONS, request.match_info["slug"])
    if found.published is None or found.archived_at is not None:
        raise Problem(
            problem_types.TEMPLATE_NOT_FOUND, f"Nothing of {found.slug!r} is live in commons."
        )
    return found, found.published


def _told(info: TemplateInfo) -> dict[str, Any]:
    """Write a template of commons, with the name that it is rendered by."""
    return {"name": f"{COMMONS_PREFIX}{info.slug}", **template_json(info)}
