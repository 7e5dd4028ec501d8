"""What callers may send about templates and versions: validation and documentation in one."""

from __future__ import annotations

from typing import Annotated, Literal

from greffier_converters.formats import OUTPUTS
from pydantic import Field, StringConstraints

from greffier.registry.model import Decision, Kind
from greffier.requests import LINE, SLUG, Request

#: One of a template's tags.
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f]+$")]
#: Text on any number of lines; PostgreSQL holds no NUL.
_TEXT = r"^[^\x00]*$"
#: Larger numbers fit no column.
_MOST = 2**31 - 1


class Said(Request):
    """What is said of a template."""

    title: str = Field(default="", max_length=200, pattern=LINE)
    """Its name for people."""
    description: str = Field(default="", max_length=5000, pattern=_TEXT)
    """What it is for."""
    category: str = Field(default="", max_length=100, pattern=LINE)
    """Where it belongs: a service of the town, a procedure."""
    tags: tuple[Tag, ...] = Field(default=(), max_length=50)
    """Words to find it by."""
    language: str = Field(
        default="", pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?$", examples=["fr-BE"]
    )
    """Of its text."""
    formats: tuple[Literal[*OUTPUTS], ...] = ()  # type: ignore[valid-type]  # pydantic reads it
    """What may be made of it; empty: every format."""
    engine: Literal["", "greffier", "py3o"] = ""
    """What fills it when a request does not say."""


class TemplateRequest(Said):
    """A new template: what is said of it; its content comes with its versions."""

    slug: str = Field(pattern=SLUG, examples=["accuse-reception"])
    """Its name in addresses and requests."""
    kind: Literal[Kind.TEMPLATE, Kind.BLOCK] = Kind.TEMPLATE
    """`block`: it is made to be included by others."""


class TemplateChange(Said):
    """What is to be said differently of a template; what is left out stays."""


class VersionRequest(Request):
    """A new version."""

    note: str = Field(default="", max_length=2000, pattern=_TEXT)
    """What is new in it, for people."""


class Breaking(Request):
    """Whether templates may break that are live and include the block in question."""

    allow_broken: bool = False
    """Of a block: do it although live templates that include it would have mistakes."""


class PublishRequest(Breaking):
    """Which version is to count."""

    version: int = Field(ge=1, le=_MOST)
    """Its number."""


class RollbackRequest(Breaking):
    """Which version to go back to."""

    version: int | None = Field(default=None, ge=1, le=_MOST)
    """Its number, one that was live; absent: what was live before."""


class SharedQuery(Request):
    """Which templates of commons to list."""

    search: str = Field(default="", max_length=200)
    """Words that its title, description, name, category or tags have; accents do not matter."""
    kind: Literal[Kind.TEMPLATE, Kind.BLOCK] | None = None
    """Only these."""
    category: str | None = Field(default=None, max_length=100)
    """Only those of this category; empty: those of none."""
    tag: str = Field(default="", max_length=50)
    """Only those with this tag."""
    after: str = Field(default="", max_length=100)
    """Begin after this name: the `next` of the page before."""
    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most."""


class ListQuery(SharedQuery):
    """Which templates to list."""

    published: bool | None = None
    """`true`: only those with a live version; `false`: only those without one."""
    archived: bool = False
    """`true`: those that are archived, instead of the others."""


class AdoptionRequest(Request):
    """A template to be copied."""

    origin: str = Field(
        alias="from",
        pattern=r"^(commons|library)/[a-z0-9][a-z0-9-]{0,99}$",
        examples=["commons/accuse-reception"],
    )
    """`commons/<name>`, or `library/<name>` for one that comes with the service."""
    slug: str = Field(default="", pattern=rf"^$|{SLUG}")
    """What it is to be called; absent: the same."""
    update: bool = False
    """It was adopted before: take what is there now as a new version."""


class ProposalRequest(Request):
    """A version to be proposed to commons."""

    version: int = Field(ge=1, le=_MOST)
    """Its number; it has no mistakes."""
    slug: str = Field(default="", pattern=rf"^$|{SLUG}")
    """What it is to be called in commons; absent: the same."""
    note: str = Field(default="", max_length=2000, pattern=_TEXT)
    """For whoever decides; all can read it once it is accepted."""


class AcceptRequest(Breaking):
    """What the operator says to a proposal that is accepted."""

    answer: str = Field(default="", max_length=2000, pattern=_TEXT)
    """For whoever proposed it."""


class DeclineRequest(Request):
    """Why a proposal is declined."""

    answer: str = Field(min_length=1, max_length=2000, pattern=_TEXT)
    """The reason, for whoever proposed it."""


class ExportQuery(Request):
    """What to write of a library."""

    versions: Literal["live", "newest"] = "live"
    """`newest`: drafts too; templates without a version that counts are left out."""
    template: str = Field(default="", pattern=rf"^$|{SLUG}")
    """Only this one."""


class ImportQuery(Breaking):
    """What to do with a library."""

    publish: bool = False
    """What it brings goes live, where it has no mistakes."""
    note: str = Field(default="", max_length=2000, pattern=_TEXT)
    """What is new, for people."""


class HistoryQuery(Request):
    """Which part of a history to list."""

    before: int = Field(default=_MOST, ge=1, le=_MOST)
    """Begin before this number: the `next` of the page before."""
    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most."""


class ProposalsQuery(HistoryQuery):
    """Which proposals to list."""

    state: Literal[*Decision] | None = None  # type: ignore[valid-type]  # pydantic reads it
    """Only those."""
