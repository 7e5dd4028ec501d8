"""Files go to a process and come back, and the process cannot abuse that."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from greffier_converters.errors import StorageFull
from greffier_converters.handover import job_folder
from greffier_converters.model import Job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "source").write_bytes(b"content")
    return Job(
        message={},
        inputs={"in": tmp_path / "source"},
        outputs={"out": tmp_path / "target"},
    )


async def test_files_are_linked_in_and_moved_out(tmp_path: Path, job: Job) -> None:
    with job_folder(tmp_path / "job") as folder:
        await folder.hand_over(job)
        assert (tmp_path / "job/in").samefile(tmp_path / "source")
        (tmp_path / "job/out").write_bytes(b"result")
        await folder.take_results(job)
    assert (tmp_path / "target").read_bytes() == b"result"
    assert (tmp_path / "source").read_bytes() == b"content"
    assert not (tmp_path / "job").exists()


async def test_between_two_disks_files_are_copied(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", other_disk)
    monkeypatch.setattr(os, "rename", other_disk)
    with job_folder(tmp_path / "job") as folder:
        await folder.hand_over(job)
        assert (tmp_path / "job/in").read_bytes() == b"content"
        (tmp_path / "job/out").write_bytes(b"result")
        await folder.take_results(job)
    assert (tmp_path / "target").read_bytes() == b"result"


@pytest.mark.parametrize("trap", ["symbolic link", "FIFO", "folder"])
async def test_only_plain_files_are_taken(tmp_path: Path, job: Job, trap: str) -> None:
    with job_folder(tmp_path / "job") as folder:
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


async def test_exchanging_the_folder_leads_nowhere(tmp_path: Path, job: Job) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "out").write_bytes(b"of somebody else")
    with job_folder(tmp_path / "job") as folder:
        (tmp_path / "job").rename(tmp_path / "moved")
        (tmp_path / "job").symlink_to(foreign)
        await folder.take_results(job)
    assert not (tmp_path / "target").exists()
    assert (foreign / "out").exists()


async def test_no_room_has_a_name(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(StorageFull), job_folder(tmp_path / "job") as folder:
        await folder.hand_over(job)
    assert not (tmp_path / "job").exists()
