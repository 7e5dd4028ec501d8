"""What is known of a request that will be recorded: handlers add to it in one line.

::

    drafts.add(request, subject=slug, version=published.number)

Whoever sends an answer bit by bit calls :func:`settle` before the first bit, so that nobody has
a document of which there is no record.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from greffier.keys import CALLER, RECORDER, REQUEST_ID
from greffier.model import Caller
from greffier.records.model import INSTALLATION, OK, Entry


@dataclass
class Draft:
    """What is known of a request so far."""

    action: str
    #: Whether only the operator of the installation does it, for no tenant.
    installation: bool
    at: datetime
    begun: float
    subject: str = ""
    version: int | None = None
    data_digest: str = ""
    pages: int | None = None
    outcome: str = OK
    counts: bool = False
    written: bool = False

    def entry(self, request: web.Request, outcome: str) -> Entry:
        """Complete it."""
        caller = request[CALLER]
        return Entry(
            at=self.at,
            tenant="" if self.installation else caller.tenant,
            key=name_of(caller),
            action=self.action,
            outcome=outcome,
            subject=self.subject,
            version=self.version,
            data_digest=self.data_digest,
            pages=self.pages,
            milliseconds=round((time.monotonic() - self.begun) * 1000),
            request_id=request[REQUEST_ID],
            counts=self.counts,
        )


DRAFT = web.RequestKey("record", Draft)


def add(request: web.Request, **facts: Any) -> None:
    """Say more of what a request does: fields of :class:`Draft`."""
    draft = request.get(DRAFT)
    if draft is None:
        raise TypeError("this address is not recorded")
    for name, value in facts.items():
        if name not in Draft.__dataclass_fields__:
            raise TypeError(f"{name} is no part of a record")
        setattr(draft, name, value)


async def settle(request: web.Request, **facts: Any) -> None:
    """Write the record of a request that went well, now; later calls change nothing.

    Raises:
        DatabaseUnavailable, StorageFull: there is no record, so there must be no answer.
    """
    draft = request[DRAFT]
    if draft.written:
        return
    add(request, **facts)
    draft.written = True  # also when the caller leaves meanwhile: what was taken is written
    try:
        await request.app[RECORDER].write(draft.entry(request, draft.outcome))
    except Exception:
        draft.written = False
        raise


def name_of(caller: Caller) -> str:
    """Name the key of a caller, so that no tenant's is taken for the operator's."""
    return f"{INSTALLATION}{caller.key}" if caller.installation else caller.key
