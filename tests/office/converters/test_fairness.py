"""What is left of the offices for a town when another floods them."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import odt
from fairness import jain
from greffier_converters.errors import QueueFull
from greffier_converters.model import Conversion, Limits
from greffier_converters.pool import OfficePool
from offices import in_60_s, running_pool

FLOODED_S = 8.0
#: Letters that each of the others sends one after the other, each after a pause.
PAUSE_S = 0.5
TOWNS = ("aalst", "brussel", "couvin", "dinant")


async def test_a_flood_leaves_the_other_towns_all_they_ask_for(tmp_path: Path) -> None:
    """The flood: far more than two offices can do, twenty times the others' and more."""
    letter = odt.odt(odt.p("Geachte"))
    asked: Counter[str] = Counter()
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    waits: list[float] = []

    async def print_one(pool: OfficePool, town: str) -> None:
        asked[town] += 1
        path = tmp_path / f"{town}-{asked[town]}"
        source, target = path.with_suffix(".odt"), path.with_suffix(".pdf")
        source.write_bytes(letter)
        conversion = Conversion(source=source, kind="odt", target=target, tenant=town)
        try:
            converted = await pool.convert(conversion, deadline=in_60_s())
        except QueueFull:
            refused[town] += 1
            await asyncio.sleep(0.05)
            return
        done[town] += 1
        if town in TOWNS:
            waits.append(converted.timings_s["queue"])

    async def send(pool: OfficePool, town: str, pause_s: float) -> None:
        while loop.time() < end:
            await print_one(pool, town)
            await asyncio.sleep(pause_s)

    limits = Limits(processes=2, queue_length=20)
    async with running_pool(tmp_path / "pool", limits) as pool:
        loop = asyncio.get_running_loop()
        end = loop.time() + FLOODED_S
        async with asyncio.TaskGroup() as everybody:
            for _ in range(60):
                everybody.create_task(send(pool, "flood", 0))
            for town in TOWNS:
                everybody.create_task(send(pool, town, PAUSE_S))
    assert asked["flood"] > 20 * max(asked[town] for town in TOWNS)
    assert set(refused) == {"flood"}
    # Whoever did not flood got everything asked for; the flood got the rest, which is more.
    assert all(done[town] == asked[town] for town in TOWNS)
    assert done["flood"] > max(done[town] for town in TOWNS)
    # Against an equal part of what could be done: the flood is not owed more than that.
    equal = done.total() / (1 + len(TOWNS))
    shares = [min(1.0, done[town] / min(asked[town], equal)) for town in (*TOWNS, "flood")]
    assert jain(shares) >= 0.9
    # A town waits for the office that is free next, not for the queue of the flood.
    assert sorted(waits)[len(waits) // 2] < 1
