"""Bytes by the digest of their content: in a folder, or in a store that speaks S3.

A blob never changes once it is there, and its name says what must be in it, so that it can
be written twice, copied while the service runs, and held against its name when it is read.
Nobody but the service sees the store: what render processes and offices work with is copied
out of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import obstore
from greffier_converters.errors import NO_ROOM, StorageFull
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from greffier.errors import BlobDamaged, BlobMissing, StoreUnavailable

_log = logging.getLogger(__name__)

#: Read and written at once.
CHUNK_BYTES = 2**20
_ROOT = "tenants"

_TENANT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KIND = re.compile(r"[a-z][a-z-]{0,31}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Codes of S3 and of the servers that speak it: the bucket, not the object, is missing; no
# room is left.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_NO_BUCKET = "NoSuchBucket"
_FULL = re.compile(r"\b507\b|QuotaExceeded|XMinioStorageFull|InsufficientStorage")


@dataclass(frozen=True, slots=True)
class BlobName:
    """Where a blob lies: ``tenants/<tenant>/<kind>/<digest>``.

    Raises:
        ValueError: a part is none that the service makes.
    """

    #: Slug of the tenant it belongs to.
    tenant: str
    #: What it is: lower-case letters and hyphens.
    kind: str
    #: SHA-256 of the content, in hexadecimal.
    digest: str

    def __post_init__(self) -> None:
        if not (
            _TENANT.fullmatch(self.tenant)
            and _KIND.fullmatch(self.kind)
            and _DIGEST.fullmatch(self.digest)
        ):
            raise ValueError("no name of a blob")

    def __str__(self) -> str:
        return f"{_ROOT}/{self.tenant}/{self.kind}/{self.digest}"

    @classmethod
    def parse(cls, name: str) -> BlobName | None:
        """Read a name as the store lists it; None: the service did not make it."""
        parts = name.split("/")
        if len(parts) != 4 or parts[0] != _ROOT:
            return None
        try:
            return cls(*parts[1:])
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob as the store lists it."""

    name: BlobName
    size: int
    #: When it was last written.
    modified: datetime


class Writer(Protocol):
    """Writes blobs, each wholly or not at all: what differs between folders and S3."""

    async def write(self, content: bytes | Path, *, tenant: str, kind: str) -> BlobName:
        """Write; returns when the blob would outlive a power cut."""

    async def tidy(self, age_s: float) -> None:
        """Remove what writers left that were killed, once it is so many seconds old."""


class Blobs:
    """Reads and writes blobs; :mod:`greffier.store.places` opens them.

    Every method raises ``StoreUnavailable`` where the store cannot be reached or refuses us.

    Args:
        store: the folder, or the bucket with its prefix.
        writer: how blobs come into it.
    """

    def __init__(self, store: ObjectStore, writer: Writer) -> None:
        self._store = store
        self._writer = writer

    async def put(self, content: bytes | Path, *, tenant: str, kind: str) -> BlobName:
        """Keep bytes, or those of a file, which must not change meanwhile.

        When it returns the blob is whole and outlives a power cut; until then readers see
        nothing of it. What is there already is written again, and thereby young again.

        Raises:
            StorageFull: no room is left.
        """
        with _told():
            return await self._writer.write(content, tenant=tenant, kind=kind)

    async def read(self, name: BlobName) -> bytes:
        """Give the bytes of a blob.

        Raises:
            BlobMissing: there is no such blob.
            BlobDamaged: what is there is not what was put.
        """
        with _told(name):
            found = await obstore.get_async(self._store, str(name))
            content = bytes(await found.bytes_async())
        # Half a millisecond for a megabyte; a thread costs less from there on.
        digest = (
            await asyncio.to_thread(hashlib.sha256, content)
            if len(content) > CHUNK_BYTES
            else hashlib.sha256(content)
        )
        _compare(name, digest.hexdigest())
        return content

    async def copy_to(self, name: BlobName, path: Path) -> None:
        """Write a blob into a new file: a copy, which whoever gets it may spoil.

        Raises:
            BlobMissing, BlobDamaged: as ``read``; the file is not left then.
            FileExistsError: the file is there already.
            StorageFull: no room is left where the file lies.
        """
        try:
            await self._copy(name, path)
        except FileExistsError:
            raise
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise

    async def _copy(self, name: BlobName, path: Path) -> None:
        digest = hashlib.sha256()
        with path.open("xb") as file, _told(name):
            found = await obstore.get_async(self._store, str(name))
            async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                await asyncio.to_thread(_append, file, digest, bytes(chunk))
        _compare(name, digest.hexdigest())

    async def exists(self, name: BlobName) -> bool:
        """Whether there is such a blob."""
        try:
            await self.size(name)
        except BlobMissing:
            return False
        return True

    async def size(self, name: BlobName) -> int:
        """Give the size of a blob in bytes.

        Raises:
            BlobMissing: there is no such blob.
        """
        return (await self.look(name)).size

    async def look(self, name: BlobName) -> StoredBlob:
        """Tell what is known of a blob without its content.

        Raises:
            BlobMissing: there is no such blob.
        """
        with _told(name):
            found = await obstore.head_async(self._store, str(name))
        return StoredBlob(name, found["size"], found["last_modified"])

    async def delete(self, name: BlobName) -> None:
        """Erase a blob; there may be none."""
        try:
            with _told(name):
                await obstore.delete_async(self._store, str(name))
        except BlobMissing:
            pass

    async def list(self, tenant: str = "") -> AsyncIterator[StoredBlob]:
        """List the blobs of a tenant, or of all, in any order; others' files are left out."""
        prefix = f"{_ROOT}/{tenant}/" if tenant else f"{_ROOT}/"
        with _told():
            async for batch in obstore.list(self._store, prefix=prefix):
                for found in batch:
                    name = BlobName.parse(found["path"])
                    if name is not None:
                        yield StoredBlob(name, found["size"], found["last_modified"])

    async def tidy(self, age_s: float) -> None:
        """Remove what writers left that were killed, once it is so many seconds old."""
        with _told():
            await self._writer.tidy(age_s)

    async def check(self) -> None:
        """See whether the store answers and lets us in."""
        with _told():
            async for _ in obstore.list(self._store, prefix=f"{_ROOT}/", chunk_size=1):
                return


@contextmanager
def _told(name: BlobName | None = None) -> Iterator[None]:
    """Translate what obstore and the system raise; obstore's texts are for the log only."""
    try:
        yield
    except FileNotFoundError as error:
        if name is None or _NO_BUCKET in str(error):
            raise _unavailable(error) from error
        raise BlobMissing(name) from error
    except (OSError, BaseError) as error:
        full = isinstance(error, OSError) and error.errno in NO_ROOM
        if full or _FULL.search(str(error)):
            raise StorageFull("No room is left where stored files lie.") from error
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    # The first line says what was asked of whom and what came; the rest repeats it.
    _log.error("The store of files: %s", str(error).partition("\n")[0])
    return StoreUnavailable("The store of files cannot be used at present.")


def _append(file: BinaryIO, digest: hashlib._Hash, chunk: bytes) -> None:
    file.write(chunk)
    digest.update(chunk)


def _compare(name: BlobName, digest: str) -> None:
    if digest != name.digest:
        raise BlobDamaged(name)
