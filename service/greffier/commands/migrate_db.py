"""``greffier migrate-db``: bring the database to what this version of the service needs."""

from __future__ import annotations

import argparse
import asyncio

from greffier.commands import installation
from greffier.commands.telling import CALLED_WRONGLY, CANNOT_RUN, complain
from greffier.rooms import CannotStart
from greffier.settings_sources import SettingsRefused
from greffier.store.database import Database, DatabaseUnavailable
from greffier.store.migrate import is_current, migrate


class MigrateDb:
    """Makes or changes the tables."""

    help = "make the tables of the database, or bring them up to date"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        installation.configure(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""
        try:
            settings = installation.settings_of(args)
            asyncio.run(_migrate(Database(settings.database)))
        except SettingsRefused as error:
            complain(f"the settings have mistakes:\n{error}")
            return CALLED_WRONGLY
        except (CannotStart, DatabaseUnavailable) as error:
            complain(str(error))
            return CANNOT_RUN
        return 0


async def _migrate(database: Database) -> None:
    try:
        if await is_current(database):
            print("The database is up to date.")
            return
        await migrate(database)
        print("The database is up to date now.")
    finally:
        await database.close()


command = MigrateDb()
