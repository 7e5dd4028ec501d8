"""What every request passes: an id, a line in the log, its refusals told, the key checked."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time

from aiohttp import hdrs, web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.typedefs import Handler

from greffier import logs, problem_types
from greffier.access.errors import NotAllowed
from greffier.access.model import DEFAULT, TENANT_HEADER, Principal, expand
from greffier.errors import RenderFailed
from greffier.handlers.wishes import language_of, wish_of
from greffier.keys import ANSWERED, CALLER, DOOR, METRICS, QUOTAS, REQUEST_ID, TENANTS
from greffier.metrics import Metrics
from greffier.model import Caller
from greffier.parameters import ID_HEADER
from greffier.problems import MEDIA_TYPE, Problem, fault, invalid, problem_of
from greffier.routes import route_of
from greffier.routing import Route

_log = logging.getLogger("greffier.access")

#: What all answers say they come from.
SERVER = "greffier"
#: What is taken over from callers; anything else could forge log lines.
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")

#: Logged, never sent: the caller left before the answer (nginx's number for it).
_CLIENT_LEFT = 499
_LEFT = (ConnectionResetError, ClientConnectionResetError)


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
        if problem.limit:
            request.app[METRICS].limit_met(problem.limit)
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
async def refuse_nul(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse addresses with a NUL in them: PostgreSQL cannot be asked for one."""
    if any("\0" in value for value in request.match_info.values()):
        raise Problem(problem_types.NOT_FOUND, "No address has a NUL in it.")
    if strange := [name for name, value in request.query.items() if "\0" in value]:
        raise invalid([fault(name, "It has a NUL in it.", where="query") for name in strange])
    return await handler(request)


@web.middleware
async def check_key(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may use the address; some are open to all."""
    route = route_of(request)
    wrong_method = isinstance(request.match_info.http_exception, web.HTTPMethodNotAllowed)
    # Which methods an address takes is told to all by /openapi.json.
    if not wrong_method and (route is None or not route.open):
        authorization = request.headers.get(hdrs.AUTHORIZATION, "")
        principal = await request.app[DOOR].principal(authorization)
        request[CALLER] = caller = await _caller(request, principal)
        if route is not None:
            _check_role(route, caller)
    return await handler(request)


async def _caller(request: web.Request, principal: Principal) -> Caller:
    """Say for which tenant somebody acts: their own, or the one that an operator names."""
    wanted = request.headers.get(TENANT_HEADER)
    tenant = principal.tenant or wanted or DEFAULT
    if wanted is not None and principal.tenant is not None and wanted != principal.tenant:
        raise NotAllowed(f"{TENANT_HEADER}: the key belongs to another tenant; leave it out.")
    if wanted is not None and principal.tenant is None:
        await request.app[TENANTS].get(wanted)
    return Caller(
        tenant=tenant,
        key=principal.name,
        language=language_of(request),
        roles=expand(principal.roles),
        installation=principal.installation,
    )


def _check_role(route: Route, caller: Caller) -> None:
    if caller.installation:
        return
    if route.installation:
        raise NotAllowed("Only the operator of the installation may do this.")
    if route.role is not None and route.role not in caller.roles:
        raise NotAllowed(f"The key lacks the role {route.role}, which this address needs.")


@web.middleware
async def refuse_parameters(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse parameters by name, where an address takes none; the others look themselves."""
    route = route_of(request)
    if request.query and route is not None and route.query is None and not route.reserved:
        raise invalid(
            [fault(name, "There is no such parameter.", where="query") for name in request.query]
        )
    return await handler(request)


@web.middleware
async def hold_to_quotas(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in what the tenant's quotas leave room for, where they hold."""
    route = route_of(request)
    quotas = request.app[QUOTAS]
    if route is not None and (route.stores or (route.described and wish_of(request).kept)):
        await quotas.make_room(request[CALLER].tenant, request.content_length or 0)
    if route is None or not route.metered:
        return await handler(request)
    async with quotas.admit(request[CALLER].tenant):
        return await handler(request)
