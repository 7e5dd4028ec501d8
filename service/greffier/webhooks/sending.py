"""One call to a receiver: where it may go, how long it may take, and what came of it.

Each call has a connection of its own, made for this target only, so that nothing of one
tenant's is ever found on another's. The gate is where the socket is made: it sees the very
address that is connected to, whatever DNS said before and however the host was written.
"""

from __future__ import annotations

import asyncio
import email.utils
import functools
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from greffier.webhooks.errors import TargetRefused
from greffier.webhooks.model import Failure, Outcome
from greffier.webhooks.targets import Allowed, Target, read_target

#: Seconds that a whole call may take; the specification recommends 15 to 30.
TIMEOUT_S = 20.0
#: Seconds for a connection to one of a host's addresses; there may be several.
_CONNECT_S = 6.0
# A name server of a tenant's may be as slow as it likes; it must not hold the threads that
# the rest of the service uses.
_LOOKUPS = 16
# What the answer may fill before reading stops; nobody reads more than its status.
_BUFFER_BYTES = 4096

#: ``socket.getaddrinfo``, or what a test puts in its place.
Lookup = Callable[..., list[tuple[Any, ...]]]


class Sender:
    """Makes calls.

    Args:
        allowed: what the operator lets them reach.
        lookup: finds the addresses of a name.
        timeout_s: seconds that a whole call may take.
    """

    def __init__(
        self,
        allowed: Allowed,
        *,
        lookup: Lookup = socket.getaddrinfo,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._allowed = allowed
        self._threads = ThreadPoolExecutor(_LOOKUPS, "webhook-lookup")
        self._resolver = _Resolver(self._threads, lookup)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_S)
        self._tls = ssl.create_default_context()

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def check(self, url: str) -> Target:
        """Tell whether calls may go to an address as things are now.

        Raises:
            TargetRefused: they may not, or the name leads nowhere.
        """
        target = read_target(url, self._allowed)
        # One sentence for both, so that nobody can explore the names of the network we are in.
        refusal = TargetRefused("Its host has no address on the internet, or not only such.")
        try:
            async with asyncio.timeout(self._timeout.total):
                found = await self._resolver.resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:  # a timeout is an OSError too
            raise refusal from error
        if not all(self._may_connect(target, each["host"]) for each in found):
            raise refusal
        return target

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a body; never follows a redirect, never reads what is answered."""
        try:
            return await self._send(read_target(url, self._allowed), body, headers)
        except TargetRefused:
            return Outcome(failure=Failure.REFUSED)
        except TimeoutError:  # aiohttp's own are of this kind too
            return Outcome(failure=Failure.TOO_SLOW)
        except aiohttp.ClientSSLError:
            return Outcome(failure=Failure.TLS)
        except (aiohttp.ClientConnectorError, UnicodeError):  # the latter: no name that DNS has
            return Outcome(failure=Failure.UNREACHABLE)
        except aiohttp.ClientError:
            return Outcome(failure=Failure.NO_ANSWER)

    async def _send(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Outcome:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls,
            # One address after the other, so that a refused one ends the call.
            happy_eyeballs_delay=None,
            socket_factory=functools.partial(self._socket, target),
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                read_bufsize=_BUFFER_BYTES,
                timeout=self._timeout,
                headers={hdrs.USER_AGENT: "greffier", hdrs.ACCEPT: "*/*"},
                skip_auto_headers=(hdrs.ACCEPT_ENCODING,),
            ) as session,
            session.post(
                URL(target.url, encoded=True),
                data=body,
                headers={hdrs.CONTENT_TYPE: "application/json", **headers},
                allow_redirects=False,
            ) as response,
        ):
            return Outcome(response.status, retry_after_s=_retry_after_s(response))

    def _socket(self, target: Target, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket of a connection, if its address is one that may be connected to."""
        family, kind, protocol, _, address = info
        if not self._may_connect(target, address[0]):
            raise TargetRefused("The host has an address that calls may not go to.")
        return socket.socket(family, kind, protocol)

    def _may_connect(self, target: Target, address: str) -> bool:
        return target.trusted or self._allowed.permits(ip_address(address))


class _Resolver(AbstractResolver):
    """Looks names up in threads of its own."""

    def __init__(self, threads: ThreadPoolExecutor, lookup: Lookup) -> None:
        self._threads = threads
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a host.

        Raises:
            OSError: it has none.
        """
        find = functools.partial(self._lookup, host, port, family, socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, find)
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Do nothing: calls share the threads."""


def _retry_after_s(response: aiohttp.ClientResponse) -> float | None:
    """Read ``Retry-After``, seconds or a date (RFC 9110, section 10.2.3)."""
    given = response.headers.get(hdrs.RETRY_AFTER, "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
