"""What a marker says, parsed as the engine parses it; only for templates without mistakes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar

from ..expressions import ExpressionRefused, parse
from .outline import Step

_Parsed = TypeVar("_Parsed")


def parsed(step: Step, parse_one: Callable[[str], _Parsed]) -> _Parsed:
    """The first reading of its marker that is valid."""
    assert step.marker is not None
    for reading in step.marker.readings:
        try:
            return parse_one(reading.source)
        except ExpressionRefused:
            continue
    raise AssertionError("a template with this marker has a mistake")


def parse_loop(source: str) -> tuple[ast.expr, ast.expr, str]:
    """Parse ``item in items``: the target, the list, and the list as it is written.

    Raises:
        ExpressionRefused: it is not a loop.
    """
    target, found, items = source.partition(" in ")
    if not found:
        raise ExpressionRefused("")
    return parse(target), parse(items), items.strip()


def says_something(step: Step) -> bool:
    """Whether the marker of a step says anything."""
    return step.marker is not None and any(one.source for one in step.marker.readings)
