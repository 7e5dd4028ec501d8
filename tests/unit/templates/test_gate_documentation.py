"""docs/operators/what-is-refused.md says what the gate does, code by code and number by number."""

from __future__ import annotations

import re
from pathlib import Path

from greffier_templates.gate.limits import MIB, Limits
from greffier_templates.gate.refusals import RULES

PAGE = Path(__file__).parents[3] / "docs/operators/what-is-refused.md"
CODE = Path(__file__).parents[3] / "templates/greffier_templates"


def block(marker: str) -> list[str]:
    """The lines of the page between a marker and the next ``end``."""
    text = PAGE.read_text()
    found = re.search(rf"<!-- {marker}[^>]*-->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert found, marker
    return [line for line in found[1].splitlines() if line]


def rows(*, refusing: bool) -> list[str]:
    lines = ["| Code | What was found | What to do |", "|---|---|---|"]
    for code, rule in RULES.items():
        if (rule.raises is not None) == refusing:
            message = re.sub(r"\{\w+\}", "…", rule.message)
            lines.append(f"| `{code}` | {message} | {rule.hint} |".replace("|  |", "| |"))
    return lines


def limits() -> list[str]:
    defaults = Limits()
    return [
        "| Of | At most |",
        "|---|---|",
        f"| files in a package | {defaults.entries:,} |",
        f"| one file, unpacked | {defaults.part_bytes // MIB} MiB |",
        f"| one XML file, unpacked | {defaults.xml_bytes // MIB} MiB |",
        f"| the whole package, unpacked | {defaults.total_bytes // MIB} MiB |",
        f"| times its packed size, above {defaults.ratio_from_bytes // MIB} MiB | "
        f"{defaults.ratio} |",
        f"| elements of one XML file | {defaults.elements:,} |",
        "| levels of nesting | 256 |",
        f"| characters of a paragraph | {defaults.paragraph_characters:,} |",
        f"| spaces written as one element | {defaults.spaces:,} |",
        f"| filled table cells | {defaults.cells:,} |",
        f"| columns or rows repeated at once in a text | {defaults.text_table_repeat:,} |",
        f"| pixels of one picture | {defaults.pixels:,} |",
    ]


def test_every_refusal_is_documented() -> None:
    assert block("refusals") == rows(refusing=True)


def test_every_warning_is_documented() -> None:
    assert block("warnings") == rows(refusing=False)


def test_the_limits_are_those_of_the_code() -> None:
    assert block("limits") == limits()


def test_no_rule_is_idle() -> None:
    used = "".join(
        path.read_text() for path in CODE.rglob("*.py") if path.name not in ("refusals.py",)
    )
    assert [code for code in RULES if f'"{code}"' not in used] == []
