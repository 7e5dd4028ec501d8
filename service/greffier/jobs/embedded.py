"""Jobs run by tasks of the one service that uses the database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.jobs.model import Lane, Timing
from greffier.jobs.runner import Runner, tell
from greffier.store.database import Database

#: A negative age: whatever is running in the table, however young its sign of life.
_ALL = -3600.0


class Embedded(Runner):
    """Runs jobs here and nowhere else; see ``Dispatcher``.

    Args:
        database: nobody else runs its jobs.
        slots: how many jobs of each lane run at the same time.
        timing: how patient it is.
    """

    def __init__(
        self, database: Database, slots: Mapping[Lane, int], timing: Timing | None = None
    ) -> None:
        super().__init__(database, slots, timing)
        #: Set, and replaced by another, when a job of the lane was queued.
        self._queued = {lane: asyncio.Event() for lane in Lane}
        self._loops: list[asyncio.Task[None]] = []
        self._caretaker: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Queue again what was running when the service ended, and begin."""
        await self._until(lambda: self._take_over(_ALL))
        self._caretaker = self._tasks.start(self._look_after(), "look after jobs")
        for lane, slots in self._slots.items():
            for number in range(slots):
                self._loops.append(self._tasks.start(self._serve(lane), f"{lane} {number}"))

    async def stop(self) -> None:
        """See ``Dispatcher``."""
        self._stopping = True
        for lane in Lane:
            self._wake(lane)
        if self._loops:
            await asyncio.wait(self._loops, timeout=self._timing.grace_s)
        for loop in self._loops:
            loop.cancel()
        if self._caretaker is not None:
            self._caretaker.cancel()
        await self._tasks.finish()

    async def _serve(self, lane: Lane) -> None:
        """Be one slot of a lane."""
        while not self._stopping:
            queued = self._queued[lane]
            try:
                if not await self._run_next(lane) and not self._stopping:
                    await self._wait(lane, queued)
            except Exception as error:
                tell(error, f"No job of lane {lane} could be begun")
                await asyncio.sleep(self._timing.beat_s)

    async def _wait(self, lane: Lane, queued: asyncio.Event) -> None:
        """Wait until a job is queued or due; a beat at most, for commands queue jobs too."""
        async with self._database.read_all() as session:
            due_s = await self._queue.next_due_s(session, lane)
        wait_s = self._timing.beat_s
        if due_s is not None:
            wait_s = min(wait_s, max(due_s, 0))
        try:
            await asyncio.wait_for(queued.wait(), wait_s)
        except TimeoutError:
            pass

    async def _announce(self, session: AsyncSession, lane: Lane, due: datetime) -> None:
        event.listen(session.sync_session, "after_commit", lambda _: self._wake(lane), once=True)

    def _wake(self, lane: Lane) -> None:
        queued, self._queued[lane] = self._queued[lane], asyncio.Event()
        queued.set()
