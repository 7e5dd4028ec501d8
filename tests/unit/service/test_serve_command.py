"""``greffier serve`` as a process: what it refuses to start with, and what it says."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from greffier.commands.serve import _announce
from greffier.data_folder import hold
from greffier.rooms import CannotStart

_CANNOT_RUN = 3


def serve(data_dir: Path | str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a service that is expected to end by itself."""
    environment = {name: value for name, value in os.environ.items() if "GREFFIER_" not in name}
    return subprocess.run(
        [sys.executable, "-m", "greffier", "--port", "0"],
        env={**environment, "GREFFIER_DATA_DIR": str(data_dir), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_service_leaves_the_files_of_the_first_alone(tmp_path: Path) -> None:
    live = tmp_path / "work/requests/live"
    office = tmp_path / "work/office/profile"
    with hold(tmp_path, tmp_path / "work"):
        live.mkdir(parents=True)
        office.mkdir(parents=True)
        second = serve(tmp_path)
        assert second.returncode == _CANNOT_RUN
        assert f"Another service uses the data folder {tmp_path}" in second.stderr
        assert "GREFFIER_DATA_DIR" in second.stderr
        assert "Traceback" not in second.stderr
        assert live.is_dir()
        assert office.is_dir()


def test_the_data_folder_is_free_again_when_its_service_is_gone(tmp_path: Path) -> None:
    for _ in range(2):
        with hold(tmp_path, tmp_path / "work"), pytest.raises(CannotStart):
            hold(tmp_path, tmp_path / "work").__enter__()


@pytest.mark.parametrize("place", ["/proc/nope", "a-file", "a-file/below", "no-work"])
def test_an_unusable_data_folder_is_refused_with_what_to_do(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("")
    (tmp_path / "no-work").mkdir()
    (tmp_path / "no-work/work").write_text("")
    ended = serve(tmp_path / place)
    assert ended.returncode == _CANNOT_RUN
    assert f"The data folder {tmp_path / place} cannot be used: " in ended.stderr
    assert "Set GREFFIER_DATA_DIR" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_service_links_of_kubernetes_are_said_on_standard_error() -> None:
    ended = serve("/proc/nope", GREFFIER_SERVICE_HOST="10.0.0.1", GREFFIER_PORT="tcp://10.0.0.1:80")
    assert ended.stderr.count("Ignored 2 variables of Kubernetes") == 1


def test_the_log_says_what_is_ready_and_where(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with socket.create_server(("127.0.0.1", 0)) as door:
        _announce(door)
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    assert caplog.messages == [f"Greffier {version('greffier')} is ready on {url}."]
