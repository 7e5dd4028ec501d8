"""For operators: the documents refused for having crashed two processes, and letting them in."""

from __future__ import annotations

from aiohttp import web

from greffier import problem_types
from greffier.handlers.written import answer
from greffier.keys import ROOMS
from greffier.problems import Problem
from greffier.responses import QuarantineAnswer


async def show(request: web.Request) -> web.Response:
    """List what is refused at present, by the SHA-256 of the file that crashed the processes."""
    documents = [
        {
            "digest": suspect.digest,
            "tenant": suspect.tenant,
            "refused_for_s": round(suspect.remaining_s),
        }
        for quarantine in request.app[ROOMS].quarantines
        for suspect in quarantine.suspects()
    ]
    return answer(QuarantineAnswer.model_validate({"documents": documents}))


async def lift(request: web.Request) -> web.Response:
    """Let a document in again, whichever tenants it is held against."""
    digest = request.match_info["digest"]
    lifted = [
        quarantine.lift(suspect.tenant, digest)
        for quarantine in request.app[ROOMS].quarantines
        for suspect in quarantine.suspects()
        if suspect.digest == digest
    ]
    if not any(lifted):
        raise Problem(
            problem_types.NOT_QUARANTINED, "GET /v1/quarantine lists what is refused at present."
        )
    return web.Response(status=204)
