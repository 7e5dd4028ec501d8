"""Removing folders that a confined process had to itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove a folder and all in it, also what its last owner made unwritable. Blocks.

    The owner must be dead: rights are given back by path. Links are not followed.
    What cannot be removed at all (a disk that fails) is left without complaint: the
    next start of the service sweeps.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir() and not folder.is_symlink():
        _open_up(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _open_up(folder: Path | str) -> None:
    """Give ourselves back the rights on a folder and those below: root needs none of this."""
    Path(folder).chmod(0o700)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _open_up(entry.path)
