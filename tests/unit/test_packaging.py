"""The distribution is put together as ARCHITECTURE.md says."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_lock_files_pin_hashes_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        packages = re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE)
        assert packages
        assert text.count("--hash=sha256:") >= len(packages)
