"""Putting webhooks together, for the service and for machines that only do jobs."""

from __future__ import annotations

from collections.abc import Callable

from greffier.jobs.dispatcher import Dispatcher
from greffier.settings import Settings
from greffier.store.database import Database
from greffier.webhooks.announcing import Announcer
from greffier.webhooks.delivering import Delivering
from greffier.webhooks.endpoints import Webhooks
from greffier.webhooks.sending import Sender


def open_webhooks(
    settings: Settings,
    database: Database,
    dispatcher: Dispatcher,
    observe: Callable[[str], None],
) -> tuple[Announcer, Webhooks, Sender]:
    """Make what announces and manages, and have the dispatcher know how to deliver.

    Args:
        settings: say where calls may go.
        database: where webhooks are.
        dispatcher: not started yet.
        observe: see ``Delivering``.

    Returns:
        The last is to be closed at the end.
    """
    sender = Sender(settings.webhook_targets)
    announcer = Announcer(dispatcher)
    dispatcher.register(Delivering(database, dispatcher, sender, observe).kind)
    return announcer, Webhooks(database, announcer, sender), sender
