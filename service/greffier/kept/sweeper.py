"""Erases what has expired, for as long as the service runs, what an earlier one left included."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from greffier.problems import problem_of

_log = logging.getLogger(__name__)

#: Seconds between two sweeps.
EVERY_S = 30


class Sweeper:
    """Sweeps at once, and then again and again; use within ``async with``.

    Args:
        steps: each erases some of what is due, and gives how many there were.
        every_s: seconds to wait when nothing is due any more.
    """

    def __init__(
        self, steps: Sequence[Callable[[], Awaitable[int]]], *, every_s: float = EVERY_S
    ) -> None:
        self._steps, self._every_s = steps, every_s
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Sweeper:
        """Begin."""
        self._task = asyncio.create_task(self._sweep_for_ever(), name="erase the expired")
        return self

    async def __aexit__(self, *_: object) -> None:
        """End after the step that is under way: cut off, it would lose its connection."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _sweep_for_ever(self) -> None:
        while not self._stopping.is_set():
            try:
                erased = [await step() for step in self._steps if not self._stopping.is_set()]
            except Exception as error:
                erased = []
                if problem_of(error) is None:
                    _log.critical("What has expired could not be erased", exc_info=error)
                else:
                    _log.error("What has expired could not be erased: %s", error)
            if not any(erased):
                await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), self._every_s)
        except TimeoutError:
            pass
