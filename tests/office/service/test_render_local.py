"""``greffier render --local``: one document without a service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from documents import pdf_text
from leaks import nothing_left
from odt import link, odt, p
from office.service.conftest import LETTER


def render(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "greffier_client.cli", "render", "--local", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "letter.odt").write_bytes(LETTER)
    (tmp_path / "data.json").write_text('{"name": "Élise", "city": "X"}')
    with nothing_left(tmp_path):
        done = render(tmp_path, "letter.odt", "data.json", "-o", "letter.pdf")
    assert done.returncode == 0, done.stderr
    assert "Dear Élise," in pdf_text(tmp_path / "letter.pdf")


def test_the_address_of_a_container_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREFFIER_HOST", "0.0.0.0")
    (tmp_path / "letter.odt").write_bytes(LETTER)
    (tmp_path / "data.json").write_text('{"name": "Ann", "city": "X"}')
    done = render(tmp_path, "letter.odt", "data.json", "-o", "letter.pdf")
    assert done.returncode == 0, done.stderr


def test_data_that_does_not_fit_is_told_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "letter.odt").write_bytes(LETTER)
    (tmp_path / "data.json").write_text('{"name": "Zebulonski"}')
    done = render(tmp_path, "letter.odt", "data.json", "-o", "letter.pdf")
    assert done.returncode == 1
    assert "at city" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Zebulonski" not in done.stderr
    assert not (tmp_path / "letter.pdf").exists()


def test_blocks_lie_beside_the_template(tmp_path: Path) -> None:
    (tmp_path / "letter.odt").write_bytes(odt(p(link('include="head"')), p("Body")))
    (tmp_path / "head.odt").write_bytes(odt(p("Town of X")))
    (tmp_path / "data.json").write_text("{}")
    with nothing_left(tmp_path):
        done = render(tmp_path, "letter.odt", "data.json", "-o", "letter.pdf")
    assert done.returncode == 0, done.stderr
    assert pdf_text(tmp_path / "letter.pdf").split() == ["Town", "of", "X", "Body"]
