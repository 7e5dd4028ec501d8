"""``/v1/keys``: the keys of a tenant; ``/v1/installation/keys``: those of its operators."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import hdrs, web

from greffier.access.keys import KeyInfo
from greffier.access.model import Role
from greffier.handlers.reading import read_json
from greffier.handlers.written import answer
from greffier.keys import API_KEYS, CALLER
from greffier.records import drafts
from greffier.requests_access import KeyRequest, OperatorKeyRequest, RotationRequest
from greffier.responses_access import KeyAnswer, KeysAnswer, NewKeyAnswer


async def index(request: web.Request) -> web.Response:
    """List those of the tenant."""
    return await _index(request, request[CALLER].tenant)


async def create(request: web.Request) -> web.Response:
    """Make one for the tenant."""
    asked = await read_json(KeyRequest, request)
    tenant = request[CALLER].tenant
    info, text = await request.app[API_KEYS].make(
        tenant, asked.name, sorted(set(asked.roles)), expires_at=asked.end
    )
    drafts.add(request, subject=info.id)
    return _made(info, text, "/v1/keys")


async def rotate(request: web.Request) -> web.Response:
    """Give one of the tenant a new text."""
    return await _rotate(request, request[CALLER].tenant, "/v1/keys")


async def revoke(request: web.Request) -> web.Response:
    """Refuse one of the tenant from now on."""
    return await _revoke(request, request[CALLER].tenant)


async def index_of_operators(request: web.Request) -> web.Response:
    """List those of the installation's operators."""
    return await _index(request, None)


async def create_for_operator(request: web.Request) -> web.Response:
    """Make one for an operator of the installation."""
    asked = await read_json(OperatorKeyRequest, request)
    info, text = await request.app[API_KEYS].make(
        None, asked.name, list(Role), expires_at=asked.end
    )
    drafts.add(request, subject=info.id)
    return _made(info, text, "/v1/installation/keys")


async def rotate_of_operator(request: web.Request) -> web.Response:
    """Give one of an operator a new text."""
    return await _rotate(request, None, "/v1/installation/keys")


async def revoke_of_operator(request: web.Request) -> web.Response:
    """Refuse one of an operator from now on."""
    return await _revoke(request, None)


async def _index(request: web.Request, tenant: str | None) -> web.Response:
    found = await request.app[API_KEYS].list(tenant)
    return answer(KeysAnswer.model_validate({"keys": found}))


async def _rotate(request: web.Request, tenant: str | None, path: str) -> web.Response:
    asked = await read_json(RotationRequest, request)
    info, text = await request.app[API_KEYS].rotate(
        tenant, request.match_info["key"], grace=timedelta(seconds=asked.grace_s)
    )
    return _made(info, text, path)


async def _revoke(request: web.Request, tenant: str | None) -> web.Response:
    info = await request.app[API_KEYS].revoke(tenant, request.match_info["key"])
    return answer(KeyAnswer.model_validate(info))


def _made(info: KeyInfo, text: str, path: str) -> web.Response:
    told = NewKeyAnswer(**KeyAnswer.model_validate(info).model_dump(), key=text)
    headers: dict[str, str] = {hdrs.LOCATION: f"{path}/{info.id}", hdrs.CACHE_CONTROL: "no-store"}
    return answer(told, status=201, headers=headers)
