"""How a request comes into the records: a middleware, before it is answered.

Every address that changes something or makes a document is recorded without its handler doing
anything (``Route.action``); handlers that know more add it (``drafts.py``). What no request did, a
job or a command, is written with ``Recorder.write``.
"""

from __future__ import annotations

import asyncio
import logging
import time

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError
from aiohttp.typedefs import Handler
from greffier_converters.errors import StorageFull

from greffier import problem_types
from greffier.errors import HallError
from greffier.keys import CALLER, RECORDER
from greffier.problems import problem_of
from greffier.records.drafts import DRAFT, Draft, settle
from greffier.records.model import CLIENT_LEFT
from greffier.routes import route_of
from greffier.store.tables import now

_log = logging.getLogger(__name__)


@web.middleware
async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record the request, if its address is one of those; before it is answered."""
    route = route_of(request)
    if route is None or not route.action:
        return await handler(request)
    draft = request[DRAFT] = Draft(
        action=route.action,
        installation=route.installation,
        at=now(),
        begun=time.monotonic(),
        subject="/".join(request.match_info.values()),
        counts=route.document,
    )
    try:
        response = await handler(request)
        await settle(request)
        return response
    except (asyncio.CancelledError, ConnectionResetError, ClientConnectionResetError):
        if not draft.written and CALLER in request:
            request.app[RECORDER].note(draft.entry(request, CLIENT_LEFT))
        raise
    except Exception as error:
        if not draft.written and CALLER in request:
            await _record_failure(request, draft, error)
        raise


async def _record_failure(request: web.Request, draft: Draft, error: Exception) -> None:
    """Record why there was no answer; where that fails too, the caller still learns the first."""
    problem = problem_of(error)
    outcome = problem_types.INTERNAL_ERROR.name if problem is None else problem.type.name
    try:
        await request.app[RECORDER].write(draft.entry(request, outcome))
    except (HallError, StorageFull) as unwritten:
        _log.error("A refusal was not recorded: %s", unwritten)
