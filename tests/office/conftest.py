from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from greffier_converters.model import Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[OfficePool]:
    """A pool of one real office."""
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=1))
    offices = OfficePool(settings, folder=tmp_path / "offices")
    try:
        await offices.start()
        yield offices
    finally:
        await offices.stop(grace_s=5)
