"""The table ``job``: every change of a job's state, each guarded by state and attempt.

Nothing here runs anything. Whoever calls gives the session, so that a change belongs to the
transaction it should belong to.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CursorResult,
    Delete,
    Select,
    Update,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from greffier.jobs.errors import TakenOver
from greffier.jobs.model import Job, Kind, Lane, NewJob
from greffier.problems import Problem
from greffier.store import tables

#: Takes the lock of PostgreSQL under which one claim is made at a time, so that each sees those
#: before it; its key is any number.
_WAIT_FOR_TURN = text("SELECT pg_advisory_xact_lock(4704002)")

#: Told, in a transaction, that a job of a lane will be due then.
Announce = Callable[[AsyncSession, Lane, datetime], Awaitable[None]]

_row = tables.Job


class Queue:
    """Changes the state of jobs.

    Args:
        worker: this process, as no other is called.
        announce: is told of every job that is queued.
    """

    def __init__(self, worker: str, announce: Announce) -> None:
        self.worker = worker
        self.kinds: dict[str, Kind] = {}
        self._announce = announce

    # --- by whoever wants something done -------------------------------------------------

    async def enqueue(self, session: AsyncSession, new: NewJob) -> int:
        """Add a job; see ``Dispatcher.enqueue``."""
        lane = self.kinds[new.kind].lane
        due = await clock(session) + timedelta(seconds=new.after_s)
        row = _row(
            tenant=new.tenant,
            kind=new.kind,
            subject=new.subject,
            priority=new.priority,
            not_before=due,
        )
        session.add(row)
        await session.flush()
        await self._announce(session, lane, due)
        return row.id

    async def cancel(self, session: AsyncSession, kind: str, subject: str) -> bool:
        """End what is not over yet; see ``Dispatcher.cancel``."""
        ended = update(_row).values(state="cancelled", ended_at=await clock(session))
        alive = _row.state.in_(("queued", "running"))
        about = (_row.kind == kind, _row.subject == subject)
        return await _count(session, ended.where(*about, alive)) > 0

    # --- by whoever does it --------------------------------------------------------------

    async def claim(self, session: AsyncSession, lane: Lane) -> Job | None:
        """Take the job of a lane whose turn it is; None: none is due."""
        # Past the session, whose part in it would take longer than the database's.
        connection = await session.connection()
        if _on_postgresql(session):
            await connection.execute(_WAIT_FOR_TURN)
        asked = {"moment": await clock(session), "me": self.worker}
        found = (await connection.execute(_claiming(self._kinds(lane)), asked)).one_or_none()
        return None if found is None else self._job(found)

    async def complete(self, session: AsyncSession, job: Job) -> None:
        """See ``Dispatcher.complete``; may be called again after it went well.

        Raises:
            TakenOver: it is not this attempt's any longer.
        """
        done = update(_row).values(state="done", ended_at=await clock(session))
        if await _count(session, _only(done, job)):
            return
        held = select(_row.id).where(
            _row.id == job.id, _row.attempts == job.attempt, _row.state == "done"
        )
        if await session.scalar(held) is None:
            raise TakenOver(f"job {job.id}, attempt {job.attempt}")

    async def retry(self, session: AsyncSession, job: Job, after_s: float) -> None:
        """Queue a job for another attempt."""
        due = await clock(session) + timedelta(seconds=after_s)
        if await _count(session, _only(update(_row).values(state="queued", not_before=due), job)):
            await self._announce(session, self.kinds[job.kind].lane, due)

    async def give_back(self, session: AsyncSession, job: Job, *, after_s: float = 0) -> None:
        """Queue a job again as if it had not been begun."""
        due = await clock(session) + timedelta(seconds=after_s)
        back = update(_row).values(state="queued", attempts=_row.attempts - 1, not_before=due)
        if await _count(session, _only(back, job)):
            await self._announce(session, self.kinds[job.kind].lane, due)

    async def fail(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        """Say that a job failed for good, and have its handler say so of its subject."""
        failed = update(_row).values(
            state="failed", problem=problem.type.name, ended_at=await clock(session)
        )
        if await _count(session, _only(failed, job)):
            await self.kinds[job.kind].handler.give_up(session, job, problem)

    # --- by whoever looks after it -------------------------------------------------------

    async def alive(self, session: AsyncSession, under_way: Iterable[Job]) -> set[Job]:
        """Give a sign of life for jobs; gives those of them that are this worker's still."""
        jobs = {(job.id, job.attempt): job for job in under_way}
        seen = (
            update(_row)
            .where(_row.id.in_([id for id, _ in jobs]))
            .where(_row.worker == self.worker, _row.state == "running")
            .values(seen_at=await clock(session))
            .returning(_row.id, _row.attempts)
        )
        found = await session.execute(seen, execution_options=_PLAIN)
        return {jobs[row.id, row.attempts] for row in found if (row.id, row.attempts) in jobs}

    async def lost(self, session: AsyncSession, silent_s: float) -> Sequence[Job]:
        """Find the jobs whose workers gave no sign of life for so many seconds.

        Args:
            session: of the installation.
            silent_s: negative: all that are running are lost.
        """
        before = await clock(session) - timedelta(seconds=silent_s)
        found = select(*_COLUMNS).where(
            _row.state == "running", _row.seen_at < before, _row.kind.in_(self.kinds)
        )
        return [self._job(each) for each in await session.execute(found)]

    async def next_due_s(self, session: AsyncSession, lane: Lane) -> float | None:
        """Give the seconds until a job of a lane is due; None: none is queued."""
        first = select(func.min(_row.not_before)).where(
            _row.state == "queued", _row.kind.in_(self._kinds(lane))
        )
        due = await session.scalar(first)
        return None if due is None else (due - await clock(session)).total_seconds()

    async def count_due(self, session: AsyncSession, lane: Lane, limit: int) -> int:
        """Count the jobs of a lane that could be begun, up to a limit."""
        moment = await clock(session)
        due = select(_row.id).where(
            _row.state == "queued",
            _row.not_before <= moment,
            _row.kind.in_(self._kinds(lane)),
        )
        return len((await session.scalars(due.limit(limit))).all())

    def _kinds(self, lane: Lane) -> tuple[str, ...]:
        return tuple(kind.name for kind in self.kinds.values() if kind.lane is lane)

    def _job(self, row: Any) -> Job:
        last = row.attempts >= self.kinds[row.kind].attempts
        return Job(row.id, row.tenant, row.kind, row.subject, row.priority, row.attempts, last)


