"""What goes through the hall: plain frozen values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from greffier_converters.model import Lane, Substitution
from greffier_converters.options import PdfOptions
from greffier_templates.model import Filling, Finding, Severity

from greffier.access.model import Role
from greffier.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    tenant: str
    #: Which of the tenant's keys was shown: its name, never the key.
    key: str
    #: In which they are told what is wrong; one of ``catalogues.LANGUAGES``.
    language: str = "en"
    #: What they may do, with all that the key's roles include.
    roles: frozenset[Role] = frozenset()
    #: Whether it is the operator of the installation, acting for the tenant.
    installation: bool = False
    #: In which queue their work waits.
    lane: Lane = Lane.INTERACTIVE


class Template(Protocol):
    """Where the bytes of a template come from: the library, or the request itself."""

    @property
    def name(self) -> str:
        """How it is called in the answer; empty for one that came with the request."""

    @property
    def version(self) -> int | None:
        """Its number in the registry; None: it comes from elsewhere."""

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hexadecimal, where it is known beforehand; else empty.

        A render process that has seen the bytes needs only this.
        """

    async def put_into(self, folder: Path) -> Path:
        """Give a file in ``folder`` with the bytes, which nobody else uses."""

    async def schema_into(self, folder: Path) -> Path | None:
        """Give a file in ``folder`` with the schema of the data, if the template brings one."""


def label(template: Template) -> str:
    """Say which template it is, and which version where there are versions: ``permit@3``."""
    return template.name if template.version is None else f"{template.name}@{template.version}"


class Blocks(Protocol):
    """Where the blocks come from that a template includes, for one caller.

    The seam at which a registry gives each tenant its own letterhead: first what came with
    the request, then the tenant's blocks, then those all share.
    """

    @property
    def brought(self) -> Collection[str]:
        """The names of those that came with the request; one that nothing includes is told."""

    async def get(self, name: str) -> Template | None:
        """Give a block as it is now, with its digest where it may be prepared once for many."""

    async def names(self) -> Sequence[str]:
        """List the blocks there are, for a designer whose name is misspelt."""


@dataclass(frozen=True, slots=True)
class Output:
    """What to make."""

    format: str = "pdf"
    #: Name to propose for the file, with its extension; empty: none was asked for.
    filename: str = ""
    pdf: PdfOptions = field(default_factory=PdfOptions)
    #: The page of a picture, from 1.
    page: int = 1
    #: Dots per inch of a picture.
    dpi: int = 150


@dataclass(frozen=True, slots=True)
class Report:
    """What checking a template found."""

    findings: tuple[Finding, ...]
    #: Engine -> verdict -> how many of its tags there are; see ``telling.check``.
    foreign: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: The template with a comment at each finding, where that was asked for.
    annotated: Path | None = None
    #: The blocks that it includes, by name.
    blocks: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        """How many mistakes there are that must be mended."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many things are probably not meant as they are."""
        return sum(finding.severity is Severity.WARNING for finding in self.findings)


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """One template to be checked."""

    template: Template
    #: What it may include.
    blocks: Blocks
    #: JSON text of an object with sample data in ``data``; empty: there is none.
    request: bytes = b""
    #: The fonts that offices have; empty: they are not known.
    families: Collection[str] = ()
    #: Whether to write the template with a comment at each finding too.
    annotated: bool = False


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """One document to be made from a template and data."""

    template: Template
    #: JSON text of an object whose member ``data`` is the data; the event loop never
    #: parses it, because data may be large.
    request: bytes
    engine: str
    filling: Filling
    output: Output
    #: What its template may include.
    blocks: Blocks
    #: Name -> file, for the pictures that came with the request.
    images: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConversionOrder:
    """One document to be converted."""

    source: Path
    #: A key of ``formats.INPUTS``.
    kind: str
    output: Output


@dataclass(frozen=True, slots=True)
class Document:
    """A finished document, in the work folder of its request."""

    path: Path
    media_type: str
    #: With its extension.
    filename: str
    #: None where the format has no pages.
    pages: int | None
    #: Name and version of the template: ``permit@3``; empty when it has none.
    template: str
    warnings: tuple[Finding, ...]
    fonts_substituted: tuple[Substitution, ...]
    #: Phase (queue, fill, convert, finish) -> seconds.
    timings_s: Mapping[str, float]
    provenance: Provenance
