"""What is answered about webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from greffier.responses import Answer, Moment
from greffier.webhooks.model import DeliveryState, Failure


class WebhookAnswer(Answer):
    """An address that is called."""

    id: str
    """By which it is named."""
    url: str
    """What is called."""
    events: Sequence[str]
    """What is told; empty: everything."""
    description: str
    """What it is for."""
    created_at: Moment
    """When it was added."""
    disabled_at: Moment | None
    """Since when it is called no more; null: it is."""


class WebhooksAnswer(Answer):
    """The webhooks of the tenant."""

    webhooks: Sequence[WebhookAnswer]
    """All of them."""


class WebhookSecretAnswer(WebhookAnswer):
    """A webhook with its new secret."""

    secret: str
    """By which calls can be verified. It is told this once."""


class DeliveryAnswer(Answer):
    """An event that was or is to be sent."""

    id: str
    """Also `webhook-id` of the call."""
    event: str
    """What it tells of."""
    state: DeliveryState
    """How far it is."""
    attempts: int
    """How often it was tried."""
    status: int | None
    """Of the last answer; null: there was none."""
    failure: Failure | None
    """Why the last attempt had no answer."""
    created_at: Moment
    """When the event was."""
    next_at: Moment | None
    """When it is sent again; null: it is not."""
    ended_at: Moment | None
    """When it was delivered or given up."""


class DeliveriesAnswer(Answer):
    """What was and is to be sent to a webhook."""

    deliveries: Sequence[DeliveryAnswer]
    """The newest first."""
