"""Process groups: signal them, bury them, measure them, through Linux's own interfaces."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterable
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Become the parent of every process whose own parent dies below this one.

    Without it an office whose driver was killed would be handed to init, and
    nobody here could say when it is gone, or bury it where init does not
    (a container without one). See prctl(2).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused to make this process a subreaper")


def kill(group: int) -> None:
    """Kill every process of the group at once; a stopped one dies too."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def bury(group: int) -> None:
    """Wait until no process of the killed group is left, not even as a zombie. Blocks.

    The leader must have been waited for already, or asyncio would miss it.
    """
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-group, 0)


def members(group: int) -> tuple[int, ...]:
    """List the processes of the group. Reads all of /proc, so call it in a thread."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(ValueError, OSError):
            pid = int(entry.name)
            # proc_pid_stat(5): the name in brackets may hold spaces; state, parent, group follow.
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[2]) == group:
                found.append(pid)
    return tuple(found)


def rss_bytes(pids: Iterable[int]) -> int:
    """Add up the resident memory of some processes; those that are gone count nothing."""
    pages = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * _PAGE_BYTES


def set_nice(pids: Iterable[int], nice: int) -> None:
    """Set the niceness of every thread of some processes.

    Linux keeps it per thread, and an office works in other threads than its first.
    """
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)
