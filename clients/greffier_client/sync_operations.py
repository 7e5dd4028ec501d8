"""Fonts, webhooks, records and limits of a tenant, for code that blocks; see ``operations.py``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .json_calls import Told
from .operations import AsyncOperations, Write
from .sync_templates import Wait


class Operations:
    """What is there besides templates and documents; ``Client.operations`` gives it.

    Arguments and errors as for ``AsyncOperations``.
    """

    def __init__(self, operations: AsyncOperations, wait: Wait) -> None:
        self._operations, self._wait = operations, wait

    def fonts(self) -> Told:
        """List the tenant's own ``fonts``, and the families that all have: ``machine``."""
        return self._wait(self._operations.fonts())

    def add_font(self, content: bytes | Path) -> Told:
        """Bring a font, a TTF or OTF, for the documents of the tenant."""
        return self._wait(self._operations.add_font(content))

    def remove_font(self, number: int) -> None:
        """Erase a font."""
        self._wait(self._operations.remove_font(number))

    def webhooks(self) -> Sequence[Told]:
        """List the webhooks."""
        return self._wait(self._operations.webhooks())

    def add_webhook(self, url: str, *, events: Sequence[str] = (), description: str = "") -> Told:
        """Have an address called; the answer has its ``secret``, which is told this once."""
        return self._wait(self._operations.add_webhook(url, events=events, description=description))

    def remove_webhook(self, webhook: str) -> None:
        """Have an address called no more, by the webhook's id."""
        self._wait(self._operations.remove_webhook(webhook))

    def rotate_webhook(self, webhook: str) -> Told:
        """Give a webhook a new ``secret``, told this once; the old one counts for a day yet."""
        return self._wait(self._operations.rotate_webhook(webhook))

    def test_webhook(self, webhook: str) -> Told:
        """Send ``webhook.test``; gives its delivery."""
        return self._wait(self._operations.test_webhook(webhook))

    def deliveries(self, webhook: str) -> Sequence[Told]:
        """List what was and is to be sent to a webhook, the newest first, at most a thousand."""
        return self._wait(self._operations.deliveries(webhook))

    def records(self, **narrowed: str) -> Sequence[Told]:
        """List who did what, the newest first: all of them."""
        return self._wait(self._operations.records(**narrowed))

    def records_csv(self, write: Write, **narrowed: str) -> None:
        """Write who did what as CSV, as it comes; ``write`` is called from another thread."""
        self._wait(self._operations.records_csv(write, **narrowed))

    def usage(self, **narrowed: str) -> Sequence[Told]:
        """Add up documents, pages and failures of each template, the oldest first."""
        return self._wait(self._operations.usage(**narrowed))

    def usage_csv(self, write: Write, **narrowed: str) -> None:
        """Write the usage as CSV, as it comes; ``write`` is called from another thread."""
        self._wait(self._operations.usage_csv(write, **narrowed))

    def limits(self) -> Told:
        """Tell what the tenant may use, and uses."""
        return self._wait(self._operations.limits())
