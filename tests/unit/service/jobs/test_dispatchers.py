"""The dispatchers keep the one contract."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from dispatcher_contract import DispatcherContract, Workshop
from greffier.jobs.embedded import Embedded
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
