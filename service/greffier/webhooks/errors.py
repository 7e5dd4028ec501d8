"""What is refused about webhooks.

::

    WebhookError
    ├── TargetRefused       calls may not go there
    ├── NoSuchWebhook       the tenant has none of that id
    ├── TooManyWebhooks     the tenant has as many as it may
    └── WebhookDisabled     nothing is sent there any more
"""

from __future__ import annotations

from greffier.errors import HallError


class WebhookError(HallError):
    """Something about webhooks is refused."""


class TargetRefused(WebhookError):
    """Calls may not go there; the message is a sentence that says why, without the address."""


class NoSuchWebhook(WebhookError):
    """The tenant has no webhook of that id."""


class TooManyWebhooks(WebhookError):
    """The tenant has as many as it may."""


class WebhookDisabled(WebhookError):
    """Its receiver wants no more calls."""
