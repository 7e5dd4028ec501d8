"""The door: who is behind a request, and whether they may come in.

Everything that can be shown as ``Authorization: Bearer`` ends here as a
:class:`~greffier.access.model.Principal`: the operator's own key from the settings, the keys of
the installation, and the tokens of other people's identity services.
"""

from __future__ import annotations

import hmac
import time

from greffier.access.errors import KeyMissing, KeyRefused
from greffier.access.keys import REMEMBERED_S, Keys
from greffier.access.model import Principal, Role
from greffier.access.oidc.errors import TokenUnmapped
from greffier.access.oidc.tokens import Tokens, is_token
from greffier.access.tenants import NoSuchTenant, Tenants

#: Who calls with the operator's own key, or where no key is needed.
OPERATOR = Principal(None, "operator", frozenset(Role))

_NO_TENANT = "The token is for a tenant that is not, or not any longer, one of this service."


class Door:
    """Lets in who shows a key.

    Args:
        keys: of the installation.
        tokens: of other people's identity services.
        tenants: those that a token may speak for.
        own_key: the operator's own choice, from the settings; None: there is none.
        open_to_all: whether everybody is the operator: for trials.
    """

    def __init__(
        self,
        keys: Keys,
        tokens: Tokens,
        tenants: Tenants,
        *,
        own_key: str | None,
        open_to_all: bool,
    ) -> None:
        self._keys = keys
        self._tokens = tokens
        self._tenants = tenants
        #: Tenant -> until when it counts as open without being looked up again.
        self._open_until: dict[str, float] = {}
        self._own_key = own_key.encode() if own_key else None
        self._open_to_all = open_to_all

    async def principal(self, authorization: str) -> Principal:
        """Say who shows this header.

        Args:
            authorization: value of the header ``Authorization``; empty: there is none.

        Raises:
            KeyMissing: no key is shown.
            KeyRefused: it does not count here.
            NotAllowed: it is a token that gives nothing here.
            IssuerUnavailable: it is a token that cannot be checked at present.
        """
        if self._open_to_all:
            return OPERATOR
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise KeyMissing("Send Authorization: Bearer <key>.")
        if self._own_key and hmac.compare_digest(token.encode(), self._own_key):
            return OPERATOR
        if not token.isascii():
            raise KeyRefused("The key is not known here.")
        if is_token(token):
            return await self._of_token(token)
        return await self._keys.find(token)

    async def _of_token(self, token: str) -> Principal:
        principal = await self._tokens.principal(token)
        assert principal.tenant is not None  # no issuer makes operators of the installation
        if self._open_until.get(principal.tenant, 0.0) < time.monotonic():
            await self._check_open(principal.tenant)
        return principal

    async def _check_open(self, tenant: str) -> None:
        self._open_until.pop(tenant, None)
        try:
            found = await self._tenants.get(tenant)
        except NoSuchTenant as error:
            raise TokenUnmapped(_NO_TENANT) from error
        if found.closed_at is not None:
            raise TokenUnmapped(_NO_TENANT)
        self._open_until[tenant] = time.monotonic() + REMEMBERED_S
