"""``/openapi.json``, ``/docs`` and ``/problems/<name>``."""

from __future__ import annotations

from aiohttp import web

from greffier import pages
from greffier.keys import OPENAPI
from greffier.problem_types import TABLE


async def openapi(request: web.Request) -> web.Response:
    """Describe the interface for programs."""
    return web.json_response(request.app[OPENAPI])


async def docs(request: web.Request) -> web.Response:
    """Describe the interface for people."""
    return _page(pages.docs(request.app[OPENAPI]))


async def problems(request: web.Request) -> web.Response:
    """List all problems for people."""
    return _page(pages.problems(TABLE.values()))


async def problem(request: web.Request) -> web.Response:
    """Explain one problem to people."""
    found = TABLE.get(request.match_info["problem"])
    if found is None:
        raise web.HTTPNotFound
    return _page(pages.problem(found))


def _page(html: str) -> web.Response:
    return web.Response(
        text=html,
        content_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )
