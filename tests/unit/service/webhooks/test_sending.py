"""Calls over real sockets, to receivers good and bad, and to where none may go."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from greffier.webhooks.errors import TargetRefused
from greffier.webhooks.model import Failure, Outcome
from greffier.webhooks.sending import Sender
from greffier.webhooks.targets import read_allowed

LOOPBACK = "127.0.0.1/32"
BODY = b'{"type":"document.finished"}'


@dataclass
class Receiver:
    """Notes what arrives, and answers as the test wants."""

    server: TestServer[Any] = field(init=False)
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | web.Response | None = None
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.headers.append(request.headers)
        if callable(self.answer):
            return await self.answer(request)
        return self.answer or web.Response()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}/hook"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.receive)
    receiver.server = TestServer(app, host="127.0.0.1")
    await receiver.server.start_server()
    yield receiver
    await receiver.server.close()


Senders = Callable[..., Sender]


@pytest.fixture
def senders() -> Any:
    made: list[Sender] = []

    def make(*allowed: str, http: bool = True, **given: Any) -> Sender:
        made.append(Sender(read_allowed(allowed, http=http), **given))
        return made[-1]

    yield make
    for each in made:
        each.close()


class Names:
    """A name server whose answer changes: each look-up gives the next one, the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [
            (
                socket.AF_INET6 if ":" in each else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (each, port, 0, 0) if ":" in each else (each, port),
            )
            for each in found
        ]


async def test_a_body_arrives_as_it_was_signed(receiver: Receiver, senders: Senders) -> None:
    outcome = await senders(LOOPBACK).send(receiver.url, BODY, {"webhook-id": "1"})
    assert outcome == Outcome(200)
    assert outcome.succeeded
    assert receiver.bodies == [BODY]
    (headers,) = receiver.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["webhook-id"] == "1"
    assert "Cookie" not in headers


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "0x7f.1", "2130706433", "0"]
)
async def test_this_machine_is_never_called(
    receiver: Receiver, senders: Senders, host: str
) -> None:
    url = f"http://{host}:{receiver.server.port}/"
    sender = senders()
    assert await sender.send(url, BODY, {}) == Outcome(failure=Failure.REFUSED)
    with pytest.raises(TargetRefused):
        await sender.check(url)
    assert receiver.bodies == []


async def test_a_name_that_leads_inside_after_the_check_is_refused(
    receiver: Receiver, senders: Senders
) -> None:
    names = Names(["93.184.215.14"], ["127.0.0.1"])
    sender = senders(lookup=names)
    url = f"http://rebinding.example:{receiver.server.port}/"
    await sender.check(url)
    assert await sender.send(url, BODY, {}) == Outcome(failure=Failure.REFUSED)
    assert names.asked == 2
    assert receiver.bodies == []


async def test_the_address_that_is_checked_is_the_one_connected_to(
    receiver: Receiver, senders: Senders
) -> None:
    """One look-up a call: there is no second answer that could differ."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    url = f"http://receiver.example:{receiver.server.port}/"
    assert await senders(LOOPBACK, lookup=names).send(url, BODY, {}) == Outcome(200)
    assert names.asked == 1


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
async def test_a_second_address_that_leads_inside_is_refused(
    receiver: Receiver, senders: Senders, inside: str
) -> None:
    """The first address refuses the connection, so the next one would be tried."""
    sender = senders("127.0.0.2", lookup=Names(["127.0.0.2", inside]))
    url = f"http://both.example:{receiver.server.port}/"
    assert await sender.send(url, BODY, {}) == Outcome(failure=Failure.REFUSED)
    with pytest.raises(TargetRefused):
        await sender.check(url)
    assert receiver.bodies == []


async def test_a_host_that_the_operator_named_may_be_inside(
    receiver: Receiver, senders: Senders
) -> None:
    sender = senders("erp.town.example", lookup=Names(["127.0.0.1"]))
    port = receiver.server.port
    await sender.check(f"http://erp.town.example:{port}/")
    assert (await sender.send(f"http://erp.town.example:{port}/", BODY, {})).succeeded
    assert not (await sender.send(f"http://other.town.example:{port}/", BODY, {})).succeeded


async def test_redirects_are_not_followed(receiver: Receiver, senders: Senders) -> None:
    receiver.answer = web.Response(status=307, headers={"Location": "/elsewhere"})
    outcome = await senders(LOOPBACK).send(receiver.url, BODY, {})
    assert outcome == Outcome(307)
    assert not outcome.succeeded
    assert len(receiver.bodies) == 1


async def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, receiver.url)
    sender = senders(lookup=Names(["127.0.0.1"]))
    assert not (await sender.send("http://receiver.example/", BODY, {})).succeeded
    assert receiver.bodies == []


async def test_an_answer_without_end_is_not_read(receiver: Receiver, senders: Senders) -> None:
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 500:
            await response.write(b"x" * 100_000)
            sent += 1
        return response

    receiver.answer = flood
    assert await senders(LOOPBACK).send(receiver.url, BODY, {}) == Outcome(200)
    assert sent < 500


async def test_a_receiver_that_does_not_answer_is_left(
    receiver: Receiver, senders: Senders
) -> None:
    async def sleep(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    receiver.answer = sleep
    outcome = await senders(LOOPBACK, timeout_s=0.3).send(receiver.url, BODY, {})
    assert outcome == Outcome(failure=Failure.TOO_SLOW)


async def test_a_name_server_that_does_not_answer_is_left(senders: Senders) -> None:
    import threading

    answered = threading.Event()

    def lookup(*_: object, **__: object) -> list[tuple[Any, ...]]:
        answered.wait(20)
        return []

    sender = senders(lookup=lookup, timeout_s=0.3)
    try:
        outcome = await sender.send("http://slow.example/", BODY, {})
        assert outcome == Outcome(failure=Failure.TOO_SLOW)
        with pytest.raises(TargetRefused):
            await sender.check("http://slow.example/")
    finally:
        answered.set()


async def test_nobody_there(senders: Senders) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        outcome = await senders(LOOPBACK).send(url, BODY, {})
    assert outcome == Outcome(failure=Failure.UNREACHABLE)
    outcome = await senders(lookup=Names([])).send("http://nowhere.example/", BODY, {})
    assert outcome == Outcome(failure=Failure.UNREACHABLE)


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nX: " * 999])
async def test_what_is_not_http_is_no_answer(senders: Senders, said: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        outcome = await senders(LOOPBACK).send(url, BODY, {})
    assert outcome == Outcome(failure=Failure.NO_ANSWER)


async def test_no_two_calls_share_a_connection(receiver: Receiver, senders: Senders) -> None:
    peers = []

    async def note(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response(headers={"Set-Cookie": "seen=1"})

    receiver.answer = note
    sender = senders(LOOPBACK)
    for _ in range(3):
        await sender.send(receiver.url, BODY, {})
    assert len(set(peers)) == 3
    assert all("Cookie" not in headers for headers in receiver.headers)


@pytest.mark.parametrize(("status", "gone"), [(410, True), (404, False), (500, False)])
async def test_gone_is_told_apart(
    receiver: Receiver, senders: Senders, status: int, gone: bool
) -> None:
    receiver.answer = web.Response(status=status)
    outcome = await senders(LOOPBACK).send(receiver.url, BODY, {})
    assert (outcome.succeeded, outcome.gone) == (False, gone)


async def test_a_receiver_may_say_when_to_come_back(receiver: Receiver, senders: Senders) -> None:
    sender = senders(LOOPBACK)
    now = datetime.datetime.now(datetime.UTC)
    for given, least, most in [
        ("120", 120, 120),
        (format_datetime(now + datetime.timedelta(hours=1), usegmt=True), 3590, 3600),
        (format_datetime(now - datetime.timedelta(hours=1), usegmt=True), 0, 0),
    ]:
        receiver.answer = web.Response(status=503, headers={"Retry-After": given})
        outcome = await sender.send(receiver.url, BODY, {})
        assert outcome.retry_after_s is not None
        assert least <= outcome.retry_after_s <= most
    for given in ("soon", "-5", "", "²"):
        receiver.answer = web.Response(status=503, headers={"Retry-After": given})
        assert (await sender.send(receiver.url, BODY, {})).retry_after_s is None


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """A receiver with a certificate for 127.0.0.1 of an authority of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, private)

    async def take(request: web.Request) -> web.Response:
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=context)
    yield f"https://127.0.0.1:{server.port}/", path
    await server.close()


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    secure: tuple[str, Path], senders: Senders
) -> None:
    outcome = await senders(LOOPBACK, http=False).send(secure[0], BODY, {})
    assert outcome == Outcome(failure=Failure.TLS)


async def test_operators_add_authorities_as_for_any_program(
    secure: tuple[str, Path], senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    assert await senders(LOOPBACK, http=False).send(secure[0], BODY, {}) == Outcome(204)


async def test_without_tls_nothing_is_sent_unless_it_is_allowed(
    receiver: Receiver, senders: Senders
) -> None:
    outcome = await senders(LOOPBACK, http=False).send(receiver.url, BODY, {})
    assert outcome == Outcome(failure=Failure.REFUSED)
    assert receiver.bodies == []
