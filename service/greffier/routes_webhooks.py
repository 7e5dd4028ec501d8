"""The addresses of webhooks; joined to those of ``routes.py``."""

from __future__ import annotations

from aiohttp import hdrs

from greffier import problem_types
from greffier.access.model import Role
from greffier.handlers import webhooks
from greffier.requests_webhooks import DeliveriesQuery, WebhookRequest
from greffier.responses_webhooks import (
    DeliveriesAnswer,
    DeliveryAnswer,
    WebhookAnswer,
    WebhooksAnswer,
    WebhookSecretAnswer,
)
from greffier.routing import BODY, Route

WEBHOOKS = (
    Route(
        hdrs.METH_GET,
        "/v1/webhooks",
        webhooks.index,
        "The webhooks",
        answer=WebhooksAnswer,
        role=Role.OPERATE,
    ),
    Route(
        hdrs.METH_POST,
        "/v1/webhooks",
        webhooks.create,
        "Add a webhook",
        "The answer has its secret, by which calls can be verified (Standard Webhooks); it is not "
        "told again.",
        model=WebhookRequest,
        status=201,
        answer=WebhookSecretAnswer,
        tells=(hdrs.LOCATION,),
        role=Role.OPERATE,
        problems=(
            *BODY,
            problem_types.WEBHOOK_TARGET_REFUSED,
            problem_types.TOO_MANY_WEBHOOKS,
        ),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/webhooks/{id}",
        webhooks.show,
        "A webhook",
        answer=WebhookAnswer,
        role=Role.OPERATE,
        problems=(problem_types.WEBHOOK_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_DELETE,
        "/v1/webhooks/{id}",
        webhooks.remove,
        "Remove a webhook",
        "What was not delivered yet will not be.",
        status=204,
        answers=(),
        role=Role.OPERATE,
        problems=(problem_types.WEBHOOK_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/webhooks/{id}/rotate",
        webhooks.rotate,
        "Give a webhook a new secret",
        "The answer has it; it is not told again. For a day calls are signed with the secret "
        "before, too.",
        answer=WebhookSecretAnswer,
        role=Role.OPERATE,
        problems=(problem_types.WEBHOOK_NOT_FOUND,),
    ),
    Route(
        hdrs.METH_POST,
        "/v1/webhooks/{id}/test",
        webhooks.test,
        "Try a webhook",
        "Sends the event `webhook.test`; the answer is its delivery, which the list of deliveries "
        "tells the end of.",
        status=202,
        answer=DeliveryAnswer,
        role=Role.OPERATE,
        problems=(problem_types.WEBHOOK_NOT_FOUND, problem_types.WEBHOOK_DISABLED),
    ),
    Route(
        hdrs.METH_GET,
        "/v1/webhooks/{id}/deliveries",
        webhooks.deliveries,
        "What was and is to be sent to a webhook",
        "The newest first; those that ended more than 30 days ago are forgotten.",
        answer=DeliveriesAnswer,
        query=DeliveriesQuery,
        role=Role.OPERATE,
        problems=(problem_types.WEBHOOK_NOT_FOUND,),
    ),
)
