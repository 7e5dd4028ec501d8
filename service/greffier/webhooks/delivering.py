"""Deliveries as jobs: sent, noted, sent again, given up.

A call is made before it is noted, so a receiver may get a delivery twice, when this machine stops
in between; it knows it by its id. What a receiver answers is never kept, only its status.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from greffier.jobs.dispatcher import Dispatcher
from greffier.jobs.errors import RetryLater
from greffier.jobs.model import Job, Kind, Lane
from greffier.problems import Problem
from greffier.store.database import Database
from greffier.store.tables import Delivery, Webhook, now
from greffier.webhooks.announcing import JOB
from greffier.webhooks.endpoints import active_secrets
from greffier.webhooks.model import DeliveryState, Failure, Outcome
from greffier.webhooks.retrying import DELAYS_S, next_delay_s
from greffier.webhooks.sending import Sender
from greffier.webhooks.signing import signed_headers

_log = logging.getLogger(__name__)

#: How long a delivery that ended can be looked at.
KEPT = timedelta(days=30)
#: Attempts that may be lost with the machines that made them, besides those of the schedule.
_LOST_ATTEMPTS = 10


class Delivering:
    """Does the jobs that deliver.

    Args:
        database: where deliveries and webhooks are.
        dispatcher: runs the jobs.
        sender: makes the calls.
        observe: is told how each attempt ended: ``delivered``, a status, or a failure.
    """

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        sender: Sender,
        observe: Callable[[str], None],
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._sender = sender
        self._observe = observe

    @property
    def kind(self) -> Kind:
        """The kind of jobs it does."""
        return Kind(JOB, Lane.POST, self, attempts=len(DELAYS_S) + 1 + _LOST_ATTEMPTS)

    async def run(self, job: Job) -> None:
        """Make one attempt.

        Raises:
            RetryLater: it failed, and there is another to be made.
        """
        async with self._database.read(job.tenant) as session:
            delivery = await session.get(Delivery, job.subject)
            if delivery is None or delivery.state != DeliveryState.WAITING:
                return
            webhook = await session.get_one(Webhook, delivery.webhook_id)
        outcome = await self._send(webhook, delivery)
        async with self._database.write(job.tenant) as session:
            delay_s = await self._note(session, job, outcome)
            if delay_s is None:
                await self._dispatcher.complete(session, job)
        ended = "delivered" if outcome.succeeded else str(outcome.status or outcome.failure)
        self._observe(ended)
        _log.info("Attempt %d of the delivery %s: %s.", delivery.attempts + 1, job.subject, ended)
        if delay_s is not None:
            raise RetryLater(delay_s)

    async def give_up(self, session: AsyncSession, job: Job, problem: Problem) -> None:
        """Write down that it will not be sent: too many attempts were lost."""
        row = await session.get(Delivery, job.subject)
        if row is not None and row.state == DeliveryState.WAITING:
            row.failure = Failure.INTERNAL
            _end(row, DeliveryState.FAILED)

    async def _send(self, webhook: Webhook, delivery: Delivery) -> Outcome:
        if webhook.disabled_at is not None:
            return Outcome(failure=Failure.DISABLED)
        body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed_headers(
            active_secrets(webhook, now()),
            event_id=delivery.id,
            timestamp=int(time.time()),
            body=body,
        )
        return await self._sender.send(webhook.url, body, headers)

    async def _note(self, session: AsyncSession, job: Job, outcome: Outcome) -> float | None:
        """Write down how an attempt ended; gives the seconds until the next, if there is one."""
        row = await session.get(Delivery, job.subject)
        if row is None or row.state != DeliveryState.WAITING:
            return None  # removed meanwhile, or done by another attempt that was taken for dead
        row.attempts += 1
        row.status = outcome.status or 0
        row.failure = outcome.failure or ""
        delay_s = next_delay_s(row.attempts, outcome)
        if outcome.succeeded:
            _end(row, DeliveryState.DELIVERED)
        elif delay_s is None:
            _end(row, DeliveryState.FAILED)
        else:
            row.next_at = now() + timedelta(seconds=delay_s)
        if outcome.gone:
            webhook = await session.get_one(Webhook, row.webhook_id)
            webhook.disabled_at = webhook.disabled_at or now()
        if delay_s is None:
            await _forget_old(session, row.webhook_id)
        return delay_s


def _end(row: Delivery, state: DeliveryState) -> None:
    row.state = state
    row.ended_at = now()
    row.next_at = None


async def _forget_old(session: AsyncSession, webhook: str) -> None:
    old = delete(Delivery).where(Delivery.webhook_id == webhook, Delivery.ended_at < now() - KEPT)
    await session.execute(old, execution_options={"synchronize_session": False})
