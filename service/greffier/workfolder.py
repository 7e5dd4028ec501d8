"""One folder a request, gone however the request ends."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def work_folder(root: Path) -> AsyncIterator[Path]:
    """Make a folder under ``root`` for the files of one request, and remove it at the end.

    Raises:
        OSError: there is no room for it.
    """
    folder = root / secrets.token_hex(16)
    folder.mkdir(mode=0o700)  # a microsecond's work: a thread would take longer
    try:
        yield folder
    finally:
        # Shielded: a caller who leaves must not leave files behind.
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


def sweep(root: Path) -> None:
    """Make the root, and remove what a service that was killed has left in it."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(mode=0o700, parents=True)
