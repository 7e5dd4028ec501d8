"""What is told of kept documents: plain values."""

from __future__ import annotations

import enum
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: Kinds of blobs.
ORDER_BLOB, RESULT_BLOB = "orders", "results"


class State(enum.StrEnum):
    """How far a document has come."""

    #: The request that wants it is being answered; nobody else sees it yet.
    CLAIMED = "claimed"
    #: Accepted, to be made later.
    WAITING = "waiting"
    #: Being made, for a request that was answered long since.
    RUNNING = "running"
    #: There, until it expires or is erased.
    DONE = "done"
    #: It could not be made.
    FAILED = "failed"
    #: Gone on somebody's word; what is left keeps its idempotency key from being used again.
    ERASED = "erased"


#: The states that callers see.
TOLD = (State.WAITING, State.RUNNING, State.DONE, State.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document as its row tells of it."""

    id: str
    tenant: str
    state: State
    #: Name of the key that asked for it.
    by: str
    #: SHA-256 of the blob; empty as long as there is none.
    result_digest: str
    size: int
    #: See ``describing.py``.
    description: Mapping[str, Any]
    created_at: datetime
    done_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The place of a document that a request is going to make; without an id it has none yet."""

    id: str = ""
    #: The document that was made when the same was asked before.
    earlier: KeptDocument | None = None


def links(document: KeptDocument) -> Mapping[str, str]:
    """Say where a document is told of, and where it is had once it is made."""
    own = f"/v1/documents/{document.id}"
    made = {"content": f"{own}/content"} if document.state is State.DONE else {}
    return {"self": own, **made}


def new_id() -> str:
    """Make an id: milliseconds, for the order of lists, and 80 random bits."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
