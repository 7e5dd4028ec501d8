"""One supervised process: started, asked one thing at a time, killed with its whole group."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from greffier_converters import group, wire
from greffier_converters.folders import remove_tree
from greffier_converters.handover import JobFolder
from greffier_converters.model import Launch

#: How much of what a process printed is shown when it did not start.
_LAST_WORDS_BYTES = 500
#: Seconds between two looks at the memory of a process: ten letters or so.
_WEIGHED_EVERY_S = 0.5


class Program(Protocol):
    """What is supervised: knows how to start one process and what it leaves behind."""

    #: In metrics and logs: ``office``.
    name: str

    def launch(self, folder: Path, affinity: str) -> Launch:
        """Prepare ``folder``, the process's own, and say how to start it; runs in a thread."""

    def cleanup(self, folder: Path) -> None:
        """Remove what the process may have left outside ``folder``; runs in a thread.

        Called when no process of its group is left, and at the next start of the
        service for every folder that is still there.
        """


class StartFailed(Exception):
    """The process did not become ready."""


class ProcessDied(Exception):
    """The process ended, or stopped making sense, before it answered."""


class Process:
    """A process that is ready for work."""

    def __init__(
        self,
        program: Program,
        folder: Path,
        job_folder: JobFolder,
        affinity: str,
        child: asyncio.subprocess.Process,
    ) -> None:
        self.folder = folder
        self.job_folder = job_folder
        self.affinity = affinity
        self.facts: Mapping[str, object] = {}
        #: Jobs given to it so far.
        self.jobs = 0
        #: The only tenant it may still work for; None: any.
        self.tenant: str | None = None
        #: Why it is to be replaced; empty: it is not.
        self.due = ""
        self.nice = 0
        #: Time of the running loop since when it has had no work.
        self.idle_since = 0.0
        self._weighed_again_at = 0.0
        self._program = program
        self._child = child
        assert child.stdin is not None and child.stdout is not None  # both are pipes
        self._writer, self._reader = child.stdin, child.stdout
        self._pids: tuple[int, ...] = ()

    @classmethod
    async def start(
        cls, program: Program, folder: Path, *, affinity: str, timeout_s: float
    ) -> Process:
        """Start a process in a folder of its own and wait until it is ready.

        Raises:
            StartFailed: it was not ready in time, or ended; nothing is left of it.
        """
        # A thread cannot be cancelled, and must not go on in a folder that is removed.
        preparing = asyncio.ensure_future(asyncio.to_thread(_prepare, program, folder, affinity))
        try:
            launch = await asyncio.shield(preparing)
            return await cls._start(program, folder, affinity, launch, timeout_s)
        except BaseException as error:
            await asyncio.wait([preparing])
            await asyncio.to_thread(remove_tree, folder)
            if isinstance(error, OSError):
                raise StartFailed(f"it could not be started: {error}") from error
            raise

    @classmethod
    async def _start(
        cls, program: Program, folder: Path, affinity: str, launch: Launch, timeout_s: float
    ) -> Process:
        with (
            contextlib.ExitStack() as until_it_runs,
            tempfile.TemporaryFile(dir=folder) as last_words,
        ):
            job_folder = JobFolder(folder / "job")
            until_it_runs.callback(job_folder.close)
            # From the event loop's thread, which lives as long as the service: the
            # launcher lets the process die with the thread that started it.
            child = await asyncio.create_subprocess_exec(
                *launch.argv,
                env=dict(launch.env),
                cwd=launch.cwd,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=last_words,
                start_new_session=True,
            )
            until_it_runs.pop_all()
            process = cls(program, folder, job_folder, affinity, child)
            try:
                await process._become_ready(timeout_s, last_words)
            except BaseException:
                await asyncio.shield(process.end())
                raise
        return process

    async def _become_ready(self, timeout_s: float, last_words: BinaryIO) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                try:
                    self.facts, _ = await wire.receive(self._reader)
                except asyncio.IncompleteReadError:
                    raise StartFailed(_ending(await self._child.wait(), last_words)) from None
                except wire.GarbageReceived as error:
                    raise StartFailed(f"it did not speak as it should: {error}") from None
        except TimeoutError:
            raise StartFailed(f"it was not ready after {timeout_s:g} s") from None
        if self.facts.get("ready") is not True:
            raise StartFailed(str(self.facts.get("reason", "it said that it is not ready")))
        self._pids = await asyncio.to_thread(group.members, self._child.pid)

    async def call(self, message: Mapping[str, object], blob: bytes = b"") -> wire.Frame:
        """Send one request and wait for its answer.

        Raises:
            ProcessDied: no answer will come, or what came is none.
        """
        try:
            # At once: each write wakes the process, which then reads half a request.
            self._writer.write(wire.encode(message, blob) + blob)
            await self._writer.drain()
            return await wire.receive(self._reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ProcessDied("died") from None
        except wire.GarbageReceived:
            raise ProcessDied("garbage") from None

    async def exited(self) -> None:
        """Wait until the process has ended, for whatever reason."""
        await self._child.wait()

    def kill(self) -> None:
        """Kill the process and all it started, now; ``end`` must follow."""
        group.kill(self._child.pid)

    async def end(self) -> None:
        """Kill the whole group, wait until none of it is left, and clean up after it."""
        self.kill()
        await self._child.wait()
        self.job_folder.close()
        await asyncio.to_thread(self._clean_up)

    def _clean_up(self) -> None:
        group.bury(self._child.pid)
        self._program.cleanup(self.folder)
        remove_tree(self.folder)

    def outgrew(self, limit_bytes: int) -> bool:
        """Whether it and those it had started when ready hold more memory than that.

        Looked at once in a while only: asking costs as much as handing over a document.
        """
        now = time.monotonic()
        if now < self._weighed_again_at:
            return False
        self._weighed_again_at = now + _WEIGHED_EVERY_S
        return group.rss_bytes(self._pids) > limit_bytes

    def be_nice(self, nice: int) -> None:
        """Give way to others (10) or not (0); an unprivileged service cannot take it back."""
        if nice != self.nice:
            with contextlib.suppress(PermissionError):
                group.set_nice(self._pids, nice)
                self.nice = nice


def _prepare(program: Program, folder: Path, affinity: str) -> Launch:
    folder.mkdir(mode=0o700)
    return program.launch(folder, affinity)


def _ending(status: int, last_words: BinaryIO) -> str:
    """Say how a process ended that did not become ready."""
    how = f"status {status}" if status >= 0 else signal.Signals(-status).name
    size = last_words.seek(0, 2)
    last_words.seek(max(0, size - _LAST_WORDS_BYTES))
    said = " ".join(last_words.read().decode(errors="replace").split())
    return f"it ended with {how}" + (f" and said: {said}" if said else "")
