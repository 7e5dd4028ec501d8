"""What every request passes: an id, a line in the log, its refusals told, the key checked."""

from __future__ import annotations

import asyncio
import dataclasses
import hmac
import json
import logging
import re
import secrets
import time

from aiohttp import hdrs, web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.typedefs import Handler

from greffier import logs, problem_types
from greffier.errors import RenderFailed
from greffier.handlers.wishes import language_of
from greffier.keys import ANSWERED, CALLER, KEY, METRICS, REQUEST_ID
from greffier.metrics import Metrics
from greffier.model import Caller
from greffier.problems import MEDIA_TYPE, Problem, fault, invalid, problem_of
from greffier.routes import OPEN, PATHS

_log = logging.getLogger("greffier.access")

ID_HEADER = "X-Request-Id"
#: What all answers say they come from.
SERVER = "greffier"
#: What is taken over from callers; anything else could forge log lines.
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")

#: Logged, never sent: the caller left before the answer (nginx's number for it).
_CLIENT_LEFT = 499
_LEFT = (ConnectionResetError, ClientConnectionResetError)

#: There are no tenants yet: everybody is the one that the static key stands for.
_ANYBODY = Caller(tenant="default", key="static")


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, and log and measure how it ended."""
    begun = time.monotonic()
    given = request.headers.get(ID_HEADER, "")
    request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    request[REQUEST_ID] = request_id
    token = logs.REQUEST_ID.set(request_id)
    status = 0
    try:
        response = await handler(request)
        status = response.status
        return response
    except (asyncio.CancelledError, *_LEFT):
        left = request.transport is None or request.transport.is_closing()
        status = request.get(ANSWERED, _CLIENT_LEFT if left else problem_types.NOT_READY.status)
        raise
    finally:
        resource = request.match_info.route.resource
        # The pattern, not the path: that could hold anything.
        route = resource.canonical if resource is not None else "(none)"
        seconds = time.monotonic() - begun
        note(request.app[METRICS], request.method, route, status or 500, seconds)
        logs.REQUEST_ID.reset(token)


def note(metrics: Metrics, method: str, route: str, status: int, seconds: float) -> None:
    """Log and count an answered request; ``route`` is the pattern of its address."""
    metrics.request(method, route, status, seconds)
    facts = {
        "method": method,
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    _log.info("%s %s %d %.1f ms", *facts.values(), extra={"facts": facts})


async def add_id(request: web.Request, response: web.StreamResponse) -> None:
    """Send the request's id back; a signal handler, so that streamed answers have it too."""
    response.headers[ID_HEADER] = request.get(REQUEST_ID, "")
    response.headers[hdrs.SERVER] = SERVER


@web.middleware
async def tell_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what was raised as a problem; a fault of ours is logged and not explained."""
    try:
        return await handler(request)
    except (*_LEFT, asyncio.CancelledError):
        raise
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            _log_fault(error)
            problem = Problem(
                problem_types.INTERNAL_ERROR, "The service failed; its log has the details."
            )
        request.app[METRICS].problem(problem.type.name)
        return answer(request, problem)


def _log_fault(error: Exception) -> None:
    if isinstance(error, RenderFailed):  # its text is ours: a type and a place
        _log.error("A render process failed: %s", error)
    else:
        _log.error("Unexpected error", exc_info=error)


def answer(request: web.BaseRequest, problem: Problem) -> web.Response:
    """Write a problem as ``application/problem+json``."""
    # Only what is wrong with templates and data is told to designers; the rest to programmers.
    language = language_of(request) if any("code" in each for each in problem.errors) else "en"
    members = problem.members(f"urn:greffier:request:{request[REQUEST_ID]}", language)
    return web.Response(
        body=json.dumps(members, ensure_ascii=False).encode(),
        status=problem.type.status,
        content_type=MEDIA_TYPE,
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.CONTENT_LANGUAGE: language,
            **problem.headers,
        },
    )


@web.middleware
async def check_key(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who shows the key; some addresses are open to all."""
    key = request.app[KEY]
    resource = request.match_info.route.resource
    if key and (resource is None or resource.canonical not in OPEN):
        _check(request.headers.get(hdrs.AUTHORIZATION, ""), key)
    request[CALLER] = dataclasses.replace(_ANYBODY, language=language_of(request))
    return await handler(request)


@web.middleware
async def refuse_parameters(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse parameters by name: no address takes any."""
    resource = request.match_info.route.resource
    if request.query and resource is not None and resource.canonical in PATHS:
        raise invalid(
            [fault(name, "There is no such parameter.", where="query") for name in request.query]
        )
    return await handler(request)


def _check(given: str, key: str) -> None:
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(
            problem_types.KEY_MISSING,
            "Send Authorization: Bearer <key>.",
            headers={hdrs.WWW_AUTHENTICATE: "Bearer"},
        )
    if not hmac.compare_digest(token.strip().encode(), key.encode()):
        raise Problem(
            problem_types.KEY_REFUSED,
            "The key is not known here.",
            headers={hdrs.WWW_AUTHENTICATE: 'Bearer error="invalid_token"'},
        )
