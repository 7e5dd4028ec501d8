"""One folder a request, gone soon after the request, however it ends."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from greffier_converters.tasks import Tasks


class WorkFolders:
    """Makes the folders of requests, below one that nothing else may use.

    They are removed in the background, many at once when there are many: it may wait for
    the file system's journal, and the next request of a connection begins only when the
    one before it has ended.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._given_up: list[Path] = []
        self._tasks = Tasks()
        self._removing = False

    def prepare(self) -> None:
        """Make the root, and remove what a service that was killed has left in it. Blocks."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(mode=0o700, parents=True)

    @contextmanager
    def one(self) -> Iterator[Path]:
        """Make a folder for the files of one request, and have it removed at the end.

        Raises:
            OSError: there is no room for it.
        """
        folder = self._root / secrets.token_hex(16)
        folder.mkdir(mode=0o700)  # a microsecond's work: a thread would take longer
        try:
            yield folder
        finally:
            self._given_up.append(folder)
            if not self._removing:
                self._removing = True
                self._tasks.start(self._remove(), "remove work folders")

    async def finish(self) -> None:
        """Wait until every folder given up is gone."""
        await self._tasks.finish()

    async def _remove(self) -> None:
        try:
            while self._given_up:
                folders, self._given_up = self._given_up, []
                await asyncio.to_thread(_remove_all, folders)
        finally:
            self._removing = False


def _remove_all(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
