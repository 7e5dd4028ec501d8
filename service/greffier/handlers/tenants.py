"""``/v1/tenants``: for the operator of the installation."""

from __future__ import annotations

from aiohttp import hdrs, web

from greffier.handlers.reading import read_json
from greffier.handlers.written import answer
from greffier.keys import API_KEYS, QUOTAS, TENANTS
from greffier.records import drafts
from greffier.requests_access import TenantChange, TenantRequest
from greffier.responses_access import TenantAnswer, TenantsAnswer


async def index(request: web.Request) -> web.Response:
    """List all."""
    found = await request.app[TENANTS].list()
    return answer(TenantsAnswer.model_validate({"tenants": found}))


async def create(request: web.Request) -> web.Response:
    """Add one."""
    asked = await read_json(TenantRequest, request)
    policy = asked.policy.model_dump(exclude_unset=True)
    made = await request.app[TENANTS].add(asked.slug, asked.title, policy)
    drafts.add(request, subject=made.slug)
    location = f"/v1/tenants/{made.slug}"
    return answer(TenantAnswer.model_validate(made), status=201, headers={hdrs.LOCATION: location})


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    found = await request.app[TENANTS].get(request.match_info["tenant"])
    return answer(TenantAnswer.model_validate(found))


async def change(request: web.Request) -> web.Response:
    """Change what is given."""
    slug = request.match_info["tenant"]
    asked = await read_json(TenantChange, request)
    changed = await request.app[TENANTS].change(
        slug,
        title=asked.title,
        policy=None if asked.policy is None else asked.policy.model_dump(exclude_unset=True),
        closed=asked.closed,
    )
    request.app[QUOTAS].forget(slug)
    request.app[API_KEYS].forget()
    return answer(TenantAnswer.model_validate(changed))
