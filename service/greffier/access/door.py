"""The door: who is behind a request, and whether they may come in.

Everything that can be shown as ``Authorization: Bearer`` ends here as a
:class:`~greffier.access.model.Principal`: the operator's own key from the settings and the keys
of the installation.
"""

from __future__ import annotations

import hmac

from greffier.access.errors import KeyMissing, KeyRefused
from greffier.access.keys import Keys
from greffier.access.model import Principal, Role

#: Who calls with the operator's own key, or where no key is needed.
OPERATOR = Principal(None, "operator", frozenset(Role))


class Door:
    """Lets in who shows a key.

    Args:
        keys: of the installation.
        own_key: the operator's own choice, from the settings; None: there is none.
        open_to_all: whether everybody is the operator: for trials.
    """

    def __init__(self, keys: Keys, *, own_key: str | None, open_to_all: bool) -> None:
        self._keys = keys
        self._own_key = own_key.encode() if own_key else None
        self._open_to_all = open_to_all

    async def principal(self, authorization: str) -> Principal:
        """Say who shows this header.

        Args:
            authorization: value of the header ``Authorization``; empty: there is none.

        Raises:
            KeyMissing: no key is shown.
            KeyRefused: it does not count here.
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
        return await self._keys.find(token)
