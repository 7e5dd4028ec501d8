"""A tenant's webhooks: named, listed, tried, given new secrets, removed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.store.database import Database
from greffier.store.tables import Delivery, Webhook, now
from greffier.webhooks.announcing import Announcer
from greffier.webhooks.errors import NoSuchWebhook, TooManyWebhooks, WebhookDisabled
from greffier.webhooks.model import (
    TEST_EVENT,
    DeliveryInfo,
    DeliveryState,
    Failure,
    WebhookInfo,
)
from greffier.webhooks.sending import Sender
from greffier.webhooks.signing import new_secret

_ID = re.compile(r"[0-9a-f]{16}")
#: How many a tenant may have: each event is sent to all of them.
MOST = 20
#: How long the secret before goes on signing beside a new one, for receivers to change over.
BOTH_SIGN = timedelta(hours=24)


class Webhooks:
    """The webhooks of all tenants; each method is for one of them.

    Args:
        database: where they are.
        announcer: sends what is to be tried.
        sender: knows where calls may go.
    """

    def __init__(self, database: Database, announcer: Announcer, sender: Sender) -> None:
        self._database = database
        self._announcer = announcer
        self._sender = sender

    async def add(
        self, tenant: str, url: str, *, events: Sequence[str] = (), description: str = ""
    ) -> tuple[WebhookInfo, str]:
        """Add a webhook; gives it and its secret.

        Raises:
            TargetRefused: calls may not go there.
            TooManyWebhooks: the tenant has as many as it may.
        """
        target = await self._sender.check(url)
        secret = new_secret()
        async with self._database.write(tenant) as session:
            there = await session.scalar(select(func.count(Webhook.id)))
            if (there or 0) >= MOST:
                raise TooManyWebhooks(f"There are {MOST} webhooks already. Remove one first.")
            row = Webhook(
                id=secrets.token_hex(8),
                url=target.url,
                events=list(dict.fromkeys(events)),
                description=description,
                secrets=[secret],
            )
            session.add(row)
            await session.flush()
            return _info(row), secret

    async def list(self, tenant: str) -> Sequence[WebhookInfo]:
        """List a tenant's webhooks, the oldest first."""
        async with self._database.read(tenant) as session:
            rows = await session.scalars(select(Webhook).order_by(Webhook.created_at, Webhook.id))
            return [_info(row) for row in rows]

    async def get(self, tenant: str, webhook: str) -> WebhookInfo:
        """Give a webhook.

        Raises:
            NoSuchWebhook: the tenant has none of that id.
        """
        async with self._database.read(tenant) as session:
            return _info(await _find(session, webhook))

    async def remove(self, tenant: str, webhook: str) -> None:
        """Send nothing there any more, and forget what was sent.

        Raises:
            NoSuchWebhook: the tenant has none of that id.
        """
        async with self._database.write(tenant) as session:
            row = await _find(session, webhook)
            # Jobs that find their delivery gone have nothing to do.
            await session.execute(delete(Delivery).where(Delivery.webhook_id == row.id))
            await session.delete(row)

    async def rotate(self, tenant: str, webhook: str) -> tuple[WebhookInfo, str]:
        """Give a webhook a new secret; the one before signs along for a day.

        Raises:
            NoSuchWebhook: the tenant has none of that id.
        """
        secret = new_secret()
        async with self._database.write(tenant) as session:
            row = await _find(session, webhook)
            row.secrets = [secret, row.secrets[0]]
            row.rotated_at = now()
            return _info(row), secret

    async def test(self, tenant: str, webhook: str) -> DeliveryInfo:
        """Send something, to see whether it arrives.

        Raises:
            NoSuchWebhook: the tenant has none of that id.
            WebhookDisabled: its receiver wants no more calls.
        """
        async with self._database.write(tenant) as session:
            row = await _find(session, webhook)
            if row.disabled_at is not None:
                raise WebhookDisabled("Its receiver has answered 410: it wants no more calls.")
            made = await self._announcer.deliver(session, row, TEST_EVENT, {"webhook": row.id})
            return _delivery_info(made)

    async def deliveries(
        self, tenant: str, webhook: str, *, limit: int = 100
    ) -> Sequence[DeliveryInfo]:
        """List what was and is to be sent, the newest first.

        Raises:
            NoSuchWebhook: the tenant has none of that id.
        """
        async with self._database.read(tenant) as session:
            row = await _find(session, webhook)
            query = select(Delivery).where(Delivery.webhook_id == row.id)
            newest = query.order_by(Delivery.created_at.desc(), Delivery.id).limit(limit)
            return [_delivery_info(each) for each in await session.scalars(newest)]


def active_secrets(webhook: Webhook, moment: datetime) -> Sequence[str]:
    """Give the secrets to sign with now, the newest first."""
    rotated = webhook.rotated_at
    both = rotated is not None and moment - rotated < BOTH_SIGN
    return webhook.secrets[: 2 if both else 1]


async def _find(session: AsyncSession, webhook: str) -> Webhook:
    # Whatever an address may hold: PostgreSQL takes no text with zeros.
    row = await session.get(Webhook, webhook) if _ID.fullmatch(webhook) else None
    if row is None:
        raise NoSuchWebhook("There is no such webhook.")
    return row


def _info(row: Webhook) -> WebhookInfo:
    return WebhookInfo(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        description=row.description,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
    )


def _delivery_info(row: Delivery) -> DeliveryInfo:
    return DeliveryInfo(
        id=row.id,
        event=row.event,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status=row.status or None,
        failure=Failure(row.failure) if row.failure else None,
        created_at=row.created_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
    )
