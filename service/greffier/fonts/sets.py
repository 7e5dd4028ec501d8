"""The fonts of each tenant as a folder that offices can be started with.

A set is named by the tenant and by what is in it: no two tenants share an office that was
started with fonts, and a tenant whose fonts change gets other offices. Folders are copies, made
when they are first needed, of what lies in the store.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select

from greffier.errors import BlobMissing
from greffier.fonts.model import FONT_BLOB
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.tables import Font

#: Seconds for which a tenant's fonts count as known: those added or removed on another machine
#: count after so long at the latest.
_REMEMBERED_S = 5
#: Seconds after which a folder that nobody asked for is removed: no document takes so long
#: (``deadline_s``), so none is in the making with it.
_UNUSED_S = 2 * 3600

#: Digest and kind of each font.
_Files = Sequence[tuple[str, str]]


class TenantSets:
    """The sets of fonts of all tenants; see :class:`greffier.fonts.model.FontSource`.

    Args:
        database: where it stands which fonts a tenant has.
        blobs: where their bytes are.
        root: where the folders are made; nothing else may use it.
        clock: gives seconds.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        root: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._blobs, self._root = database, blobs, root
        self._clock = clock
        #: Tenant -> fonts, and until when they count without being looked up.
        self._known: dict[str, tuple[_Files, float]] = {}
        #: Name of a set -> when it was last asked for.
        self._used: dict[str, float] = {}

    def prepare(self) -> None:
        """Remove what an earlier service left, and make room. Blocks."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(parents=True)

    def forget(self, tenant: str) -> None:
        """Look a tenant's fonts up anew: they have changed."""
        self._known.pop(tenant, None)

    async def set_of(self, tenant: str) -> str:
        """Name the set of a tenant, whose folder is there; empty: it has no fonts.

        Raises:
            BlobMissing, BlobDamaged, StoreUnavailable: a font is not in the store, though the
                database says so.
            DatabaseUnavailable: nobody knows which fonts it has.
        """
        files = await self._files(tenant)
        if not files:
            return ""
        name = _name(tenant, files)
        self._used[name] = self._clock()
        if (self._root / name).is_dir():
            return name
        try:
            await self._lay_out(name, tenant, files)
        except BlobMissing:
            # Removed on another machine just now?
            self.forget(tenant)
            if await self._files(tenant) == files:
                raise
            return await self.set_of(tenant)
        return name

    async def _files(self, tenant: str) -> _Files:
        known = self._known.get(tenant)
        if known is not None and self._clock() < known[1]:
            return known[0]
        await self._remove_unused()
        async with self._database.read(tenant) as session:
            rows = await session.execute(select(Font.digest, Font.kind).order_by(Font.digest))
            files = [(digest, kind) for digest, kind in rows]
        self._known[tenant] = files, self._clock() + _REMEMBERED_S
        return files

    async def _lay_out(self, name: str, tenant: str, files: _Files) -> None:
        """Make the folder of a set, which appears whole."""
        # With a dot: no name of a set, so no office can be started with half of one.
        incoming = self._root / f".{secrets.token_hex(8)}"
        incoming.mkdir()
        try:
            for digest, kind in files:
                blob = BlobName(tenant, FONT_BLOB, digest)
                await self._blobs.copy_to(blob, incoming / f"{digest}.{kind}")
            if not (self._root / name).is_dir():  # another request may have been faster
                incoming.rename(self._root / name)
        finally:
            await asyncio.to_thread(shutil.rmtree, incoming, ignore_errors=True)

    async def _remove_unused(self) -> None:
        since = self._clock() - _UNUSED_S
        for name in [name for name, used in self._used.items() if used < since]:
            del self._used[name]
            await asyncio.to_thread(shutil.rmtree, self._root / name, ignore_errors=True)


def _name(tenant: str, files: _Files) -> str:
    told = "\n".join([tenant, *(digest for digest, _ in files)])
    return hashlib.sha256(told.encode()).hexdigest()
