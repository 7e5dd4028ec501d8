"""Why somebody is not let in, or not allowed something.

::

    AccessError
    ├── KeyMissing      no key was shown
    ├── KeyRefused      the key, or the token, does not count here
    └── NotAllowed      it counts, but not for this
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
