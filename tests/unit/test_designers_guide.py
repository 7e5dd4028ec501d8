"""What docs/designers shows is what Greffier does."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from greffier.commands.telling import faults
from greffier.problems import told
from greffier_templates.telling.check import check

GUIDE = Path(__file__).parents[2] / "docs" / "designers"
TEXT = (GUIDE / "README.md").read_text(encoding="utf-8")
EXAMPLES = sorted((GUIDE / "examples").glob("*.odt"))


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def data_of(example: Path) -> dict[str, object]:
    return json.loads(example.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples_fill_with_the_data_beside_them(example: Path) -> None:
    assert check(example.read_bytes(), data_of(example)) == ()


def test_every_example_is_shown_as_template_and_filled() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in GUIDE.glob("*.md"))
    shown = re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", pages)
    drawn = [f"pictures/{e.stem}-{kind}.png" for e in EXAMPLES for kind in ("template", "filled")]
    drawn.append("pictures/card.png")
    assert sorted(shown) == sorted(drawn)
    assert sorted(str(p.relative_to(GUIDE)) for p in (GUIDE / "pictures").iterdir()) == sorted(
        drawn
    )


def test_the_data_shown_are_those_of_the_first_example() -> None:
    (shown,) = code_blocks("json")
    assert json.loads(shown) == data_of(GUIDE / "examples" / "first-field.odt")


def test_the_mistake_shown_is_told_that_way() -> None:
    rows = GUIDE / "examples" / "rows.odt"
    findings = check(with_misspelt_field(rows), data_of(rows))
    (shown,) = code_blocks("text")
    assert faults(told(findings)) == shown


def with_misspelt_field(example: Path) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(example) as old, zipfile.ZipFile(changed, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "content.xml":
                assert content.count(b'"py3o.piece.name"') == 2, "declared once, used once"
                content = content.replace(b'"py3o.piece.name"', b'"py3o.piece.nmae"')
            new.writestr(entry, content)
    return changed.getvalue()


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)", TEXT)
    assert [target for target in targets if not (GUIDE / target).exists()] == []
