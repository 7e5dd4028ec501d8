"""Telling two requests under one idempotency key apart."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable

from greffier.store.blobs import CHUNK_BYTES
from greffier.uploads import Form


async def fingerprint(address: str, manner: str, form: Form) -> str:
    """Give a digest over everything that the answer depends on.

    Args:
        address: where the request went.
        manner: how it wants to be answered.
        form: what it holds; files count by their content and what they say they are.
    """
    return await asyncio.to_thread(_fingerprint, address, manner, form)


def _fingerprint(address: str, manner: str, form: Form) -> str:
    found: list[bytes] = [address.encode(), manner.encode()]
    for name, text in sorted(form.texts.items()):
        found += (b"text", name.encode(), hashlib.sha256(text).digest())
    for name, file in sorted(form.files.items()):
        digest = hashlib.sha256()
        with file.path.open("rb") as opened:
            while chunk := opened.read(CHUNK_BYTES):
                digest.update(chunk)
        told = file.extension.encode(), file.media_type.encode()
        found += (b"file", name.encode(), *told, digest.digest())
    return _of(found)


def _of(parts: Iterable[bytes]) -> str:
    """Hash each part with its length, so that no two lists look the same."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
