"""What stock py3o.template renders rightly, Greffier renders with the same text."""

from __future__ import annotations

import pytest
from conformance.comparing import Verdict, compare
from conformance.fixtures import FIXTURES, Fixture


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_both_engines_make_the_same_text(fixture: Fixture) -> None:
    outcome = compare(fixture.name, fixture.source, fixture.data)
    assert outcome.verdict is Verdict.SAME, outcome.detail
