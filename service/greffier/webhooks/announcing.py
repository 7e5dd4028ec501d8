"""From an event to its deliveries, in the transaction in which it happens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.model import NewJob
from greffier.store.tables import Delivery, Webhook, now
from greffier.webhooks.model import EVENTS

#: Kind of the jobs that deliver.
JOB = "webhook"


class Announcer:
    """Has a tenant's webhooks told what happened.

    Args:
        dispatcher: sees that deliveries are made.
    """

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def announce(
        self, session: AsyncSession, tenant: str, event: str, data: Mapping[str, Any]
    ) -> int:
        """Have an event told once the session's transaction is committed, or not at all.

        Args:
            session: the tenant's, or one for all.
            tenant: whose webhooks are told.
            event: a key of ``EVENTS``.
            data: ids, states and links: no content and nothing about people.

        Returns:
            How many webhooks will be told.

        Raises:
            KeyError: there is no such kind of event.
        """
        if event not in EVENTS:
            raise KeyError(event)
        wanted = select(Webhook).where(Webhook.tenant == tenant, Webhook.disabled_at.is_(None))
        told = [
            each
            for each in await session.scalars(wanted)
            if not each.events or event in each.events
        ]
        for webhook in told:
            await self.deliver(session, webhook, event, data)
        return len(told)

    async def deliver(
        self, session: AsyncSession, webhook: Webhook, event: str, data: Mapping[str, Any]
    ) -> Delivery:
        """Have one webhook told, whatever events it asked for."""
        moment = now()
        row = Delivery(
            id=secrets.token_hex(16),
            tenant=webhook.tenant,
            webhook_id=webhook.id,
            event=event,
            payload={"type": event, "timestamp": moment.isoformat(), "data": dict(data)},
            created_at=moment,
            next_at=moment,
        )
        session.add(row)
        await session.flush()
        await self._dispatcher.enqueue(session, NewJob(webhook.tenant, JOB, row.id))
        return row
