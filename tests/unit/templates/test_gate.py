"""The gate takes every kind the print room loads."""

from __future__ import annotations

from greffier_converters.formats import INPUTS
from greffier_templates.gate.documents import KINDS


def test_the_gate_judges_every_kind_that_can_be_converted() -> None:
    assert set(INPUTS) <= KINDS
