"""The fake does what the render processes do."""

from __future__ import annotations

import pytest
from greffier.testing import FakeRenderer
from renderer_contract import RendererContract


class TestFakeRenderer(RendererContract):
    @pytest.fixture
    def renderer(self) -> FakeRenderer:
        return FakeRenderer()
