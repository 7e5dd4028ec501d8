"""The service is killed while it calls a receiver: the event is told all the same, under its id."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from running import greffier_serve
from standardwebhooks import Webhook

#: In the address of the receiver, as some have it; it is nobody's business.
TOKEN = "token-of-the-receiver"


class Receiver(ThreadingHTTPServer):
    """Does not answer its first call before it is let."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.called, self.may_answer = threading.Event(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?token={TOKEN}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((dict(self.headers), body))
        self.server.called.set()
        self.server.may_answer.wait(60)
        try:
            self.send_response(204)
            self.end_headers()
        except OSError:  # the service was killed meanwhile
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.may_answer.set()
        made.shutdown()


def test_an_event_survives_the_service_that_was_telling_it(
    tmp_path: Path, receiver: Receiver
) -> None:
    settings = {"GREFFIER_WEBHOOK_ALLOW": "127.0.0.1", "GREFFIER_WEBHOOK_HTTP": "true"}
    with greffier_serve(tmp_path, settings) as running:
        at = f"{running.url}/v1/webhooks"
        webhook = requests.post(at, json={"url": receiver.url}, timeout=20).json()
        tried = requests.post(f"{at}/{webhook['id']}/test", timeout=20).json()
        assert receiver.called.wait(20)
        running.process.kill()
        running.process.wait()
        logged = running.log.read_text()
    receiver.may_answer.set()
    with greffier_serve(tmp_path, settings) as running:
        at = f"{running.url}/v1/webhooks/{webhook['id']}/deliveries"
        until = time.monotonic() + 60
        while True:
            (delivery,) = requests.get(at, timeout=20).json()["deliveries"]
            if delivery["state"] != "waiting" or time.monotonic() > until:
                break
            time.sleep(0.05)
        logged += running.log.read_text()
    assert (delivery["state"], delivery["status"]) == ("delivered", 204)
    assert len(receiver.calls) == 2
    for headers, body in receiver.calls:
        assert headers["webhook-id"] == tried["id"] == delivery["id"]
        assert Webhook(webhook["secret"]).verify(body, headers)["type"] == "webhook.test"
    assert tried["id"] in logged
    for private in (webhook["secret"], TOKEN):
        assert private not in logged
