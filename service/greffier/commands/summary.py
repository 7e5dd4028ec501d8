"""What is in a folder of templates: a line for each, and totals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from greffier_templates.model import Finding, Severity
from greffier_templates.telling.check import Checked
from greffier_templates.telling.lints.foreign import Engine
from greffier_templates.telling.lints.translating import Verdict
from greffier_templates.telling.report_text import count_text
from greffier_templates.telling.wording import in_language, joined, say

_ENDINGS = (".odt", ".ott")
_ENGINES: Mapping[str, str] = {Engine.MERGE: say("mail merges")}
_VERDICTS = {
    Verdict.EQUIVALENT: say("with an equivalent here"),
    Verdict.DATA: say("in need of data from the application"),
    Verdict.NONE: say("without an equivalent"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One template."""

    #: Its path below the folder.
    name: str
    checked: Checked


def summarise(folder: Path, check: Callable[[Path], Checked]) -> Sequence[Line]:
    """Check each template in a folder and the folders in it, in the order of their names."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS)
    return [Line(str(path.relative_to(folder)), check(path)) for path in paths if path.is_file()]


def as_text(lines: Sequence[Line], language: str) -> str:
    """A paragraph for each template, and the totals."""
    told = [
        joined([line.name, count_text(line.checked.findings), *_tags(line.checked.foreign)], " | ")
        for line in lines
    ]
    findings = [finding for line in lines for finding in line.checked.findings]
    usable = sum(line.checked.usable for line in lines)
    total = say(
        "Templates: {number:,}. Without an error: {usable:,}.", number=len(lines), usable=usable
    )
    told.append(joined([total, count_text(findings), *_tags(_sum(lines))], " | "))
    return "\n".join(in_language(one, language) for one in told)


def _line(
    name: str, findings: Collection[Finding], foreign: Mapping[str, Mapping[str, int]]
) -> str:
    return joined([name, count_text(findings), *_tags(foreign)], " | ")


def _tags(foreign: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What is there of each engine, and what becomes of it here."""
    told: list[str] = []
    for engine, counts in sorted(foreign.items()):
        judged = [
            say("{number:,} {what}", number=counts[verdict], what=_VERDICTS[verdict])
            for verdict in Verdict
            if counts.get(verdict)
        ]
        tags = say(
            "Tags of {engine}: {number:,}",
            engine=_ENGINES.get(engine, engine),
            number=sum(counts.values()),
        )
        told.append(joined([tags, joined(judged, ", ")], ", "))
    return told


def _sum(lines: Iterable[Line]) -> Mapping[str, Mapping[str, int]]:
    total: dict[str, Counter[str]] = {}
    for line in lines:
        for engine, counts in line.checked.foreign.items():
            total.setdefault(engine, Counter()).update(counts)
    return total


def as_json(lines: Sequence[Line]) -> str:
    """The same for programs."""
    return json.dumps(
        {
            "templates": [
                {
                    "name": line.name,
                    "usable": line.checked.usable,
                    **_severities([line]),
                    "foreign": line.checked.foreign,
                }
                for line in lines
            ],
            "total": {
                "templates": len(lines),
                "usable": sum(line.checked.usable for line in lines),
                **_severities(lines),
                "foreign": _sum(lines),
            },
        },
        ensure_ascii=False,
        indent=2,
    )


def _severities(lines: Iterable[Line]) -> dict[str, int]:
    counts = Counter(finding.severity for line in lines for finding in line.checked.findings)
    return {
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "advice": counts[Severity.INFO],
    }
