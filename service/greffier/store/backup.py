"""A copy of everything that the service keeps, and the way back.

The database first, then the blobs: they never change and are there before the rows that name
them, so that whatever the copied rows name can be copied afterwards, while the service runs. The
list of contents comes last; a backup without one was broken off.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from greffier.errors import BlobMissing
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.references import named_by_rows
from greffier.store.urls import sqlite_url

_DATABASE = "greffier.sqlite"
_CONTENTS = "contents.json"
_FORMAT = 1


class BackupRefused(Exception):
    """It cannot be done; the message says why, and what to do."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    format: int
    greffier: str
    made_at: str
    blobs: int
    bytes: int


async def back_up(source: Path, blobs: Blobs, target: Path) -> Contents:
    """Copy the store into a folder.

    Args:
        source: the SQLite file; the service may be using it.
        blobs: the service's.
        target: a folder that is made, or is empty.

    Raises:
        BackupRefused: the folder holds something, or a blob that a row names is not there.
        BlobDamaged: a blob is not what was put.
    """
    await asyncio.to_thread(_make_empty, target)
    await asyncio.to_thread(_copy_database, source, target / _DATABASE)
    copied: set[BlobName] = set()
    size = 0
    async for blob in blobs.list():
        path = target / str(blob.name)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        try:
            await blobs.copy_to(blob.name, path)
        except BlobMissing:
            continue  # erased meanwhile; or a row names it, which is looked for next
        copied.add(blob.name)
        size += blob.size
    lost = await _named(target / _DATABASE) - {(name.tenant, name.digest) for name in copied}
    # What expired meanwhile is named by the copied rows only.
    lost &= await _named(source)
    if lost:
        tenant, digest = min(lost)
        raise BackupRefused(
            f"{len(lost)} files that the database names are not in the store; the first is "
            f"{digest} of {tenant}. What could be copied is in {target}."
        )
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    contents = Contents(_FORMAT, version("greffier"), made_at, len(copied), size)
    await asyncio.to_thread(_write_contents, target, contents)
    return contents


async def restore(source: Path, blobs: Blobs, target: Path) -> Contents:
    """Bring a backup back into a store that is empty.

    The database comes last, so that a restore that was broken off can be begun again.

    Args:
        source: a folder that ``back_up`` filled.
        blobs: the service's.
        target: the SQLite file; there is none yet.

    Raises:
        BackupRefused: the folder is no whole backup, or there is a database already.
        StorageFull: no room is left.
    """
    contents = await asyncio.to_thread(_read_contents, source)
    if await asyncio.to_thread(target.exists):
        raise BackupRefused(
            f"There is a database already: {target}. Restore into an empty data folder."
        )
    backed_up = await asyncio.to_thread(_blobs, source)
    if len(backed_up) != contents.blobs:
        raise BackupRefused(
            f"{source} has {len(backed_up)} files; {contents.blobs} were backed up."
        )
    for name in backed_up:
        if name != await blobs.put(source / str(name), tenant=name.tenant, kind=name.kind):
            raise BackupRefused(f"{source / str(name)} is not what was backed up.")
    await asyncio.to_thread(_bring_back_database, source / _DATABASE, target)
    return contents


def _make_empty(target: Path) -> None:
    target.mkdir(parents=True, mode=0o700, exist_ok=True)
    if any(target.iterdir()):
        raise BackupRefused(f"{target} is not empty. Name a new folder for each backup.")


def _bring_back_database(source: Path, target: Path) -> None:
    partial = target.with_suffix(".restoring")
    partial.unlink(missing_ok=True)
    _copy_database(source, partial)
    partial.rename(target)


def _blobs(source: Path) -> list[BlobName]:
    names = (BlobName.parse(str(path.relative_to(source))) for path in source.rglob("*"))
    return sorted((name for name in names if name is not None), key=str)


async def _named(path: Path) -> set[tuple[str, str]]:
    """Give tenant and digest of all blobs that a database names."""
    database = Database(sqlite_url(path))
    try:
        async with database.read_all() as session:
            return await named_by_rows(session)
    finally:
        await database.close()


def _write_contents(target: Path, contents: Contents) -> None:
    text = json.dumps(asdict(contents), indent=2)
    (target / _CONTENTS).write_text(f"{text}\n", encoding="utf-8")


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as it is at one moment."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        # https://www.sqlite.org/backup.html
        old.backup(new)
        (found,) = new.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise BackupRefused(f"The database {source} is damaged.")


def _read_contents(source: Path) -> Contents:
    try:
        contents = Contents(**json.loads((source / _CONTENTS).read_text()))
    except FileNotFoundError:
        raise BackupRefused(
            f"{source} is no whole backup: it has no {_CONTENTS}, which is written last."
        ) from None
    except (ValueError, TypeError):
        raise BackupRefused(f"{source / _CONTENTS} cannot be read.") from None
    if contents.format != _FORMAT:
        raise BackupRefused(f"{source} was made by another version, {contents.greffier}.")
    return contents
