"""Real offices for tests, and the means to hurt them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from greffier_converters.model import Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pool import OfficePool
from greffier_converters.probe import Installation, find_office
from leaks import nothing_left


@cache
def installation() -> Installation:
    return find_office()


@asynccontextmanager
async def running_pool(
    folder: Path,
    limits: Limits | None = None,
    font_sets: Path | None = None,
) -> AsyncIterator[OfficePool]:
    """A started pool; asserts at the end that nothing is left of it."""
    settings = OfficeSettings(
        installation=installation(), limits=limits or Limits(), font_sets=font_sets
    )
    pool = OfficePool(settings, folder=folder)
    sockets: set[Path] = set()
    with nothing_left(folder):
        try:
            await pool.start()
            sockets |= office_sockets(folder)
            assert sockets
            yield pool
            sockets |= office_sockets(folder)
        finally:
            await pool.stop(grace_s=0)
        assert not [socket for socket in sockets if socket.exists()]
        assert list((folder / "offices").iterdir()) == []


def in_60_s() -> float:
    return asyncio.get_running_loop().time() + 60


async def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


def office_pids(folder: Path) -> list[int]:
    """Each LibreOffice that runs for the pool in ``folder``."""
    return [pid for pid, argv in _commands(folder) if argv[0].endswith("soffice.bin")]


def driver_pids(folder: Path) -> list[int]:
    """Each driver that runs for the pool in ``folder``."""
    return [pid for pid, argv in _commands(folder) if any(a.endswith("driver.py") for a in argv)]


def office_sockets(folder: Path) -> set[Path]:
    """The files of all Unix sockets that the pool's offices hold at present."""
    held = set()
    for pid in office_pids(folder):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                held.add(str(descriptor.readlink()))
            except OSError:
                continue  # closed meanwhile
    # proc_net(5): the seventh column is the inode, the eighth the path, if there is one.
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return {Path(row[7]) for row in rows if len(row) > 7 and f"socket:[{row[6]}]" in held}


def _commands(folder: Path) -> list[tuple[int, list[str]]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                argv = (entry / "cmdline").read_text(errors="replace").split("\0")
            except OSError:
                continue
            if any(str(folder) in argument for argument in argv):
                found.append((int(entry.name), argv))
    return found
