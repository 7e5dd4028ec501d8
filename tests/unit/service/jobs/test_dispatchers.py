"""The dispatchers keep the one contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from dispatcher_contract import DispatcherContract, Gate, Workshop
from greffier.jobs.embedded import Embedded
from greffier.jobs.model import Timing
from greffier.jobs.tickets import Tickets
from greffier.store.database import Database


class TestEmbedded(DispatcherContract):
    @pytest.fixture
    async def shop(self, sqlite: Database) -> AsyncIterator[Workshop]:
        shop = Workshop(Embedded, sqlite)
        yield shop
        await shop.stop()


class TestTickets(DispatcherContract):
    @pytest.fixture
    async def shop(self, postgresql: Database) -> AsyncIterator[Workshop]:
        shop = Workshop(Tickets, postgresql)
        yield shop
        await shop.stop()

    async def test_who_stops_shows_life_as_long_as_jobs_end(self, shop: Workshop) -> None:
        gate = Gate()
        mortal = Timing(beat_s=0.2, lost_after_s=3, grace_s=60)
        worker = await shop.running(gate, timing=mortal)
        await worker.enqueue("a")
        await shop.until_begun(worker, 1)
        other = await shop.running(timing=mortal)
        stopping = asyncio.create_task(worker.dispatcher.stop())
        await asyncio.sleep(4)
        gate.open()
        await stopping
        assert await shop.state("a") == ("done", 1, "")
        assert other.begun == []
