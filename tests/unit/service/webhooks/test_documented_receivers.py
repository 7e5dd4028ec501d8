"""What docs/callers/webhooks.md tells receivers to do, done: it takes our calls and no others."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from greffier.webhooks.sending import Sender
from greffier.webhooks.signing import new_secret, signed_headers
from greffier.webhooks.targets import read_allowed
from standardwebhooks import WebhookVerificationError

PAGE = (Path(__file__).parents[4] / "docs/callers/webhooks.md").read_text()
BODY = '{"type":"document.finished","data":{"id":"é"}}'.encode()


def snippet(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return str(found)


def signed(*secrets: str, at: float = 0) -> dict[str, str]:
    timestamp = int(time.time() + at)
    return dict(signed_headers(secrets, event_id="e1", timestamp=timestamp, body=BODY))


def test_python() -> None:
    names: dict[str, Callable[..., object]] = {}
    exec(snippet("python"), names)
    secret = new_secret()
    receive = names["receive"]
    assert receive(secret, signed(new_secret(), secret), BODY) == {
        "type": "document.finished",
        "data": {"id": "é"},
    }
    for headers, body in [
        (signed(new_secret()), BODY),
        (signed(secret), BODY + b" "),
        (signed(secret, at=-600), BODY),
        ({}, BODY),
    ]:
        with pytest.raises(WebhookVerificationError):
            receive(secret, headers, body)


@pytest.fixture
def php(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """URL and secret of a receiver in PHP, under PHP's own server."""
    secret = new_secret()
    script = tmp_path / "receive.php"
    script.write_text(
        f"{snippet('php')}\n$event = greffier_event('{secret}');\n"
        "if ($event !== ['type' => 'document.finished', 'data' => ['id' => 'é']]) {"
        " http_response_code(500); }\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            ["php", "-d", "error_reporting=E_ALL", "-S", f"127.0.0.1:{port}", script],
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/", secret
    finally:
        server.terminate()
        server.wait(10)


async def test_php(php: tuple[str, str]) -> None:
    url, secret = php
    sender = Sender(read_allowed(["127.0.0.1"], http=True))
    try:
        for headers, body, status in [
            (signed(secret), BODY, 200),
            (signed(new_secret(), secret), BODY, 200),
            (signed(new_secret()), BODY, 400),
            (signed(secret), BODY + b" ", 400),
            (signed(secret, at=-600), BODY, 400),
            ({**signed(secret), "webhook-id": "e2"}, BODY, 400),
            ({}, BODY, 400),
        ]:
            outcome = await sender.send(url, body, headers)
            assert outcome.status == status
    finally:
        sender.close()
