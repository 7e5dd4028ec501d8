"""The fonts of a tenant: brought, listed, taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from greffier_templates.gate.font_face import FontFace
from sqlalchemy import func, select

from greffier.fonts.errors import FontExists, NoSuchFont, TooManyFonts
from greffier.fonts.model import FONT_BLOB, FontInfo
from greffier.fonts.sets import TenantSets
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import Font

#: Of one tenant: ten families of ten styles. Each costs time whenever an office starts.
MAX_FONTS = 100


class Fonts:
    """The fonts of all tenants; each method is for one of them.

    Args:
        database: where they are told of.
        blobs: where their bytes are.
        sets: learns of changes.
    """

    def __init__(self, database: Database, blobs: Blobs, sets: TenantSets) -> None:
        self._database, self._blobs, self._sets = database, blobs, sets
        # One change at a time: the bytes of a font that is removed may be those that are brought.
        self._changing = asyncio.Lock()

    async def add(self, tenant: str, font: Path, face: FontFace, *, by: str) -> FontInfo:
        """Keep a font; documents of the tenant are made with it from now on.

        Args:
            tenant: whose.
            font: the file, which went through the gate.
            face: what the gate read in it.
            by: name of the key that brings it.

        Raises:
            FontExists: the tenant has one of that family and style, or of those bytes.
            TooManyFonts: the tenant has as many as may be.
        """
        async with self._changing:
            # Bytes first: a row never names a blob that is not there.
            blob = await self._blobs.put(font, tenant=tenant, kind=FONT_BLOB)
            row = Font(
                family=face.family,
                style=face.style,
                kind=face.kind,
                digest=blob.digest,
                size=await self._blobs.size(blob),
                by=by,
            )
            try:
                await self._insert(tenant, row)
            except FontExists:
                if not await self._is_kept(tenant, blob.digest):
                    await self._blobs.delete(blob)
                raise
            except TooManyFonts:
                await self._blobs.delete(blob)
                raise
        self._sets.forget(tenant)
        return _info(row)

    async def _insert(self, tenant: str, row: Font) -> None:
        same_face = (Font.family == row.family) & (Font.style == row.style)
        async with self._database.write(tenant) as session:
            same = select(Font.id).where(same_face | (Font.digest == row.digest))
            if await session.scalar(same) is not None:
                raise FontExists(
                    f"The tenant has {row.family} {row.style} already. Remove it first, if this "
                    "one is to take its place."
                )
            if (await session.scalar(select(func.count(Font.id))) or 0) >= MAX_FONTS:
                raise TooManyFonts(f"A tenant has {MAX_FONTS} fonts at most.")
            session.add(row)

    async def list(self, tenant: str) -> Sequence[FontInfo]:
        """List the fonts of a tenant, by family and style."""
        async with self._database.read(tenant) as session:
            rows = await session.scalars(select(Font).order_by(Font.family, Font.style))
            return [_info(row) for row in rows]

    async def remove(self, tenant: str, font: int) -> None:
        """Erase a font; documents that are just being made keep it.

        Raises:
            NoSuchFont: the tenant has none of that number.
        """
        async with self._changing:
            async with self._database.write(tenant) as session:
                row = await session.scalar(select(Font).where(Font.id == font))
                if row is None:
                    raise NoSuchFont(f"There is no font {font}.")
                await session.delete(row)
            self._sets.forget(tenant)
            await self._blobs.delete(BlobName(tenant, FONT_BLOB, row.digest))

    async def _is_kept(self, tenant: str, digest: str) -> bool:
        async with self._database.read(tenant) as session:
            return await session.scalar(select(Font.id).where(Font.digest == digest)) is not None


def _info(row: Font) -> FontInfo:
    return FontInfo(
        id=row.id,
        family=row.family,
        style=row.style,
        kind=row.kind,
        digest=row.digest,
        size=row.size,
        by=row.by,
        created_at=row.created_at,
    )
