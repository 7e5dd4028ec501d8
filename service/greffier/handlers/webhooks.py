"""``/v1/webhooks``: where a tenant wants to be told what happens."""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs, web

from greffier.handlers.reading import read_json, read_query
from greffier.handlers.written import moment
from greffier.keys import CALLER, WEBHOOKS
from greffier.records import drafts
from greffier.requests_webhooks import DeliveriesQuery, WebhookRequest
from greffier.webhooks.model import DeliveryInfo, WebhookInfo


async def index(request: web.Request) -> web.Response:
    """List them."""
    found = await request.app[WEBHOOKS].list(request[CALLER].tenant)
    return web.json_response({"webhooks": [_webhook(each) for each in found]})


async def create(request: web.Request) -> web.Response:
    """Add one; tells its secret, this once."""
    asked = await read_json(WebhookRequest, request)
    made, secret = await request.app[WEBHOOKS].add(
        request[CALLER].tenant, asked.url, events=asked.events, description=asked.description
    )
    drafts.add(request, subject=made.id)
    return web.json_response(
        {**_webhook(made), "secret": secret},
        status=201,
        headers={hdrs.LOCATION: f"/v1/webhooks/{made.id}", hdrs.CACHE_CONTROL: "no-store"},
    )


async def show(request: web.Request) -> web.Response:
    """Describe one."""
    found = await request.app[WEBHOOKS].get(request[CALLER].tenant, request.match_info["id"])
    return web.json_response(_webhook(found))


async def remove(request: web.Request) -> web.Response:
    """Remove one."""
    await request.app[WEBHOOKS].remove(request[CALLER].tenant, request.match_info["id"])
    return web.Response(status=204)


async def rotate(request: web.Request) -> web.Response:
    """Give one a new secret; tells it, this once."""
    found, secret = await request.app[WEBHOOKS].rotate(
        request[CALLER].tenant, request.match_info["id"]
    )
    return web.json_response(
        {**_webhook(found), "secret": secret}, headers={hdrs.CACHE_CONTROL: "no-store"}
    )


async def test(request: web.Request) -> web.Response:
    """Send something to one."""
    made = await request.app[WEBHOOKS].test(request[CALLER].tenant, request.match_info["id"])
    return web.json_response(_delivery(made), status=202)


async def deliveries(request: web.Request) -> web.Response:
    """List what was and is to be sent to one."""
    asked = read_query(DeliveriesQuery, request)
    found = await request.app[WEBHOOKS].deliveries(
        request[CALLER].tenant, request.match_info["id"], limit=asked.limit
    )
    return web.json_response({"deliveries": [_delivery(each) for each in found]})


def _webhook(info: WebhookInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "url": info.url,
        "events": list(info.events),
        "description": info.description,
        "created_at": moment(info.created_at),
        "disabled_at": moment(info.disabled_at),
    }


def _delivery(info: DeliveryInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "event": info.event,
        "state": info.state,
        "attempts": info.attempts,
        "status": info.status,
        "failure": info.failure,
        "created_at": moment(info.created_at),
        "next_at": moment(info.next_at),
        "ended_at": moment(info.ended_at),
    }
