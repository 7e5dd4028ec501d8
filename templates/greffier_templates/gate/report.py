"""Collect what the gate takes out, without saying the same thing a thousand times."""

from __future__ import annotations

from collections import Counter

from ..model import Finding
from .refusals import finding

#: So many findings of one code say enough.
_FINDINGS_PER_CODE = 5


class Warnings:
    """The warnings of one document: no two alike, a few of each code."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}
        self._per_code: Counter[str] = Counter()

    def add(self, code: str, where: str, anchor: str = "") -> None:
        """Note a warning of that code; an empty code notes nothing."""
        if not code or self._per_code[code] >= _FINDINGS_PER_CODE:
            return
        warning = finding(code, where, anchor)
        if warning not in self._found:
            self._found[warning] = None
            self._per_code[code] += 1

    def all(self) -> tuple[Finding, ...]:
        """The warnings in the order they were found."""
        return tuple(self._found)
