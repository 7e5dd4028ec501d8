"""What is told of fonts, and who gives a tenant's: plain values and a seam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

#: Kind of the blobs that fonts are.
FONT_BLOB = "fonts"


@dataclass(frozen=True, slots=True, kw_only=True)
class FontInfo:
    """A font of a tenant, without its bytes."""

    id: int
    family: str
    style: str
    #: ``ttf`` or ``otf``.
    kind: str
    #: SHA-256 of the file, hexadecimal.
    digest: str
    #: Bytes.
    size: int
    #: Name of the key that brought it.
    by: str
    created_at: datetime


class FontSource(Protocol):
    """Says with which fonts the documents of a tenant are made."""

    async def set_of(self, tenant: str) -> str:
        """Name the set of fonts that offices are to be started with; empty: the machine's only."""


class MachineFonts:
    """Nobody has fonts of their own; see :class:`FontSource`."""

    async def set_of(self, tenant: str) -> str:
        """Name none."""
        return ""
