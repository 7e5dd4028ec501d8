"""What the registry refuses.

::

    RegistryError
    ├── NoSuchTemplate      the tenant has no template of that name
    ├── NoSuchVersion       the template has no version of that number
    ├── NoSuchSample        the template has no sample of that name
    ├── TooManySamples      the template has as many samples as one may have
    ├── TemplateExists      the name is taken
    └── NotPublishable      the version has mistakes, or is not what it must be to go live
"""

from __future__ import annotations

from collections.abc import Sequence

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


class NotPublishable(RegistryError):
    """The version cannot go live; the findings say why, where they are of the template."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
