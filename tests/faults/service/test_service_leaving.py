"""Callers who leave, and a service that has to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests
from faults.service.conftest import LINES, LONG, Victim
from leaks import nothing_left
from running import free_port, greffier_serve


def test_a_caller_who_leaves_frees_the_worker(service: Victim) -> None:
    head = b"--x\r\nContent-Disposition: form-data; name="
    body = b"\r\n".join(
        [
            head + b'"request"\r\n',
            json.dumps({"data": LINES}).encode(),
            head + b'"template"; filename="t.odt"\r\n',
            LONG,
            b"--x--\r\n",
        ]
    )
    address = urlsplit(service.running.url)
    with socket.create_connection((address.hostname or "", address.port or 0)) as caller:
        caller.sendall(
            f"POST /v1/documents HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        service.until_busy("office")
    service.until(
        lambda: service.metric(
            "greffier_processes_ended_total", program="office", reason="cancelled"
        ),
        "the office went on working for nobody",
    )
    assert service.letter().status_code == 200
    service.until_cleared()
    labels = {"method": "POST", "route": "/v1/documents", "status": "499"}
    assert service.metric("greffier_http_request_seconds_count", **labels) == 1
    left = {"action": "documents.create", "outcome": "client-left"}
    answer = requests.get(f"{service.running.url}/v1/audit", params=left, timeout=30)
    assert len(answer.json()["records"]) == 1


def test_everything_accepted_before_sigterm_is_answered(tmp_path: Path) -> None:
    with nothing_left(tmp_path), greffier_serve(tmp_path, {"GREFFIER_WORKERS": "2"}) as running:
        service = Victim(running, tmp_path)
        asked = [service.ask({"lines": LINES["lines"][:600]}, LONG) for _ in range(8)]
        service.until(
            lambda: len(list((tmp_path / "data/work/requests").iterdir())) == len(asked),
            "the requests were not accepted",
        )
        assert running.stop() == 0
        answers = [each.result() for each in asked]
        assert [answer.status_code for answer in answers] == [200] * len(asked)
        with pytest.raises(requests.ConnectionError):
            service.letter()
        assert list((tmp_path / "data/work/requests").iterdir()) == []


def test_what_is_not_done_when_the_grace_is_over_is_ended(tmp_path: Path) -> None:
    with (
        nothing_left(tmp_path),
        greffier_serve(tmp_path, {"GREFFIER_SHUTDOWN_GRACE_S": "1"}) as running,
    ):
        service = Victim(running, tmp_path)
        asked = service.ask(LINES, LONG)
        service.until_busy("office")
        assert running.stop() == 0
        with pytest.raises(requests.ConnectionError):
            asked.result()


def test_a_killed_service_leaves_no_process_and_starts_again(tmp_path: Path) -> None:
    with greffier_serve(tmp_path) as running:
        service = Victim(running, tmp_path)
        asked = service.ask(LINES, LONG)
        service.until_busy("office")
        children = psutil.Process(running.process.pid).children(recursive=True)
        running.process.kill()
        running.process.wait()
        _, alive = psutil.wait_procs(children, timeout=30)
        assert alive == []
        assert asked.exception() is not None
    with nothing_left(tmp_path), greffier_serve(tmp_path) as running:
        service = Victim(running, tmp_path)
        service.until_cleared()
        assert service.letter().status_code == 200


def serve(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a service that is expected to end by itself."""
    environment = {name: value for name, value in os.environ.items() if "GREFFIER" not in name}
    environment |= {"GREFFIER_DATA_DIR": str(folder / "data"), **settings}
    return subprocess.run(
        [sys.executable, "-m", "greffier_client.cli", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = serve(tmp_path, GREFFIER_PORT=port)
    assert ended.returncode == 3
    assert ended.stderr == (
        f"greffier: Cannot listen on 127.0.0.1:{port}: another program listens there; stop it, "
        "or set GREFFIER_PORT.\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_missing_libreoffice_is_told_with_what_to_do(tmp_path: Path) -> None:
    settings = {"GREFFIER_PORT": str(free_port()), "GREFFIER_OFFICE": str(tmp_path)}
    with nothing_left(tmp_path):
        ended = serve(tmp_path, **settings)
    assert ended.returncode == 3
    assert "no soffice.bin there" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_second_signal_does_not_hurt(tmp_path: Path) -> None:
    with nothing_left(tmp_path), greffier_serve(tmp_path) as running:
        service = Victim(running, tmp_path)
        asked = service.ask({"lines": LINES["lines"][:3000]}, LONG)
        service.until_busy("office")
        for _ in range(3):
            running.process.send_signal(signal.SIGTERM)
        assert asked.result().status_code == 200
        assert running.process.wait(60) == 0
