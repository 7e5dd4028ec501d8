"""Show that nothing was left behind: no process and no zombie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def nothing_left(folder: Path) -> Iterator[None]:
    """Assert at the end that what ran in ``folder``, or was started from here, is gone."""
    children = _children()
    yield
    assert not _commands_naming(folder), "processes are alive"
    # By number: those of other pools were there before, and only changed their state.
    left = [told for pid, told in _children().items() if pid not in children]
    assert not left, "children, or zombies, are left"


def _children() -> dict[int, str]:
    """Processes whose parent is this one, dead or alive, as they call themselves."""
    found = {}
    for pid, status in _everything("stat"):
        name, _, rest = status.partition("(")[2].rpartition(")")
        if int(rest.split()[1]) == os.getpid():
            found[pid] = f"{pid} {name} {rest.split()[0]}"
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
