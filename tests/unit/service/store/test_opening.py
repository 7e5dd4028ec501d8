"""The database's own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from greffier.rooms import CannotStart
from greffier.settings import Settings
from greffier.store.opening import open_database


async def test_nobody_else_may_read_the_database(tmp_path: Path) -> None:
    database = await open_database(Settings(data_dir=tmp_path))
    try:
        files = list(tmp_path.glob("greffier.sqlite*"))
        assert len(files) == 3
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    finally:
        await database.close()


async def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"none/x\.sqlite cannot be made"):
        await open_database(
            Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/none/x.sqlite")
        )
