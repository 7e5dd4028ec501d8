"""Blobs of orders and results: there as long as a row names them, and no longer.

A blob is announced as loose before it is written, and named by a row in the transaction that
ends that; it becomes loose again in the transaction that takes its name from the row, and then
is erased. So a service that is killed at any point leaves loose blobs at most, and
:meth:`Storing.sweep` erases those. For this to be right no two rows may name the same blob;
random bytes behind the content see to it, which are taken off again on reading.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import secrets
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.errors import StoreUnavailable
from greffier.store.blobs import CHUNK_BYTES, BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import LooseBlob, now

_log = logging.getLogger(__name__)

_SALT_BYTES = 16
#: How long writing a blob and naming it may take.
_WRITING = timedelta(minutes=5)
#: How long a new blob may be loose: so much more that no clock of another machine matters.
_LOOSE = timedelta(minutes=10)
#: Erased at once by a sweep.
_BATCH = 200


class Storing:
    """Writes, reads and erases the blobs of documents.

    Args:
        database: where loose blobs are listed.
        blobs: where they lie.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    async def put(self, tenant: str, kind: str, path: Path) -> tuple[int, str]:
        """Write a file; gives its size and the digest, to be given to :meth:`adopt` within minutes.

        Args:
            tenant: whose it is.
            kind: ``model.ORDER_BLOB`` or ``RESULT_BLOB``.
            path: a file that is only ours; random bytes are added to it, and stay.

        Raises:
            StorageFull, StoreUnavailable: it could not be written.
        """
        size, digest = await asyncio.to_thread(_salted, path)
        async with self._database.write(tenant) as session:
            session.add(LooseBlob(kind=kind, digest=digest, until=now() + _LOOSE))
        await _in_time(self._blobs.put(path, tenant=tenant, kind=kind))
        return size, digest

    async def adopt(self, session: AsyncSession, tenant: str, kind: str, digest: str) -> None:
        """Say that a row of this transaction names the blob.

        Raises:
            StoreUnavailable: that took so long that the blob may be gone.
        """
        late = now() + _LOOSE - _WRITING
        ended = await session.execute(
            delete(LooseBlob).where(
                LooseBlob.tenant == tenant,
                LooseBlob.kind == kind,
                LooseBlob.digest == digest,
                LooseBlob.until > late,
            ),
            execution_options={"synchronize_session": False},
        )
        assert isinstance(ended, CursorResult)
        if ended.rowcount != 1:
            raise StoreUnavailable("Keeping the document took too long.")

    def let_go(self, session: AsyncSession, tenant: str, kind: str, digest: str) -> None:
        """Say that after this transaction no row names the blob; then :meth:`erase` it."""
        if digest:
            session.add(LooseBlob(tenant=tenant, kind=kind, digest=digest, until=now()))

    async def fetch(self, tenant: str, kind: str, digest: str, path: Path) -> None:
        """Write the content into a new file.

        Raises:
            BlobMissing, BlobDamaged, StorageFull: see ``Blobs.copy_to``.
        """
        await self._blobs.copy_to(BlobName(tenant, kind, digest), path)
        await asyncio.to_thread(_unsalt, path)

    async def erase(self, tenant: str, kind: str, digest: str) -> None:
        """Erase a loose blob."""
        if not digest:
            return
        await self._blobs.delete(BlobName(tenant, kind, digest))
        async with self._database.write_all() as session:
            await session.execute(
                delete(LooseBlob).where(LooseBlob.kind == kind, LooseBlob.digest == digest)
            )

    async def sweep(self) -> int:
        """Erase blobs whose time has come, in all tenants; gives how many there were."""
        async with self._database.read_all() as session:
            due = select(LooseBlob).where(LooseBlob.until < now()).limit(_BATCH)
            rows = list(await session.scalars(due))
        for row in rows:
            await self.erase(row.tenant, row.kind, row.digest)
        return len(rows)


async def _in_time(writing: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(_WRITING.total_seconds() / 2):
            await writing
    except TimeoutError:
        raise StoreUnavailable("The store of files is too slow at present.") from None


def _salted(path: Path) -> tuple[int, str]:
    """Add random bytes to a file; gives the size before and the digest of the whole."""
    digest = hashlib.sha256()
    with path.open("r+b") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
        size = file.tell()
        salt = secrets.token_bytes(_SALT_BYTES)
        file.write(salt)
        digest.update(salt)
    return size, digest.hexdigest()


def _unsalt(path: Path) -> None:
    os.truncate(path, path.stat().st_size - _SALT_BYTES)
