"""Erases records when their time is over: at the start, and every hour."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

from greffier.errors import HallError
from greffier.records.trail import Trail
from greffier.store.tables import now

_log = logging.getLogger(__name__)

_PAUSE_S = 3600


@contextlib.asynccontextmanager
async def erasing(trail: Trail, *, days: int) -> AsyncIterator[None]:
    """Erase what is older than so many days, again and again; 0: nothing ever."""
    task = asyncio.create_task(_erase(trail, timedelta(days=days)), name="erase old records")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _erase(trail: Trail, age: timedelta) -> None:
    while age:
        try:
            erased = await trail.erase(before=now() - age)
            if erased:
                _log.info("Erased %d records older than %d days.", erased, age.days)
        except HallError as error:
            _log.warning("Old records could not be erased: %s", error)
        await asyncio.sleep(_PAUSE_S)
