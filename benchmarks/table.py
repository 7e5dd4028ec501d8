"""What measures give, and the table it makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One line of the table of results."""

    measure: str
    value: str
    bar: str
    met: bool


def table(results: Iterable[Measured]) -> str:
    """The results as a Markdown table."""
    rows = [
        f"| {each.measure} | {each.value} | {each.bar} | {'yes' if each.met else '**no**'} |"
        for each in results
    ]
    return "\n".join(["| Measure | Measured | Bar | Met |", "|---|---|---|---|", *rows])
