"""docs/designers/findings.md names every finding that a designer may be told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from greffier_templates.gate.refusals import RULES
from greffier_templates.telling.lints.translating import Verdict

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/designers/findings.md"
#: What takes the name of a finding as its first argument.
_TELLERS = ("error", "warning", "info", "warn", "_note", "_of_properties", "Finding")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def names_in_code() -> Iterator[str]:
    for path in (ROOT / "templates/greffier_templates").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _teller(node) in _TELLERS:
                given = [*node.args[:2], *(k.value for k in node.keywords if k.arg == "code")]
                for one in given:
                    if isinstance(one, ast.Constant) and _NAME.fullmatch(str(one.value)):
                        yield str(one.value)


def _teller(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_every_finding_is_explained() -> None:
    told = set(re.findall(r"`([a-z0-9-]+)`", PAGE.read_text()))
    in_code = {*names_in_code(), *(f"foreign-{verdict}" for verdict in Verdict)}
    assert len(in_code) > 60
    assert in_code - told - RULES.keys() == set()


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
