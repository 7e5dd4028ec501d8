"""docs/designers/findings.md explains what designers are told, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from greffier_templates.lints.translating import Verdict

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/designers/findings.md"


def test_nothing_is_explained_that_is_not_told() -> None:
    named = {
        name
        for line in PAGE.read_text().splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([a-z0-9-]+)`", line.split("|")[1])
    }
    code = "".join(
        path.read_text()
        for room in ("templates/greffier_templates", "service/greffier")
        for path in (ROOT / room).rglob("*.py")
    )
    verdicts = {f"foreign-{verdict}" for verdict in Verdict}
    assert {name for name in named - verdicts if f'"{name}"' not in code} == set()
