"""What an API key looks like, and what is kept of it.

``gref_<id>_<secret>``: the id, by which it is found and named in lists, and 256 random bits.
Only a SHA-256 of the whole is kept: with that many random bits, guessing is hopeless with or
without a slow hash, and every request pays for hashing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

_TEXT = re.compile(r"gref_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made: the only time that its text is known."""

    id: str
    text: str
    hash: str


def new_key() -> NewKey:
    """Make a key."""
    key_id = secrets.token_hex(6)
    text = f"gref_{key_id}_{secrets.token_urlsafe(32)}"
    return NewKey(key_id, text, hash_of(text))


def id_of(text: str) -> str | None:
    """Read the id out of a key; None: it does not look like one of ours."""
    match = _TEXT.fullmatch(text)
    return match[1] if match else None


def hash_of(text: str) -> str:
    """Give what is kept of a key, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
