"""Who goes next, and who may still wait, when several tenants want the same processes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import pytest
from fairness import jain
from greffier_converters.turns import Turns
from hypothesis import given
from hypothesis import strategies as st


@dataclass(frozen=True, eq=False)
class Letter:
    tenant: str
    number: int = 0


def queue(*tenants: str, length: int = 100) -> Turns[Letter]:
    turns = Turns[Letter](length)
    for number, tenant in enumerate(tenants):
        turns.join(Letter(tenant, number))
    return turns


def take(turns: Turns[Letter]) -> Letter:
    letter = next(turns.in_turn())
    turns.begin(letter)
    return letter


def started(turns: Turns[Letter], count: int) -> str:
    """Who starts, when nothing ends."""
    return "".join(take(turns).tenant for _ in range(count))


def done_in_turn(turns: Turns[Letter]) -> str:
    """Who is served, one after the other."""
    order = ""
    while turns:
        letter = take(turns)
        turns.end(letter.tenant)
        order += letter.tenant
    return order


def test_tenants_take_turns() -> None:
    assert done_in_turn(queue(*"aaaabbc")) == "abcabaa"


def test_who_has_least_at_work_goes_first() -> None:
    turns = queue(*"aaa")
    started(turns, 2)
    for tenant in "bb":
        turns.join(Letter(tenant))
    assert started(turns, 3) == "bba"


def test_a_job_that_ended_counts_no_longer() -> None:
    turns = queue(*"aaab")
    assert started(turns, 2) == "ab"
    turns.end("a")
    turns.join(Letter("b"))
    assert started(turns, 1) == "a"


def test_within_a_tenant_the_first_comes_first_and_a_second_try_before_it() -> None:
    turns = queue(*"aa")
    turns.join(Letter("a", 7), first=True)
    assert [letter.number for letter in turns.in_turn()] == [7, 0, 1]


def test_a_tenant_that_cannot_use_its_turn_keeps_it() -> None:
    turns = queue(*"aabb")
    offered = turns.in_turn()
    assert [next(offered).tenant for _ in range(3)] == ["a", "a", "b"]
    turns.begin(turns.everyone()[2])
    turns.end("b")
    assert take(turns).tenant == "a"


def test_who_leaves_is_not_offered_again() -> None:
    turns = queue(*"ab")
    first, second = turns.in_turn()
    turns.leave(first)
    turns.leave(first)
    assert list(turns.in_turn()) == [second]
    assert len(turns) == 1


def test_a_tenant_that_is_alone_has_the_whole_queue() -> None:
    turns = queue(*"a" * 9, length=10)
    assert turns.has_room("a")
    turns.join(Letter("a"))
    assert not turns.has_room("a")


def test_a_full_queue_has_room_for_whoever_has_less_than_an_equal_share() -> None:
    turns = queue(*"a" * 10, length=10)
    for _ in range(5):
        assert turns.has_room("b")
        turns.join(Letter("b"))
    assert not turns.has_room("b")
    assert not turns.has_room("a")
    assert turns.has_room("c")


def test_everybody_may_have_one_waiting_however_many_they_are() -> None:
    turns = queue(*"abcdefgh", length=3)
    assert turns.has_room("i")
    assert not turns.has_room("a")


@pytest.mark.parametrize(
    ("line", "turns_needed"), [("aaaa", 4), ("aaaabb", 6), ("aabbbb", 4), ("bb", 0)]
)
def test_it_foretells_how_many_turns_a_tenant_has_to_wait(line: str, turns_needed: int) -> None:
    turns = queue(*line)
    assert turns.turns_until_gone("a") == turns_needed
    assert done_in_turn(turns).rfind("a") <= turns_needed - 1


_DOING = st.lists(
    st.tuples(st.sampled_from(["join", "take", "end", "leave"]), st.sampled_from("abcd")),
    max_size=120,
)


@given(_DOING, st.integers(1, 6))
def test_the_promises_hold_whatever_happens(doing: list[tuple[str, str]], length: int) -> None:
    turns = Turns[Letter](length)
    waiting: list[Letter] = []
    at_work: Counter[str] = Counter()
    served: dict[str, int] = {}
    for number, (what, tenant) in enumerate(doing, 1):
        own = [letter for letter in waiting if letter.tenant == tenant]
        if what == "join":
            share = max(1, length // len({letter.tenant for letter in waiting} | {tenant}))
            assert turns.has_room(tenant) == (len(waiting) < length or len(own) < share)
            if turns.has_room(tenant):
                waiting.append(Letter(tenant, number))
                turns.join(waiting[-1])
        elif what == "take" and waiting:
            letter = take(turns)
            least = min((at_work[each.tenant], served.get(each.tenant, 0)) for each in waiting)
            assert (at_work[letter.tenant], served.get(letter.tenant, 0)) == least
            assert letter is next(each for each in waiting if each.tenant == letter.tenant)
            waiting.remove(letter)
            at_work[letter.tenant] += 1
            served[letter.tenant] = number
        elif what == "end" and at_work[tenant]:
            turns.end(tenant)
            at_work[tenant] -= 1
        elif what == "leave" and own:
            turns.leave(own[-1])
            waiting.remove(own[-1])
        assert len(turns) == len(waiting)
        assert turns.at_work == at_work.total()
        assert Counter(map(id, turns.in_turn())) == Counter(map(id, waiting))
        assert len(waiting) <= length * sum(1 / n for n in range(1, 5)) + 4


def test_one_that_floods_takes_nothing_from_nine_others() -> None:
    """A flood of twenty times the others' demand: a deterministic run of 4,000 ticks.

    Four processes, a job a tick. Nine tenants ask for one job every four ticks, the tenth for
    five a tick. All of them together ask for nearly twice of what there is.
    """
    chance, length, processes, ticks = random.Random(4), 200, 4, 4000
    turns = Turns[Letter](length)
    demand = {"flood": 5.0} | {f"town {n}": 0.25 for n in range(9)}
    asked: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    done: Counter[str] = Counter()
    waits: list[int] = []
    for tick in range(ticks):
        arrivals = [
            tenant
            for tenant, mean in demand.items()
            for _ in range(8)
            if chance.random() < mean / 8
        ]
        chance.shuffle(arrivals)
        for tenant in arrivals:
            asked[tenant] += 1
            if turns.has_room(tenant):
                turns.join(Letter(tenant, tick))
            else:
                refused[tenant] += 1
        at_work = [take(turns) for _ in range(min(processes, len(turns)))]
        for letter in at_work:
            turns.end(letter.tenant)
            done[letter.tenant] += 1
            if letter.tenant != "flood":
                waits.append(tick - letter.number)
    assert set(refused) == {"flood"}
    assert jain([done[tenant] / asked[tenant] for tenant in demand]) >= 0.9
    # Served as if nobody flooded: at once, but for the ticks in which several towns came.
    assert sum(waits) / len(waits) < 1
    assert max(waits) <= 9
    assert done.total() >= 0.99 * processes * ticks  # and no process stood idle
