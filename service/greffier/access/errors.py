"""Why somebody is not let in, or not allowed something.

::

    AccessError
    ├── KeyMissing      no key was shown
    ├── KeyRefused      the key, or the token, does not count here
    ├── NotAllowed      it counts, but not for this
    ├── QuotaMet        the tenant has had what it may have; later it may again
    └── StoreQuotaMet   what the tenant keeps would become too much
"""

from __future__ import annotations

from greffier.errors import HallError


class AccessError(HallError):
    """Somebody is not let in, or not allowed something."""


class KeyMissing(AccessError):
    """No key was shown."""


class KeyRefused(AccessError):
    """The key does not count here: unknown, expired or revoked; which of them is not told."""


class NotAllowed(AccessError):
    """The key counts, but not for this."""


class QuotaMet(AccessError):
    """The tenant has had what it may have; later it may again."""

    def __init__(self, message: str, *, limit: str, retry_after_s: float) -> None:
        super().__init__(message)
        #: Name of the limit, and seconds after which to try again.
        self.limit, self.retry_after_s = limit, retry_after_s


class StoreQuotaMet(AccessError):
    """What the tenant keeps would become too much."""

    def __init__(self, message: str, *, limit: str) -> None:
        super().__init__(message)
        self.limit = limit
