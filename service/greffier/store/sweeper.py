"""Removing what nothing refers to any more: blobs, unfinished files, rows of jobs that ended."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from greffier.errors import BlobMissing
from greffier.jobs.queue import forget
from greffier.store.blobs import Blobs, StoredBlob
from greffier.store.database import Database
from greffier.store.references import named_by_rows

_log = logging.getLogger(__name__)

#: A blob is put before the row that names it. No upload takes this long, so what is older and
#: not named belongs to one that was broken off, or to a row that is deleted.
ORPHAN_AGE = timedelta(days=1)
#: How long it can be seen how a job ended.
JOB_AGE = timedelta(days=30)
_EVERY = timedelta(hours=6)
#: Blobs that are asked about at once.
_BATCH = 500


async def sweep_for_ever(database: Database, blobs: Blobs) -> None:
    """Sweep again and again; several machines may."""
    while True:
        # Not at once: a start has other things to do.
        await asyncio.sleep(_EVERY.total_seconds())
        try:
            swept = await sweep(database, blobs)
        except Exception as error:
            _log.error("What is not needed could not be swept away", exc_info=error)
        else:
            _log.info("Swept away %d files that nothing refers to.", swept)


async def sweep(
    database: Database, blobs: Blobs, *, age: timedelta = ORPHAN_AGE, job_age: timedelta = JOB_AGE
) -> int:
    """Remove what nothing refers to and is older than ``age``; gives how many blobs.

    Raises:
        StoreUnavailable: the store or the database does not answer.
    """
    await blobs.tidy(age.total_seconds())
    async with database.write_all() as session:
        await forget(session, datetime.now(UTC) - job_age)
    swept = 0
    batch: list[StoredBlob] = []
    async for blob in blobs.list():
        if datetime.now(UTC) - blob.modified > age:
            batch.append(blob)
        if len(batch) == _BATCH:
            swept += await _sweep(database, blobs, batch, age)
            batch = []
    return swept + await _sweep(database, blobs, batch, age)


async def _sweep(database: Database, blobs: Blobs, old: list[StoredBlob], age: timedelta) -> int:
    async with database.read_all() as session:
        named = await named_by_rows(session, [blob.name for blob in old])
    swept = 0
    for blob in old:
        if (blob.name.tenant, blob.name.digest) in named:
            continue
        try:
            # Whoever stores the same bytes now makes it young, before a row names it.
            if datetime.now(UTC) - (await blobs.look(blob.name)).modified > age:
                await blobs.delete(blob.name)
                swept += 1
        except BlobMissing:
            continue  # another machine sweeps too
    return swept
