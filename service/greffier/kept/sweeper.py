"""Erases what has expired, for as long as the service runs, what an earlier one left included."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from greffier.problems import problem_of

_log = logging.getLogger(__name__)

#: Seconds between two sweeps.
EVERY_S = 30


async def sweep(steps: Sequence[Callable[[], Awaitable[int]]], *, every_s: float = EVERY_S) -> None:
    """Sweep at once, and then again and again until cancelled.

    Args:
        steps: each erases some of what is due, and gives how many there were.
        every_s: seconds to wait when nothing is due any more.
    """
    while True:
        try:
            while any([await step() for step in steps]):
                pass
        except Exception as error:
            if problem_of(error) is None:
                _log.critical("What has expired could not be erased", exc_info=error)
            else:
                _log.error("What has expired could not be erased: %s", error)
        await asyncio.sleep(every_s)
