"""The disk fills up under the service, and is emptied again."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.service.conftest import Victim
from running import greffier_serve

_MIB = 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes at the place of the data folder."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a small disk")
    data = tmp_path / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={48 * _MIB}", "greffier-test", str(data)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield data
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


def test_a_full_disk_is_told_and_the_service_recovers_by_itself(
    small_disk: Path, tmp_path: Path
) -> None:
    with greffier_serve(tmp_path) as running:
        service = Victim(running, tmp_path)
        assert service.letter().status_code == 200
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        answer = service.letter()
        assert (answer.status_code, answer.json()["type"]) == (507, "/problems/storage-full")
        assert answer.json()["retryable"] is True
        filler.unlink()
        service.until(lambda: service.letter().status_code == 200, "it did not recover")
        service.until_cleared()
