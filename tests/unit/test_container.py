"""The small parts of the container that can be tried without one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def first_key(file: Path) -> str:
    done = subprocess.run(
        [ROOT / "scripts/first-key", file], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_first_start_makes_a_key_and_shows_it_once(tmp_path: Path) -> None:
    file = tmp_path / "api-key"
    shown = first_key(file)
    key = file.read_text().strip()
    assert re.fullmatch(r"[\w-]{43}", key)  # 256 bits
    assert key in shown
    assert file.stat().st_mode & 0o777 == 0o600
    assert key not in first_key(file)
    assert file.read_text().strip() == key


def test_the_image_is_given_all_that_its_steps_copy() -> None:
    copies = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    for path in " ".join(copies).split():
        assert f"!{path}" in let_through
