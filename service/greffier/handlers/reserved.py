"""What the interface reserves and this version refuses by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from aiohttp import web

from greffier import problem_types
from greffier.handlers.wishes import accepted
from greffier.problems import Problem


async def address(request: web.Request) -> NoReturn:
    """Refuse an address that a later version has."""
    raise Problem(
        problem_types.ADDRESS_NOT_AVAILABLE_YET,
        "This version has no batches and no studio.",
    )


def refuse(request: web.Request, *, answers: Sequence[str]) -> None:
    """Refuse headers that ask a report for what it cannot be.

    Args:
        request: for a report on a template.
        answers: the media types of a report.

    Raises:
        Problem: naming the header.
    """
    if "Idempotency-Key" in request.headers:
        raise _not_yet("Idempotency-Key: reports are not kept, and asking twice does no harm")
    if "respond-async" in request.headers.get("Prefer", "").lower():
        raise _not_yet("Prefer: respond-async: this address answers at once only")
    if accepted(request, answers) is None:
        raise _not_yet(f"Accept: this address answers with {', '.join(answers)} only")


def _not_yet(detail: str) -> Problem:
    return Problem(problem_types.NOT_AVAILABLE_YET, f"{detail}; leave it out.")
