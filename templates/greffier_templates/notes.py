"""Collects what is found while a template is prepared: everything at once, then raised."""

from __future__ import annotations

from .model import Finding, Severity
from .scope import Site

#: More findings of one severity than this help nobody.
_MOST_FINDINGS = 500


class Report:
    """The findings about one template, in the order they were made."""

    def __init__(self) -> None:
        self._findings: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}

    def error(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that must be mended before the template can be used."""
        self._add(Severity.ERROR, code, message, site, hint)

    def warning(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that is probably not meant as it stands."""
        self._add(Severity.WARNING, code, message, site, hint)

    def _add(self, severity: Severity, code: str, message: str, site: Site, hint: str) -> None:
        if len(self._findings[severity]) < _MOST_FINDINGS:
            finding = Finding(code, message, site.where, site.field, hint, severity)
            self._findings[severity].append(finding)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the template unusable."""
        return tuple(self._findings[Severity.ERROR])

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What its designer should look at."""
        return tuple(self._findings[Severity.WARNING])
