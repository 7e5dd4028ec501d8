"""Handing files to a supervised process and taking its results, trusting it with nothing.

The process may write anywhere in its own folder, and may have been taken over by
a document. So its job folder is only ever reached through a descriptor opened
when it was made, before the process was, and what comes out is used only if it is
a plain file.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from greffier_converters.errors import NO_ROOM, StorageFull
from greffier_converters.model import Job

#: The file system cannot link these two places, or may not link this file.
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK}
_FULL = "No room is left where the work folders lie; free some, or give them a larger disk."
#: Less than any document needs.
_NEXT_TO_NOTHING_BYTES = 2**18


class JobFolder:
    """Where one process finds its jobs, one after the other: made on construction, to be closed.

    One for all its jobs, because making and removing a folder waits for the file system's
    journal, each for as long as an office needs for a line of text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700)
        self._fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        self._closed = False

    @contextlib.contextmanager
    def one_job(self) -> Iterator[None]:
        """Leave nothing of a job in the folder, whatever happens.

        Raises:
            StorageFull: filling or emptying it found no room.
        """
        try:
            try:
                yield
            finally:
                self._empty()
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise StorageFull(_FULL) from error

    async def hand_over(self, job: Job) -> None:
        """Put the job's inputs into the folder: linked where possible, else copied."""
        for name, source in job.inputs.items():
            try:
                os.link(source, name, dst_dir_fd=self._fd)
            except OSError as error:
                if error.errno not in _NO_LINK:
                    raise
                await asyncio.to_thread(self._copy_in, source, name)

    async def take_results(self, job: Job) -> None:
        """Move the outputs that the process wrote to where the job wants them."""
        for name, target in job.outputs.items():
            try:
                found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
                if not stat.S_ISREG(found.st_mode):
                    continue
                os.rename(name, target, src_dir_fd=self._fd)
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                await asyncio.to_thread(self._copy_out, name, target)
            # Once more, where the process cannot exchange it any longer.
            if not stat.S_ISREG(target.lstat().st_mode):
                target.unlink()

    def close(self) -> None:
        """Let go of the folder; whoever made it removes it."""
        if not self._closed:
            self._closed = True
            os.close(self._fd)

    def _empty(self) -> None:
        if self._closed:
            return  # its process is gone, and the folder with it
        with os.scandir(self._fd) as entries:
            for entry in entries:
                # What the process still has its hands in goes with the process.
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.name, ignore_errors=True, dir_fd=self._fd)
                    else:
                        os.unlink(entry.name, dir_fd=self._fd)

    def _copy_in(self, source: Path, name: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with source.open("rb") as giver, os.fdopen(self._open(name, flags), "wb") as taker:
            shutil.copyfileobj(giver, taker)

    def _copy_out(self, name: str, target: Path) -> None:
        with os.fdopen(self._open(name, os.O_RDONLY), "rb") as giver, target.open("wb") as taker:
            shutil.copyfileobj(giver, taker)

    def _open(self, name: str, flags: int) -> int:
        return os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600, dir_fd=self._fd)


def check_room(folder: Path) -> None:
    """Raise StorageFull when a failure is no wonder, because the disk has no room.

    LibreOffice does not say so: it fails in some way or other, or dies.
    """
    if shutil.disk_usage(folder).free < _NEXT_TO_NOTHING_BYTES:
        raise StorageFull(_FULL)
