"""A report for people: findings as plain text, in their language."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Finding, Severity
from .wording import in_language, say


def as_text(findings: Iterable[Finding], language: str = "en") -> str:
    """Findings a paragraph each: what, where, the offending text, and how to mend it."""
    return "".join(f"{in_language(_one(each), language)}\n" for each in findings)


def _one(finding: Finding) -> str:
    told = _severity(finding.severity, finding.message)
    for line in (
        say("in {place}", place=finding.where) if finding.where else "",
        say("at {text}", text=finding.field) if finding.field else "",
        say("-> {hint}", hint=finding.hint) if finding.hint else "",
    ):
        if line:
            told = say("{above}\n    {line}", above=told, line=line)
    return told


def _severity(severity: Severity, message: str) -> str:
    if severity is Severity.ERROR:
        return say("error: {message}", message=message)
    if severity is Severity.WARNING:
        return say("warning: {message}", message=message)
    return say("advice: {message}", message=message)


def count_text(findings: Iterable[Finding]) -> str:
    """How many of each severity there are."""
    severities = [finding.severity for finding in findings]
    return say(
        "Errors: {errors:,}. Warnings: {warnings:,}. Advice: {advice:,}.",
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        advice=severities.count(Severity.INFO),
    )
