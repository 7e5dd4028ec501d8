"""The real service, LibreOffice and all, keeps to what its description promises."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from fuzzing import findings
from running import greffier_serve

_KEY = "operator-key-of-16"


@pytest.mark.timeout(400)
async def test_schemathesis_finds_nothing_in_the_real_service(tmp_path: Path) -> None:
    settings = {"GREFFIER_AUTH": "required", "GREFFIER_API_KEY": _KEY}
    with greffier_serve(tmp_path, settings) as running:
        with urllib.request.urlopen(f"{running.url}/openapi.json", timeout=30) as answer:
            description = json.load(answer)
        found = await findings(
            running.url, description, _KEY, tmp_path, "--seed=4", "--max-examples=2"
        )
    assert not found, found
