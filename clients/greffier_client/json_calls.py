"""What the calls about templates and the rest of the interface share: JSON there and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict
from urllib.parse import urlencode

#: As much of a list as the service gives at once.
PAGE = 1000

Told = Mapping[str, Any]


class Ask(Protocol):
    """Sends a request; see ``AsyncClient.ask``."""

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        body: Callable[[], Any] | None = None,
        headers: Mapping[str, str] | None = None,
        again: bool = True,
    ) -> bytes:
        """Give the body of the answer; ``body`` makes that of the request anew for each try.

        ``again``: whether to try again when nobody knows if the service did it already.
        """


class JsonCalls:
    """Asks and reads JSON."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def _json(
        self, method: str, path: str, body: Told | None = None, *, again: bool = True
    ) -> Told:
        if body is None:
            return read(await self._ask(method, path, again=again))
        return read(await self._ask(method, path, again=again, **as_json(body)))

    async def _all(
        self, path: str, member: str, cursor: str, narrowed: Mapping[str, str | int | bool]
    ) -> list[Told]:
        """Follow a list page by page; ``cursor`` takes the ``next`` of the page before."""
        found: list[Told] = []
        behind: str | int = ""
        while True:
            page = await self._json(
                "GET", path + query({**narrowed, "limit": PAGE, cursor: behind})
            )
            found += page[member]
            if page["next"] is None:
                return found
            behind = page["next"]


class JsonBody(TypedDict):
    """Arguments of ``Ask`` that send JSON."""

    body: Callable[[], bytes]
    headers: Mapping[str, str]


def as_json(value: Mapping[str, object]) -> JsonBody:
    """Give the arguments of ``Ask`` that send a value as JSON."""
    text = json.dumps(value).encode()
    return {"body": lambda: text, "headers": {"Content-Type": "application/json"}}


def read(body: bytes) -> Told:
    """Read an answer."""
    told: Told = json.loads(body)
    return told


def query(members: Mapping[str, str | int | bool]) -> str:
    """Write parameters; empty ones say nothing."""
    said = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in members.items()
        if value != "" and value is not None
    }
    return f"?{urlencode(said)}" if said else ""
