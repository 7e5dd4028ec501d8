"""What callers may ask of the records: validation and documentation in one."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from greffier.requests import Request

#: Text on one line.
_LINE = r"^[^\x00-\x1f\x7f]*$"


class AuditQuery(Request):
    """Which records to list."""

    since: AwareDatetime | None = None
    """From this moment on, such as 2026-11-25T08:00:00Z."""
    until: AwareDatetime | None = None
    """Before this moment."""
    action: str = Field(default="", max_length=40, pattern=_LINE, examples=["documents.create"])
    """What was done: the name of an operation."""
    subject: str = Field(default="", max_length=200, pattern=_LINE, examples=["accuse-reception"])
    """What it was done to: a template, a key."""
    key: str = Field(default="", max_length=113, pattern=_LINE)
    """With which key."""
    outcome: str = Field(default="", max_length=100, pattern=_LINE, examples=["ok"])
    """How it ended: `ok`, the name of a problem, or `client-left`."""
    before: int | None = Field(default=None, ge=1, le=2**63 - 1)
    """Begin behind this record: the `next` of the page before."""
    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most; not for CSV, which has them all."""


class UsageQuery(Request):
    """Which usage to add up."""

    since: date | None = None
    """First day (UTC); the first of this month when absent."""
    until: date | None = None
    """Last day (UTC); today when absent."""
    by: Literal["day", "month"] = "day"
    """What is added up."""
    after: str = Field(default="", max_length=300, pattern=_LINE)
    """Begin behind this row: the `next` of the page before."""
    limit: int = Field(default=1000, ge=1, le=1000)
    """How many rows at most; not for CSV, which has them all."""
