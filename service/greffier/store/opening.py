"""Opening the database that the settings name, with the tables of this version."""

from __future__ import annotations

import asyncio
from pathlib import Path

from greffier.rooms import CannotStart
from greffier.settings import Settings
from greffier.store.database import Database, DatabaseUnavailable
from greffier.store.migrate import is_current, migrate


async def open_database(settings: Settings) -> Database:
    """Open the database.

    A file of our own is brought up to date at once. A server's database may be in use by other
    machines, so there the operator says when: ``greffier migrate-db``.

    Raises:
        CannotStart: it cannot be reached, or its tables are of another version.
    """
    database = Database(settings.database)
    try:
        if database.sqlite:
            await asyncio.to_thread(_make_private, Path(database.url.database or ""))
            await migrate(database)
        elif not await is_current(database):
            raise CannotStart(
                "The database has not the tables of this version. Run: greffier migrate-db"
            )
    except DatabaseUnavailable as error:
        await database.close()
        raise CannotStart(f"{error} Look at GREFFIER_DATABASE_URL.") from error
    except BaseException:
        await database.close()
        raise
    return database


def _make_private(file: Path) -> None:
    """Make the file of a database, which nobody else may read: it holds secrets of webhooks.

    SQLite gives the files that it puts beside it the same rights.

    Raises:
        CannotStart: it cannot be made.
    """
    try:
        file.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The database {file} cannot be made: {error.strerror}.") from error
