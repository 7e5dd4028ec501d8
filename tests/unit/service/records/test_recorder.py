"""The writer of records, on both kinds of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from greffier.errors import StoreUnavailable
from greffier.records.erasing import erasing
from greffier.records.model import CLIENT_LEFT, OK, Entry
from greffier.records.recorder import Recorder
from greffier.records.trail import Trail, Wanted
from greffier.store.database import Database, DatabaseUnavailable
from greffier.store.migrate import migrate
from greffier.store.tables import Tenant
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
ALL = Wanted(tenant=None)


def entry(**facts: Any) -> Entry:
    usual = {
        "at": NOON,
        "tenant": "namur",
        "key": "counter",
        "action": "documents.create",
        "outcome": OK,
        "subject": "permit",
        "version": 3,
        "data_digest": "ab" * 32,
        "pages": 2,
        "milliseconds": 40,
        "request_id": "r-1",
        "counts": True,
    }
    return Entry(**{**usual, **facts})


@pytest.fixture
async def database(store_url: URL) -> AsyncIterator[Database]:
    database = Database(store_url)
    await migrate(database)
    async with database.write_all() as session:
        session.add_all([Tenant(slug="namur", title="Namur"), Tenant(slug="gent", title="Gent")])
    yield database
    await database.close()


@pytest.fixture
async def recorder(database: Database) -> AsyncIterator[Recorder]:
    async with Recorder(database) as recorder:
        yield recorder


async def used(database: Database, by: Any = "day") -> list[tuple[Any, ...]]:
    year = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}
    rows = await Trail(database).usage(tenant=None, by=by, limit=100, **year)
    return [
        (each.period, each.tenant, each.template, each.documents, each.pages, each.failures)
        for each in rows
    ]


async def test_what_was_written_is_read_as_it_was(recorder: Recorder, database: Database) -> None:
    await recorder.write(entry())
    (found,) = await Trail(database).list(ALL, limit=10)
    assert replace(found.entry, counts=True) == entry()


async def test_many_at_once_take_few_transactions(recorder: Recorder, database: Database) -> None:
    commits = 0

    def count(connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(recorder._engine, "commit", count)
    await asyncio.gather(*(recorder.write(entry(request_id=f"r-{n}")) for n in range(300)))
    found = await Trail(database).list(ALL, limit=1000)
    assert {each.entry.request_id for each in found} == {f"r-{n}" for n in range(300)}
    assert commits < 10
    assert await used(database) == [("2026-11-25", "namur", "permit", 300, 600, 0)]


async def test_usage_is_added_up_by_day_and_month(recorder: Recorder, database: Database) -> None:
    later = NOON + timedelta(days=1)
    await recorder.write(entry())
    await recorder.write(entry(key="other", pages=None))
    await recorder.write(entry(at=later, outcome="data-mismatch", pages=None))
    await recorder.write(entry(tenant="gent", subject="", outcome=CLIENT_LEFT, pages=None))
    await recorder.write(entry(action="templates.create", counts=False))
    assert await used(database) == [
        ("2026-11-25", "gent", "", 0, 0, 1),
        ("2026-11-25", "namur", "permit", 2, 2, 0),
        ("2026-11-26", "namur", "permit", 0, 0, 1),
    ]
    assert await used(database, "month") == [
        ("2026-11", "gent", "", 0, 0, 1),
        ("2026-11", "namur", "permit", 2, 2, 1),
    ]


async def test_pages_of_usage_follow_each_other(recorder: Recorder, database: Database) -> None:
    for tenant in ("gent", "namur"):
        for template in ("a", "b"):
            await recorder.write(entry(tenant=tenant, subject=template))
    trail, seen, after = Trail(database), [], None
    day = NOON.date()
    while page := await trail.usage(
        tenant=None, since=day, until=day, by="month", after=after, limit=3
    ):
        seen += [(each.tenant, each.template) for each in page]
        after = page[-1].period, page[-1].tenant, page[-1].template
    assert seen == [("gent", "a"), ("gent", "b"), ("namur", "a"), ("namur", "b")]


async def test_a_record_that_no_table_takes_does_not_spoil_those_beside_it(
    recorder: Recorder, database: Database
) -> None:
    wrong = entry(tenant="nowhere")  # no tenant to whom its usage could belong
    ends = await asyncio.gather(
        recorder.write(entry(request_id="before")),
        recorder.write(wrong),
        recorder.write(entry(request_id="behind")),
        return_exceptions=True,
    )
    assert [end is None for end in ends] == [True, False, True]
    found = await Trail(database).list(ALL, limit=10)
    assert {each.entry.request_id for each in found} == {"before", "behind"}


async def test_texts_of_callers_are_cut_to_what_tables_take(
    recorder: Recorder, database: Database
) -> None:
    await recorder.write(entry(subject="a\0b\n" + "x" * 5000, key="k" * 300))
    (found,) = await Trail(database).list(ALL, limit=10)
    assert found.entry.subject == ("a\ufffdb\ufffd" + "x" * 5000)[:200]
    assert found.entry.key == "k" * 100


async def test_without_a_database_nobody_is_told_that_it_is_recorded(
    recorder: Recorder, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(entries: object) -> None:
        raise OperationalError("insert", {}, Exception("gone"))

    monkeypatch.setattr(recorder, "_commit", gone)
    with pytest.raises(DatabaseUnavailable):
        await recorder.write(entry())
    monkeypatch.undo()
    await recorder.write(entry())
    assert len(await Trail(database).list(ALL, limit=10)) == 1


async def test_what_waits_at_the_end_is_written(database: Database) -> None:
    async with Recorder(database) as recorder:
        recorder.note(entry(outcome=CLIENT_LEFT))
    assert len(await Trail(database).list(ALL, limit=10)) == 1
    with pytest.raises(StoreUnavailable):
        await recorder.write(entry())


async def test_old_records_are_erased_and_usage_stays(
    recorder: Recorder, database: Database
) -> None:
    trail, today = Trail(database), datetime.now(UTC)
    await recorder.write(entry(at=today - timedelta(days=31), request_id="old"))
    await recorder.write(entry(at=today - timedelta(days=29), request_id="young"))
    async with erasing(trail, days=0):
        await asyncio.sleep(0.05)
    assert len(await trail.list(ALL, limit=10)) == 2
    async with erasing(trail, days=30), asyncio.timeout(10):
        while len(await trail.list(ALL, limit=10)) > 1:
            await asyncio.sleep(0.01)
    (left,) = await trail.list(ALL, limit=10)
    assert left.entry.request_id == "young"
    days = {"since": (today - timedelta(days=40)).date(), "until": today.date()}
    rows = await trail.usage(tenant=None, by="day", limit=10, **days)
    assert sum(each.documents for each in rows) == 2
