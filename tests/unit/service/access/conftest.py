"""An identity service for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from unit.service.access.issuer import FakeIssuer


@pytest.fixture
async def issuer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeIssuer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = FakeIssuer()
    await made.start()
    yield made
    await made.server.close()
