"""``greffier backup`` and ``greffier restore``: everything that the service keeps, and back."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

from greffier.commands.telling import AT_FAULT, CALLED_WRONGLY, CANNOT_RUN, complain
from greffier.data_folder import hold
from greffier.errors import HallError
from greffier.rooms import CannotStart
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings
from greffier.store.backup import BackupRefused, back_up, restore
from greffier.store.places import open_blobs

_POSTGRESQL = (
    "The database is PostgreSQL, which has its own means: pg_dump, and a copy of the files after "
    "it. docs/operators/storage.md says how."
)


class Command:
    """What both commands have in common.

    Args:
        help: what it does.
        metavar: the folder.
        work: does it.
    """

    def __init__(
        self, help: str, metavar: str, work: Callable[[Settings, Path], Coroutine[None, None, str]]
    ) -> None:
        self.help = help
        self._metavar = metavar
        self._work = work

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, metavar=self._metavar)
        parser.add_argument("--config", type=Path, metavar="FILE", help="the service's settings")
        parser.add_argument("--data-dir", metavar="VALUE", help="the service's data folder")

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""
        given = {} if args.data_dir is None else {"data_dir": args.data_dir}
        try:
            settings = read_settings(given, config=args.config)
            if settings.database.get_backend_name() != "sqlite":
                raise BackupRefused(_POSTGRESQL)
            print(asyncio.run(self._work(settings, args.folder)))
        except SettingsRefused as error:
            complain(f"the settings have mistakes:\n{error}")
            return CALLED_WRONGLY
        except BackupRefused as error:
            complain(str(error))
            return CALLED_WRONGLY
        except CannotStart as error:
            complain(str(error))
            return CANNOT_RUN
        except HallError as error:
            complain(str(error))
            return AT_FAULT
        return 0


async def _back_up(settings: Settings, folder: Path) -> str:
    source = _database(settings)
    if not await asyncio.to_thread(source.exists):
        raise BackupRefused(
            f"There is no database {source}. Name the data folder of the service with --data-dir "
            "or GREFFIER_DATA_DIR."
        )
    contents = await back_up(source, open_blobs(settings), folder)
    return f"Backed up the database and {contents.blobs} files ({contents.bytes} bytes): {folder}"


async def _restore(settings: Settings, folder: Path) -> str:
    # No service may be running there, nor start meanwhile.
    with hold(settings.data_dir.absolute(), settings.work_dir):
        contents = await restore(folder, open_blobs(settings), _database(settings))
    return f"Restored what was backed up on {contents.made_at}: {contents.blobs} files."


def _database(settings: Settings) -> Path:
    return Path(str(settings.database.database))


backup_command = Command("copy everything that the service keeps into a new folder", "TO", _back_up)
restore_command = Command("bring a backup back into an empty data folder", "FROM", _restore)
