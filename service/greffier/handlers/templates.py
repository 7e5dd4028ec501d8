"""``/v1/templates``: what a tenant has, without its versions."""

from __future__ import annotations

from aiohttp import hdrs, web

from greffier.handlers.reading import read_json, read_query
from greffier.handlers.written import template_json
from greffier.keys import CALLER, TEMPLATES
from greffier.records import drafts
from greffier.registry.model import Kind, NewTemplate
from greffier.requests_registry import ListQuery, TemplateRequest


async def index(request: web.Request) -> web.Response:
    """List or search."""
    asked = read_query(ListQuery, request)
    # One more than asked for tells whether there is a next page.
    found = await request.app[TEMPLATES].list(
        request[CALLER].tenant, search=asked.search, after=asked.after, limit=asked.limit + 1
    )
    page = found[: asked.limit]
    following = page[-1].slug if len(found) > asked.limit else None
    return web.json_response(
        {"templates": [template_json(each) for each in page], "next": following}
    )


async def create(request: web.Request) -> web.Response:
    """Make one."""
    asked = await read_json(TemplateRequest, request)
    drafts.add(request, subject=asked.slug)
    new = NewTemplate(**{**asked.model_dump(), "kind": Kind(asked.kind)})
    made = await request.app[TEMPLATES].create(request[CALLER].tenant, new)
    location = f"/v1/templates/{made.slug}"
    return web.json_response(template_json(made), status=201, headers={hdrs.LOCATION: location})


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    slug = request.match_info["slug"]
    found = await request.app[TEMPLATES].get(request[CALLER].tenant, slug)
    return web.json_response(template_json(found))
