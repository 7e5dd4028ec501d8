"""The data folder, held by one service alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greffier.rooms import CannotStart

#: In the data folder; locked for as long as a service uses it. It stays when the service is
#: gone: the lock counts, not the file.
_LOCK = "lock"


@contextmanager
def hold(data_dir: Path, work_dir: Path) -> Iterator[None]:
    """Make the folders, and keep any other service from using them.

    Nothing may be swept before this: what another service works with would be lost.

    Args:
        data_dir: the folder that is held.
        work_dir: a folder below it.

    Raises:
        CannotStart: another service uses the data folder, or nobody can.
    """
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(data_dir, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise CannotStart(
            f"Another service uses the data folder {data_dir}. Stop it, or set GREFFIER_DATA_DIR "
            "to a folder of this one's own."
        ) from error
    except OSError as error:
        os.close(lock)
        raise _unusable(data_dir, error) from error
    try:
        yield
    finally:
        os.close(lock)  # which unlocks it, as the end of the process does


def _unusable(data_dir: Path, error: OSError) -> CannotStart:
    return CannotStart(
        f"The data folder {data_dir} cannot be used: {error.strerror}. Set GREFFIER_DATA_DIR to "
        f"a folder that user {os.getuid()} can write to."
    )
