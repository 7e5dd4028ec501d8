"""``/v1/templates/{slug}``: ``/publish``, ``/rollback``, ``/withdraw``, ``/publications``."""

from __future__ import annotations

from aiohttp import web

from greffier.handlers.reading import deadline, page_of, read_json, read_query
from greffier.handlers.templates import refuse_missed
from greffier.handlers.written import publication_json, template_json, version_json
from greffier.keys import CALLER, FOLDERS, LIVE, PUBLISHING, TEMPLATES
from greffier.records import drafts
from greffier.requests_registry import Breaking, HistoryQuery, PublishRequest, RollbackRequest


async def publish(request: web.Request) -> web.Response:
    """Make a version the one that counts."""
    asked = await read_json(PublishRequest, request)
    drafts.add(request, version=asked.version)
    with request.app[FOLDERS].one() as folder:
        published = await request.app[PUBLISHING].publish(
            request[CALLER],
            request.match_info["slug"],
            asked.version,
            folder=folder,
            deadline=deadline(request),
            allow_broken=asked.allow_broken,
        )
    return web.json_response(version_json(published, report=True))


async def roll_back(request: web.Request) -> web.Response:
    """Go back to what was live before."""
    asked = await read_json(RollbackRequest, request, empty=True)
    with request.app[FOLDERS].one() as folder:
        published = await request.app[PUBLISHING].roll_back(
            request[CALLER],
            request.match_info["slug"],
            asked.version,
            folder=folder,
            deadline=deadline(request),
            allow_broken=asked.allow_broken,
        )
    drafts.add(request, version=published.number)
    return web.json_response(version_json(published, report=True))


async def withdraw(request: web.Request) -> web.Response:
    """Let no version count any more."""
    caller, slug = request[CALLER], request.match_info["slug"]
    await refuse_missed(request, await read_json(Breaking, request, empty=True))
    await request.app[LIVE].withdraw(caller.tenant, slug, by=caller.key)
    found = await request.app[TEMPLATES].get(caller.tenant, slug)
    return web.json_response(template_json(found))


async def history(request: web.Request) -> web.Response:
    """List what was live when."""
    asked = read_query(HistoryQuery, request)
    found = await request.app[LIVE].history(
        request[CALLER].tenant,
        request.match_info["slug"],
        before=asked.before,
        limit=asked.limit + 1,
    )
    page, last = page_of(found, asked.limit)
    following = None if last is None else last.id
    return web.json_response(
        {"publications": [publication_json(each) for each in page], "next": following}
    )
