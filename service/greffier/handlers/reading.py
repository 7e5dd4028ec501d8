"""How handlers read bodies that are JSON, parameters and numbers in addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from aiohttp import web

from greffier import problem_types
from greffier.keys import LIMITS, SETTINGS
from greffier.problems import Problem, fault, invalid
from greffier.requests import Request, read, read_members
from greffier.uploads import Limits, read_body

_JSON = "application/json"
#: Larger numbers fit no column.
_MOST = 2**31 - 1

Model = TypeVar("Model", bound=Request)
Row = TypeVar("Row")


async def read_json(model: type[Model], request: web.Request, *, empty: bool = False) -> Model:
    """Read the body as a model.

    Args:
        model: what it should be.
        request: whose body.
        empty: whether there may be none, which says what an empty object says.

    Raises:
        Problem: it is no JSON, or has mistakes; all of them are listed.
    """
    if empty and not request.can_read_body:
        return read(model, b"{}")
    return (await read_json_text(model, request))[0]


async def read_json_text(
    model: type[Model], request: web.Request, limits: Limits | None = None
) -> tuple[Model, bytes]:
    """Read the body as a model, and give its text too; raises as :func:`read_json`."""
    if request.content_type != _JSON:
        raise Problem(
            problem_types.TYPE_NOT_ACCEPTED,
            f"This address takes {_JSON}. Set Content-Type to what the body is.",
        )
    text = await read_body(request, limits or request.app[LIMITS])
    return read(model, text), text


def read_query(model: type[Model], request: web.Request) -> Model:
    """Read the parameters as a model.

    Raises:
        Problem: one is unknown, wrong or given twice; all of them are listed.
    """
    twice = [name for name in dict.fromkeys(request.query) if len(request.query.getall(name)) > 1]
    if twice:
        raise invalid([fault(name, "It is given twice.", where="query") for name in twice])
    return read_members(model, dict(request.query), where="query")


def page_of(found: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """Cut a page out of what was found.

    Args:
        found: one more than asked for, where there is more: that tells that there is a next page.
        limit: how many were asked for.

    Returns:
        The page, and its last row where another page follows it.
    """
    page = found[:limit]
    return page, page[-1] if len(found) > limit else None


def number(request: web.Request, name: str = "number") -> int:
    """Read a number of an address.

    Raises:
        Problem: it is none.
    """
    given = request.match_info[name]
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:11]) <= _MOST:
        raise Problem(problem_types.NOT_FOUND, "They are numbered from 1.")
    return int(given)


def deadline(request: web.Request) -> float:
    """Say until when the work for a request may take: a time of the running loop."""
    return asyncio.get_running_loop().time() + request.app[SETTINGS].deadline_s
