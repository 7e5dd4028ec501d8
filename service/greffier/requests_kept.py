"""What callers may send about kept documents: validation and documentation in one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from greffier.kept.model import TOLD
from greffier.requests import Request


class DocumentsQuery(Request):
    """Which documents to list."""

    state: Literal[*TOLD] | None = None  # type: ignore[valid-type]  # pydantic reads it
    """Only those in this state."""
    after: str = Field(default="", pattern=r"^[0-9a-f]{0,32}$")
    """Begin after this id: the `next` of the page before."""
    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most."""
