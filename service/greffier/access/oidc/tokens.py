"""Access tokens: from the text in ``Authorization`` to whom it stands for.

JWT (RFC 7519) with the advice of RFC 8725; RFC 9068 where the issuer follows it. A token tells
us only which of the issuers that the operator named to hold it against, and with which of that
issuer's keys: neither an address nor a key in it is ever used.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt
from jwt import exceptions as faults

from greffier.access.model import Principal, Role
from greffier.access.oidc.errors import TokenRefused, TokenUnmapped
from greffier.access.oidc.keys import IssuerKeys
from greffier.access.oidc.settings import Issuer, claim_at

#: The longest token that is looked at; a header of HTTP holds 8 KB anyway.
_MAX_LENGTH = 16 * 1024
#: Seconds by which clocks may differ.
_LEEWAY_S = 30
#: Media types of tokens for services (RFC 9068, section 2.1), the usual one, and none.
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt", "application/jwt"})
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
#: Where issuers name the application: RFC 9068, OpenID Connect, Entra 1.0, Okta; else ``sub``.
_CLIENT = ("client_id", "azp", "appid", "cid", "sub")
_CLIENT_NAME = re.compile(r"[!-~]{1,100}")
_TENANT_NAME = re.compile(r"[a-z0-9-]{1,63}")

#: What PyJWT finds -> what is told; the nearest ancestor counts.
_TOLD: Mapping[type[Exception], str] = {
    faults.ExpiredSignatureError: "The token has expired.",
    faults.ImmatureSignatureError: "The token is not valid yet.",
    faults.InvalidAudienceError: "The token is for another service: see `aud`.",
    faults.MissingRequiredClaimError: "The token lacks one of the claims `iss`, `aud` and `exp`.",
    faults.InvalidSignatureError: "The token's signature is wrong.",
    faults.PyJWTError: "The token cannot be read.",
}


def is_token(text: str) -> bool:
    """Tell a token from a key of ours, by its looks."""
    return _TOKEN.fullmatch(text) is not None


class Tokens:
    """Knows whom tokens stand for.

    Args:
        issuers: those whose tokens count; each once.
        clock: gives seconds that only grow.
    """

    def __init__(
        self, issuers: Sequence[Issuer], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuers = {
            each.issuer: (each, IssuerKeys(each.issuer, clock=clock)) for each in issuers
        }

    async def principal(self, token: str) -> Principal:
        """Say whom a token stands for.

        Raises:
            TokenRefused: it is not valid, or not for this service.
            TokenUnmapped: it gives no tenant or no role here.
            IssuerUnavailable: its issuer cannot be asked.
        """
        if len(token) > _MAX_LENGTH:
            raise TokenRefused("The token is too long.")
        try:
            return await self._principal(token)
        except faults.PyJWTError as error:
            found = next(_TOLD[each] for each in type(error).__mro__ if each in _TOLD)
            raise TokenRefused(found) from error

    async def close(self) -> None:
        """Give up what is being fetched."""
        await asyncio.gather(*(keys.close() for _, keys in self._issuers.values()))

    async def _principal(self, token: str) -> Principal:
        head = jwt.get_unverified_header(token)
        named = jwt.decode(token, options={"verify_signature": False}).get("iss")
        known = self._issuers.get(named) if isinstance(named, str) else None
        if known is None:
            raise TokenRefused("The token's issuer is none of those known here.")
        issuer, keys = known
        _check_head(head, issuer)
        key = await keys.find(head.get("kid"), head["alg"])
        claims = jwt.decode(
            token,
            key,
            algorithms=issuer.algorithms,
            audience=issuer.audience,
            issuer=issuer.issuer,
            leeway=_LEEWAY_S,
            options={"require": ["iss", "aud", "exp"], "enforce_minimum_key_length": True},
        )
        if "cnf" in claims:
            # RFC 7800: without the proof it would be worth more here than where it was issued.
            raise TokenRefused(
                "The token is bound to a key of its holder's, which cannot be checked here."
            )
        return Principal(_tenant(claims, issuer), _client(claims), _roles(claims, issuer))


def _check_head(head: Mapping[str, Any], issuer: Issuer) -> None:
    if head.get("alg") not in issuer.algorithms:
        raise TokenRefused("The token is signed in a way that is not taken here: see `alg`.")
    if "crit" in head:
        raise TokenRefused("The token asks for an extension that is not known here: see `crit`.")
    kind = head.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenRefused("The token is not an access token: see `typ`.")


def _client(claims: Mapping[str, Any]) -> str:
    """Give the name of the application, by which it is called in records."""
    for claim in _CLIENT:
        name = claims.get(claim)
        if isinstance(name, str) and _CLIENT_NAME.fullmatch(name):
            return name
    raise TokenRefused("The token names no application: see `client_id`, `azp` and `sub`.")


def _tenant(claims: Mapping[str, Any], issuer: Issuer) -> str:
    if issuer.tenant is not None:
        return issuer.tenant
    assert issuer.tenant_claim is not None
    claim = ".".join(issuer.tenant_claim)
    named = _words(claim_at(claims, issuer.tenant_claim), split=False)
    if issuer.tenants:
        named = {issuer.tenants[each] for each in named if each in issuer.tenants}
    else:
        named = {each for each in named if _TENANT_NAME.fullmatch(each)}
    if len(named) != 1:
        how_many = "several tenants" if named else "no tenant of this service"
        raise TokenUnmapped(f"The token names {how_many}: see its claim `{claim}`.")
    return named.pop()


def _roles(claims: Mapping[str, Any], issuer: Issuer) -> frozenset[Role]:
    roles = set(issuer.grant)
    if issuer.roles_claim is not None:
        for each in _words(claim_at(claims, issuer.roles_claim), split=True):
            roles.update(issuer.roles.get(each, ()))
    if not roles:
        claim = ".".join(issuer.roles_claim or ())
        raise TokenUnmapped(f"The token gives no role here: see its claim `{claim}`.")
    return frozenset(roles)


def _words(claim: object, *, split: bool) -> set[str]:
    """Give the values of a claim: one text, a list of texts, or words in one text (``scope``)."""
    if isinstance(claim, str):
        return set(claim.split()) if split else {claim}
    if isinstance(claim, list):
        return {each for each in claim if isinstance(each, str)}
    return set()
