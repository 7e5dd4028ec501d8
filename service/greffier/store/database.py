"""The database: SQLite in the data folder, or PostgreSQL; and the one place tenants are kept apart.

A session is opened for one tenant (:meth:`Database.read`, :meth:`Database.write`) and then sees
and changes that tenant's rows only, whatever statement it is given; or it is opened for the
installation itself (:meth:`Database.read_all`, :meth:`Database.write_all`), which only code that
belongs to no request of a tenant does: authentication, jobs, sweepers, operators' lists.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from greffier_converters.errors import StorageFull
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from greffier.errors import StoreUnavailable
from greffier.store.tables import Owned, Template

#: Under which a session carries its tenant.
_TENANT = "tenant"
#: How a transaction on SQLite begins, as an execution option.
_BEGIN = "sqlite_begin"
#: Under which a session notes whose templates were changed.
_TEMPLATES = "templates"
#: Milliseconds that SQLite waits for another process (a command) to end its transaction.
_BUSY_MS = 10_000


class OfAnotherTenant(Exception):
    """A bug: a tenant's session was to touch rows that are not the tenant's."""


class DatabaseUnavailable(StoreUnavailable):
    """The database cannot be reached; trying again later may help."""


class Database:
    """Opens sessions.

    Args:
        url: as SQLAlchemy reads it: ``sqlite+aiosqlite:///path`` or
            ``postgresql+psycopg://user@host/name``.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        # Errors are logged, and rows may hold the name of somebody's file.
        self.engine = create_async_engine(
            self.url, hide_parameters=True, **_engine_options(self.url)
        )
        if self.sqlite:
            event.listen(self.engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        writing = self.engine.execution_options(**{_BEGIN: "IMMEDIATE"})
        self._reader = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writer = async_sessionmaker(writing, expire_on_commit=False)
        self._changes: Counter[str] = Counter()
        # SQLite has one writer at a time: whoever waits here waits in turn, and not by polling.
        self._turn: contextlib.AbstractAsyncContextManager[None] = (
            asyncio.Lock() if self.sqlite else contextlib.nullcontext()
        )

    @contextlib.asynccontextmanager
    async def read(self, tenant: str) -> AsyncIterator[AsyncSession]:
        """Look at the rows of a tenant.

        Raises:
            DatabaseUnavailable: it cannot be reached.
        """
        async with told(), self._reader(info={_TENANT: tenant}) as session:
            yield session

    @contextlib.asynccontextmanager
    async def write(self, tenant: str) -> AsyncIterator[AsyncSession]:
        """Change rows of a tenant, in one transaction that is committed at the end.

        Raises:
            DatabaseUnavailable: it cannot be reached.
            StorageFull: there is no room for the change.
        """
        async with told(), self._turn, self._writer(info={_TENANT: tenant}) as session:
            yield session
            await session.commit()
        self._changes.update(session.info.get(_TEMPLATES, ()))

    def changes(self, tenant: str) -> int:
        """Count how often templates of a tenant were changed by this process.

        So whoever remembers something of them knows when to look again; what other processes
        change is not counted.
        """
        return self._changes[tenant]

    @contextlib.asynccontextmanager
    async def read_all(self) -> AsyncIterator[AsyncSession]:
        """Look at the rows of all: never on behalf of a tenant."""
        async with told(), self._reader(info={_TENANT: None}) as session:
            yield session

    @contextlib.asynccontextmanager
    async def write_all(self) -> AsyncIterator[AsyncSession]:
        """Change the rows of all, in one transaction: never on behalf of a tenant."""
        async with told(), self._turn, self._writer(info={_TENANT: None}) as session:
            yield session
            await session.commit()
        self._changes.update(session.info.get(_TEMPLATES, ()))

    def turn(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Wait one's turn to write, for those who bring a connection of their own."""
        return self._turn

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _engine_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _BUSY_MS / 1000}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def _set_up_sqlite(connection: Any, record: object) -> None:
    # SQLAlchemy begins transactions (below), not the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        # Committed is committed, also when the machine loses its power.
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Who will write says so at once: a reader that becomes a writer may be refused.
    # https://www.sqlite.org/lang_transaction.html
    kind = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


@contextlib.asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Say in our words that there is no database."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise StorageFull("There is no room left for the database.") from error
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise DatabaseUnavailable("The database cannot be used at present.") from error
        raise
    except PoolExhausted as error:
        raise DatabaseUnavailable("The database has no connection free.") from error


@event.listens_for(Session, "do_orm_execute")
def _keep_to_tenant(state: ORMExecuteState) -> None:
    """Narrow every statement to the rows of the session's tenant."""
    if _TENANT not in state.session.info:
        raise OfAnotherTenant("a session is opened through Database, which says for whom")
    tenant = state.session.info[_TENANT]
    if tenant is None:
        return
    if not state.is_orm_statement or state.is_insert:
        raise OfAnotherTenant("a tenant's session takes statements on mapped classes only")
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda owned: owned.tenant == tenant, include_aliases=True)
    )


@event.listens_for(Session, "before_flush")
def _keep_new_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    """Give new rows to the session's tenant, and refuse those of another."""
    tenant = session.info.get(_TENANT)
    changed = {
        row.tenant or tenant
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, Template)
    }
    if changed:
        session.info.setdefault(_TEMPLATES, set()).update(changed)
    if tenant is None:
        return
    for row in session.new:
        if not isinstance(row, Owned):
            raise OfAnotherTenant(f"{type(row).__name__} belongs to no tenant")
        if row.tenant is None:
            row.tenant = tenant
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Owned) or row.tenant != tenant:
            raise OfAnotherTenant(f"a {type(row).__name__} of another tenant")
