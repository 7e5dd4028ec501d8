"""What is answered about records and usage."""

from __future__ import annotations

from collections.abc import Sequence

from greffier.responses import Answer, Moment


class RecordAnswer(Answer):
    """That somebody did something."""

    id: int
    """Grows with every record of the installation."""
    at: Moment
    """When."""
    tenant: str | None
    """For which tenant; null: for the installation."""
    key: str
    """Name of the key, with `installation:` before it for an operator's."""
    action: str
    """What was done: the name of an operation."""
    subject: str
    """What it was done to: the name of a template, the id of a key."""
    version: int | None
    """Number of the version."""
    data_digest: str | None
    """`sha256:` and the digest of the data, or of the document that was converted."""
    pages: int | None
    """Pages of the document."""
    outcome: str
    """`ok`, the name of a problem, or `client-left`."""
    milliseconds: int
    """How long it took."""
    request_id: str
    """The request's id."""


class AuditAnswer(Answer):
    """A page of records."""

    records: Sequence[RecordAnswer]
    """The newest first."""
    next: int | None
    """What to give as `before` for the next page; null: there is none."""


class UsedAnswer(Answer):
    """Documents of a template in a day or month."""

    period: str
    """`2026-11-25` or `2026-11`, in UTC."""
    tenant: str
    """Whose."""
    template: str
    """Name of the template; empty: conversions, and templates that came with the request."""
    documents: int
    """Documents that were made."""
    pages: int
    """Their pages."""
    failures: int
    """Requests that ended without a document."""


class UsageAnswer(Answer):
    """A page of usage."""

    usage: Sequence[UsedAnswer]
    """The oldest first."""
    next: str | None
    """What to give as `after` for the next page; null: there is none."""
