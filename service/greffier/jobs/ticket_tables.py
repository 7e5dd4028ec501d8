"""procrastinate's own tables, and bringing them to what its installed version needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, column, insert, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

#: Names the migrations that are in; procrastinate keeps no such list.
_done = table("procrastinate_migration", column("name"))


async def is_current(connection: AsyncConnection) -> bool:
    """Tell whether the tables are those of the installed version."""
    return not await connection.run_sync(_missing)


async def bring_up_to_date(connection: AsyncConnection) -> None:
    """Make procrastinate's tables, or run those of its migrations that are not in.

    Both kinds, those "pre" and "post" a new version, are run at once: services are stopped while
    their database is migrated.
    https://procrastinate.readthedocs.io/en/stable/howto/production/migrations.html

    Args:
        connection: to PostgreSQL, in a transaction.
    """
    missing = await connection.run_sync(_missing)
    if await connection.run_sync(_has, "procrastinate_jobs"):
        scripts = [path.read_text(encoding="utf-8") for path in missing]
    else:
        made = "CREATE TABLE procrastinate_migration (name text PRIMARY KEY);"
        scripts = [SchemaManager.get_schema(), made]
    driver: Any = (await connection.get_raw_connection()).driver_connection
    for script in scripts:
        # Past SQLAlchemy, which would give arguments, if none: the driver then reads every % as
        # the place of one, and takes a single statement only.
        await driver.execute(script)
    for path in missing:
        await connection.execute(insert(_done).values(name=path.name))


def _missing(connection: Connection) -> list[Path]:
    """Name the migrations that are not in, in their order."""
    done: set[str] = set()
    if _has(connection, _done.name):
        done.update(connection.scalars(select(_done.c.name)))
    migrations = Path(SchemaManager.get_migrations_path()).glob("*.sql")
    return sorted(path for path in migrations if path.name not in done)


def _has(connection: Connection, name: str) -> bool:
    return inspect(connection).has_table(name)
