"""Choosing the dispatcher that goes with the database."""

from __future__ import annotations

from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.embedded import Embedded
from greffier.jobs.model import Lane, Timing
from greffier.settings import Settings
from greffier.store.database import Database

#: Requests to other people's servers at the same time: they cost a connection each, and each is
#: given up within seconds.
_POST_SLOTS = 8


def open_dispatcher(settings: Settings, database: Database) -> Dispatcher:
    """Make the dispatcher: the embedded one on SQLite, procrastinate on PostgreSQL.

    It runs nothing before it is started.
    """
    slots = {Lane.PRESS: settings.workers - settings.reserved_workers, Lane.POST: _POST_SLOTS}
    timing = Timing(grace_s=settings.shutdown_grace_s)
    if database.sqlite:
        return Embedded(database, slots, timing)
    # A third of a second of imports that nobody on SQLite needs.
    from greffier.jobs.tickets import Tickets

    return Tickets(database, slots, timing)
