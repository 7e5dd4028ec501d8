"""What is recorded of a request, and what is told of it later: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: What outcomes are called that are no problem's name.
OK = "ok"
CLIENT_LEFT = "client-left"

#: Before the name of a key of the installation's operator: a tenant's may have the same name.
INSTALLATION = "installation:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action, as it is written down."""

    at: datetime
    #: Slug; empty: the installation.
    tenant: str
    #: Name of the key, with ``INSTALLATION`` before it for the operator's.
    key: str
    #: ``documents.create``, ``live.publish``: the operation's name in ``/openapi.json``.
    action: str
    #: ``ok``, the name of a problem, or ``client-left``.
    outcome: str
    #: What was acted on: the slug of a template, the id of a key.
    subject: str = ""
    #: Number of the version.
    version: int | None = None
    #: SHA-256, hexadecimal: of the data, or of the document that was converted.
    data_digest: str = ""
    pages: int | None = None
    milliseconds: int = 0
    request_id: str = ""
    #: Whether it is a document that was made, or was to be: the usage counts these.
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One action, as it is read again."""

    #: Grows with every entry of the installation.
    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Used:
    """Documents of a template in a day or month, added up."""

    #: ``2026-11-25`` or ``2026-11``, UTC.
    period: str
    tenant: str
    #: Empty: conversions, and templates that came with the request.
    template: str
    documents: int
    pages: int
    #: Requests that ended without a document.
    failures: int
