"""What callers may send about webhooks: validation and documentation in one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from greffier.requests import Request
from greffier.webhooks.model import EVENTS
from greffier.webhooks.targets import MAX_URL_LENGTH


class WebhookRequest(Request):
    """Where to tell what happens."""

    url: str = Field(
        min_length=1, max_length=MAX_URL_LENGTH, examples=["https://erp.example.org/greffier"]
    )
    """Is called with POST: https, a name or an address of the internet."""
    events: tuple[Literal[*EVENTS], ...] = Field(default=(), max_length=len(EVENTS))  # type: ignore[valid-type]  # pydantic reads it
    """What to tell; empty: everything, also what later versions add."""
    description: str = Field(default="", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    """What it is for, for people."""


class DeliveriesQuery(Request):
    """Which deliveries to list."""

    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most."""
