"""That the measures run; their numbers mean nothing here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from greffier_converters.probe import find_office

from benchmarks.__main__ import BEGIN, END, keep
from benchmarks.table import Measured

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_the_measures_run_and_print_their_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "floor", "fill"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "| One letter over HTTP, filling included, one client |" in done.stdout
    assert "| Filling a letter |" in done.stdout


def test_a_full_run_replaces_the_table_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")
    keep([Measured("Speed", "3 x", "≥ 2 x", True)], find_office(), page)
    text = page.read_text()
    assert text.startswith(f"Before\n{BEGIN}\nMeasured on ")
    assert "| Speed | 3 x | ≥ 2 x | yes |" in text
    assert text.endswith(f"{END}\nAfter\n")
    assert "old" not in text
