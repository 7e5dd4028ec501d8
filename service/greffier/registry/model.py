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
    #: ``commons/<slug>`` and its version, where it was adopted.
    origin: str
    origin_version: int | None
    #: Whether it was changed since it was adopted; None: it was not adopted.
    modified: bool | None
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
