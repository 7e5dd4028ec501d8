"""How commands work on the store of an installation, beside a service that runs or not."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from greffier.commands.telling import AT_FAULT, CALLED_WRONGLY, CANNOT_RUN, complain
from greffier.errors import HallError
from greffier.records.model import INSTALLATION, OK, Entry
from greffier.records.recorder import Recorder
from greffier.rooms import CannotStart
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings
from greffier.store.database import Database, DatabaseUnavailable
from greffier.store.opening import open_database
from greffier.store.tables import now

#: Settings that say where the store is; the others come from the file and the environment.
_OPTIONS = ("data_dir", "database_url")

#: Stands for the name of a key in the records.
_COMMAND_LINE = "command-line"

#: Does a command's work on an open database; gives the exit code.
Work = Callable[[Database], Awaitable[int]]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say which installation is meant: as those of ``serve``."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="TOML file with the service's settings (default: the variable $GREFFIER_CONFIG)",
    )
    for name in _OPTIONS:
        described = (Settings.model_fields[name].description or "").replace("`", "")
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=described)


def settings_of(args: argparse.Namespace) -> Settings:
    """Read the service's settings.

    Raises:
        SettingsRefused: they have mistakes.
        CannotStart: the data folder is not there, so this is not where the service has its store.
    """
    given = {name: value for name in _OPTIONS if (value := getattr(args, name)) is not None}
    settings = read_settings(given, config=args.config)
    if settings.database_url is None and not settings.data_dir.is_dir():
        raise CannotStart(
            f"There is no folder {settings.data_dir.absolute()}. Name the data folder of the "
            "service with --data-dir or GREFFIER_DATA_DIR, or start the service once."
        )
    return settings


def run(args: argparse.Namespace, work: Work) -> int:
    """Do some work on the store; gives the exit code, after telling what was wrong."""
    try:
        settings = settings_of(args)
        return asyncio.run(_opened(settings, work))
    except SettingsRefused as error:
        complain(f"the settings have mistakes:\n{error}")
        return CALLED_WRONGLY
    except (CannotStart, DatabaseUnavailable) as error:
        complain(str(error))
        return CANNOT_RUN
    except HallError as error:
        complain(str(error))
        return AT_FAULT


async def _opened(settings: Settings, work: Work) -> int:
    database = await open_database(settings)
    try:
        return await work(database)
    finally:
        await database.close()


async def record(database: Database, action: str, subject: str, tenant: str | None = None) -> None:
    """Put into the records what a command did.

    Args:
        database: of the installation.
        action: as the address that does the same is called: ``keys.create``.
        subject: what it was done to.
        tenant: whose records it goes into; None: those of the installation.
    """
    async with Recorder(database) as recorder:
        await recorder.write(
            Entry(
                at=now(),
                tenant=tenant or "",
                key=f"{INSTALLATION}{_COMMAND_LINE}",
                action=action,
                outcome=OK,
                subject=subject,
            )
        )


def day(moment: datetime | None) -> str:
    """Write a moment for people: the minute, in UTC."""
    return "-" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Lay rows out in columns."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, *rows)
    ]
    return "\n".join(lines)
