"""``/v1/library``: all templates of a tenant as a zip, out and in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiohttp import hdrs, web

from greffier import problem_types
from greffier.handlers import answers
from greffier.handlers.reading import read_query
from greffier.keys import CALLER, EXPORTING, FOLDERS, IMPORTING, LIMITS
from greffier.problems import Problem
from greffier.registry.importing import Import, Taken
from greffier.requests_registry import ExportQuery, ImportQuery
from greffier.uploads import read_body

ZIP = "application/zip"


async def export(request: web.Request) -> web.StreamResponse:
    """Write it."""
    asked = read_query(ExportQuery, request)
    tenant = request[CALLER].tenant
    with request.app[FOLDERS].one() as folder:
        path = folder / "library.zip"
        await request.app[EXPORTING].write(
            tenant, path, newest=asked.versions == "newest", template=asked.template
        )
        headers = {
            hdrs.CONTENT_DISPOSITION: answers.content_disposition(f"{tenant}.zip"),
            hdrs.CACHE_CONTROL: "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return await answers.send_file(request, path, ZIP, headers)


async def take(request: web.Request) -> web.Response:
    """Take one in."""
    asked = read_query(ImportQuery, request)
    if request.content_type != ZIP:
        raise Problem(
            problem_types.TYPE_NOT_ACCEPTED,
            f"This address takes {ZIP}. Set Content-Type to what the body is.",
        )
    source = await read_body(request, request.app[LIMITS])
    taken = await request.app[IMPORTING].take(
        source,
        Import(
            request[CALLER],
            note=asked.note,
            publish=asked.publish,
            allow_broken=asked.allow_broken,
        ),
    )
    counts = Counter(each.outcome for each in taken)
    return web.json_response(
        {
            "templates": [_told(each) for each in taken],
            "counts": {
                outcome: counts[outcome] for outcome in ("new", "changed", "unchanged", "refused")
            },
        }
    )


def _told(taken: Taken) -> dict[str, Any]:
    return {
        "slug": taken.slug,
        "outcome": taken.outcome,
        "changes": list(taken.changes),
        "version": taken.version,
        "live": taken.live,
        "problem": f"/problems/{taken.problem}" if taken.problem else None,
        "detail": taken.detail,
        "errors": list(taken.errors),
    }
