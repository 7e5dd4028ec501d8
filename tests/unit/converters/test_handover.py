"""Files go to a process and come back, and the process cannot abuse that."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from greffier_converters.errors import StorageFull
from greffier_converters.handover import JobFolder
from greffier_converters.model import Job


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[JobFolder]:
    made = JobFolder(tmp_path / "job")
    yield made
    made.close()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "source").write_bytes(b"content")
    return Job(
        message={},
        inputs={"in": tmp_path / "source"},
        outputs={"out": tmp_path / "target"},
    )


async def test_files_are_linked_in_and_moved_out(
    tmp_path: Path, folder: JobFolder, job: Job
) -> None:
    with folder.one_job():
        await folder.hand_over(job)
        assert (tmp_path / "job/in").samefile(tmp_path / "source")
        (tmp_path / "job/out").write_bytes(b"result")
        await folder.take_results(job)
    assert (tmp_path / "target").read_bytes() == b"result"
    assert (tmp_path / "source").read_bytes() == b"content"
    assert not list((tmp_path / "job").iterdir())


async def test_between_two_disks_files_are_copied(
    tmp_path: Path, folder: JobFolder, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", other_disk)
    monkeypatch.setattr(os, "rename", other_disk)
    with folder.one_job():
        await folder.hand_over(job)
        assert (tmp_path / "job/in").read_bytes() == b"content"
        (tmp_path / "job/out").write_bytes(b"result")
        await folder.take_results(job)
    assert (tmp_path / "target").read_bytes() == b"result"


@pytest.mark.parametrize("trap", ["symbolic link", "FIFO", "folder"])
async def test_only_plain_files_are_taken(
    tmp_path: Path, folder: JobFolder, job: Job, trap: str
) -> None:
    with folder.one_job():
        place = tmp_path / "job/out"
        if trap == "symbolic link":
            place.symlink_to(tmp_path / "source")
        elif trap == "FIFO":
            os.mkfifo(place)
        else:
            place.mkdir()
        await folder.take_results(job)
    assert not (tmp_path / "target").exists()
    assert not (tmp_path / "target").is_symlink()


async def test_nothing_of_a_job_is_left_for_the_next(
    tmp_path: Path, folder: JobFolder, job: Job
) -> None:
    for _ in range(2):
        with folder.one_job():
            await folder.hand_over(job)
            (tmp_path / "job/own").mkdir()
            (tmp_path / "job/own/file").write_bytes(b"of this document")
            (tmp_path / "job/link").symlink_to(tmp_path)
        assert not list((tmp_path / "job").iterdir())
    assert (tmp_path / "source").read_bytes() == b"content"


async def test_exchanging_the_folder_leads_nowhere(
    tmp_path: Path, folder: JobFolder, job: Job
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "out").write_bytes(b"of somebody else")
    with folder.one_job():
        (tmp_path / "job").rename(tmp_path / "moved")
        (tmp_path / "job").symlink_to(foreign)
        await folder.take_results(job)
    assert not (tmp_path / "target").exists()
    assert (foreign / "out").exists()


async def test_no_room_has_a_name(
    tmp_path: Path, folder: JobFolder, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(StorageFull), folder.one_job():
        await folder.hand_over(job)
    assert not list((tmp_path / "job").iterdir())
