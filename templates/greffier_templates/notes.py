"""Collects what is found while a template is prepared: everything at once, then raised."""

from __future__ import annotations

from .model import Finding, Severity
from .scope import Site


class Report:
    """The findings about one template, in the order they were made."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def error(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that must be mended before the template can be used."""
        self._findings.append(
            Finding(code=code, message=message, where=site.where, field=site.field, hint=hint)
        )

    def warning(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that is probably not meant as it stands."""
        self._findings.append(
            Finding(
                code=code,
                message=message,
                where=site.where,
                field=site.field,
                hint=hint,
                severity=Severity.WARNING,
            )
        )

    def _with(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(one for one in self._findings if one.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the template unusable."""
        return self._with(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What its designer should look at."""
        return self._with(Severity.WARNING)
