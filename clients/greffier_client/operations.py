"""Fonts, webhooks, records and limits of a tenant. The asynchronous half.

What the service tells is given as it is: mappings, whose members docs/callers/webhooks.md,
docs/operators/records.md and ``/openapi.json`` describe.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import aiohttp

from .json_calls import PAGE, Ask, JsonCalls, Told, query, read

_FONTS, _WEBHOOKS = "/v1/fonts", "/v1/webhooks"

#: Takes a piece of an answer; may block.
Write = Callable[[bytes], object]


class Pour(Protocol):
    """Writes an answer somewhere as it comes."""

    async def __call__(self, path: str, write: Write, *, accept: str) -> None:
        """Give the answer to ``write``, piece by piece."""


class AsyncOperations(JsonCalls):
    """What is there besides templates and documents; ``AsyncClient.operations`` gives it.

    Every method raises ``GreffierError``; those that name something ``NotFound`` if there is none.
    What would be done twice is not tried again in doubt.
    """

    def __init__(self, ask: Ask, pour: Pour) -> None:
        super().__init__(ask)
        self._pour = pour

    async def fonts(self) -> Told:
        """List the tenant's own ``fonts``, and the families that all have: ``machine``."""
        return await self._json("GET", _FONTS)

    async def add_font(self, content: bytes | Path) -> Told:
        """Bring a font, a TTF or OTF, for the documents of the tenant."""
        if isinstance(content, Path):
            content = await asyncio.to_thread(content.read_bytes)
        plain = content

        def form() -> aiohttp.FormData:
            parts = aiohttp.FormData()
            parts.add_field("font", io.BytesIO(plain), filename="font")
            return parts

        return read(await self._ask("POST", _FONTS, body=form, again=False))

    async def remove_font(self, number: int) -> None:
        """Erase a font."""
        await self._ask("DELETE", f"{_FONTS}/{number}")

    async def webhooks(self) -> Sequence[Told]:
        """List the webhooks."""
        webhooks: Sequence[Told] = (await self._json("GET", _WEBHOOKS))["webhooks"]
        return webhooks

    async def add_webhook(
        self, url: str, *, events: Sequence[str] = (), description: str = ""
    ) -> Told:
        """Have an address called; the answer has its ``secret``, which is told this once.

        Args:
            url: What is called.
            events: What is told; empty: everything, also what later versions of the service add.
            description: What it is for, for people.
        """
        body = {"url": url, "events": list(events), "description": description}
        return await self._json("POST", _WEBHOOKS, body, again=False)

    async def remove_webhook(self, webhook: str) -> None:
        """Have an address called no more, by the webhook's id."""
        await self._ask("DELETE", _webhook(webhook))

    async def rotate_webhook(self, webhook: str) -> Told:
        """Give a webhook a new ``secret``, told this once; the old one counts for a day yet."""
        return await self._json("POST", _webhook(webhook, "/rotate"), again=False)

    async def test_webhook(self, webhook: str) -> Told:
        """Send ``webhook.test``; gives its delivery."""
        return await self._json("POST", _webhook(webhook, "/test"), again=False)

    async def deliveries(self, webhook: str) -> Sequence[Told]:
        """List what was and is to be sent to a webhook, the newest first, at most a thousand."""
        path = _webhook(webhook, "/deliveries") + query({"limit": PAGE})
        deliveries: Sequence[Told] = (await self._json("GET", path))["deliveries"]
        return deliveries

    async def records(self, **narrowed: str) -> Sequence[Told]:
        """List who did what, the newest first: all of them.

        Args:
            narrowed: ``since``, ``until`` (moments, ``2026-11-25T08:00:00Z``), ``action``,
                ``subject``, ``key``, ``outcome``.
        """
        return await self._all("/v1/audit", "records", "before", narrowed)

    async def records_csv(self, write: Write, **narrowed: str) -> None:
        """Write who did what as CSV, as it comes."""
        await self._pour("/v1/audit" + query(narrowed), write, accept="text/csv")

    async def usage(self, **narrowed: str) -> Sequence[Told]:
        """Add up documents, pages and failures of each template, the oldest first.

        Args:
            narrowed: ``since``, ``until`` (days, UTC; this month by default), ``by`` (``day``
                or ``month``).
        """
        return await self._all("/v1/usage", "usage", "after", narrowed)

    async def usage_csv(self, write: Write, **narrowed: str) -> None:
        """Write the usage as CSV, as it comes."""
        await self._pour("/v1/usage" + query(narrowed), write, accept="text/csv")

    async def limits(self) -> Told:
        """Tell what the tenant may use, and uses."""
        return await self._json("GET", "/v1/limits")


def _webhook(webhook: str, more: str = "") -> str:
    return f"{_WEBHOOKS}/{quote(webhook, safe='')}{more}"
