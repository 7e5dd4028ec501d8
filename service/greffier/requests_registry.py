"""What callers may send about templates and versions: validation and documentation in one."""

from __future__ import annotations

from typing import Annotated, Literal

from greffier_converters.formats import OUTPUTS
from pydantic import Field, StringConstraints

from greffier.registry.model import Kind
from greffier.requests import SLUG, Request

#: One of a template's tags.
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f]+$")]
#: Text on one line.
_LINE = r"^[^\x00-\x1f\x7f]*$"


class TemplateRequest(Request):
    """A new template: what is said of it; its content comes with its versions."""

    slug: str = Field(pattern=SLUG, examples=["accuse-reception"])
    """Its name in addresses and requests."""
    kind: Literal[Kind.TEMPLATE, Kind.BLOCK] = Kind.TEMPLATE
    """`block`: it is made to be included by others."""
    title: str = Field(default="", max_length=200, pattern=_LINE)
    """Its name for people."""
    description: str = Field(default="", max_length=5000)
    """What it is for."""
    category: str = Field(default="", max_length=100, pattern=_LINE)
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


class VersionRequest(Request):
    """A new version."""

    note: str = Field(default="", max_length=2000)
    """What is new in it, for people."""


class PublishRequest(Request):
    """Which version is to count."""

    version: int = Field(ge=1, le=2**31 - 1)
    """Its number."""


class ListQuery(Request):
    """Which templates to list."""

    search: str = Field(default="", max_length=200)
    """Words that its title, description, name, category or tags have; accents do not matter."""
    after: str = Field(default="", max_length=100)
    """Begin after this name: the `next` of the page before."""
    limit: int = Field(default=100, ge=1, le=1000)
    """How many at most."""
