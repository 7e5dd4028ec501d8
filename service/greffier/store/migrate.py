"""Bringing a database's tables to what this version of the service knows."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from greffier.jobs import ticket_tables
from greffier.store.database import Database

_SCRIPTS = Path(__file__).with_name("migrations")

#: Key of PostgreSQL's advisory lock under which one machine migrates at a time; any number.
_LOCK = 4_704_001


async def is_current(database: Database) -> bool:
    """Tell whether the tables are those of this version.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    async with database.read_all() as session:
        connection = await session.connection()
        if not database.sqlite and not await ticket_tables.is_current(connection):
            return False
        return await connection.run_sync(_revision) == _head()


async def migrate(database: Database) -> None:
    """Make the tables, or bring them up to date; does nothing where they are.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    async with database.write_all() as session:
        connection = await session.connection()
        if not database.sqlite:
            # Kept until the end of the transaction.
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await ticket_tables.bring_up_to_date(connection)
        await connection.run_sync(_upgrade)


def config(connection: Connection) -> Config:
    """Give Alembic's configuration, for a connection."""
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    scripts = Config()
    scripts.set_main_option("script_location", str(_SCRIPTS))
    return ScriptDirectory.from_config(scripts).get_current_head()
