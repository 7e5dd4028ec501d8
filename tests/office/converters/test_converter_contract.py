from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from converter_contract import ConverterContract
from greffier_converters.pool import OfficePool
from offices import running_pool

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def converter(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OfficePool]:
    async with running_pool(tmp_path_factory.mktemp("pool")) as pool:
        yield pool


class TestOfficePool(ConverterContract):
    """The suite, with a real office."""
