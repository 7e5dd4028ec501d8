"""Looks at what templates say to ``html(…)`` before there is any data."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..telling.notes import Report
from ..telling.wording import did_you_mean, say
from .stylebook import Stylebook

if TYPE_CHECKING:
    from ..markers import Marker

_FUNCTION = "html"


def mentions_html(marker: Marker) -> bool:
    """Whether an instruction may ask for formatted text; a name that holds the word is enough."""
    return any(_FUNCTION in reading.source for reading in marker.readings)


def warn_of_styles(markers: Sequence[Marker], stylebook: Stylebook, report: Report) -> None:
    """Warn of styles that are named in a template which does not have them."""
    for marker in markers:
        if not mentions_html(marker):
            continue
        for name in dict.fromkeys(_named_styles(marker)):
            if not stylebook.named((name,)):
                near = stylebook.nearest(name)
                report.warning(
                    "html-style-unknown",
                    say("The template has no paragraph or character style “{style}”.", style=name),
                    marker.site,
                    did_you_mean(near) if near else say("Create it, or name another one."),
                )


def _named_styles(marker: Marker) -> Iterator[str]:
    """The styles that are written out in the calls of the expression."""
    for reading in marker.readings:
        try:
            tree = ast.parse(reading.source.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # told where it is compiled; or a loop, which prints nothing
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == _FUNCTION:
                given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "styles")]
                yield from (text for one in given for text in _values(one))
        return


def _values(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value
