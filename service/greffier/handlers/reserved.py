"""What the interface reserves and this version refuses by name."""

from __future__ import annotations

from typing import NoReturn

from aiohttp import hdrs, web

from greffier import problem_types
from greffier.problems import Problem

_JSON = "application/json"


async def address(request: web.Request) -> NoReturn:
    """Refuse an address that a later version has."""
    raise Problem(
        problem_types.ADDRESS_NOT_AVAILABLE_YET,
        "This version stores no documents, templates or batches.",
    )


def refuse(request: web.Request, *, answers_json: bool = False) -> None:
    """Refuse headers that ask for what this version cannot do.

    Args:
        request: for a document, or a report on a template.
        answers_json: whether the address answers with JSON; else with a document.

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
    accepted = _media_types(request.headers.get(hdrs.ACCEPT, "*/*"))
    if answers_json and accepted.isdisjoint({_JSON, "application/*", "*/*"}):
        raise _not_yet(f"Accept: this address answers with {_JSON} only")
    if not answers_json and _JSON in accepted and "*/*" not in accepted:
        raise _not_yet(f"Accept: {_JSON}: this version answers with the document only")


def _media_types(accept: str) -> frozenset[str]:
    """Read the media types of a header ``Accept``, without their parameters (RFC 9110, 12.5.1)."""
    return frozenset(each.partition(";")[0].strip().lower() for each in accept.split(","))


def _not_yet(detail: str) -> Problem:
    return Problem(problem_types.NOT_AVAILABLE_YET, f"{detail}; leave it out.")
