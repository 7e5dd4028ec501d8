"""``GET /v1/limits``: what the caller's tenant may use, and uses."""

from __future__ import annotations

from aiohttp import web

from greffier.handlers.written import answer
from greffier.keys import CALLER, QUOTAS
from greffier.responses_access import LimitsAnswer


async def show(request: web.Request) -> web.Response:
    """Tell the limits."""
    tenant = request[CALLER].tenant
    limits = await request.app[QUOTAS].limits(tenant)
    return answer(LimitsAnswer.model_validate({"tenant": tenant, "limits": limits}))
