"""Show that nothing was left behind: no process, zombie, socket or folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Other tests on the machine clean up after their own killed offices, which takes a moment.
PATIENCE_S = 10


@contextmanager
def nothing_left(folder: Path) -> Iterator[None]:
    """Assert at the end that what ran in ``folder``, or was started from here, is gone."""
    sockets = _dead_sockets()
    children = _children()
    yield
    assert not _commands_naming(folder), "processes are alive"
    assert not _children() - children, "children, or zombies, are left"
    until = time.monotonic() + PATIENCE_S
    while left := _dead_sockets() - sockets:
        assert time.monotonic() < until, f"sockets are left: {left}"
        time.sleep(0.2)


def _children() -> set[str]:
    """Processes whose parent is this one, dead or alive, as they call themselves."""
    found = set()
    for pid, status in _everything("stat"):
        name, _, rest = status.partition("(")[2].rpartition(")")
        if int(rest.split()[1]) == os.getpid():
            found.add(f"{pid} {name} {rest.split()[0]}")
    return found


def _commands_naming(folder: Path) -> list[str]:
    return [f"{pid} {line}" for pid, line in _everything("cmdline") if str(folder) in line]


def _everything(about: str) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                yield int(entry.name), (entry / about).read_text(errors="replace")
            except OSError:
                continue


def _dead_sockets() -> set[str]:
    """LibreOffice's sockets that no process has open any more."""
    alive = {line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines()}
    return {str(path) for path in Path("/tmp").glob("OSL_PIPE_*") if str(path) not in alive}
