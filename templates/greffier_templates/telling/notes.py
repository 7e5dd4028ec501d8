"""Collects what is found while a template is prepared: everything at once, then raised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import itemgetter

from ..model import Finding, Severity
from .site import Site

#: More findings of one severity than this help nobody.
_MOST_FINDINGS = 500


class Report:
    """The findings about one part of a template."""

    def __init__(self) -> None:
        self._counts: Counter[Severity] = Counter()
        self._found: list[tuple[int, Finding]] = []

    def error(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that must be mended before the template can be used."""
        self._add(Severity.ERROR, code, message, site, hint)

    def warning(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that is probably not meant as it stands."""
        self._add(Severity.WARNING, code, message, site, hint)

    def foreign(self, finding: Finding, site: Site) -> None:
        """A finding of something that ``site`` brings in, which has a place of its own."""
        self._counts[finding.severity] += 1
        self._found.append((site.order, replace(finding, anchor=site.anchor)))

    def info(self, code: str, message: str, site: Site, hint: str = "") -> None:
        """Something that could be better, though the document comes out as it is meant."""
        self._add(Severity.INFO, code, message, site, hint)

    def _add(self, severity: Severity, code: str, message: str, site: Site, hint: str) -> None:
        self._counts[severity] += 1
        if self._counts[severity] <= _MOST_FINDINGS:
            finding = Finding(code, message, site.where, site.field, hint, severity, site.anchor)
            self._found.append((site.order, finding))

    @property
    def has_errors(self) -> bool:
        """Whether the part cannot be used."""
        return self._counts[Severity.ERROR] > 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Errors and warnings together, as a reader of the document meets their places."""
        return tuple(one for _, one in sorted(self._found, key=itemgetter(0)))
