"""What becomes of a job, whatever becomes of the processes. Scripted processes, real supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from greffier_converters.errors import (
    DeadlineExceeded,
    DocumentQuarantined,
    OfficeCrashed,
    PoolNotReady,
    QueueFull,
)
from greffier_converters.model import Answer, Job, Lane, Limits
from greffier_converters.supervisor import Supervisor
from greffier_converters.testing import ScriptedProgram
from leaks import nothing_left


def soon(seconds: float = 30) -> float:
    return asyncio.get_running_loop().time() + seconds


async def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def supervised(
    folder: Path, limits: Limits | None = None, *, program: ScriptedProgram | None = None
) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(
        program or ScriptedProgram(), limits or Limits(), folder=folder / "processes"
    )
    with nothing_left(folder):
        try:
            await supervisor.start()
            yield supervisor
        finally:
            await supervisor.stop(grace_s=0)
        assert list((folder / "processes").iterdir()) == []


def do(what: str, **more: object) -> Job:
    return Job(message={"do": what, **more}, digest="d", tenant="t")


# --- a job ----------------------------------------------------------------------------


async def test_files_are_handed_over_and_results_taken(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"content")
    job = Job(
        message={"do": "write"},
        inputs={"in": source},
        outputs={"result": target, "never written": tmp_path / "other"},
        blob=b"small",
    )
    async with supervised(tmp_path) as supervisor:
        answer = await supervisor.run(job, deadline=soon())
    assert target.read_bytes() == b"content"
    assert answer.message["files"] == ["in", "result"]
    assert answer.message["blob"] == "small"
    assert answer.attempts == 1
    assert not (tmp_path / "other").exists()


async def test_a_job_sees_nothing_of_the_one_before(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        await supervisor.run(do("write"), deadline=soon())
        answer = await supervisor.run(do("answer"), deadline=soon())
    assert answer.message["files"] == []


async def test_a_link_in_place_of_a_result_is_not_followed(tmp_path: Path) -> None:
    secret, target = tmp_path / "secret", tmp_path / "target"
    secret.write_text("of somebody else")
    job = Job(message={"do": "link", "to": str(secret)}, outputs={"result": target})
    async with supervised(tmp_path) as supervisor:
        await supervisor.run(job, deadline=soon())
    assert not target.is_symlink()
    assert not target.exists()


async def test_an_error_answered_is_an_answer(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        first = await supervisor.run(do("refuse"), deadline=soon())
        second = await supervisor.run(do("answer"), deadline=soon())
    assert first.message["error"] == {"type": "refused"}
    assert first.message["pid"] == second.message["pid"]


# --- death ----------------------------------------------------------------------------


async def test_a_job_is_done_again_when_its_process_died(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        job = do("die once", marker=str(tmp_path / "marker"))
        answer = await supervisor.run(job, deadline=soon())
    assert answer.attempts == 2


async def test_garbage_in_place_of_an_answer_counts_as_death(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        with pytest.raises(OfficeCrashed):
            await supervisor.run(do("garbage"), deadline=soon())
        await supervisor.run(Job(message={}), deadline=soon())


async def test_a_document_that_kills_two_processes_is_quarantined(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        with pytest.raises(OfficeCrashed):
            await supervisor.run(do("die"), deadline=soon())
        with pytest.raises(DocumentQuarantined) as refused:
            await supervisor.run(do("answer"), deadline=soon())
        assert 0 < refused.value.retry_after_s <= Limits().quarantine_s
        other_tenant = Job(message={}, digest="d", tenant="other")
        await supervisor.run(other_tenant, deadline=soon())
        [suspect] = supervisor.status().quarantined
        assert (suspect.tenant, suspect.digest) == ("t", "d")
        assert supervisor.quarantine.lift("t", "d")
        await supervisor.run(do("answer"), deadline=soon())


async def test_only_fresh_processes_bear_witness_against_a_document(tmp_path: Path) -> None:
    """A worn or killed process that happened to hold a letter must not get it refused."""
    async with supervised(tmp_path) as supervisor:
        await supervisor.run(do("answer"), deadline=soon())
        with pytest.raises(OfficeCrashed):  # one that has worked before, and a fresh one
            await supervisor.run(do("die"), deadline=soon())
        assert supervisor.status().quarantined == ()
        with pytest.raises(OfficeCrashed):
            await supervisor.run(do("die"), deadline=soon())
        assert supervisor.status().quarantined


async def test_the_second_attempt_is_made_by_a_process_that_has_never_worked(
    tmp_path: Path,
) -> None:
    async with supervised(tmp_path, Limits(processes=2)) as supervisor:
        await until(lambda: supervisor.status().ready == 2)
        used = {
            answer.message["pid"]
            for answer in await asyncio.gather(
                *(supervisor.run(do("answer", seconds=0.2), deadline=soon()) for _ in range(2))
            )
        }
        job = do("die once", marker=str(tmp_path / "marker"))
        answer = await supervisor.run(job, deadline=soon())
    assert answer.message["pid"] not in used


async def test_a_process_that_dies_without_work_is_replaced(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        first = supervisor.status().facts["pid"]
        assert isinstance(first, int)
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.status().facts["pid"] != first)
        answer = await supervisor.run(do("answer"), deadline=soon())
    assert answer.attempts == 1


# --- deadline and cancellation --------------------------------------------------------


async def test_a_hanging_job_ends_at_its_deadline_and_is_not_repeated(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded) as missed:
            await supervisor.run(do("hang"), deadline=soon(1))
        assert 0.9 < time.monotonic() - begun < 5
        assert missed.value.phase == "run"
        assert supervisor.status().quarantined == ()
        await supervisor.run(do("answer"), deadline=soon())


async def test_a_deadline_that_has_passed_costs_no_process(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        first = supervisor.status().facts["pid"]
        with pytest.raises(DeadlineExceeded):
            await supervisor.run(do("answer"), deadline=soon(-1))
        answer = await supervisor.run(do("answer"), deadline=soon())
    assert answer.message["pid"] == first


async def test_a_stand_in_is_ready_before_a_slow_job_fails(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        slow = asyncio.create_task(supervisor.run(do("hang"), deadline=soon(6)))
        await until(lambda: supervisor.status().ready == 2)
        assert not slow.done()
        slow.cancel()
        answer = await supervisor.run(do("answer"), deadline=soon())
        assert answer.queue_s < 0.5
        with pytest.raises(asyncio.CancelledError):
            await slow


async def test_waiting_counts_against_the_deadline(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        hanging = asyncio.create_task(supervisor.run(do("hang"), deadline=soon()))
        await until(lambda: supervisor.status().busy == 1)
        with pytest.raises(DeadlineExceeded) as missed:
            await supervisor.run(do("answer"), deadline=soon(0.3))
        assert missed.value.phase == "queue"
        assert missed.value.retryable
        hanging.cancel()


async def test_a_cancelled_caller_frees_the_process_with_all_it_started(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        await supervisor.run(do("child"), deadline=soon())
        job = asyncio.create_task(supervisor.run(do("hang"), deadline=soon()))
        await until(lambda: supervisor.status().busy == 1)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        await supervisor.run(do("answer"), deadline=soon())


async def test_a_caller_who_leaves_the_queue_leaves_no_trace(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        running = asyncio.create_task(supervisor.run(do("answer", seconds=0.3), deadline=soon()))
        await until(lambda: supervisor.status().busy == 1)
        waiting = asyncio.create_task(supervisor.run(do("answer"), deadline=soon()))
        await until(lambda: supervisor.status().waiting[Lane.INTERACTIVE] == 1)
        waiting.cancel()
        await running
        await supervisor.run(do("answer"), deadline=soon())
        assert supervisor.status().waiting[Lane.INTERACTIVE] == 0


# --- lanes ----------------------------------------------------------------------------


async def test_interactive_jobs_go_first(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        order: list[str] = []

        async def job(name: str, lane: Lane) -> None:
            await supervisor.run(do("answer", seconds=0.1), lane=lane, deadline=soon())
            order.append(name)

        async with asyncio.TaskGroup() as jobs:
            jobs.create_task(job("first", Lane.BATCH))
            await until(lambda: supervisor.status().busy == 1)
            jobs.create_task(job("letter", Lane.BATCH))
            await until(lambda: supervisor.status().waiting[Lane.BATCH] == 1)
            jobs.create_task(job("urgent", Lane.INTERACTIVE))
    assert order == ["first", "urgent", "letter"]


async def test_batch_work_leaves_the_reserved_processes_alone_and_is_nice(
    tmp_path: Path,
) -> None:
    limits = Limits(processes=2, interactive_reserved=1)
    async with supervised(tmp_path, limits) as supervisor, AsyncExitStack() as tidy:
        await until(lambda: supervisor.status().ready == 2)
        batch = [
            asyncio.create_task(
                supervisor.run(do("answer", seconds=0.5), lane=Lane.BATCH, deadline=soon())
            )
            for _ in range(2)
        ]
        for task in batch:
            tidy.callback(task.cancel)
        await until(lambda: supervisor.status().busy == 1)
        assert supervisor.status().waiting[Lane.BATCH] == 1
        urgent = await supervisor.run(do("answer"), deadline=soon())
        assert urgent.queue_s < 0.3
        assert urgent.message["nice"] == 0
        assert [(await task).message["nice"] for task in batch] == [10, 10]


async def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(queue_length=1)) as supervisor:
        jobs = []
        for _ in range(2):
            jobs.append(
                asyncio.create_task(supervisor.run(do("answer", seconds=0.5), deadline=soon()))
            )
            await until(lambda: supervisor.status().busy == 1)
        await until(lambda: supervisor.status().waiting[Lane.INTERACTIVE] == 1)
        with pytest.raises(QueueFull) as full:
            await supervisor.run(do("answer"), deadline=soon())
        assert full.value.retry_after_s >= 1
        await asyncio.gather(*jobs)


# --- tenants --------------------------------------------------------------------------


def of(tenant: str, seconds: float = 0.05) -> Job:
    return Job(message={"seconds": seconds}, tenant=tenant)


async def test_the_burst_of_one_tenant_does_not_hold_up_another(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        order: list[str] = []

        async def job(tenant: str) -> None:
            await supervisor.run(of(tenant), deadline=soon())
            order.append(tenant)

        async with asyncio.TaskGroup() as jobs:
            for tenant in "aaaaaa" + "bb" + "c":
                jobs.create_task(job(tenant))
    assert "".join(order) == "abcabaaaa"


async def test_processes_go_to_who_has_fewest_at_work(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(processes=2)) as supervisor:
        await until(lambda: supervisor.status().ready == 2)
        order: list[str] = []

        async def job(tenant: str, seconds: float) -> None:
            await supervisor.run(of(tenant, seconds), deadline=soon())
            order.append(tenant)

        async with asyncio.TaskGroup() as jobs:
            jobs.create_task(job("slow", 1.5))
            jobs.create_task(job("c", 0.3))
            await until(lambda: supervisor.status().busy == 2)
            for tenant in ["slow", "b", "b", "b"]:
                jobs.create_task(job(tenant, 0.05))
    assert order == ["c", "b", "b", "b", "slow", "slow"]


async def test_a_burst_fills_the_queue_for_itself_only(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(queue_length=4)) as supervisor:
        burst = [
            asyncio.create_task(supervisor.run(of("a", 0.2), deadline=soon())) for _ in range(5)
        ]
        await until(lambda: supervisor.status().waiting[Lane.INTERACTIVE] == 4)
        with pytest.raises(QueueFull, match="4 jobs") as full:
            await supervisor.run(of("a"), deadline=soon())
        assert full.value.limit == "queue_length"
        other = await supervisor.run(of("b"), deadline=soon())
        assert sum(task.done() for task in burst) == 1
        assert other.queue_s < 0.6
        await asyncio.gather(*burst)


async def test_a_batch_of_ones_own_does_not_put_ones_counter_behind_others(tmp_path: Path) -> None:
    limits = Limits(processes=2, interactive_reserved=1)
    async with supervised(tmp_path, limits) as supervisor:
        await until(lambda: supervisor.status().ready == 2)
        order: list[str] = []

        async def job(tenant: str) -> None:
            await supervisor.run(of(tenant, 0.1), deadline=soon())
            order.append(tenant)

        batch = asyncio.create_task(
            supervisor.run(of("a", 1), lane=Lane.BATCH, deadline=soon()),
        )
        await until(lambda: supervisor.status().busy == 1)
        async with asyncio.TaskGroup() as jobs:
            for tenant in "cab":
                jobs.create_task(job(tenant))
        assert "".join(order) == "cab"
        await batch


# --- renewal --------------------------------------------------------------------------


async def test_processes_are_renewed_before_they_age_and_no_job_waits_for_it(
    tmp_path: Path,
) -> None:
    async with supervised(tmp_path, Limits(recycle_jobs=3)) as supervisor:
        answers: list[Answer] = []
        while len({answer.message["pid"] for answer in answers}) < 3:
            answers.append(await supervisor.run(do("answer"), deadline=soon()))
            await asyncio.sleep(0.02)
        assert max(answer.queue_s for answer in answers[1:]) < 0.05
        assert len(answers) >= 6


async def test_a_process_that_has_grown_is_replaced(tmp_path: Path) -> None:
    limits = Limits(recycle_rss_bytes=150 * 2**20)
    async with supervised(tmp_path, limits) as supervisor:
        first = await supervisor.run(do("grow", bytes=200 * 2**20), deadline=soon())
        await until(lambda: supervisor.status().facts["pid"] != first.message["pid"])
        await until(lambda: supervisor.status().ready == 1)
        second = await supervisor.run(do("answer"), deadline=soon())
        assert second.message["pid"] != first.message["pid"]


async def test_spares_are_ready_but_do_not_raise_the_number_of_jobs(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(processes=1, spares=1)) as supervisor:
        await until(lambda: supervisor.status().ready == 2)
        jobs = [
            asyncio.create_task(supervisor.run(do("answer", seconds=0.3), deadline=soon()))
            for _ in range(2)
        ]
        await until(lambda: supervisor.status().busy == 1)
        assert supervisor.status().waiting[Lane.INTERACTIVE] == 1
        await asyncio.gather(*jobs)


async def test_a_process_bound_to_a_tenant_serves_no_other(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        bound = await supervisor.run(do("keep tenant"), deadline=soon())
        again = await supervisor.run(do("answer"), deadline=soon())
        other = await supervisor.run(Job(message={}, tenant="other"), deadline=soon())
    assert again.message["pid"] == bound.message["pid"]
    assert other.message["pid"] != bound.message["pid"]


# --- affinity -------------------------------------------------------------------------


def wanting(affinity: str, **message: object) -> Job:
    return Job(message=message, affinity=affinity, tenant=affinity)


async def test_an_affinity_has_a_process_of_its_own_which_is_used_again(tmp_path: Path) -> None:
    program = ScriptedProgram()
    async with supervised(tmp_path, Limits(processes=2), program=program) as supervisor:
        await until(lambda: supervisor.status().ready == 2)
        first = await supervisor.run(wanting("fonts"), deadline=soon())
        second = await supervisor.run(wanting("fonts"), deadline=soon())
        plain = await supervisor.run(wanting(""), deadline=soon())
        assert first.message["pid"] == second.message["pid"] != plain.message["pid"]
        assert program.launched == ["", "", "fonts"]
        assert supervisor.status().with_affinity == 1


async def test_jobs_without_an_affinity_never_pay_for_those_that_have_one(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        before = await supervisor.run(wanting(""), deadline=soon())
        for affinity in ("a", "b", "a", "b"):
            await supervisor.run(wanting(affinity), deadline=soon())
            plain = await supervisor.run(wanting(""), deadline=soon())
            assert plain.message["pid"] == before.message["pid"]
            assert plain.queue_s < 0.3


async def test_the_process_longest_unused_gives_way_to_another_affinity(tmp_path: Path) -> None:
    program = ScriptedProgram()
    async with supervised(tmp_path, Limits(with_affinity=2), program=program) as supervisor:
        pids = {}
        for affinity in ("a", "b", "a", "c"):
            answer = await supervisor.run(wanting(affinity), deadline=soon())
            pids[affinity] = answer.message["pid"]
        again = await supervisor.run(wanting("a"), deadline=soon())
        assert again.message["pid"] == pids["a"]
        assert program.launched == ["", "a", "b", "c"]
        assert supervisor.status().with_affinity == 2


async def test_processes_with_an_affinity_let_no_more_jobs_be_at_work(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(with_affinity=2)) as supervisor:
        for affinity in ("a", "b"):
            await supervisor.run(wanting(affinity), deadline=soon())
        jobs = [
            asyncio.create_task(supervisor.run(wanting(each, seconds=0.2), deadline=soon()))
            for each in ("a", "b", "")
        ]
        await until(lambda: supervisor.status().busy == 1)
        assert supervisor.status().waiting[Lane.INTERACTIVE] == 2
        await asyncio.gather(*jobs)


async def test_a_burst_of_one_affinity_leaves_another_its_turn(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        order: list[str] = []

        async def job(affinity: str) -> None:
            await supervisor.run(wanting(affinity, seconds=0.1), deadline=soon())
            order.append(affinity)

        async with asyncio.TaskGroup() as jobs:
            jobs.create_task(job("a"))
            await until(lambda: supervisor.status().busy == 1)
            for affinity in "aaaab":
                jobs.create_task(job(affinity))
        assert "b" in order[:3]


async def test_an_affinity_asked_for_no_more_is_given_up(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(affinity_idle_s=0.5)) as supervisor:
        first = await supervisor.run(wanting("fonts"), deadline=soon())
        await asyncio.sleep(0.3)
        again = await supervisor.run(wanting("fonts"), deadline=soon())
        assert again.message["pid"] == first.message["pid"]
        await until(lambda: supervisor.status().with_affinity == 0, seconds=5)
        later = await supervisor.run(wanting("fonts"), deadline=soon())
        assert later.message["pid"] != first.message["pid"]


async def test_an_affinity_that_cannot_be_had_refuses_only_those_who_want_it(
    tmp_path: Path,
) -> None:
    program = ScriptedProgram()
    async with supervised(tmp_path, program=program) as supervisor:
        program.start = "dies"
        with pytest.raises(PoolNotReady, match=r"what this job needs: .*the scripted reason"):
            await supervisor.run(wanting("fonts"), deadline=soon())
        await supervisor.run(wanting(""), deadline=soon())
        assert supervisor.status().start_failures == 0
        program.start = "well"
        await supervisor.run(wanting("fonts"), deadline=soon())


async def test_a_process_with_an_affinity_is_renewed_before_it_ages(tmp_path: Path) -> None:
    async with supervised(tmp_path, Limits(recycle_jobs=3)) as supervisor:
        answers = [await supervisor.run(wanting("fonts"), deadline=soon())]
        while len({answer.message["pid"] for answer in answers}) < 3:
            answers.append(await supervisor.run(wanting("fonts"), deadline=soon()))
            await asyncio.sleep(0.02)
        assert max(answer.queue_s for answer in answers[1:]) < 0.05
        await until(lambda: supervisor.status().with_affinity == 1)


async def test_a_job_that_kills_a_process_with_an_affinity_is_done_again(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        job = wanting("fonts", do="die once", marker=str(tmp_path / "marker"))
        assert (await supervisor.run(job, deadline=soon())).attempts == 2


# --- start and stop -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("dies", "the scripted reason"),
        ("never", "not ready after 1 s"),
        ("garbage", "did not speak"),
    ],
)
async def test_a_start_that_fails_says_why(tmp_path: Path, how: str, reason: str) -> None:
    supervisor = Supervisor(
        ScriptedProgram(how), Limits(start_timeout_s=1), folder=tmp_path / "processes"
    )
    with nothing_left(tmp_path), pytest.raises(PoolNotReady, match=reason):
        try:
            await supervisor.start()
        finally:
            await supervisor.stop(grace_s=0)


async def test_starting_is_tried_again_until_it_works(tmp_path: Path) -> None:
    supervisor = Supervisor(
        ScriptedProgram(f"dies unless {tmp_path / 'repaired'}"),
        Limits(),
        folder=tmp_path / "processes",
    )
    try:
        with pytest.raises(PoolNotReady):
            await supervisor.start()
        assert not supervisor.ready
        assert "the scripted reason" in supervisor.status().start_failure
        (tmp_path / "repaired").touch()
        await supervisor.run(do("answer"), deadline=soon())
        assert supervisor.ready
        assert supervisor.status().start_failures == 0
    finally:
        await supervisor.stop(grace_s=0)


async def test_jobs_are_refused_at_once_when_no_process_starts(tmp_path: Path) -> None:
    supervisor = Supervisor(ScriptedProgram("dies"), Limits(), folder=tmp_path / "processes")
    try:
        with pytest.raises(PoolNotReady):
            await supervisor.start()
        with pytest.raises(PoolNotReady, match="the scripted reason"):
            await supervisor.run(do("answer"), deadline=soon())
        with pytest.raises(PoolNotReady, match="the scripted reason"):
            await supervisor.run(do("answer"), deadline=soon(0))
    finally:
        await supervisor.stop(grace_s=0)


async def test_stop_answers_what_was_accepted_and_refuses_the_rest(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        jobs = [
            asyncio.create_task(supervisor.run(do("answer", seconds=0.2), deadline=soon()))
            for _ in range(3)
        ]
        await until(lambda: supervisor.status().busy == 1)
        stopping = asyncio.create_task(supervisor.stop(grace_s=20))
        await asyncio.sleep(0)
        with pytest.raises(PoolNotReady, match="stopping"):
            await supervisor.run(do("answer"), deadline=soon())
        assert len(await asyncio.gather(*jobs)) == 3
        await stopping


async def test_stop_does_not_wait_for_callers_who_left(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        jobs = [asyncio.create_task(supervisor.run(do("hang"), deadline=soon())) for _ in range(2)]
        await until(lambda: supervisor.status().busy == 1)
        stopping = asyncio.create_task(supervisor.stop(grace_s=20))
        await asyncio.sleep(0)
        for job in reversed(jobs):
            job.cancel()
        begun = time.monotonic()
        await stopping
        assert time.monotonic() - begun < 10


async def test_stop_ends_what_does_not_finish_in_time(tmp_path: Path) -> None:
    async with supervised(tmp_path) as supervisor:
        jobs = [
            asyncio.create_task(supervisor.run(do("hang"), deadline=soon(60))) for _ in range(2)
        ]
        await until(lambda: supervisor.status().busy == 1)
        await supervisor.stop(grace_s=0.2)
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [PoolNotReady, PoolNotReady]


async def test_what_a_killed_service_left_is_removed_at_the_start(tmp_path: Path) -> None:
    left = tmp_path / "processes" / "left"
    left.mkdir(parents=True)
    (left / "file").touch()
    program = ScriptedProgram()
    async with supervised(tmp_path, program=program):
        assert not left.exists()
        assert left in program.cleaned
