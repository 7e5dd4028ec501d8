"""``/v1/templates/{slug}/samples``: named sample data."""

from __future__ import annotations

import asyncio
import dataclasses
import re

from aiohttp import hdrs, web

from greffier.data import read_json
from greffier.handlers.reading import read_json_text
from greffier.handlers.written import answer, sample_json
from greffier.keys import CALLER, LIMITS, SAMPLES, TEMPLATES
from greffier.problems import fault, invalid
from greffier.registry.samples import MOST_BYTES
from greffier.requests import SLUG
from greffier.requests_understanding import SampleRequest
from greffier.responses_understanding import SamplesAnswer

_JSON = "application/json"
_NAME = re.compile(SLUG)


async def index(request: web.Request) -> web.Response:
    """List the samples, with what came out when versions were tried with them."""
    found = await request.app[SAMPLES].list(request[CALLER].tenant, request.match_info["slug"])
    told = {"samples": [sample_json(each) for each in found]}
    return answer(SamplesAnswer.model_validate(told))


async def show(request: web.Request) -> web.Response:
    """Give the data of one, as it was sent."""
    slug, name = request.match_info["slug"], request.match_info["name"]
    found = await request.app[SAMPLES].get(request[CALLER].tenant, slug, name)
    return web.Response(text=found.data, content_type=_JSON)


async def put(request: web.Request) -> web.Response:
    """Keep one, in the place of one of that name."""
    caller, slug = request[CALLER], request.match_info["slug"]
    name = request.match_info["name"]
    if not _NAME.fullmatch(name):
        told = "A sample is named by lower-case letters, digits and hyphens."
        raise invalid([fault("name", told, where="address")])
    await request.app[TEMPLATES].get(caller.tenant, slug)  # before a large body is read
    limits = request.app[LIMITS]
    limits = dataclasses.replace(limits, body_bytes=min(MOST_BYTES, limits.body_bytes))
    _, text = await read_json_text(SampleRequest, request, limits)
    await asyncio.to_thread(read_json, text)  # as strictly as the data of a document
    is_new = await request.app[SAMPLES].put(caller.tenant, slug, name, text.decode())
    location = f"/v1/templates/{slug}/samples/{name}"
    return web.Response(status=201 if is_new else 204, headers={hdrs.LOCATION: location})


async def delete(request: web.Request) -> web.Response:
    """Forget one."""
    slug, name = request.match_info["slug"], request.match_info["name"]
    await request.app[SAMPLES].delete(request[CALLER].tenant, slug, name)
    return web.Response(status=204)
