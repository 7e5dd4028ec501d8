from __future__ import annotations

import pytest
from converter_contract import ConverterContract
from greffier_converters.testing import FakeConverter


class TestFakeConverter(ConverterContract):
    @pytest.fixture
    def converter(self) -> FakeConverter:
        return FakeConverter()
