"""What is answered about fonts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from greffier.responses import Answer, Digest, Moment


class FontAnswer(Answer):
    """A font of the tenant."""

    id: int
    """By which it is erased."""
    family: str
    """As people choose it in LibreOffice."""
    style: str
    """As its maker calls the face."""
    format: Literal["ttf", "otf"] = Field(validation_alias="kind")
    """What the file is."""
    digest: Digest
    """SHA-256 of the file."""
    size: int
    """Bytes of the file."""
    by: str
    """Name of the key that brought it."""
    created_at: Moment
    """When it was brought."""


class FontsAnswer(Answer):
    """What the tenant's documents can be set in."""

    fonts: Sequence[FontAnswer]
    """The tenant's own."""
    machine: Sequence[str]
    """Families that every tenant has."""


class NewFontAnswer(FontAnswer):
    """A font that was just brought, with what it says of itself."""

    weight: int
    """400 is normal, 700 is bold."""
    italic: bool
    """Whether it is slanted."""
    embedding: str
    """What its maker lets others do with it in a document: `install`, `edit` or `print`."""
