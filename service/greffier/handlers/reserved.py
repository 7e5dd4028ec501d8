"""What the interface reserves and this version refuses by name."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import hdrs, web

from greffier import problem_types
from greffier.problems import Problem


async def address(request: web.Request) -> NoReturn:
    """Refuse an address that a later version has."""
    raise Problem(
        problem_types.ADDRESS_NOT_AVAILABLE_YET,
        "This version stores no documents, templates or batches.",
    )


def refuse_parameters(request: web.Request) -> None:
    """Refuse query parameters, by name: no address takes any."""
    if request.query:
        names = tuple(
            {"where": "query", "field": name, "message": "There is no such parameter.", "hint": ""}
            for name in request.query
        )
        raise Problem(
            problem_types.REQUEST_INVALID, "This address takes no query parameters.", errors=names
        )


def refuse(request: web.Request) -> None:
    """Refuse parameters, and headers that ask for what this version cannot do.

    Raises:
        Problem: naming the header or parameter.
    """
    refuse_parameters(request)
    if "Idempotency-Key" in request.headers:
        raise _not_yet(
            "Idempotency-Key: this version stores no documents. Asking twice does no harm: "
            "nothing is kept"
        )
    if "respond-async" in request.headers.get("Prefer", "").lower():
        raise _not_yet("Prefer: respond-async: this version answers with the document only")
    accept = request.headers.get(hdrs.ACCEPT, "*/*")
    if "application/json" in accept and "*/*" not in accept:
        raise _not_yet("Accept: application/json: this version answers with the document only")


def _not_yet(detail: str) -> Problem:
    return Problem(problem_types.NOT_AVAILABLE_YET, f"{detail}; leave it out.")
