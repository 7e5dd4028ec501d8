"""The processes of one supervisor: kept at their number, replaced before they age."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from greffier_converters.folders import remove_tree
from greffier_converters.model import Limits
from greffier_converters.observer import Observer
from greffier_converters.process import Process, Program, StartFailed
from greffier_converters.tasks import Tasks

_log = logging.getLogger(__name__)

#: Pause after the first failed start; it doubles with each further one.
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0


class Fleet:
    """Starts, lends, replaces and ends processes.

    ``settle`` is the one place that decides to start or end a process; everything
    else only notes facts (ready, due, lost) and calls it. Whoever waits for a
    process is told through ``changed`` that looking again may pay.
    """

    def __init__(
        self,
        program: Program,
        limits: Limits,
        folder: Path,
        observer: Observer,
        *,
        changed: Callable[[], None],
    ) -> None:
        #: Ready and without work, the least recently used first.
        self.idle: list[Process] = []
        self.busy: set[Process] = set()
        #: Starts that failed since the last good one, and why the last of them did.
        self.start_failures = 0
        self.start_failure = ""
        self.facts: Mapping[str, object] = {}
        self._program = program
        self._limits = limits
        self._folder = folder
        self._observer = observer
        self._changed = changed
        self._starting: Counter[str] = Counter()
        self._start_tasks: set[asyncio.Task[None]] = set()
        #: Affinities of the processes to start next; beyond them it is none.
        self._affinities: list[str] = []
        self._not_before = 0.0
        #: Whether no process will ever be started again.
        self.closed = False
        self._tasks = Tasks()

    @property
    def starting(self) -> int:
        """How many processes are about to become ready."""
        return self._starting.total()

    def starting_with(self) -> Counter[str]:
        """Return a copy of how many are about to become ready, by affinity."""
        return self._starting.copy()

    @property
    def ready(self) -> int:
        """How many processes are alive."""
        return len(self.idle) + len(self.busy)

    async def open(self) -> None:
        """Make room and start all processes; returns at once."""
        await asyncio.to_thread(self._sweep)
        self.settle()

    def take(self, process: Process) -> None:
        """Lend an idle process for one job."""
        self.idle.remove(process)
        self.busy.add(process)
        self._tell()

    def give_back(self, process: Process) -> None:
        """Take a process back that did its job and lives."""
        self.busy.remove(process)
        self.idle.append(process)
        process.jobs += 1
        if process.jobs >= self._limits.recycle_jobs:
            self.mark_due(process, "jobs")
        elif process.outgrew(self._limits.recycle_rss_bytes):
            self.mark_due(process, "memory")
        self.settle()

    def mark_due(self, process: Process, reason: str) -> None:
        """Have a process replaced: its successor starts now, it works on until then."""
        if not process.due:
            process.due = reason
            self._affinities.append(process.affinity)
            self.settle()

    def discard(self, process: Process, reason: str) -> None:
        """Kill a process now and start another in its place."""
        if process in self.busy:
            self.busy.remove(process)
        elif process in self.idle:
            self.idle.remove(process)
        else:
            return  # its death was noticed from two sides
        if not process.due:
            self._affinities.append(process.affinity)
        self._end(process, reason)
        self.settle()

    def exchange(self, process: Process, affinity: str) -> None:
        """End an idle process in favour of a new one, unless starts fail at present."""
        if asyncio.get_running_loop().time() < self._not_before:
            return
        self.idle.remove(process)
        self._affinities.append(affinity)
        self._end(process, "affinity")
        self.settle()

    def settle(self) -> None:
        """Start what is missing, end what has been replaced."""
        if self.closed:
            return
        wanted = self._limits.processes + self._limits.spares
        if asyncio.get_running_loop().time() >= self._not_before:
            lasting = sum(not p.due for p in (*self.idle, *self.busy))
            for _ in range(wanted - lasting - self.starting):
                self._start(self._affinities.pop(0) if self._affinities else "")
        for process in [p for p in self.idle if p.due]:
            if self.ready > wanted:
                self.idle.remove(process)
                self._end(process, process.due)
        self._tell()

    async def close(self) -> None:
        """End every process and wait until nothing is left of them."""
        self.closed = True
        for task in self._start_tasks:
            task.cancel()
        for process in (*self.idle, *self.busy):
            self._end(process, "stop")
        self.idle.clear()
        self.busy.clear()
        await self._tasks.finish()
        self._tell()

    def _start(self, affinity: str) -> None:
        self._starting[affinity] += 1
        task = self._tasks.start(self._run_start(affinity), f"start {self._program.name}")
        self._start_tasks.add(task)
        task.add_done_callback(self._start_tasks.discard)

    async def _run_start(self, affinity: str) -> None:
        # Not guessable by a neighbour: the name of an office's pipe is made from it.
        folder = self._folder / secrets.token_hex(16)
        try:
            process = await Process.start(
                self._program, folder, affinity=affinity, timeout_s=self._limits.start_timeout_s
            )
        except StartFailed as failure:
            self._starting[affinity] -= 1
            self._note_failure(str(failure))
        except BaseException:
            self._starting[affinity] -= 1
            raise
        else:
            self._starting[affinity] -= 1
            self.start_failures, self.start_failure = 0, ""
            self.facts = process.facts
            self.idle.insert(0, process)
            self._tasks.start(self._watch(process), f"watch {self._program.name}")
        self.settle()
        self._changed()

    def _note_failure(self, reason: str) -> None:
        self.start_failure = reason
        self._observer.ended(self._program.name, "start")
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now >= self._not_before:  # several that fail together count once
            self.start_failures += 1
            pause_s = min(_FIRST_PAUSE_S * 2 ** (self.start_failures - 1), _LONGEST_PAUSE_S)
            self._not_before = now + pause_s
            loop.call_at(self._not_before, self.settle)
            _log.error(
                "%s did not start: %s. The next try is in %.1f s.",
                self._program.name,
                reason,
                pause_s,
            )

    async def _watch(self, process: Process) -> None:
        """Replace a process that dies without work; the caller notices the others."""
        await process.exited()
        if process in self.idle:
            self.discard(process, "died")
            self._changed()

    def _end(self, process: Process, reason: str) -> None:
        self._observer.ended(self._program.name, reason)
        process.kill()
        self._tasks.start(process.end(), f"end {self._program.name}")

    def _tell(self) -> None:
        self._observer.processes(self._program.name, ready=self.ready, busy=len(self.busy))

    def _sweep(self) -> None:
        """Remove what a service that was killed has left in the folder."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self._folder.iterdir():
            self._program.cleanup(left)
            remove_tree(left)
