"""Fonts of towns in the store, and as folders for offices: on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fonts import font
from greffier.errors import BlobMissing
from greffier.fonts.collection import Fonts
from greffier.fonts.errors import FontExists, NoSuchFont
from greffier.fonts.model import FONT_BLOB, FontInfo
from greffier.fonts.sets import TenantSets
from greffier.store.blobs import BlobName, Blobs
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.places import in_folder
from greffier.store.tables import Tenant
from greffier_templates.gate.fonts import read_font
from sqlalchemy.engine import URL

FAMILY = "Stadhuis Grotesk"


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Machine:
    """One machine of an installation."""

    fonts: Fonts
    sets: TenantSets
    root: Path
    clock: Clock

    async def bring(self, tenant: str, style: str = "Regular", width: int = 1000) -> FontInfo:
        path = self.root.parent / f"{tenant} {style} {width}"
        path.write_bytes(font(FAMILY, style, width=width))
        face = read_font(path.read_bytes())
        return await self.fonts.add(tenant, path, face, by="designer")


@pytest.fixture
async def database(store_url: URL) -> AsyncIterator[Database]:
    """A store on each kind of database, with two towns."""
    database = Database(store_url)
    await migrate(database)
    async with database.write_all() as session:
        session.add_all([Tenant(slug="namur", title="Namur"), Tenant(slug="gent", title="Gent")])
    yield database
    await database.close()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return in_folder(tmp_path / "blobs")


def machine(database: Database, blobs: Blobs, folder: Path) -> Machine:
    clock = Clock()
    sets = TenantSets(database, blobs, folder / "sets", clock=clock)
    sets.prepare()
    return Machine(Fonts(database, blobs, sets), sets, folder / "sets", clock)


async def test_fonts_are_kept_apart_by_town(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path)
    namurs = await one.bring("namur")
    gents = await one.bring("gent")
    assert namurs.digest == gents.digest
    assert await one.sets.set_of("namur") != await one.sets.set_of("gent")
    with pytest.raises(FontExists):
        await one.bring("namur", width=2000)
    with pytest.raises(NoSuchFont):
        await one.fonts.remove("gent", namurs.id)
    await one.fonts.remove("namur", namurs.id)
    assert await one.sets.set_of("namur") == ""
    assert [each.family for each in await one.fonts.list("gent")] == [FAMILY]
    assert await blobs.exists(BlobName("gent", FONT_BLOB, gents.digest))
    assert not await blobs.exists(BlobName("namur", FONT_BLOB, namurs.digest))


async def test_many_who_print_at_once_lay_a_set_out_once(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path)
    for style in ("Regular", "Bold", "Italic"):
        await one.bring("namur", style)
    names = await asyncio.gather(*(one.sets.set_of("namur") for _ in range(8)))
    assert len(set(names)) == 1
    assert [path.name for path in one.root.iterdir()] == [names[0]]
    assert len(list((one.root / names[0]).iterdir())) == 3


async def test_another_machine_learns_of_changes_within_seconds(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path / "one")
    other = machine(database, blobs, tmp_path / "other")
    brought = await one.bring("namur")
    name = await other.sets.set_of("namur")
    assert name == await one.sets.set_of("namur")
    await one.fonts.remove("namur", brought.id)
    assert await one.sets.set_of("namur") == ""
    assert await other.sets.set_of("namur") == name
    other.clock.now += 6
    assert await other.sets.set_of("namur") == ""


async def test_a_font_removed_elsewhere_before_it_was_laid_out_is_no_failure(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path / "one")
    other = machine(database, blobs, tmp_path / "other")
    brought = await one.bring("namur")
    name = await other.sets.set_of("namur")
    (next((other.root / name).iterdir())).unlink()
    (other.root / name).rmdir()
    await one.fonts.remove("namur", brought.id)
    assert await other.sets.set_of("namur") == ""


async def test_a_font_that_the_store_lost_is_told(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path)
    brought = await one.bring("namur")
    await blobs.delete(BlobName("namur", FONT_BLOB, brought.digest))
    with pytest.raises(BlobMissing):
        await one.sets.set_of("namur")
    assert list(one.root.iterdir()) == []


async def test_a_set_that_nobody_asks_for_any_more_is_removed_in_time(
    database: Database, blobs: Blobs, tmp_path: Path
) -> None:
    one = machine(database, blobs, tmp_path)
    await one.bring("namur")
    old = await one.sets.set_of("namur")
    await one.bring("namur", "Bold")
    new = await one.sets.set_of("namur")
    one.clock.now += 3600
    assert await one.sets.set_of("namur") == new
    assert {path.name for path in one.root.iterdir()} == {old, new}
    one.clock.now += 3700
    assert await one.sets.set_of("namur") == new
    assert {path.name for path in one.root.iterdir()} == {new}
