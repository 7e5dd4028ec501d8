"""What is answered about documents that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from greffier.responses import Answer, Fault, Moment, Problem


class KeptLinks(Answer):
    """Where a document is."""

    self: str
    """What is told of it."""
    content: str = ""
    """The document, once it is made."""


class SubstitutionAnswer(Answer):
    """A family of fonts that was missing."""

    wanted: str
    """What the text asks for."""
    used: str
    """What took its place."""
    metric_compatible: bool
    """Whether that has the same widths, so that lines break where they did."""


class KeptAnswer(Answer):
    """A document that is kept; what is not known yet, or never will be, is left out."""

    id: str
    """By which it is named."""
    state: Literal["waiting", "running", "done", "failed"]
    """How far it has come."""
    template: str = ""
    """Name and version of the template; empty for one of the caller's own."""
    language: str = ""
    """Of its warnings."""
    media_type: str = ""
    """What it is."""
    filename: str = ""
    """The name proposed for it."""
    pages: int | None = None
    """Its pages; null where the format has none."""
    warnings: Sequence[Fault] = ()
    """What deserves a look."""
    fonts_substituted: Sequence[SubstitutionAnswer] = ()
    """Families of fonts that were missing."""
    timings_ms: Mapping[str, float] = {}
    """Milliseconds of each phase."""
    provenance: Mapping[str, Any] = {}
    """Where it comes from."""
    problem: Problem | None = None
    """Why it could not be made."""
    size: int = 0
    """Its bytes."""
    created_at: Moment
    """When it was asked for."""
    done_at: Moment | None
    """When it was made, or could not be made."""
    expires_at: Moment | None
    """When it is erased."""
    links: KeptLinks
    """Where it is."""


class KeptListAnswer(Answer):
    """A page of documents that are kept."""

    documents: Sequence[KeptAnswer]
    """The newest first."""
    next: str | None
    """What to give as `after` for the next page; null: there is none."""
