"""Each measure: what it runs, what it asks for. Rivals take turns within one run.

The machine is never quiet for long, so a bar is a ratio of two things measured side by
side, A B A B, and the numbers of a measure are medians.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greffier_converters.probe import Installation

from benchmarks import checking, filling, rivals
from benchmarks import fonts as towns_fonts
from benchmarks import jobs as dispatching
from benchmarks import registry as stored
from benchmarks.letters import Caller, service, together, tree_mb, write_filled_letter
from benchmarks.table import Measured

WORKERS = 2


@dataclass(frozen=True)
class Effort:
    """How long to go on."""

    rounds: int
    #: Letters each contestant converts in a round.
    letters: int
    #: Letters of the endurance run.
    endurance: int
    starts: int


FULL = Effort(rounds=12, letters=25, endurance=2000, starts=5)
QUICK = Effort(rounds=2, letters=3, endurance=30, starts=1)


@contextmanager
def workspace() -> Iterator[tuple[Path, Path]]:
    """A folder and the filled letter in it."""
    with tempfile.TemporaryDirectory(prefix="greffier-bench-") as name:
        folder = Path(name)
        letter = folder / "letter.odt"
        write_filled_letter(letter)
        yield folder, letter


async def against_the_floor(office: Installation, effort: Effort) -> list[Measured]:
    """One letter over HTTP, filling included, against one bare driver; then two and two."""
    over_http: list[float] = []
    bare: list[float] = []
    ratios: list[float] = []
    with (
        workspace() as (folder, letter),
        rivals.bare_drivers(office, letter, folder, WORKERS) as drivers,
        service({"GREFFIER_WORKERS": str(WORKERS)}) as running,
    ):
        async with Caller(running.url) as one, Caller(running.url) as other:
            callers = [one, other]
            await together(callers, effort.letters)
            await asyncio.to_thread(rivals.together, drivers, effort.letters)
            for _ in range(effort.rounds):
                bare += await asyncio.to_thread(drivers[0].letters, effort.letters)
                over_http += await one.letters(effort.letters)
            for _ in range(effort.rounds):
                rival = await asyncio.to_thread(rivals.together, drivers, effort.letters)
                ratios.append(await together(callers, effort.letters) / rival)
    floor, ours = statistics.median(bare) * 1000, statistics.median(over_http) * 1000
    share = statistics.median(ratios)
    return [
        Measured(
            "One letter over HTTP, filling included, one client",
            f"{ours:.1f} ms, floor {floor:.1f} ms: {ours / floor:.2f} x",
            "≤ 1.25 x floor",
            ours <= 1.25 * floor,
        ),
        Measured(
            f"Throughput with {WORKERS} clients and {WORKERS} workers, "
            f"against {WORKERS} bare drivers at once",
            f"{share:.2f} x",
            "≥ 0.85 x",
            share >= 0.85,
        ),
    ]


async def against_unoserver(office: Installation, effort: Effort) -> list[Measured]:
    """Letters over HTTP, filling included, against stock unoserver given a filled ODT."""
    ours: list[float] = []
    theirs: list[float] = []
    with (
        workspace() as (folder, letter),
        rivals.stock_unoservers(office, letter, folder, WORKERS) as servers,
        service({"GREFFIER_WORKERS": str(WORKERS)}) as running,
    ):
        async with Caller(running.url) as one, Caller(running.url) as other:
            callers = [one, other]
            await together(callers, effort.letters)
            await asyncio.to_thread(rivals.stock_together, servers, effort.letters)
            for _ in range(effort.rounds):
                theirs.append(
                    await asyncio.to_thread(rivals.stock_together, servers, effort.letters)
                )
                ours.append(await together(callers, effort.letters))
    ratio = statistics.median(mine / their for mine, their in zip(ours, theirs, strict=True))
    return [
        Measured(
            f"Throughput against stock unoserver, {WORKERS} workers each",
            f"{statistics.median(ours):.1f} letters/s, unoserver "
            f"{statistics.median(theirs):.1f}: {ratio:.1f} x",
            "≥ 2 x",
            ratio >= 2,
        )
    ]


async def fill(_office: Installation, effort: Effort) -> list[Measured]:
    """Filling alone, against stock py3o.template."""
    return filling.measure(quick=effort is QUICK)


async def check(_office: Installation, effort: Effort) -> list[Measured]:
    """Checking a long template."""
    return checking.measure(quick=effort is QUICK)


async def first_pdf(_office: Installation, effort: Effort) -> list[Measured]:
    """Seconds from ``greffier serve`` to the first PDF, the profile being warm."""
    seconds = []
    with tempfile.TemporaryDirectory(prefix="greffier-bench-") as name:
        data = Path(name)
        with service({"GREFFIER_WORKERS": "1"}, data) as running:
            await _one_letter(running.url)
        for _ in range(effort.starts):
            started = time.perf_counter()
            with service({"GREFFIER_WORKERS": "1"}, data) as running:
                await _one_letter(running.url)
                seconds.append(time.perf_counter() - started)
    worst = max(seconds)
    return [
        Measured(
            "First PDF after `greffier serve` starts, profile warm",
            f"{statistics.median(seconds):.1f} s, at worst {worst:.1f} s",
            "≤ 4 s",
            worst <= 4,
        )
    ]


async def memory(_office: Installation, _effort: Effort) -> list[Measured]:
    """PSS of the process tree, idle after ten letters, with one worker and with three."""
    measured = {}
    for workers in (1, 3):
        with service({"GREFFIER_WORKERS": str(workers)}) as running:
            async with Caller(running.url) as caller:
                # Ten for each, so that none of them is fresh.
                await caller.letters(10 * workers)
            # Idle: whatever is started in the background has started by now.
            await asyncio.sleep(5)
            measured[workers] = tree_mb(running)
    further = (measured[3] - measured[1]) / 2
    return [
        Measured(
            "Memory of the service with one worker, idle after ten letters (PSS)",
            f"{measured[1]:.0f} MB",
            "≤ 400 MB",
            measured[1] <= 400,
        ),
        Measured("Memory of each further worker", f"{further:.0f} MB", "≤ 200 MB", further <= 200),
    ]


async def endurance(_office: Installation, effort: Effort) -> list[Measured]:
    """Letters in a row from two clients while workers are recycled: all arrive, memory is flat."""
    steps = 20
    share = max(1, effort.endurance // steps // WORKERS)
    settings = {
        "GREFFIER_WORKERS": str(WORKERS),
        "GREFFIER_RECYCLE_AFTER": str(max(10, effort.endurance // 20)),
    }
    readings = []
    started = time.perf_counter()
    with service(settings) as running:
        async with Caller(running.url) as one, Caller(running.url) as other:
            for _ in range(steps):
                # An answer that is no PDF raises: a lost letter ends the measure.
                await together([one, other], share)
                # A successor that is being started counts only once it has replaced.
                await asyncio.sleep(1)
                readings.append(tree_mb(running))
    minutes = (time.perf_counter() - started) / 60
    # An office grows until it is replaced, so what must not grow is the highest reading.
    early, late = max(readings[: steps // 2]), max(readings[steps // 2 :])
    return [
        Measured(
            f"{steps * share * WORKERS:,} letters in a row, recycling on",
            f"none lost in {minutes:.1f} min; memory at most {early:.0f} MB in the first half, "
            f"{late:.0f} MB in the second",
            "none lost, memory within 10 %",
            late <= 1.1 * early,
        )
    ]


async def _one_letter(url: str) -> None:
    async with Caller(url) as caller:
        await caller.letter()


async def registry(office: Installation, effort: Effort) -> list[Measured]:
    """Templates of hundreds of towns: listed, searched and rendered."""
    with tempfile.TemporaryDirectory(prefix="greffier-bench-") as name:
        data = Path(name) / "data"
        data.mkdir()
        return await stored.measure(effort.rounds, effort.letters, data)


async def fonts(office: Installation, effort: Effort) -> list[Measured]:
    """Fonts of towns: what a switch costs, and whom."""
    with workspace() as (folder, letter):
        return await towns_fonts.measure(office, letter, folder, effort.rounds)


async def jobs(office: Installation, effort: Effort) -> list[Measured]:
    """Work that nobody waits for: what dispatching it costs."""
    return await dispatching.dispatched(effort.rounds * effort.letters)


#: Name on the command line -> measure.
MEASURES: dict[str, Callable[[Installation, Effort], Coroutine[Any, Any, list[Measured]]]] = {
    "floor": against_the_floor,
    "unoserver": against_unoserver,
    "fill": fill,
    "check": check,
    "start": first_pdf,
    "memory": memory,
    "registry": registry,
    "fonts": fonts,
    "jobs": jobs,
    "endurance": endurance,
}
