"""Signatures of webhooks, as Standard Webhooks 1.0.0 has them: HMAC-SHA256, ``v1``.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

#: Begins every secret, so that it is known for one wherever it is found.
PREFIX = "whsec_"
#: The specification asks for 24 to 64; 32 are as many as the digest has.
_SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret, as it is shown to the receiver and stored."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(
    signing: Sequence[str], *, event_id: str, timestamp: int, body: bytes
) -> Mapping[str, str]:
    """Give the headers by which a receiver knows that a call is ours, and new.

    Args:
        signing: the active secrets, as :func:`new_secret` made them; two while one replaces
            the other.
        event_id: the same at each attempt, so that a receiver can tell a repetition; without
            a full stop, which separates what is signed.
        timestamp: of this attempt, in seconds since 1970; receivers refuse an old one.
        body: exactly what is sent.
    """
    content = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, content) for secret in signing),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
