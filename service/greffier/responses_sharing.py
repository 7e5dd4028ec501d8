"""What is answered about what is live, shared, proposed, and taken in or out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from greffier.registry.model import Decision, Kind
from greffier.responses import Answer, Digest, Fault, Moment
from greffier.responses_registry import TemplateAnswer, VersionReportAnswer


class PublicationAnswer(Answer):
    """That a version went live, or that none was any more."""

    id: int
    """Grows."""
    version: int | None
    """What went live; null: nothing was live any more."""
    before: int | None
    """What was live before."""
    by: str
    """Name of the key that did it."""
    at: Moment
    """When."""


class PublicationsAnswer(Answer):
    """What was live, and when."""

    publications: Sequence[PublicationAnswer]
    """The newest first."""
    next: int | None
    """What to give as `before` for the next page; null: there is none."""


class UseAnswer(Answer):
    """A live version that includes a block."""

    template: str
    """Its template."""
    kind: Kind
    """`block`: it is a block itself."""
    version: int
    """Its number."""
    direct: bool
    """Whether it includes the block itself, not through another."""


class ElsewhereAnswer(Answer):
    """How much of other tenants includes a block of commons."""

    tenants: int
    """How many tenants."""
    templates: int
    """How many templates of theirs."""


class UsesAnswer(Answer):
    """Where a block is used."""

    uses: Sequence[UseAnswer]
    """In the tenant's live versions."""
    elsewhere: ElsewhereAnswer = ElsewhereAnswer(tenants=0, templates=0)
    """For a block of `commons`, told to operators of the installation."""


class CountedAnswer(Answer):
    """A word, and how often it was chosen."""

    name: str
    """The word."""
    templates: int
    """How many templates have it."""


class CategoriesAnswer(Answer):
    """The categories of the templates."""

    categories: Sequence[CountedAnswer]
    """By name."""


class TagsAnswer(Answer):
    """The tags of the templates."""

    tags: Sequence[CountedAnswer]
    """By name."""


class TakenAnswer(Answer):
    """What became of a template that was taken in."""

    slug: str
    """Its name."""
    outcome: Literal["new", "changed", "unchanged", "refused"]
    """What became of it."""
    changes: Sequence[str]
    """What is not as it was."""
    version: int | None
    """Number of its new version; null: there is none."""
    live: bool
    """Whether that is live."""
    problem: str | None
    """Why it was refused: the type of a problem."""
    detail: str
    """The same in a sentence."""
    errors: Sequence[Fault]
    """All mistakes."""


class TakenCountsAnswer(Answer):
    """How many templates became what."""

    new: int
    """Were not there."""
    changed: int
    """Were there, and changed."""
    unchanged: int
    """Were there as they are."""
    refused: int
    """Were not taken."""


class ImportAnswer(Answer):
    """What became of a library that was taken in."""

    templates: Sequence[TakenAnswer]
    """Each of its templates."""
    counts: TakenCountsAnswer
    """How many became what."""


class SharedTemplateAnswer(TemplateAnswer):
    """A template of commons."""

    name: str
    """What it is rendered by: `commons/<slug>`."""


class SharedTemplatesAnswer(Answer):
    """A page of what all share."""

    templates: Sequence[SharedTemplateAnswer]
    """By their names."""
    next: str | None
    """What to give as `after` for the next page; null: there is none."""


class LiveTemplateAnswer(SharedTemplateAnswer):
    """A template of commons with what is live of it."""

    version: VersionReportAnswer
    """The version that is live."""


class AdoptedAnswer(TemplateAnswer):
    """A template that was adopted."""

    version: VersionReportAnswer
    """What was brought."""


class ProposalAnswer(Answer):
    """A version that a tenant proposes to commons."""

    id: int
    """By which it is named."""
    tenant: str
    """Who proposes."""
    template: str
    """Which template."""
    kind: Kind
    """`block`: it is made to be included by others."""
    version: int
    """Which version."""
    digest: Digest
    """SHA-256 of its file."""
    slug: str
    """Name that it would have in commons."""
    note: str
    """What the tenant says of it."""
    state: Decision
    """What became of it."""
    answer: str
    """What the operator says to it."""
    by: str
    """Name of the key that proposed it."""
    created_at: Moment
    """When it was proposed."""
    decided_at: Moment | None
    """When it was decided; null: it is open."""


class AcceptedAnswer(ProposalAnswer):
    """A proposal that was accepted."""

    accepted_as: str
    """What it is in commons: `commons/<slug>@<version>`."""


class ProposalsAnswer(Answer):
    """A page of proposals."""

    proposals: Sequence[ProposalAnswer]
    """The newest first."""
    next: int | None
    """What to give as `before` for the next page; null: there is none."""
