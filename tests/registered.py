"""The registry on a database, for tests that need no service around it."""

from __future__ import annotations

from greffier.library import Library
from greffier.registry.origins import Origins
from greffier.registry.templates import Templates
from greffier.store.database import Database


def templates_of(database: Database) -> Templates:
    """The templates of a database, of which none comes from a library."""
    return Templates(database, Origins(database, Library([])))
