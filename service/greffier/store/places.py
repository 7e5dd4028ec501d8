"""Where blobs lie: a folder, or a bucket of a store that speaks S3.

:func:`open_blobs` opens what the settings name.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from greffier.settings import Settings
from greffier.store.blobs import CHUNK_BYTES, BlobName, Blobs

if TYPE_CHECKING:  # is there for readers of types only
    from obstore.store import ClientConfig, S3Config

#: What writers have not finished, in a store that is a folder.
_INCOMING = "incoming"


def open_blobs(settings: Settings) -> Blobs:
    """Open the store of files that the settings name; makes the folder, asks no server.

    Raises:
        OSError: the folder cannot be made.
    """
    address = urlsplit(settings.blob_url)
    if address.scheme != "s3":
        folder = Path(unquote(address.path)) if address.path else settings.data_dir / "blobs"
        return in_folder(folder.absolute())
    return in_bucket(
        address.netloc,
        address.path.strip("/"),
        endpoint=settings.blob_endpoint,
        region=settings.blob_region,
    )


def in_folder(folder: Path) -> Blobs:
    """Open a folder, made if it is not there; other users may not look into it."""
    _make_folders(folder)
    return Blobs(LocalStore(folder), IntoFolder(folder))


def in_bucket(bucket: str, prefix: str, *, endpoint: str = "", region: str = "") -> Blobs:
    """Open a bucket; keys come from the environment or the machine, in the manner of AWS.

    Args:
        bucket: its name; it exists.
        prefix: goes before the name of every blob.
        endpoint: URL of the server; empty: that of AWS.
        region: empty: as the environment says, or else us-east-1.
    """
    named: S3Config = {}
    if endpoint:
        named["endpoint"] = endpoint
    if region:
        named["region"] = region
    # Of one request: a part of a large file is 5 MB.
    options: ClientConfig = {
        "connect_timeout": timedelta(seconds=5),
        "timeout": timedelta(seconds=30),
    }
    if endpoint.startswith("http://"):
        options["allow_http"] = True
    store = S3Store(
        bucket,
        prefix=prefix or None,
        config=named,
        client_options=options,
        # A request to us has a minute in all; obstore would try for three.
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )
    return Blobs(store, IntoBucket(store))


class IntoFolder:
    """Writes blobs into a folder.

    By itself, because obstore neither syncs files nor folders: after a power cut a name could
    be there without its content.

    Args:
        folder: the folder that is the store; it exists.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, content: bytes | Path, *, tenant: str, kind: str) -> BlobName:
        """Write to a file of another name, sync it, and rename it."""
        return await asyncio.to_thread(self._write, content, tenant, kind)

    def _write(self, content: bytes | Path, tenant: str, kind: str) -> BlobName:
        incoming = self._folder / _INCOMING / secrets.token_hex(16)
        _make_folders(incoming.parent)
        try:
            digest = hashlib.sha256()
            with open(incoming, "xb", opener=_private) as file:
                for chunk in _chunks(content):
                    file.write(chunk)
                    digest.update(chunk)
                file.flush()
                os.fsync(file.fileno())
            name = BlobName(tenant, kind, digest.hexdigest())
            path = self._folder / str(name)
            _make_folders(path.parent)
            incoming.rename(path)
            _sync(path.parent)
        finally:
            incoming.unlink(missing_ok=True)
        return name

    async def tidy(self, age_s: float) -> None:
        """Remove unfinished files that are older; their writers are dead."""
        await asyncio.to_thread(self._tidy, time.time() - age_s)

    def _tidy(self, before: float) -> None:
        for path in (self._folder / _INCOMING).glob("*"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
            except FileNotFoundError:
                continue  # finished meanwhile


class IntoBucket:
    """Writes blobs with one request, or with several that become visible at once.

    Args:
        store: the bucket with its prefix.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def write(self, content: bytes | Path, *, tenant: str, kind: str) -> BlobName:
        """Upload; the digest is needed first, so a file is read twice."""
        name = BlobName(tenant, kind, await asyncio.to_thread(_digest, content))
        await obstore.put_async(self._store, str(name), content)
        return name

    async def tidy(self, age_s: float) -> None:
        """Do nothing: uploads that were broken off are ended by the bucket's lifecycle rules."""


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _digest(content: bytes | Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(content):
        digest.update(chunk)
    return digest.hexdigest()


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, so that they outlive a power cut."""
    if not folder.is_dir():
        _make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
