"""The ready-made templates are ordinary py3o templates: stock renders them with the same text."""

from __future__ import annotations

import importlib.resources
import json

import pytest
from conformance.comparing import Verdict, compare

LIBRARY = importlib.resources.files("greffier_library")
NAMES = sorted(entry.name for entry in LIBRARY.iterdir() if (entry / "template.odt").is_file())


@pytest.mark.parametrize("data", ["sample.json", "awkward.json"])
@pytest.mark.parametrize("name", NAMES)
def test_both_engines_make_the_same_text(name: str, data: str) -> None:
    folder = LIBRARY / name
    values = json.loads((folder / data).read_text("utf-8"))
    outcome = compare(name, (folder / "template.odt").read_bytes(), values)
    assert outcome.verdict is Verdict.SAME, outcome.detail
