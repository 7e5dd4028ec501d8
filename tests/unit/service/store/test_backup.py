"""A backup brings the same templates back; what is none is refused by name."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from greffier.access.tenants import Tenants
from greffier.data_folder import hold
from greffier.registry.model import NewTemplate
from greffier.registry.versions import Versions
from greffier.store.backup import BackupRefused, back_up, restore
from greffier.store.database import Database
from greffier.store.migrate import is_current, migrate
from greffier.store.places import in_folder
from greffier.store.urls import database_url, sqlite_url
from postgres import Postgres, program
from registered import templates_of

CONTENTS = [f"version {number}".encode() * 1000 for number in range(1, 4)]


class Store:
    """A service's store in a folder."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "greffier.sqlite"
        folder.mkdir(exist_ok=True)
        self.database = Database(sqlite_url(self.file))
        self.blobs = in_folder(folder / "blobs")
        self.templates = templates_of(self.database)
        self.versions = Versions(self.database, self.blobs)

    async def fill(self) -> None:
        await migrate(self.database)
        await Tenants(self.database).ensure_first()
        await self.templates.create("default", NewTemplate(slug="letter", title="A letter"))
        for content in CONTENTS:
            await self.versions.add("default", "letter", content, author="ann")
        await self.versions.publish("default", "letter", 2, by="ann")

    async def told(self) -> list[object]:
        return [
            await self.templates.get("default", "letter"),
            await self.versions.list("default", "letter"),
            [
                await self.blobs.read(await self.versions.blob("default", "letter", number))
                for number in (1, 2, 3)
            ],
        ]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "data")
    await store.fill()
    yield store
    await store.database.close()


async def test_what_is_restored_is_what_was_backed_up(store: Store, tmp_path: Path) -> None:
    before = await store.told()
    contents = await back_up(store.file, store.blobs, tmp_path / "backup")
    assert (contents.blobs, contents.bytes) == (3, sum(map(len, CONTENTS)))
    (tmp_path / "new").mkdir()
    await restore(
        tmp_path / "backup", in_folder(tmp_path / "new/blobs"), tmp_path / "new/greffier.sqlite"
    )
    restored = Store(tmp_path / "new")
    assert await restored.told() == before
    assert before[2] == CONTENTS
    # And it goes on from there.
    added, _ = await restored.versions.add("default", "letter", b"the fourth", author="bob")
    assert added.number == 4
    await restored.database.close()


async def test_a_backup_while_versions_are_added_is_whole(store: Store, tmp_path: Path) -> None:
    async def add() -> None:
        for number in range(1000):
            await store.versions.add("default", "letter", f"{number}".encode(), author="ann")

    adding = asyncio.create_task(add())
    await asyncio.sleep(0.05)
    await back_up(store.file, store.blobs, tmp_path / "backup")
    adding.cancel()
    await asyncio.wait({adding})
    (tmp_path / "new").mkdir()
    await restore(
        tmp_path / "backup", in_folder(tmp_path / "new/blobs"), tmp_path / "new/greffier.sqlite"
    )
    restored = Store(tmp_path / "new")
    for version in await restored.versions.list("default", "letter"):
        blob = await restored.versions.blob("default", "letter", version.number)
        assert await restored.blobs.read(blob)
    await restored.database.close()


async def test_a_file_that_is_lost_is_told_and_no_backup(store: Store, tmp_path: Path) -> None:
    await store.blobs.delete(await store.versions.blob("default", "letter", 1))
    with pytest.raises(BackupRefused, match="1 files that the database names are not"):
        await back_up(store.file, store.blobs, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="no whole backup"):
        await restore(tmp_path / "backup", store.blobs, tmp_path / "new.sqlite")


async def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    await back_up(store.file, store.blobs, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="is not empty"):
        await back_up(store.file, store.blobs, tmp_path / "backup")
    with pytest.raises(BackupRefused, match="There is a database already"):
        await restore(tmp_path / "backup", store.blobs, store.file)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda backup: (backup / "contents.json").unlink(), "no whole backup"),
        (lambda backup: (backup / "contents.json").write_text("{}"), "cannot be read"),
        (lambda backup: next(backup.glob("tenants/*/*/*")).unlink(), "2 files; 3 were"),
        (lambda backup: next(backup.glob("tenants/*/*/*")).write_text("x"), "is not what was"),
    ],
    ids=["unfinished", "unreadable", "incomplete", "changed"],
)
async def test_what_is_no_whole_backup_is_refused(
    store: Store, tmp_path: Path, spoil: object, told: str
) -> None:
    await back_up(store.file, store.blobs, tmp_path / "backup")
    spoil(tmp_path / "backup")  # type: ignore[operator]
    target = tmp_path / "new.sqlite"
    with pytest.raises(BackupRefused, match=told):
        await restore(tmp_path / "backup", in_folder(tmp_path / "new"), target)
    assert not target.exists()


def run(command: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the command line does."""
    script = (
        f"import argparse, sys; from greffier.commands.backup import {command} as command\n"
        "parser = argparse.ArgumentParser(); command.configure(parser)\n"
        "sys.exit(command.run(parser.parse_args()))"
    )
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_commands_do_it(store: Store, tmp_path: Path) -> None:
    data, backup, new = tmp_path / "data", tmp_path / "backup", tmp_path / "new"
    before = await store.told()
    done = run("backup_command", backup, GREFFIER_DATA_DIR=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 files" in done.stdout
    assert json.loads((backup / "contents.json").read_text())["blobs"] == 3
    with hold(new, new / "work"):
        refused = run("restore_command", backup, "--data-dir", new)
        assert "Another service uses the data folder" in refused.stderr
    done = run("restore_command", backup, "--data-dir", new)
    assert (done.returncode, done.stderr) == (0, "")
    restored = Store(new)
    assert await restored.told() == before
    await restored.database.close()


def test_what_the_commands_cannot_do_they_say(tmp_path: Path) -> None:
    none = run("backup_command", tmp_path / "backup", GREFFIER_DATA_DIR=str(tmp_path / "none"))
    assert none.returncode == 2
    assert "There is no database" in none.stderr
    server = {"GREFFIER_DATABASE_URL": "postgresql://user@host/name"}
    assert "pg_dump" in run("backup_command", tmp_path / "backup", **server).stderr


async def test_postgresql_comes_back_by_its_own_means(
    postgres: Postgres, postgres_url: str, tmp_path: Path
) -> None:
    database, blobs = Database(database_url(postgres_url)), in_folder(tmp_path / "blobs")
    await migrate(database)
    await Tenants(database).ensure_first()
    await templates_of(database).create("default", NewTemplate(slug="letter"))
    await Versions(database, blobs).add("default", "letter", CONTENTS[0], author="ann")
    await database.close()
    dump, url = tmp_path / "greffier.dump", postgres_url.replace("+psycopg", "")
    subprocess.run(
        [program("pg_dump"), "--format=custom", f"--file={dump}", url], check=True, timeout=60
    )
    with postgres.database() as name:
        into = postgres.url(name).replace("+psycopg", "")
        subprocess.run(
            [program("pg_restore"), "--clean", "--if-exists", f"--dbname={into}", dump],
            check=True,
            timeout=60,
        )
        restored = Database(database_url(into))
        assert await is_current(restored)
        versions = Versions(restored, blobs)
        assert await blobs.read(await versions.blob("default", "letter", 1)) == CONTENTS[0]
        await restored.close()
