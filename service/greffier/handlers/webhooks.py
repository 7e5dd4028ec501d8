"""``/v1/webhooks``: where a tenant wants to be told what happens."""

from __future__ import annotations

from aiohttp import hdrs, web

from greffier.handlers.reading import read_json, read_query
from greffier.handlers.written import answer
from greffier.keys import CALLER, WEBHOOKS
from greffier.records import drafts
from greffier.requests_webhooks import DeliveriesQuery, WebhookRequest
from greffier.responses_webhooks import (
    DeliveriesAnswer,
    DeliveryAnswer,
    WebhookAnswer,
    WebhooksAnswer,
    WebhookSecretAnswer,
)
from greffier.webhooks.model import WebhookInfo


async def index(request: web.Request) -> web.Response:
    """List them."""
    found = await request.app[WEBHOOKS].list(request[CALLER].tenant)
    return answer(WebhooksAnswer.model_validate({"webhooks": found}))


async def create(request: web.Request) -> web.Response:
    """Add one; tells its secret, this once."""
    asked = await read_json(WebhookRequest, request)
    made, secret = await request.app[WEBHOOKS].add(
        request[CALLER].tenant, asked.url, events=asked.events, description=asked.description
    )
    drafts.add(request, subject=made.id)
    headers: dict[str, str] = {
        hdrs.LOCATION: f"/v1/webhooks/{made.id}",
        hdrs.CACHE_CONTROL: "no-store",
    }
    return answer(_with_secret(made, secret), status=201, headers=headers)


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    found = await request.app[WEBHOOKS].get(request[CALLER].tenant, request.match_info["id"])
    return answer(WebhookAnswer.model_validate(found))


async def remove(request: web.Request) -> web.Response:
    """Remove one."""
    await request.app[WEBHOOKS].remove(request[CALLER].tenant, request.match_info["id"])
    return web.Response(status=204)


async def rotate(request: web.Request) -> web.Response:
    """Give one a new secret; tells it, this once."""
    found, secret = await request.app[WEBHOOKS].rotate(
        request[CALLER].tenant, request.match_info["id"]
    )
    return answer(_with_secret(found, secret), headers={hdrs.CACHE_CONTROL: "no-store"})


async def test(request: web.Request) -> web.Response:
    """Send something to one."""
    made = await request.app[WEBHOOKS].test(request[CALLER].tenant, request.match_info["id"])
    return answer(DeliveryAnswer.model_validate(made), status=202)


async def deliveries(request: web.Request) -> web.Response:
    """List what was and is to be sent to one."""
    asked = read_query(DeliveriesQuery, request)
    found = await request.app[WEBHOOKS].deliveries(
        request[CALLER].tenant, request.match_info["id"], limit=asked.limit
    )
    return answer(DeliveriesAnswer.model_validate({"deliveries": found}))


def _with_secret(info: WebhookInfo, secret: str) -> WebhookSecretAnswer:
    return WebhookSecretAnswer(**WebhookAnswer.model_validate(info).model_dump(), secret=secret)
