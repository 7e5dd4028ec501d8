"""Blobs in a folder and in a bucket: the same promises, kept by both."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import multiprocessing
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from greffier.errors import BlobDamaged, BlobMissing, StoreUnavailable
from greffier.problems import problem_of
from greffier.settings import Settings
from greffier.store.blobs import BlobName, Blobs, StoredBlob
from greffier.store.places import in_bucket, in_folder, open_blobs
from greffier_converters.errors import StorageFull
from servers import S3_KEYS, S3Server, s3_server

LETTER = b"Dear Ann,"
LARGE = secrets.token_bytes(12 * 2**20 + 1)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@dataclass
class Place:
    """A store, and the way to its insides."""

    blobs: Blobs
    #: Writes an object past the service, below what the store calls its own.
    write: Callable[[str, bytes], object]


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "folder":

        def write(name: str, content: bytes) -> None:
            path = tmp_path / "blobs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        return Place(in_folder(tmp_path / "blobs"), write)
    server: S3Server = request.getfixturevalue("s3")
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    bucket = f"b{secrets.token_hex(8)}"
    server.make_bucket(bucket)
    return Place(
        in_bucket(bucket, "some/prefix", endpoint=server.url),
        lambda name, content: server.put(bucket, f"some/prefix/{name}", content),
    )


def name_of(content: bytes, tenant: str = "namur", kind: str = "template") -> BlobName:
    return BlobName(tenant, kind, hashlib.sha256(content).hexdigest())


async def listed(blobs: AsyncIterator[StoredBlob]) -> dict[BlobName, int]:
    return {each.name: each.size async for each in blobs}


@pytest.mark.parametrize("content", [LETTER, b"", LARGE], ids=["small", "empty", "large"])
async def test_what_is_put_is_read_again(place: Place, tmp_path: Path, content: bytes) -> None:
    name = await place.blobs.put(content, tenant="namur", kind="template")
    assert name == name_of(content)
    assert await place.blobs.read(name) == content
    assert await place.blobs.size(name) == len(content)
    await place.blobs.copy_to(name, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content


async def test_a_file_is_put_and_stays(place: Place, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(LARGE)
    name = await place.blobs.put(tmp_path / "large", tenant="namur", kind="document")
    assert await place.blobs.read(name) == LARGE
    assert (tmp_path / "large").read_bytes() == LARGE


async def test_who_spoils_a_copy_spoils_nothing_else(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(LETTER)
    name = await place.blobs.put(tmp_path / "file", tenant="namur", kind="template")
    await place.blobs.copy_to(name, tmp_path / "copy")
    for handed in ("file", "copy"):
        with (tmp_path / handed).open("r+b") as file:
            file.write(b"XXXX")
    assert await place.blobs.read(name) == LETTER


async def test_what_is_there_may_be_put_again_and_is_young_then(place: Place) -> None:
    first = await place.blobs.put(LETTER, tenant="namur", kind="template")
    before = (await place.blobs.look(first)).modified
    await asyncio.sleep(1.1)  # S3 tells times in seconds
    assert await place.blobs.put(LETTER, tenant="namur", kind="template") == first
    assert (await place.blobs.look(first)).modified > before
    assert datetime.now(UTC) - before < timedelta(minutes=1)


async def test_what_is_not_there_is_missing(place: Place, tmp_path: Path) -> None:
    await place.blobs.put(LETTER, tenant="liege", kind="template")
    name = name_of(LETTER)
    assert not await place.blobs.exists(name)
    with pytest.raises(BlobMissing):
        await place.blobs.read(name)
    with pytest.raises(BlobMissing):
        await place.blobs.size(name)
    with pytest.raises(BlobMissing):
        await place.blobs.copy_to(name, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_what_was_changed_is_not_given_out(place: Place, tmp_path: Path) -> None:
    name = await place.blobs.put(LETTER, tenant="namur", kind="template")
    place.write(str(name), b"Dear Bob,")
    with pytest.raises(BlobDamaged, match=str(name)) as damaged:
        await place.blobs.read(name)
    with pytest.raises(BlobDamaged):
        await place.blobs.copy_to(name, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    problem = problem_of(damaged.value)
    assert problem is not None
    assert (problem.type.name, problem.type.status) == ("stored-file-lost", 500)


async def test_a_copy_overwrites_nothing(place: Place, tmp_path: Path) -> None:
    name = await place.blobs.put(LETTER, tenant="namur", kind="template")
    (tmp_path / "copy").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        await place.blobs.copy_to(name, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"mine"


async def test_deleting_twice_is_deleting(place: Place) -> None:
    name = await place.blobs.put(LETTER, tenant="namur", kind="template")
    await place.blobs.delete(name)
    assert not await place.blobs.exists(name)
    await place.blobs.delete(name)


async def test_a_list_has_every_blob_of_a_tenant_and_nothing_else(place: Place) -> None:
    assert await listed(place.blobs.list()) == {}
    for tenant, kind in (("namur", "template"), ("namur", "document"), ("namur2", "document")):
        await place.blobs.put(LETTER, tenant=tenant, kind=kind)
    place.write("tenants/namur/readme.txt", b"made by somebody else")
    place.write("other/file", b"the same")
    size = len(LETTER)
    namur = {name_of(LETTER, "namur", kind): size for kind in ("template", "document")}
    assert await listed(place.blobs.list("namur")) == namur
    everything = namur | {name_of(LETTER, "namur2", "document"): size}
    assert await listed(place.blobs.list()) == everything


async def test_a_store_that_is_there_is_found_in_order(place: Place) -> None:
    await place.blobs.check()


async def test_many_at_once_disturb_nobody(place: Place) -> None:
    contents = [secrets.token_bytes(1000) for _ in range(20)] + [LETTER] * 5
    names = await asyncio.gather(
        *(place.blobs.put(each, tenant="namur", kind="template") for each in contents)
    )
    assert await asyncio.gather(*(place.blobs.read(name) for name in names)) == contents


@pytest.mark.parametrize(
    ("tenant", "kind", "digest"),
    [
        ("../etc", "template", "0" * 64),
        ("", "template", "0" * 64),
        ("Namur", "template", "0" * 64),
        ("namur", "a/b", "0" * 64),
        ("namur", "", "0" * 64),
        ("namur", "template", "0" * 63),
        ("namur", "template", "passwd"),
    ],
)
def test_only_names_of_ours_are_names(tenant: str, kind: str, digest: str) -> None:
    with pytest.raises(ValueError, match="no name of a blob"):
        BlobName(tenant, kind, digest)


# --- a folder ---------------------------------------------------------------------------


def _write_for_ever(folder: Path) -> None:
    async def write() -> None:
        blobs = in_folder(folder)
        while True:
            await blobs.put(secrets.token_bytes(300_000), tenant="namur", kind="template")

    asyncio.run(write())


async def test_a_writer_that_is_killed_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    for _ in range(10):
        writer = multiprocessing.get_context("spawn").Process(
            target=_write_for_ever, args=(folder,)
        )
        writer.start()
        assert writer.pid is not None
        async with asyncio.timeout(30):
            while not list(folder.glob("tenants/namur/template/*")):
                await asyncio.sleep(0.005)
        await asyncio.sleep(secrets.randbelow(30) / 1000)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        blobs = in_folder(folder)
        async for each in blobs.list():
            await blobs.read(each.name)  # whole, or it would be told
            await blobs.delete(each.name)


async def test_what_a_killed_writer_left_is_removed_once_it_is_old(tmp_path: Path) -> None:
    blobs = in_folder(tmp_path)
    name = await blobs.put(LETTER, tenant="namur", kind="template")
    for age_s in (10, 1000):
        left = tmp_path / "incoming" / str(age_s)
        left.write_bytes(LETTER)
        os.utime(left, (time.time() - age_s,) * 2)
    await blobs.tidy(100)
    assert [path.name for path in (tmp_path / "incoming").iterdir()] == ["10"]
    assert await blobs.read(name) == LETTER


async def test_nobody_else_on_the_machine_reads_the_folder(tmp_path: Path) -> None:
    name = await in_folder(tmp_path / "blobs").put(LETTER, tenant="namur", kind="template")
    for path in ("blobs", f"blobs/{name}"):
        assert (tmp_path / path).stat().st_mode & 0o077 == 0


async def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    blobs = in_folder(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull) as refused:
        await blobs.put(LETTER, tenant="namur", kind="template")
    problem = problem_of(refused.value)
    assert problem is not None
    assert problem.type.status == 507
    assert await listed(blobs.list()) == {}
    assert list((tmp_path / "incoming").iterdir()) == []


# --- a bucket ---------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("keys")
async def test_settings_name_the_bucket(s3: S3Server, tmp_path: Path) -> None:
    s3.make_bucket("by-settings")
    settings = Settings(
        data_dir=tmp_path, blob_url="s3://by-settings/greffier/", blob_endpoint=s3.url
    )
    name = await open_blobs(settings).put(LETTER, tenant="namur", kind="template")
    again = in_bucket("by-settings", "greffier", endpoint=s3.url)
    assert await again.read(name) == LETTER
    assert list(tmp_path.iterdir()) == []


async def test_settings_name_the_folder(tmp_path: Path) -> None:
    for settings, folder in (
        (Settings(data_dir=tmp_path / "data"), "data/blobs"),
        (Settings(blob_url=f"file://{tmp_path}/two%20words"), "two words"),
    ):
        name = await open_blobs(settings).put(LETTER, tenant="namur", kind="template")
        assert (tmp_path / folder / str(name)).read_bytes() == LETTER


@pytest.mark.usefixtures("keys")
async def test_a_bucket_that_is_not_there_is_no_missing_blob(s3: S3Server) -> None:
    blobs = in_bucket("no-such-bucket", "", endpoint=s3.url)
    for attempt in (
        blobs.check(),
        blobs.read(name_of(LETTER)),
        blobs.put(LETTER, tenant="namur", kind="template"),
    ):
        with pytest.raises(StoreUnavailable):
            await attempt


@pytest.mark.usefixtures("keys")
async def test_a_server_that_went_away_is_told_as_such(caplog: pytest.LogCaptureFixture) -> None:
    with s3_server() as server:
        server.make_bucket("bucket")
        blobs = in_bucket("bucket", "", endpoint=server.url)
        name = await blobs.put(LETTER, tenant="namur", kind="template")
    with pytest.raises(StoreUnavailable) as refused:
        await blobs.read(name)
    problem = problem_of(refused.value)
    assert problem is not None
    assert (problem.type.name, problem.type.status) == ("store-unavailable", 503)
    assert int(problem.headers["Retry-After"]) > 0
    assert "127.0.0.1" not in problem.detail
    assert "127.0.0.1" in caplog.text
