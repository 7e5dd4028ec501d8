"""A real ``greffier serve`` for tests that need the whole service."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Long enough for the first start on a busy machine, profile warming included.
START_TIMEOUT_S = 90
STOP_TIMEOUT_S = 40


@dataclass
class Running:
    """A service that answers."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """End it as an operator does; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_TIMEOUT_S)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def greffier_serve(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run the service with its data in ``folder``; stopped, or killed, at the end."""
    port = free_port()
    log = folder / "service.log"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GREFFIER_")
    }
    environment |= {
        "GREFFIER_HOST": "127.0.0.1",
        "GREFFIER_PORT": str(port),
        "GREFFIER_DATA_DIR": str(folder / "data"),
        "GREFFIER_WORKERS": "1",
        "GREFFIER_AUTH": "off",
        **(settings or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "greffier_client.cli", "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Running(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_ready(running)
        yield running
        if process.poll() is None:
            assert running.stop() == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(running: Running) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert running.process.poll() is None, f"it ended: {running.log.read_text()}"
        try:
            with urllib.request.urlopen(f"{running.url}/health/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"not ready in {START_TIMEOUT_S} s: {running.log.read_text()}")
