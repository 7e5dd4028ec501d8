"""Which database an address means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

#: What operators write -> the driver that is used.
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


def database_url(text: str) -> URL:
    """Read the address of a database.

    Args:
        text: ``postgresql://user:password@host/name`` or ``sqlite:////path/to/file``.

    Raises:
        ValueError: it is none; the message quotes nothing of it.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("it must be like postgresql://user@host/name") from None
    # Who names our own driver means the same.
    kind = url.get_backend_name()
    driver = _DRIVERS.get(kind)
    if driver is None or url.drivername not in (kind, driver):
        raise ValueError("it must begin with postgresql:// or sqlite:///")
    if not url.database:
        raise ValueError("it must end in the name of a database: postgresql://user@host/name")
    return url.set(drivername=driver)


def sqlite_url(path: Path) -> URL:
    """Name a database in a file."""
    return URL.create("sqlite+aiosqlite", database=str(path))
