"""Real offices are killed, stopped, starved and fed poison; callers must hardly notice."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import odt
import pytest
from documents import pdf_text
from greffier_converters.errors import (
    DeadlineExceeded,
    DocumentQuarantined,
    OfficeCrashed,
    StorageFull,
)
from greffier_converters.group import rss_bytes
from greffier_converters.model import Conversion, Converted, Limits
from greffier_converters.pool import OfficePool
from offices import driver_pids, in_60_s, office_pids, running_pool, until


def letter(folder: Path, name: str = "letter", *, digest: str = "") -> Conversion:
    source = folder / f"{name}.odt"
    source.write_bytes(odt.odt(odt.p(f"Dear {name},"), odt.p("All is well.")))
    return Conversion(source=source, kind="odt", target=folder / f"{name}.pdf", digest=digest)


def endless(folder: Path) -> Conversion:
    """A document that keeps LibreOffice busy for minutes: one paragraph of 20 MB (measured)."""
    source = folder / "endless.odt"
    source.write_bytes(odt.odt(odt.p("word " * 4_000_000)))
    return Conversion(source=source, kind="odt", target=folder / "endless.pdf", digest="endless")


async def still_works(pool: OfficePool, folder: Path) -> Converted:
    after = letter(folder, "after")
    converted = await pool.convert(after, deadline=in_60_s())
    assert "Dear after," in pdf_text(after.target)
    return converted


# --- killed ---------------------------------------------------------------------------


@pytest.mark.parametrize("victims", [office_pids, driver_pids])
async def test_a_request_survives_the_death_of_its_office(
    tmp_path: Path, victims: Callable[[Path], list[int]]
) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [office] = office_pids(offices)
        os.kill(office, signal.SIGSTOP)  # so that the job is surely in progress
        request = asyncio.create_task(pool.convert(letter(tmp_path), deadline=in_60_s()))
        await until(lambda: pool.status().busy == 1)
        [victim] = victims(offices)
        os.kill(victim, signal.SIGKILL)
        converted = await request
        assert converted.attempts == 2
        assert "Dear letter," in pdf_text(converted.path)
        assert office not in office_pids(offices)


async def test_an_idle_office_that_dies_is_replaced(tmp_path: Path) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [office] = office_pids(offices)
        os.kill(office, signal.SIGKILL)
        await until(lambda: not pool.ready)
        await until(lambda: pool.ready)
        assert (await still_works(pool, tmp_path)).attempts == 1


# --- stopped, hung, left --------------------------------------------------------------


async def test_a_frozen_office_costs_one_request_its_deadline_and_the_next_nothing(
    tmp_path: Path,
) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [office] = office_pids(offices)
        os.kill(office, signal.SIGSTOP)
        deadline_s = 20
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded) as missed:
            await pool.convert(
                letter(tmp_path), deadline=asyncio.get_running_loop().time() + deadline_s
            )
        assert deadline_s - 0.1 < time.monotonic() - begun < deadline_s + 5
        assert missed.value.phase == "run"
        # At half the deadline another one was started; it is there now.
        assert pool.ready
        converted = await still_works(pool, tmp_path)
        assert converted.timings_s["queue"] < 0.5


async def test_a_document_that_hangs_libreoffice_is_ended_and_not_quarantined(
    tmp_path: Path,
) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        poison = endless(tmp_path)
        with pytest.raises(DeadlineExceeded):
            await pool.convert(poison, deadline=asyncio.get_running_loop().time() + 5)
        assert not poison.target.exists()
        assert pool.status().quarantined == ()
        await still_works(pool, tmp_path)


async def test_a_caller_who_leaves_frees_the_office(tmp_path: Path) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [office] = office_pids(offices)
        request = asyncio.create_task(pool.convert(endless(tmp_path), deadline=in_60_s()))
        await until(lambda: pool.status().busy == 1)
        await asyncio.sleep(1)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        await until(lambda: office not in office_pids(offices))
        await still_works(pool, tmp_path)


# --- poison ---------------------------------------------------------------------------


async def test_a_document_that_crashes_offices_is_refused_from_then_on(tmp_path: Path) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        poison = endless(tmp_path)
        request = asyncio.create_task(pool.convert(poison, deadline=in_60_s()))
        for _ in range(2):
            # Each office dies as soon as it has the document in hand.
            await until(lambda: bool(list(offices.glob("offices/*/job/source-*.odt"))))
            [folder] = {path.parents[1] for path in offices.glob("offices/*/job/source-*.odt")}
            [office] = office_pids(folder)
            os.kill(office, signal.SIGKILL)
            await until(lambda folder=folder: not folder.exists())  # type: ignore[misc]
        with pytest.raises(OfficeCrashed):
            await request
        begun = time.monotonic()
        with pytest.raises(DocumentQuarantined):
            await pool.convert(poison, deadline=in_60_s())
        assert time.monotonic() - begun < 0.5
        await still_works(pool, tmp_path)
        assert pool.quarantine.lift("", "endless")
        assert pool.status().quarantined == ()


# --- its files ------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["removed", "damaged"])
async def test_a_profile_that_was_damaged_is_made_again(tmp_path: Path, damage: str) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [profile] = [path for path in offices.glob("profile-*") if path.is_dir()]
        if damage == "removed":
            shutil.rmtree(profile)
        else:
            (profile / "user" / "registrymodifications.xcu").write_text("<damaged")
        [office] = office_pids(offices)
        os.kill(office, signal.SIGKILL)
        await until(lambda: not pool.ready)
        await until(lambda: pool.ready)
        await still_works(pool, tmp_path)


@pytest.mark.parametrize("damage", ["removed", "made read-only"])
async def test_an_office_does_without_its_own_profile(tmp_path: Path, damage: str) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices) as pool:
        [profile] = offices.glob("offices/*/profile")
        if damage == "removed":
            shutil.rmtree(profile)
        else:
            for path in [profile, *profile.rglob("*")]:
                path.chmod(0o500)
        await still_works(pool, tmp_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own with 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "greffier-test", folder], check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


async def test_a_full_disk_is_called_by_its_name_and_survived(
    tmp_path: Path, small_disk: Path
) -> None:
    async with running_pool(small_disk) as pool:
        filler = small_disk / "filler"
        with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with pytest.raises(StorageFull):
            await pool.convert(letter(tmp_path, digest="innocent"), deadline=in_60_s())
        filler.unlink()
        assert pool.status().quarantined == ()
        await still_works(pool, tmp_path)


# --- for long -------------------------------------------------------------------------


async def convert_in_a_row(folder: Path, letters: int) -> list[int]:
    """Convert letters, renewing offices all the time; returns the memory of each in bytes."""
    offices = folder / "pool"
    resident: dict[int, int] = {}
    async with running_pool(offices, Limits(recycle_jobs=10)) as pool:
        for number in range(letters):
            request = letter(folder, f"number-{number}")
            converted = await pool.convert(request, deadline=in_60_s())
            assert f"Dear number-{number}," in pdf_text(converted.path)
            assert converted.attempts == 1
            resident |= {office: rss_bytes([office]) for office in office_pids(offices)}
    return list(resident.values())


async def test_no_letter_is_lost_while_offices_are_renewed(tmp_path: Path) -> None:
    assert len(await convert_in_a_row(tmp_path, 100)) >= 3


@pytest.mark.full
@pytest.mark.timeout(1200)
async def test_memory_stays_flat_over_2000_letters(tmp_path: Path) -> None:
    resident = await convert_in_a_row(tmp_path, 2000)
    third = len(resident) // 3
    assert statistics.mean(resident[-third:]) < 1.1 * statistics.mean(resident[:third])
