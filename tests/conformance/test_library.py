"""The first ready-made templates are ordinary py3o templates: stock renders the same text."""

from __future__ import annotations

import importlib.resources
import json

import pytest
from conformance.comparing import Verdict, compare
from library import CORE

LIBRARY = importlib.resources.files("greffier_library")


@pytest.mark.parametrize("data", ["sample.json", "awkward.json"])
@pytest.mark.parametrize("name", sorted(CORE))
def test_both_engines_make_the_same_text(name: str, data: str) -> None:
    folder = LIBRARY / name
    values = json.loads((folder / data).read_text("utf-8"))
    outcome = compare(name, (folder / "template.odt").read_bytes(), values)
    assert outcome.verdict is Verdict.SAME, outcome.detail
