"""What the registry refuses.

::

    RegistryError
    ├── NoSuchTemplate      the tenant has no template of that name
    ├── NoSuchVersion       the template has no version of that number
    ├── NoSuchSample        the template has no sample of that name
    ├── TooManySamples      the template has as many samples as one may have
    ├── TemplateExists      the name is taken
    ├── NoSuchProposal      there is no such proposal, or it is another tenant's
    ├── ProposalDecided     it is open no more, or another of the template still is
    ├── TemplateArchived    the template is archived, so nothing of it goes live
    ├── NothingBefore       there is nothing to go back to
    ├── FormatNotAllowed    the template is not made for this format
    ├── BlockInUse          live templates include the block, and would break
    └── NotPublishable      the version has mistakes, or is not what it must be to go live
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greffier_templates.model import Finding

from greffier.errors import HallError


class RegistryError(HallError):
    """The registry refuses."""


class NoSuchTemplate(RegistryError):
    """The tenant has no template of that name."""


class NoSuchVersion(RegistryError):
    """The template has no version of that number."""


class NoSuchSample(RegistryError):
    """The template has no sample of that name."""


class TooManySamples(RegistryError):
    """The template has as many samples as one may have."""


class TemplateExists(RegistryError):
    """The name is taken."""


class NoSuchProposal(RegistryError):
    """There is no such proposal, or it is another tenant's."""


class ProposalDecided(RegistryError):
    """The proposal is open no more, or another of the same template still is."""


class TemplateArchived(RegistryError):
    """The template is archived, so nothing of it goes live."""


class NothingBefore(RegistryError):
    """There is nothing to go back to."""


class FormatNotAllowed(RegistryError):
    """The template is not made for this format."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A live template that would have mistakes."""

    slug: str
    version: int
    findings: tuple[Finding, ...] = ()


class BlockInUse(RegistryError):
    """Live templates include the block, and would break."""

    def __init__(self, message: str, broken: Sequence[Broken]) -> None:
        super().__init__(message)
        self.broken = tuple(broken)


class NotPublishable(RegistryError):
    """The version cannot go live; the findings say why, where they are of the template."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
