"""One real service for the whole folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running import Running, greffier_serve


@pytest.fixture(scope="session")
def greffier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with greffier_serve(tmp_path_factory.mktemp("service")) as running:
        yield running
