"""What the interface reserves and this version refuses by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from aiohttp import hdrs, web

from greffier import problem_types
from greffier.handlers.wishes import accepted, preferences
from greffier.problems import Problem

_JSON = "application/json"


async def address(request: web.Request) -> NoReturn:
    """Refuse an address that a later version has."""
    raise Problem(
        problem_types.ADDRESS_NOT_AVAILABLE_YET,
        "This version stores no documents, templates or batches.",
    )


def refuse(request: web.Request, *, answers: Sequence[str] = ()) -> None:
    """Refuse headers that ask for what this version cannot do.

    Args:
        request: for a document, or a report on a template.
        answers: the media types of a report; empty: the address answers with a document.

    Raises:
        Problem: naming the header.
    """
    if "Idempotency-Key" in request.headers:
        raise _not_yet(
            "Idempotency-Key: this version stores no documents. Asking twice does no harm: "
            "nothing is kept"
        )
    if "respond-async" in request.headers.get("Prefer", "").lower():
        raise _not_yet("Prefer: respond-async: this version answers with the document only")
    if answers and accepted(request, answers) is None:
        raise _not_yet(f"Accept: this address answers with {', '.join(answers)} only")
    wanted = preferences(request, hdrs.ACCEPT)
    if not answers and _JSON in wanted and "*/*" not in wanted:
        raise _not_yet(f"Accept: {_JSON}: this version answers with the document only")


def _not_yet(detail: str) -> Problem:
    return Problem(problem_types.NOT_AVAILABLE_YET, f"{detail}; leave it out.")