async def forget(session: AsyncSession, before: datetime) -> int:
    """Delete the rows of jobs that ended before a moment; gives how many."""
    return await _count(session, delete(_row).where(_row.ended_at < before))


async def clock(session: AsyncSession) -> datetime:
    """Give the present moment, by the one clock that all workers of a database share."""
    if _on_postgresql(session):
        # Past the session: a tenant's takes statements about rows only.
        connection = await session.connection()
        moment: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return moment
    return datetime.now(UTC)


@functools.cache
def _claiming(kinds: tuple[str, ...]) -> ReturningUpdate[int, str, str, str, int, int]:
    """Make the statement that takes the next job of some kinds; wants ``moment`` and ``me``."""
    return (
        update(_row)
        .where(_row.id == _whose_turn(kinds).scalar_subquery())
        .values(state="running", attempts=_row.attempts + 1)
        .values(worker=bindparam("me"), seen_at=bindparam("moment"))
        .returning(*_COLUMNS)
    )


def _whose_turn(kinds: tuple[str, ...]) -> Select[int]:
    """Select the id of the job to begin next, if one is due at ``moment``.

    Each tenant's first job is found by an index, not by sorting all that wait: the time taken
    grows with the tenants, not with the jobs.
    """
    waiting, running, head = aliased(_row), aliased(_row), aliased(_row)
    first = (
        select(waiting.id)
        .where(
            waiting.tenant == tables.Tenant.slug,
            waiting.state == "queued",
            waiting.not_before <= bindparam("moment"),
            waiting.kind.in_(kinds),
        )
        .order_by(waiting.priority, waiting.id)
        .limit(1)
        .correlate(tables.Tenant)
        .scalar_subquery()
    )
    under_way = (
        select(func.count())
        .where(
            running.tenant == tables.Tenant.slug,
            running.state == "running",
            running.kind.in_(kinds),
        )
        .correlate(tables.Tenant)
        .scalar_subquery()
    )
    heads = (
        select(first.label("id"), under_way.label("under_way"))
        .select_from(tables.Tenant)
        .subquery()
    )
    return (
        select(head.id)
        .join(heads, head.id == heads.c.id)
        .order_by(heads.c.under_way, head.priority, head.id)
        .limit(1)
    )


_COLUMNS = (_row.id, _row.tenant, _row.kind, _row.subject, _row.priority, _row.attempts)
#: Rows of the session need not learn of the change.
_PLAIN = {"synchronize_session": False}


def _only(change: Update, job: Job) -> Update:
    """Make a change only while the job is this attempt's."""
    return change.where(_row.id == job.id, _row.attempts == job.attempt, _row.state == "running")


async def _count(session: AsyncSession, change: Update | Delete) -> int:
    result = await session.execute(change, execution_options=_PLAIN)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _on_postgresql(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"
