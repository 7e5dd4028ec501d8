"""The trial conversion behind ``/health/ready``."""

from __future__ import annotations

from pathlib import Path

import pytest
from greffier.canary import Canary
from greffier_converters.errors import DeadlineExceeded, DocumentRejected, QueueFull
from greffier_converters.model import Conversion, Converted, Lane
from greffier_converters.testing import FakeConverter


class Failing:
    """Fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)

    async def convert(
        self, conversion: Conversion, *, lane: Lane = Lane.INTERACTIVE, deadline: float
    ) -> Converted:
        raise self.failures.pop(0)


async def test_a_page_that_is_made_proves_readiness(tmp_path: Path) -> None:
    canary = Canary(FakeConverter(), tmp_path)
    assert canary.failure
    await canary.try_once()
    assert canary.failure == ""
    assert list(tmp_path.iterdir()) == []


async def test_a_page_that_cannot_be_made_disproves_it(tmp_path: Path) -> None:
    canary = Canary(Failing(DocumentRejected("It did not load.", phase="load")), tmp_path)
    await canary.try_once()
    assert canary.failure == "It did not load."


@pytest.mark.parametrize(
    "busy",
    [QueueFull("Full.", limit="x", retry_after_s=1), DeadlineExceeded("Late.", phase="queue")],
)
async def test_a_busy_pool_proves_nothing(tmp_path: Path, busy: Exception) -> None:
    canary = Canary(Failing(busy), tmp_path)
    canary.failure = ""
    await canary.try_once()
    assert canary.failure == ""


async def test_an_office_that_hangs_is_told(tmp_path: Path) -> None:
    canary = Canary(Failing(DeadlineExceeded("It hung.", phase="run")), tmp_path)
    await canary.try_once()
    assert canary.failure == "It hung."


async def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    canary = Canary(FakeConverter(), tmp_path / "none")
    await canary.try_once()
    assert "cannot be used" in canary.failure
