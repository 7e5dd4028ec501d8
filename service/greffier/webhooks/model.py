"""What webhooks tell of, and what is told of them: plain values."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: Kind of event -> when it happens. docs/callers/webhooks.md lists them.
EVENTS: Mapping[str, str] = {
    "document.finished": "A document that was to be made later is made.",
    "document.failed": "A document that was to be made later cannot be made.",
}
#: What ``POST /v1/webhooks/{id}/test`` sends; to all, whatever they asked for.
TEST_EVENT = "webhook.test"


class DeliveryState(enum.StrEnum):
    """How far a delivery is."""

    #: It is to be sent, for the first time or again.
    WAITING = "waiting"
    #: The receiver has taken it.
    DELIVERED = "delivered"
    #: It is not sent any more.
    FAILED = "failed"


class Failure(enum.StrEnum):
    """Why no answer came, or nothing was sent."""

    #: Its address is one that calls may not go to.
    REFUSED = "target-refused"
    UNREACHABLE = "unreachable"
    #: Its certificate is not trusted, or it speaks no TLS.
    TLS = "tls"
    TOO_SLOW = "too-slow"
    #: It closed the connection, or answered what is not HTTP.
    NO_ANSWER = "no-answer"
    #: The receiver had said 410 before.
    DISABLED = "disabled"
    #: A fault of this service.
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    #: Of the answer; None: there was none.
    status: int | None = None
    failure: Failure | None = None
    #: Seconds after which the receiver wants to be called again.
    retry_after_s: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver wants no more calls, ever."""
        return self.status == 410

    @property
    def ends(self) -> bool:
        """Whether there is nothing to try again."""
        return self.succeeded or self.gone or self.failure is Failure.DISABLED


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """What is told of a webhook: everything but its secrets."""

    id: str
    url: str
    #: Kinds of events; empty: all.
    events: tuple[str, ...]
    description: str
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """What is told of a delivery."""

    id: str
    event: str
    state: DeliveryState
    attempts: int
    #: Of the last attempt's answer; None: there was none.
    status: int | None
    #: Why the last attempt had no answer.
    failure: Failure | None
    created_at: datetime
    #: When it is sent again; None: it is not.
    next_at: datetime | None
    ended_at: datetime | None


def document_data(document_id: str, state: str) -> Mapping[str, object]:
    """Give what an event about a document says: which, and where to get it."""
    self = f"/v1/documents/{document_id}"
    links = {"self": self}
    if state == "done":
        links["content"] = f"{self}/content"
    return {"id": document_id, "state": state, "links": links}
