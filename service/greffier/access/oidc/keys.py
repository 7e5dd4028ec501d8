"""The public keys of an issuer: found by discovery, kept for a while, fetched again when missed.

Discovery is OpenID Connect Discovery 1.0 or RFC 8414; keys are RFC 7517. Only issuers that the
operator named are ever asked, and nothing in a token says where to ask.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
from jwt import PyJWK
from jwt.exceptions import PyJWTError
from yarl import URL

from greffier.access.oidc.errors import IssuerUnavailable, TokenRefused
from greffier.access.oidc.settings import is_loopback

_log = logging.getLogger(__name__)

#: Seconds after which keys are fetched again, while those at hand go on counting.
FRESH_S = 600.0
#: Seconds after which keys count no longer, when the issuer cannot be reached meanwhile.
USABLE_S = 3600.0
#: Seconds between two fetches because of a key that is not among those at hand: whoever makes
#: up key ids shall not make us call the issuer at will.
MISSED_PAUSE_S = 30.0
#: Seconds to leave an issuer alone that could not be reached.
FAILED_PAUSE_S = IssuerUnavailable.retry_after_s

_TIMEOUT = aiohttp.ClientTimeout(total=5)
#: The key sets of the large providers have some 20 KB.
_MAX_BYTES = 512 * 1024

#: Kind of key and curve -> the algorithms it is for (RFC 7518, section 3.1; RFC 8037).
_FITTING: Mapping[tuple[str, str | None], Sequence[str]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}


class _Unusable(Exception):
    """What the issuer answers is of no use; the message says why, for the log."""


class IssuerKeys:
    """The keys of one issuer.

    Args:
        issuer: its name, and where discovery begins.
        clock: gives seconds that only grow.
    """

    def __init__(self, issuer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        #: Algorithm -> id -> key.
        self._keys: Mapping[str, Mapping[str | None, PyJWK]] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, key_id: str | None, algorithm: str) -> PyJWK:
        """Give a key.

        Args:
            key_id: None: the token names none, so that there must be only one.
            algorithm: what the key must be for.

        Raises:
            TokenRefused: the issuer has no such key.
            IssuerUnavailable: it could not be asked.
        """
        if self._age_s > FRESH_S and self._may_try(FAILED_PAUSE_S):
            task = self._fetch_soon()
            if self._age_s > USABLE_S:
                await asyncio.shield(task)
        if self._age_s > USABLE_S:
            raise self._unavailable()
        key = self._at_hand(key_id, algorithm)
        if key is None and self._may_try(MISSED_PAUSE_S if self._answered else FAILED_PAUSE_S):
            await asyncio.shield(self._fetch_soon())
            key = self._at_hand(key_id, algorithm)
        if key is None and not self._answered:
            raise self._unavailable()
        if key is None:
            raise TokenRefused("The token is signed with a key that its issuer does not publish.")
        return key

    async def close(self) -> None:
        """Give up what is being fetched."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    @property
    def _age_s(self) -> float:
        return self._clock() - self._fetched_at

    @property
    def _answered(self) -> bool:
        """Whether the last try succeeded."""
        return self._fetched_at >= self._tried_at

    def _may_try(self, pause_s: float) -> bool:
        busy = self._fetching is not None and not self._fetching.done()
        return busy or self._clock() - self._tried_at >= pause_s

    def _at_hand(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        keys = self._keys.get(algorithm, {})
        if key_id is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(key_id)

    def _unavailable(self) -> IssuerUnavailable:
        return IssuerUnavailable("The issuer of the token cannot be asked for its keys now.")

    def _fetch_soon(self) -> asyncio.Task[None]:
        """Fetch in a task of its own: whoever waits for it may leave, or come later."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch(), name="fetch keys of an issuer")
        return self._fetching

    async def _fetch(self) -> None:
        try:
            self._keys = await _fetch_keys(self._issuer)
        except (_Unusable, aiohttp.ClientError, OSError, ValueError) as error:
            self._tried_at = self._clock()
            reason = str(error) or type(error).__name__
            _log.warning("The keys of the issuer %s cannot be had: %s", self._issuer, reason)
        else:
            self._fetched_at = self._tried_at = self._clock()


async def _fetch_keys(issuer: str) -> Mapping[str, Mapping[str | None, PyJWK]]:
    # Through the proxy of the environment, if there is one: the operator chose the address.
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as session:
        described = await _discover(session, issuer)
        if described.get("issuer") != issuer:  # RFC 8414, section 3.3
            raise _Unusable("its description is that of another issuer")
        where = described.get("jwks_uri")
        url = URL(where) if isinstance(where, str) else URL()
        if url.scheme != "https" and not (is_loopback(url) and is_loopback(URL(issuer))):
            raise _Unusable("its description names no https address of keys")
        found = (await _get(session, url)).get("keys")
    keys = _usable(found if isinstance(found, list) else [])
    if not keys:
        raise _Unusable("it publishes no key of a kind that is taken here")
    return keys


async def _discover(session: aiohttp.ClientSession, issuer: str) -> Mapping[str, Any]:
    """Get the description of an issuer, in either of the two places."""
    url = URL(issuer.rstrip("/"))
    # OpenID Connect Discovery 1.0, section 4.1: below the issuer's path.
    openid = URL(f"{url}/.well-known/openid-configuration")
    try:
        return await _get(session, openid)
    except _Unusable:
        # RFC 8414, section 3.1: before it.
        path = url.path.rstrip("/")
        return await _get(session, url.with_path(f"/.well-known/oauth-authorization-server{path}"))


async def _get(session: aiohttp.ClientSession, url: URL) -> Mapping[str, Any]:
    """Get a JSON object.

    Raises:
        _Unusable: that is not what is there.
        aiohttp.ClientError, OSError: nobody answers.
    """
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:
            raise _Unusable(f"{url} answers {response.status}")
        body = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            body += chunk
            if len(body) > _MAX_BYTES:
                raise _Unusable(f"{url} answers more than {_MAX_BYTES} bytes")
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"{url} does not answer JSON") from error
    if not isinstance(read, dict):
        raise _Unusable(f"{url} does not answer an object")
    return read


def _usable(found: Sequence[object]) -> Mapping[str, Mapping[str | None, PyJWK]]:
    """Sort out the keys that sign, by what they are for."""
    keys: dict[str, dict[str | None, PyJWK]] = {}
    for each in found:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        kind, curve, named = each.get("kty"), each.get("crv"), each.get("alg")
        key_id = each.get("kid")
        if not (key_id is None or isinstance(key_id, str)):
            continue
        for algorithm in _FITTING.get((str(kind), str(curve) if curve else None), ()):
            if named in (None, algorithm):
                try:
                    keys.setdefault(algorithm, {})[key_id] = PyJWK(each, algorithm)
                except PyJWTError:
                    _log.warning("A key of an issuer cannot be read, and is left out.")
    return {algorithm: those for algorithm, those in keys.items() if those}
