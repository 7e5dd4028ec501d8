"""Writes the records: many in one transaction, by one task, before anybody is answered.

Whoever has something to record waits until it is committed. What comes while a transaction runs
goes into the next one together, so that a busy service commits no more often than an idle one.

On SQLite this is a connection of its own that does not wait for the disk at each commit
(``synchronous = NORMAL``): what is committed survives the end of the process, however it ends; of
a machine that loses its power the last moments may be missing. Documents would otherwise wait
for the disk longer than for LibreOffice. https://www.sqlite.org/pragma.html#pragma_synchronous
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from greffier_converters.errors import StorageFull
from sqlalchemy import Engine, Insert, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite

from greffier.errors import StoreUnavailable
from greffier.records.model import OK, Entry
from greffier.store.database import Database, told
from greffier.store.tables import Audit, Usage

_log = logging.getLogger(__name__)

#: More are written by the next transaction, so that the first need not wait for the last.
_MOST_AT_ONCE = 500
#: Longest texts, by column; a caller may write longer ones into an address.
_SUBJECT_LENGTH = 200
_SLUG_LENGTH = 170
_KEY_LENGTH = 100
_COLUMNS = tuple(each.name for each in dataclasses.fields(Entry) if each.name != "counts")


class Recorder:
    """Takes records and writes them down; use within ``async with``.

    Args:
        database: where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = _engine(database)
        self._add_usage = _add_usage(sqlite if database.sqlite else postgresql)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._news = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Recorder:
        """Begin to write."""
        self._task = asyncio.create_task(self._work(), name="write records")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, and end."""
        self._stopping = True
        self._news.set()
        if self._task is not None:
            await self._task
        self._thread.shutdown()
        self._engine.dispose()

    async def write(self, entry: Entry) -> None:
        """Record an action; when this returns, the record is there whatever happens next.

        Raises:
            DatabaseUnavailable: the database cannot be reached; there is no record.
            StorageFull: there is no room for it.
        """
        await self._take(entry)

    def note(self, entry: Entry) -> None:
        """Record an action for which nobody waits any more; that it failed is logged only."""
        self._take(entry).add_done_callback(_log_failure)

    def _take(self, entry: Entry) -> asyncio.Future[None]:
        done = asyncio.get_running_loop().create_future()
        if self._stopping:
            done.set_exception(StoreUnavailable("The service is stopping: no records are taken."))
        else:
            self._waiting.append((entry, done))
            self._news.set()
        return done

    async def _work(self) -> None:
        while self._waiting or not self._stopping:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                batch = self._waiting[:_MOST_AT_ONCE]
                del self._waiting[:_MOST_AT_ONCE]
                await self._write_down(batch)

    async def _write_down(self, batch: Sequence[tuple[Entry, asyncio.Future[None]]]) -> None:
        failure: Exception | None = None
        try:
            async with told(), self._database.turn():
                loop = asyncio.get_running_loop()
                entries = [entry for entry, _ in batch]
                await loop.run_in_executor(self._thread, self._commit, entries)
        except (StoreUnavailable, StorageFull) as error:
            failure = error
        except Exception as error:  # told to whoever waits for it; this task must go on
            if len(batch) > 1:  # which of them it was shows when each is written by itself
                for one in batch:
                    await self._write_down([one])
                return
            failure = error
        for _, done in batch:
            if done.done():
                continue  # its caller left
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

    def _commit(self, entries: Sequence[Entry]) -> None:
        with self._engine.begin() as connection:
            connection.execute(_AUDIT, [_row(entry) for entry in entries])
            if used := _usage(entries):
                connection.execute(self._add_usage, used)


_AUDIT = insert(Audit)


def _row(entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in _COLUMNS}
    return {**row, "key": entry.key[:_KEY_LENGTH], "subject": _subject(entry)[:_SUBJECT_LENGTH]}


def _subject(entry: Entry) -> str:
    """Give it without what no database keeps and no list should show."""
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in entry.subject
    )


def _usage(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Add up what counts, in the order of the primary key: two machines must not wait crosswise."""
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in entries:
        if not each.counts or not each.tenant:
            continue
        day = each.at.date().isoformat()
        total = sums[each.tenant, day, _subject(each)[:_SLUG_LENGTH], each.key[:_KEY_LENGTH]]
        total[0] += each.outcome == OK
        total[1] += each.pages or 0
        total[2] += each.outcome != OK
    names = ("tenant", "day", "template", "key", "documents", "pages", "failures")
    return [dict(zip(names, (*key, *sums[key]), strict=True)) for key in sorted(sums)]


def _add_usage(dialect: Any) -> Insert:
    """Add to the rows that are there, and make those that are not; the same on both databases."""
    made = dialect.insert(Usage)
    added = {
        name: getattr(Usage, name) + getattr(made.excluded, name)
        for name in ("documents", "pages", "failures")
    }
    keys = ["tenant", "day", "template", "key"]
    statement: Insert = made.on_conflict_do_update(index_elements=keys, set_=added)
    return statement


def _engine(database: Database) -> Engine:
    """Give a connection for one thread, to the database that others use too."""
    if not database.sqlite:
        return create_engine(database.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    url = database.url.set(drivername="sqlite+pysqlite")
    engine = create_engine(url, connect_args={"timeout": 10})
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _log_failure(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        _log.error("An action was not recorded: %s", type(error).__name__)
