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

    ``settle`` is the one place that keeps their number; everything else only notes facts
    (ready, due, lost) and calls it. Whoever waits for a process is told through ``changed``
    that looking again may pay.

    Processes with an affinity come on top of that number, once ``summon`` is called, and give
    way only to one another: jobs without an affinity never wait because of those that have one.
    One that is lost is not replaced; whoever still wants it summons it again.

    Args:
        program: what they are.
        limits: how many of them.
        folder: where their folders are made.
        observer: is told what happens.
        changed: is called when a process became ready or was lost.
        unavailable: is called with an affinity, and why no process can be started with it.
    """

    def __init__(
        self,
        program: Program,
        limits: Limits,
        folder: Path,
        observer: Observer,
        *,
        changed: Callable[[], None],
        unavailable: Callable[[str, str], None],
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
        self._unavailable = unavailable
        self._starting: Counter[str] = Counter()
        self._start_tasks: set[asyncio.Task[None]] = set()
        #: Affinities of processes that are due, whose successors are to be started.
        self._successions: list[str] = []
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
    def alive(self) -> tuple[Process, ...]:
        """All that are ready or at work."""
        return (*self.idle, *self.busy)

    @property
    def ready(self) -> int:
        """How many processes without an affinity are alive."""
        return sum(not process.affinity for process in self.alive)

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
        process.idle_since = asyncio.get_running_loop().time()
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
            if process.affinity:
                self._successions.append(process.affinity)
            self.settle()

    def discard(self, process: Process, reason: str) -> None:
        """Kill a process now and start another in its place, or leave that to who wants it."""
        if process in self.busy:
            self.busy.remove(process)
        elif process in self.idle:
            self.idle.remove(process)
        else:
            return  # its death was noticed from two sides
        self._end(process, reason)
        self.settle()

    def exchange(self, process: Process) -> None:
        """End an idle process that fits nobody, unless starts fail at present."""
        if not self._pausing:
            self.idle.remove(process)
            self._end(process, "unfit")
            self.settle()

    def summon(self, affinity: str) -> None:
        """Start a process with an affinity, where there is room for it or one has no work.

        When nothing can be done now, the next change is the time to ask again.
        """
        if self.closed or self._pausing:
            return
        coming = self.starting - self._starting[""]
        if sum(bool(p.affinity and not p.due) for p in self.alive) + coming >= (
            self._limits.with_affinity
        ):
            longest_unused = next((p for p in self.idle if p.affinity), None)
            if longest_unused is None:
                return
            self.idle.remove(longest_unused)
            self._end(longest_unused, "unfit")
        self._start(affinity)

    @property
    def _pausing(self) -> bool:
        return asyncio.get_running_loop().time() < self._not_before

    def settle(self) -> None:
        """Start what is missing, end what has been replaced."""
        if self.closed:
            return
        wanted = self._limits.processes + self._limits.spares
        if not self._pausing:
            lasting = sum(not p.due for p in self.alive if not p.affinity)
            for _ in range(wanted - lasting - self._starting[""]):
                self._start("")
            while self._successions:
                self._start(self._successions.pop())
        for process in [p for p in self.idle if p.due]:
            like_it = [p for p in self.alive if p.affinity == process.affinity]
            enough = 1 if process.affinity else wanted
            if len(like_it) > enough:
                self.idle.remove(process)
                self._end(process, process.due)
        self._tell()

    async def close(self) -> None:
        """End every process and wait until nothing is left of them."""
        self.closed = True
        for task in self._start_tasks:
            task.cancel()
        for process in self.alive:
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
            self._note_failure(affinity, str(failure))
        except BaseException:
            self._starting[affinity] -= 1
            raise
        else:
            self._starting[affinity] -= 1
            self._welcome(process)
            self._tasks.start(self._watch(process), f"watch {self._program.name}")
        self.settle()
        self._changed()

    def _welcome(self, process: Process) -> None:
        process.idle_since = asyncio.get_running_loop().time()
        self.idle.insert(0, process)
        if process.affinity:
            self._end_when_unused(process)
        else:
            self.start_failures, self.start_failure = 0, ""
            self.facts = process.facts

    def _end_when_unused(self, process: Process) -> None:
        """End a process with an affinity that has had no work for long; else look again later."""
        loop = asyncio.get_running_loop()
        until = self._limits.affinity_idle_s + (
            process.idle_since if process in self.idle else loop.time()
        )
        if process not in self.alive:
            return
        if loop.time() < until:
            loop.call_at(until, self._end_when_unused, process)
        else:
            self.idle.remove(process)
            self._end(process, "unused")
            self._tell()

    def _note_failure(self, affinity: str, reason: str) -> None:
        self._observer.ended(self._program.name, "start")
        if affinity:
            # Says nothing about the others, which must not pause for it.
            _log.error("%s did not start with what was asked for: %s.", self._program.name, reason)
            self._unavailable(affinity, reason)
            return
        self.start_failure = reason
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
        self._observer.processes(self._program.name, ready=len(self.alive), busy=len(self.busy))

    def _sweep(self) -> None:
        """Remove what a service that was killed has left in the folder."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self._folder.iterdir():
            self._program.cleanup(left)
            remove_tree(left)
