"""``/v1/templates``: what a tenant has, without its versions."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

from greffier.access.model import COMMONS
from greffier.handlers.reading import deadline, page_of, read_json, read_query
from greffier.handlers.written import template_json, use_json
from greffier.keys import CALLER, FOLDERS, PUBLISHING, TEMPLATES, USES
from greffier.records import drafts
from greffier.registry.model import Kind, NewTemplate, Wanted
from greffier.requests_registry import Breaking, ListQuery, TemplateChange, TemplateRequest


async def index(request: web.Request) -> web.Response:
    """List or search."""
    asked = read_query(ListQuery, request)
    found = await request.app[TEMPLATES].list(
        request[CALLER].tenant, wanted(asked), after=asked.after, limit=asked.limit + 1
    )
    page, last = page_of(found, asked.limit)
    following = None if last is None else last.slug
    return web.json_response(
        {"templates": [template_json(each) for each in page], "next": following}
    )


def wanted(asked: ListQuery) -> Wanted:
    """Say which templates a query asks for."""
    return Wanted(
        search=asked.search,
        kind=None if asked.kind is None else Kind(asked.kind),
        category=asked.category,
        tag=asked.tag,
        published=asked.published,
        archived=asked.archived,
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


async def change(request: web.Request) -> web.Response:
    """Say something else of one."""
    asked = await read_json(TemplateChange, request)
    changed = await request.app[TEMPLATES].change(
        request[CALLER].tenant, request.match_info["slug"], asked.model_dump(exclude_unset=True)
    )
    return web.json_response(template_json(changed))


async def archive(request: web.Request) -> web.Response:
    """Put one away."""
    caller, slug = request[CALLER], request.match_info["slug"]
    await refuse_missed(request, await read_json(Breaking, request, empty=True))
    return web.json_response(
        template_json(await request.app[TEMPLATES].archive(caller.tenant, slug))
    )


async def unarchive(request: web.Request) -> web.Response:
    """Take one out again."""
    found = await request.app[TEMPLATES].unarchive(
        request[CALLER].tenant, request.match_info["slug"]
    )
    return web.json_response(template_json(found))


async def refuse_missed(request: web.Request, asked: Breaking) -> None:
    """Refuse to take away a block that live templates need, unless that is allowed."""
    if asked.allow_broken:
        return
    with request.app[FOLDERS].one() as folder:
        await request.app[PUBLISHING].refuse_missed(
            request[CALLER],
            request.match_info["slug"],
            folder=folder,
            deadline=deadline(request),
        )


async def uses(request: web.Request) -> web.Response:
    """Tell where a block is used."""
    caller, slug = request[CALLER], request.match_info["slug"]
    await request.app[TEMPLATES].get(caller.tenant, slug)
    found = await request.app[USES].of(caller.tenant, slug)
    told: dict[str, object] = {"uses": [use_json(each) for each in found]}
    if caller.installation and caller.tenant == COMMONS:
        tenants, templates = await request.app[USES].of_all(slug)
        told["elsewhere"] = {"tenants": tenants, "templates": templates}
    return web.json_response(told)


async def categories(request: web.Request) -> web.Response:
    """Count the templates of each category."""
    found, _ = await request.app[TEMPLATES].words(request[CALLER].tenant)
    return web.json_response({"categories": _counted(found)})


async def tags(request: web.Request) -> web.Response:
    """Count the templates with each tag."""
    _, found = await request.app[TEMPLATES].words(request[CALLER].tenant)
    return web.json_response({"tags": _counted(found)})


def _counted(words: Mapping[str, int]) -> list[dict[str, object]]:
    return [
        {"name": name, "templates": words[name]}
        for name in sorted(words, key=lambda each: (each.casefold(), each))
    ]
