"""What fonts of their own cost the towns that have some, and those that have none."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from fonts import font
from greffier_converters.model import Conversion, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pool import OfficePool
from greffier_converters.probe import Installation

from benchmarks.table import Measured

#: Two towns with a font each, and room for the office of one of them only.
TOWNS = ("town-a", "town-b")
#: Letters of one kind in a row.
LETTERS = 5
SWITCH_BAR, OTHERS_BAR = 1.25, 1.1


class Letters:
    """A pool of offices and the letter that it prints.

    Args:
        pool: not started yet.
        letter: the filled letter.
        folder: where copies of it go.
        numbers: for their names.
    """

    def __init__(
        self, pool: OfficePool, letter: Path, folder: Path, numbers: Iterator[int]
    ) -> None:
        self.pool = pool
        self._letter, self._folder, self._numbers = letter, folder, numbers

    async def seconds(self, affinity: str = "") -> float:
        """Print it once, and say how long that took."""
        source = self._folder / f"{next(self._numbers)}.odt"
        source.hardlink_to(self._letter)
        conversion = Conversion(
            source=source,
            kind="odt",
            target=source.with_suffix(".pdf"),
            tenant=affinity,
            affinity=affinity,
        )
        begun = time.perf_counter()
        await self.pool.convert(conversion, deadline=asyncio.get_running_loop().time() + 60)
        return time.perf_counter() - begun


async def measure(office: Installation, letter: Path, folder: Path, rounds: int) -> list[Measured]:
    """Letters of towns whose fonts take turns, and of one without fonts between them."""
    for town in TOWNS:
        (folder / "sets" / town).mkdir(parents=True)
        (folder / "sets" / town / "f.ttf").write_bytes(font(f"Font of {town}"))

    settings = OfficeSettings(
        installation=office,
        limits=Limits(processes=1, with_affinity=1),
        font_sets=folder / "sets",
    )
    numbers = itertools.count()

    def letters(place: str) -> Letters:
        (folder / place).mkdir(exist_ok=True)
        return Letters(
            OfficePool(settings, folder=folder / place / "pool"), letter, folder, numbers
        )

    async def seconds_from_the_start() -> float:
        """Start offices, print once, and stop them again, which is not counted."""
        fresh = letters("fresh")
        begun = time.perf_counter()
        try:
            await fresh.pool.start()
            await fresh.seconds()
            return time.perf_counter() - begun
        finally:
            await fresh.pool.stop(grace_s=0)

    towns = letters("towns")
    await seconds_from_the_start()  # warms the profile
    started, switched, stayed, alone, between = [], [], [], [], []
    try:
        await towns.pool.start()
        await towns.seconds()
        for _ in range(rounds):
            for town in TOWNS:
                alone += [await towns.seconds() for _ in range(LETTERS)]
                switched.append(await towns.seconds(town))
                between += [await towns.seconds() for _ in range(LETTERS)]
                stayed += [await towns.seconds(town) for _ in range(LETTERS)]
            started.append(await seconds_from_the_start())
    finally:
        await towns.pool.stop(grace_s=0)
    switch, start = statistics.median(switched), statistics.median(started)
    ratio = statistics.median(between) / statistics.median(alone)
    return [
        Measured(
            "A letter of a town with fonts of its own whose office must be started first",
            f"{switch:.1f} s, {statistics.median(stayed) * 1000:.0f} ms once it runs; any office "
            f"{start:.1f} s: {switch / start:.2f} x",
            f"≤ {SWITCH_BAR:g} x",
            switch <= SWITCH_BAR * start,
        ),
        Measured(
            "Letters of a town without fonts right after such a start, against those before it",
            f"{ratio:.2f} x",
            f"≤ {OTHERS_BAR:g} x",
            ratio <= OTHERS_BAR,
        ),
    ]
