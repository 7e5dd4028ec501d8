"""Why a token does not open.

::

    AccessError
    ├── KeyRefused
    │   └── TokenRefused        it is not valid, or not for this service
    ├── NotAllowed
    │   └── TokenUnmapped       it is valid, and gives no tenant or no role here
    └── IssuerUnavailable       nobody can tell at present
"""

from __future__ import annotations

from greffier.access.errors import AccessError, KeyRefused, NotAllowed


class TokenRefused(KeyRefused):
    """The token is not valid, or not for this service."""


class TokenUnmapped(NotAllowed):
    """The token is valid, and gives no tenant or no role here."""


class IssuerUnavailable(AccessError):
    """The keys of the token's issuer cannot be had at present; this says nothing of the token."""

    #: Seconds after which they are asked for again.
    retry_after_s = 5.0
