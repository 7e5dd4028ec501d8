"""What is answered about templates and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from greffier.registry.model import Kind, State
from greffier.responses import Answer, Digest, Fault, Moment


class TemplateAnswer(Answer):
    """A template, without its versions."""

    slug: str
    """Its name in addresses and requests."""
    kind: Kind
    """`block`: it is made to be included by others."""
    title: str
    """Its name for people."""
    description: str
    """What it is for."""
    category: str
    """Where it belongs."""
    tags: Sequence[str]
    """Words to find it by."""
    language: str
    """Of its text; empty: not said."""
    formats: Sequence[str]
    """What may be made of it; empty: every format."""
    engine: str
    """What fills it when a request does not say; empty: the operator's default."""
    published: int | None
    """Number of the version that counts; null: none does."""
    latest: int
    """Number of the newest version; 0: there is none."""
    origin: Annotated[str | None, BeforeValidator(lambda given: given or None)]
    """`commons/<slug>`, where it was adopted; else null."""
    origin_version: int | None
    """Version that was adopted."""
    modified: bool | None
    """Whether it was changed since it was adopted; null: it was not adopted."""
    origin_newer: bool | None
    """Whether there is something newer there; null: it was not adopted, or that is gone."""
    created_at: Moment
    """When it was made."""
    changed_at: Moment
    """When it was last changed."""
    archived_at: Moment | None
    """When it was archived; null: it is not."""


class TemplatesAnswer(Answer):
    """A page of templates."""

    templates: Sequence[TemplateAnswer]
    """By their names."""
    next: str | None
    """What to give as `after` for the next page; null: there is none."""


class VersionAnswer(Answer):
    """A version, without its bytes."""

    number: int
    """From 1."""
    state: State
    """How far it has come."""
    digest: Digest
    """SHA-256 of the designer's file."""
    size: int
    """Bytes of the designer's file."""
    author: str
    """Name of the key that brought it."""
    note: str
    """What is new in it."""
    has_schema: bool
    """Whether the designer brought a schema with it."""
    errors: int | None
    """Mistakes it has; null: it was not checked yet."""
    warnings: int | None
    """What is probably not meant so; null: it was not checked yet."""
    created_at: Moment
    """When it was sent."""
    published_at: Moment | None
    """When it went live for the first time; null: it never did."""


class ReportAnswer(Answer):
    """What the last check of a version said; a draft that was never checked has none of it."""

    findings: Sequence[Fault] = ()
    """Mistakes and advice, as checks tell them."""
    foreign: Mapping[str, Mapping[str, int]] = {}
    """Tags of other engines, counted by what becomes of them here."""
    title: str | None = None
    """Its title, as the file has it."""
    locale: str | None = None
    """Its language, as the file has it."""
    fields: Sequence[Any] = ()
    """What it prints of the data."""
    included: Sequence[str] = ()
    """Blocks that it includes itself."""
    blocks: Mapping[str, str] = {}
    """All blocks that it is made of, with their digests."""
    fonts: Sequence[str] = ()
    """Families that its text asks for."""
    pictures: Sequence[str] = ()
    """Pictures that come beside the data."""
    contract: Mapping[str, Any] | None = None
    """What it needs of the data that the live version does not; null: there was none live."""
    proofs: Mapping[str, Mapping[str, Any]] = {}
    """Sample -> what came of rendering it."""


class VersionReportAnswer(VersionAnswer):
    """A version with what its last check said."""

    report: ReportAnswer
    """What its last check said."""


class VersionsListAnswer(Answer):
    """The versions of a template."""

    versions: Sequence[VersionAnswer]
    """The newest first."""
