"""What the registry tells of templates and versions: plain values."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Kinds of blobs that versions consist of.
TEMPLATE_BLOB, SCHEMA_BLOB = "templates", "schemas"


class Kind(enum.StrEnum):
    """What a template is for."""

    TEMPLATE = "template"
    #: To be included by templates: a letterhead, a signature.
    BLOCK = "block"


class State(enum.StrEnum):
    """How far a version has come."""

    #: Not checked yet, or it has mistakes.
    DRAFT = "draft"
    #: Without mistakes, and never live.
    CHECKED = "checked"
    #: The one that counts.
    PUBLISHED = "published"
    #: It was live once; one can go back to it.
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """What a designer says of a template."""

    slug: str
    kind: Kind = Kind.TEMPLATE
    title: str = ""
    description: str = ""
    category: str = ""
    tags: Sequence[str] = ()
    language: str = ""
    formats: Sequence[str] = ()
    engine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which templates to list; the usual: all that are not archived."""

    #: Words that all occur in title, description, slug, category or tags; neither capitals nor
    #: accents matter.
    search: str = ""
    kind: Kind | None = None
    #: Empty: those of no category; None: those of any.
    category: str | None = None
    #: Empty: those with any tags, or none.
    tag: str = ""
    #: Whether a version is live; None: either.
    published: bool | None = None
    #: Whether those that are archived, instead of the others.
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationInfo:
    """That a version went live, or that none does any more."""

    #: Counts up, across templates.
    id: int
    #: None: what was live was withdrawn.
    version: int | None
    #: What was live before.
    before: int | None
    #: Name of the key that did it.
    by: str
    at: datetime


class Decision(enum.StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalInfo:
    """A tenant's version, proposed to ``commons``."""

    id: int
    tenant: str
    template: str
    kind: Kind
    version: int
    digest: str
    #: Name that it would have in ``commons``.
    slug: str
    note: str
    state: Decision
    #: What the operator says to it.
    answer: str
    #: Name of the key that proposed it.
    by: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A live version that includes a block."""

    slug: str
    kind: Kind
    version: int
    #: Whether it does so itself, and not only through other blocks.
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInfo:
    """A template, without its versions."""

    slug: str
    kind: Kind
    title: str
    description: str
    category: str
    tags: Sequence[str]
    language: str
    formats: Sequence[str]
    engine: str
    #: Number of the version that counts.
    published: int | None
    #: Number of the newest version; 0: there is none.
    latest: int
    #: ``commons/<slug>`` and its version, or ``library/<slug>``, where it was adopted.
    origin: str
    origin_version: int | None
    #: SHA-256 of what was adopted; empty: it was not adopted.
    origin_digest: str
    #: Whether it was changed since it was adopted; None: it was not adopted.
    modified: bool | None
    #: Whether its origin has something newer; None: it was not adopted, or is there no more.
    origin_newer: bool | None
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """A version, without its bytes."""

    number: int
    state: State
    #: SHA-256 of the designer's file, hexadecimal.
    digest: str
    size: int
    #: Name of the key that brought it.
    author: str
    note: str
    #: Whether the designer brought a schema with it.
    has_schema: bool
    #: None: it was not checked yet.
    errors: int | None
    warnings: int | None
    created_at: datetime
    published_at: datetime | None
    #: What the last check said.
    report: Mapping[str, Any] = field(default_factory=dict)
