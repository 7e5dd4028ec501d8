"""Which blobs the rows of the database name."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.store.blobs import BlobName
from greffier.store.tables import Document, Font, Version

#: Every column that holds the digest of a blob, of any kind. What is missing here is swept away:
#: tests/unit/service/store/test_sweeper.py asks of every column that is called a digest.
COLUMNS = (
    Version.digest,
    Version.schema_digest,
    Font.digest,
    Document.order_digest,
    Document.result_digest,
)


async def named_by_rows(
    session: AsyncSession, blobs: Collection[BlobName] | None = None
) -> set[tuple[str, str]]:
    """Give tenant and digest of the blobs that rows name.

    Args:
        session: of the installation, not of a tenant.
        blobs: about which to ask; absent: all.
    """
    asked = []
    for column in COLUMNS:
        named = select(column.class_.tenant, column).where(column != "")
        if blobs is not None:
            named = named.where(column.in_({blob.digest for blob in blobs}))
        asked.append(named)
    return {(row[0], row[1]) for row in await session.execute(union(*asked))}
