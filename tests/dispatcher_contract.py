"""What any dispatcher must do; run against each of them, on a real database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from greffier import problem_types
from greffier.errors import StoreUnavailable
from greffier.jobs import runner
from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.errors import RetryLater, TakenOver
from greffier.jobs.model import Job, Kind, Lane, NewJob, Timing
from greffier.problems import Problem
from greffier.store import tables
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier_converters.errors import PoolNotReady
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

TOWNS = ("ath", "binche", "ciney")
#: No busy machine is taken for dead.
QUICK = Timing(beat_s=0.1, lost_after_s=30.0, grace_s=0.2)
SLOTS = {Lane.PRESS: 2, Lane.POST: 1}

Make = Callable[[Database, Mapping[Lane, int], Timing], Dispatcher]


async def prepare(database: Database) -> None:
    """Make the tables, some towns, and a table of what jobs did."""
    await migrate(database)
    async with database.write_all() as session:
        session.add_all([tables.Tenant(slug=town, title=town) for town in TOWNS])
        await session.execute(text("CREATE TABLE effect (subject text, what text)"))


async def effects(database: Database) -> Counter[tuple[str, str]]:
    """What jobs did, and how often."""
    async with database.read_all() as session:
        rows = await session.execute(text("SELECT subject, what FROM effect"))
        return Counter((row[0], row[1]) for row in rows)


async def leave(session: AsyncSession, subject: str, what: str) -> None:
    """Write down what a job did."""
    insert = text("INSERT INTO effect VALUES (:subject, :what)")
    await session.execute(insert, {"subject": subject, "what": what})


@dataclass
class Worker:
    """A process that runs jobs, and what the test knows of it."""

    database: Database
    dispatcher: Dispatcher
    #: What a job does before its effect; raises as handlers do.
    before: Callable[[Job], Awaitable[None]]
    begun: list[Job] = field(default_factory=list)

    async def run(self, job: Job) -> None:
        self.begun.append(job)
        await self.before(job)
        async with self.database.write_all() as session:
            await leave(session, job.subject, "done")
            await self.dispatcher.complete(session, job)

    async def give_up(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        await leave(session, job.subject, problem.type.name)

    async def enqueue(self, *subjects: str, tenant: str = "ath", **given: object) -> None:
        kind = str(given.pop("kind", "letter"))
        async with self.database.write_all() as session:
            for subject in subjects:
                new = NewJob(tenant, kind, subject, **given)  # type: ignore[arg-type]
                await self.dispatcher.enqueue(session, new)


class Workshop:
    """Makes workers on one database; all are stopped at the end."""

    def __init__(self, make: Make, database: Database) -> None:
        self.database = database
        self._make = make
        self._workers: list[Worker] = []

    def worker(
        self,
        before: Callable[[Job], Awaitable[None]] | None = None,
        *,
        slots: Mapping[Lane, int] = SLOTS,
        timing: Timing = QUICK,
    ) -> Worker:
        async def nothing(_: Job) -> None:
            pass

        dispatcher = self._make(self.database, slots, timing)
        worker = Worker(self.database, dispatcher, before or nothing)
        dispatcher.register(Kind("letter", Lane.PRESS, worker, attempts=3))
        dispatcher.register(Kind("notice", Lane.POST, worker, attempts=3))
        self._workers.append(worker)
        return worker

    async def running(self, *given: object, **named: object) -> Worker:
        worker = self.worker(*given, **named)  # type: ignore[arg-type]
        await worker.dispatcher.start()
        return worker

    async def state(self, subject: str) -> tuple[str, int, str]:
        async with self.database.read_all() as session:
            row = await session.scalar(select(tables.Job).where(tables.Job.subject == subject))
            assert row is not None
            return row.state, row.attempts, row.problem

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(60):
            while not await holds():
                await asyncio.sleep(0.03)

    async def until_state(self, subject: str, state: str) -> None:
        async def holds() -> bool:
            return (await self.state(subject))[0] == state

        await self.until(holds)

    async def until_begun(self, worker: Worker, count: int) -> Sequence[str]:
        async def holds() -> bool:
            return len(worker.begun) >= count

        await self.until(holds)
        return [job.subject for job in worker.begun]

    async def stop(self) -> None:
        for worker in self._workers:
            await worker.dispatcher.stop()


class Gate:
    """Holds jobs until they are let through."""

    def __init__(self) -> None:
        self._passes = asyncio.Semaphore(0)

    async def __call__(self, job: Job) -> None:
        await self._passes.acquire()

    def open(self, count: int = 1) -> None:
        for _ in range(count):
            self._passes.release()


class DispatcherContract:
    """The tests; whoever inherits them has a fixture ``shop``."""

    async def test_a_job_is_done_once_and_told_where_it_belongs(self, shop: Workshop) -> None:
        worker = await shop.running()
        await worker.enqueue("a", priority=7)
        await shop.until_state("a", "done")
        (job,) = worker.begun
        assert (job.tenant, job.kind, job.subject) == ("ath", "letter", "a")
        assert (job.priority, job.attempt, job.last) == (7, 1, False)
        await asyncio.sleep(0.3)
        assert await effects(shop.database) == {("a", "done"): 1}

    async def test_a_tenants_own_session_enqueues_and_cancels(self, shop: Workshop) -> None:
        gate = Gate()
        worker = await shop.running(gate)
        async with shop.database.write("ath") as session:
            await worker.dispatcher.enqueue(session, NewJob("ath", "letter", "a"))
        await shop.until_begun(worker, 1)
        async with shop.database.write("binche") as session:
            assert not await worker.dispatcher.cancel(session, "letter", "a")
        gate.open()
        await shop.until_state("a", "done")

    async def test_a_transaction_that_is_rolled_back_leaves_nothing(self, shop: Workshop) -> None:
        worker = await shop.running()
        with pytest.raises(ZeroDivisionError):
            async with shop.database.write_all() as session:
                await worker.dispatcher.enqueue(session, NewJob("ath", "letter", "a"))
                raise ZeroDivisionError
        await worker.enqueue("b")
        await shop.until_state("b", "done")
        await asyncio.sleep(0.3)
        assert [job.subject for job in worker.begun] == ["b"]
        async with shop.database.read_all() as session:
            assert [each.subject for each in await session.scalars(select(tables.Job))] == ["b"]

    async def test_a_job_that_nobody_knows_is_not_taken(self, shop: Workshop) -> None:
        worker = await shop.running()
        with pytest.raises(KeyError):
            await worker.enqueue("a", kind="unheard-of")
        await asyncio.sleep(0.2)
        assert worker.begun == []

    async def test_what_was_enqueued_before_the_start_is_done(self, shop: Workshop) -> None:
        await shop.worker().enqueue("a", "b", "c")
        worker = await shop.running()
        assert await shop.until_begun(worker, 3) == ["a", "b", "c"]

    async def test_a_job_waits_until_it_is_due(self, shop: Workshop) -> None:
        worker = await shop.running()
        begun = asyncio.get_running_loop().time()
        await worker.enqueue("later", after_s=1.0)
        await worker.enqueue("now")
        assert await shop.until_begun(worker, 2) == ["now", "later"]
        assert 1.0 <= asyncio.get_running_loop().time() - begun < 10

    async def test_a_handler_may_ask_for_another_attempt(self, shop: Workshop) -> None:
        async def at_the_third(job: Job) -> None:
            if not job.last:
                raise RetryLater(0.1)

        worker = await shop.running(at_the_third)
        await worker.enqueue("a")
        await shop.until_state("a", "done")
        assert [job.attempt for job in worker.begun] == [1, 2, 3]
        assert await effects(shop.database) == {("a", "done"): 1}

    async def test_a_bounded_number_of_attempts_and_then_the_problem(self, shop: Workshop) -> None:
        async def never(job: Job) -> None:
            raise RetryLater(0, problem=StoreUnavailable("The store does not answer."))

        worker = await shop.running(never)
        await worker.enqueue("a")
        await shop.until_state("a", "failed")
        assert await shop.state("a") == ("failed", 3, "store-unavailable")
        assert await effects(shop.database) == {("a", "store-unavailable"): 1}
        assert len(worker.begun) == 3

    async def test_what_cannot_get_better_is_tried_once(self, shop: Workshop) -> None:
        async def at_fault(job: Job) -> None:
            raise Problem(problem_types.TEMPLATE_INVALID, "It has mistakes.")

        worker = await shop.running(at_fault)
        await worker.enqueue("a")
        await shop.until_state("a", "failed")
        assert await effects(shop.database) == {("a", "template-invalid"): 1}
        assert len(worker.begun) == 1

    async def test_an_office_that_is_not_ready_is_no_attempt(self, shop: Workshop) -> None:
        async def at_the_fourth(job: Job) -> None:
            if len(worker.begun) < 4:
                raise PoolNotReady("no office runs yet")

        worker = await shop.running(at_the_fourth)
        await worker.enqueue("a")
        await shop.until_state("a", "done")
        assert [job.attempt for job in worker.begun] == [1, 1, 1, 1]

    async def test_a_fault_of_ours_is_tried_again_and_told_as_such(
        self, shop: Workshop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def bug(job: Job) -> None:
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(runner, "_AGAIN_S", (0, 0.1))
        worker = await shop.running(bug)
        await worker.enqueue("a")
        await shop.until_state("a", "failed")
        assert await shop.state("a") == ("failed", 3, "internal-error")
        assert "ZeroDivisionError: a bug" in caplog.text

    async def test_the_town_with_least_under_way_comes_next(self, shop: Workshop) -> None:
        gate = Gate()
        worker = shop.worker(gate)
        await worker.enqueue(*"1234")
        await worker.enqueue("B", tenant="binche")
        await worker.enqueue("C", tenant="ciney", priority=-1)
        await worker.dispatcher.start()
        # Nothing is under way: by priority, then by age. Then one of Ciney's is.
        assert set(await shop.until_begun(worker, 2)) == {"C", "1"}
        for count, subject in ((3, "B"), (4, "2"), (5, "3"), (6, "4")):
            gate.open()
            assert (await shop.until_begun(worker, count))[-1] == subject
        gate.open(2)

    async def test_within_a_town_priority_goes_before_age(self, shop: Workshop) -> None:
        worker = shop.worker(slots={Lane.PRESS: 1})
        await worker.enqueue("1", "2")
        await worker.enqueue("0", priority=-1)
        await worker.enqueue("3", priority=1)
        await worker.dispatcher.start()
        assert await shop.until_begun(worker, 4) == ["0", "1", "2", "3"]

    async def test_no_more_are_begun_than_there_are_slots(self, shop: Workshop) -> None:
        gate = Gate()
        worker = await shop.running(gate)
        await worker.enqueue(*"12345")
        await worker.enqueue("n", kind="notice")
        assert set(await shop.until_begun(worker, 3)) == {"1", "2", "n"}
        await asyncio.sleep(0.4)
        assert len(worker.begun) == 3
        gate.open(6)
        await shop.until_begun(worker, 6)

    async def test_a_job_that_was_cancelled_is_not_begun(self, shop: Workshop) -> None:
        worker = shop.worker()
        await worker.enqueue("a", "b")
        async with shop.database.write("ath") as session:
            assert await worker.dispatcher.cancel(session, "letter", "a")
        async with shop.database.write("ath") as session:
            assert not await worker.dispatcher.cancel(session, "letter", "a")
        await worker.dispatcher.start()
        await shop.until_state("b", "done")
        assert await shop.state("a") == ("cancelled", 0, "")
        assert await effects(shop.database) == {("b", "done"): 1}

    async def test_a_job_under_way_that_is_cancelled_stops(self, shop: Workshop) -> None:
        ended: list[str] = []

        async def for_ever(job: Job) -> None:
            if job.subject == "a":
                try:
                    await asyncio.sleep(60)
                finally:
                    ended.append(job.subject)

        worker = await shop.running(for_ever, slots={Lane.PRESS: 1})
        await worker.enqueue("a", "b")
        await shop.until_begun(worker, 1)
        async with shop.database.write_all() as session:
            assert await worker.dispatcher.cancel(session, "letter", "a")
        await shop.until_state("b", "done")
        assert ended == ["a"]
        assert await shop.state("a") == ("cancelled", 1, "")
        assert await effects(shop.database) == {("b", "done"): 1}

    async def test_an_attempt_that_was_cancelled_cannot_be_completed(self, shop: Workshop) -> None:
        refused: list[bool] = []
        gate = Gate()

        async def stubborn(job: Job) -> None:
            await gate(job)
            with pytest.raises(TakenOver):
                async with shop.database.write_all() as session:
                    await leave(session, job.subject, "half")
                    await worker.dispatcher.complete(session, job)
            refused.append(True)
            raise TakenOver

        patient = Timing(beat_s=30, lost_after_s=60, grace_s=5)
        worker = await shop.running(stubborn, timing=patient)
        await worker.enqueue("a")
        await shop.until_begun(worker, 1)
        async with shop.database.write_all() as session:
            assert await worker.dispatcher.cancel(session, "letter", "a")
        gate.open()
        await worker.dispatcher.stop()
        assert refused == [True]
        assert await effects(shop.database) == {}

    async def test_who_stops_lets_jobs_end_and_begins_no_other(self, shop: Workshop) -> None:
        gate = Gate()
        patient = Timing(beat_s=0.1, lost_after_s=30, grace_s=30)
        worker = await shop.running(gate, slots={Lane.PRESS: 1}, timing=patient)
        await worker.enqueue("a", "b")
        await shop.until_begun(worker, 1)
        stopping = asyncio.create_task(worker.dispatcher.stop())
        await asyncio.sleep(0.3)
        gate.open(2)
        await stopping
        assert await shop.state("a") == ("done", 1, "")
        assert await shop.state("b") == ("queued", 0, "")

    async def test_a_job_whose_worker_is_lost_is_taken_over(self, shop: Workshop) -> None:
        timing = Timing(beat_s=0.1, lost_after_s=5, grace_s=1)
        worker = shop.worker(timing=timing)
        await worker.enqueue("first", "last")
        # As a worker leaves them that is killed, in the first attempt and in the last one.
        for subject, attempts in (("first", 1), ("last", 3)):
            async with shop.database.write_all() as session:
                await session.execute(
                    update(tables.Job)
                    .where(tables.Job.subject == subject)
                    .values(state="running", attempts=attempts, worker="of a dead machine")
                    .values(seen_at=tables.now() - timedelta(seconds=60))
                )
        await worker.dispatcher.start()
        await shop.until_state("first", "done")
        await shop.until_state("last", "failed")
        assert [(job.subject, job.attempt) for job in worker.begun] == [("first", 2)]
        assert await shop.state("last") == ("failed", 3, "job-lost")
        assert await effects(shop.database) == {("first", "done"): 1, ("last", "job-lost"): 1}

    async def test_what_did_not_end_in_the_grace_is_done_by_the_next(self, shop: Workshop) -> None:
        gate = Gate()
        worker = await shop.running(gate)
        await worker.enqueue("a")
        await shop.until_begun(worker, 1)
        await worker.dispatcher.stop()
        assert await shop.state("a") == ("queued", 0, "")
        after = await shop.running()
        await shop.until_state("a", "done")
        assert [job.attempt for job in after.begun] == [1]
        assert await effects(shop.database) == {("a", "done"): 1}

    async def test_many_jobs_of_many_towns_are_each_done_once(self, shop: Workshop) -> None:
        async def now_and_then(job: Job) -> None:
            if job.attempt == 1 and int(job.subject) % 7 == 0:
                raise RetryLater(0)

        worker = await shop.running(now_and_then, slots={Lane.PRESS: 8})
        for index in range(0, 60, 3):
            for offset, town in enumerate(TOWNS):
                await worker.enqueue(str(index + offset), tenant=town)

        async def all_done() -> bool:
            return len(await effects(shop.database)) == 60

        await shop.until(all_done)
        assert await effects(shop.database) == {(str(each), "done"): 1 for each in range(60)}
