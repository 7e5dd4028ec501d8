"""Servers that any test may ask for; each is started once, by the first that does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from postgres import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the whole run; it does not sync to disk."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """URL of an empty database of this test's own."""
    with postgres.database() as name:
        yield postgres.url(name)
