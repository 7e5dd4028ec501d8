"""The blocking client: the asynchronous one behind a door for ordinary code."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from .aio import AsyncClient, RenderOptions, Template
from .model import Document, KeptDocument, Report, Retry
from .sync_operations import Operations
from .sync_templates import Templates

Result = TypeVar("Result")


class Client:
    """Asks a Greffier service for documents, from code that blocks.

    Works in any thread, with or without a running event loop there (Django under
    WSGI and ASGI, Zope, Celery), and may be shared by threads: the work is done
    by one background thread a process, which outlives no fork: a child process
    starts its own. Arguments as for ``AsyncClient``.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str = "",
        timeout_s: float = 120.0,
        retry: Retry | None = None,
        language: str = "",
        tenant: str = "",
    ) -> None:
        self._client = AsyncClient(
            url, key=key, timeout_s=timeout_s, retry=retry, language=language, tenant=tenant
        )
        #: The templates that the service keeps.
        self.templates = Templates(self._client.templates, _wait_for)
        #: Fonts, webhooks, records and limits.
        self.operations = Operations(self._client.operations, _wait_for)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        _background.wait_for(self._client.close())

    def render(
        self,
        template: Template,
        data: Mapping[str, object],
        *,
        to: str | os.PathLike[str] | None = None,
        output: Mapping[str, object] | None = None,
        images: Mapping[str, bytes | Path] | None = None,
        blocks: Mapping[str, bytes | Path] | None = None,
        engine: str | None = None,
        locale: str | None = None,
        timezone: str | None = None,
        undefined: str | None = None,
        keep_comments: bool = False,
        idempotency_key: str = "",
    ) -> Document:
        """Fill a template with data; see ``AsyncClient.render``."""
        return _background.wait_for(
            self._client.render(
                template,
                data,
                to=to,
                output=output,
                images=images,
                blocks=blocks,
                engine=engine,
                locale=locale,
                timezone=timezone,
                undefined=undefined,
                keep_comments=keep_comments,
                idempotency_key=idempotency_key,
            )
        )

    def render_later(
        self,
        template: Template,
        data: Mapping[str, object],
        *,
        idempotency_key: str = "",
        **options: Unpack[RenderOptions],
    ) -> KeptDocument:
        """Have a document made without waiting for it; see ``AsyncClient.render_later``."""
        return _background.wait_for(
            self._client.render_later(template, data, idempotency_key=idempotency_key, **options)
        )

    def document(self, document: str) -> KeptDocument:
        """Ask what is told of a document, by its id; see ``AsyncClient.document``."""
        return _background.wait_for(self._client.document(document))

    def wait(
        self,
        document: str,
        *,
        to: str | os.PathLike[str] | None = None,
        timeout_s: float = 600.0,
    ) -> Document:
        """Wait until a document is made, and fetch it; see ``AsyncClient.wait``."""
        return _background.wait_for(self._client.wait(document, to=to, timeout_s=timeout_s))

    def fetch(self, document: str, *, to: str | os.PathLike[str] | None = None) -> Document:
        """Fetch a document that is made; see ``AsyncClient.fetch``."""
        return _background.wait_for(self._client.fetch(document, to=to))

    def erase(self, document: str) -> None:
        """Erase a document, made or not; see ``AsyncClient.erase``."""
        _background.wait_for(self._client.erase(document))

    def convert(
        self,
        source: os.PathLike[str] | bytes,
        *,
        kind: str = "",
        to: str | os.PathLike[str] | None = None,
        output: Mapping[str, object] | None = None,
        idempotency_key: str = "",
    ) -> Document:
        """Convert an office document; see ``AsyncClient.convert``."""
        return _background.wait_for(
            self._client.convert(
                source, kind=kind, to=to, output=output, idempotency_key=idempotency_key
            )
        )

    def check(
        self,
        template: os.PathLike[str] | bytes,
        data: Mapping[str, object] | None = None,
        *,
        blocks: Mapping[str, bytes | Path] | None = None,
    ) -> Report:
        """Look for mistakes in a template; see ``AsyncClient.check``."""
        return _background.wait_for(self._client.check(template, data, blocks=blocks))

    def commented(
        self,
        template: os.PathLike[str] | bytes,
        data: Mapping[str, object] | None = None,
        *,
        blocks: Mapping[str, bytes | Path] | None = None,
    ) -> bytes:
        """Have a template back with comments in it; see ``AsyncClient.commented``."""
        return _background.wait_for(self._client.commented(template, data, blocks=blocks))

    def info(self) -> Mapping[str, Any]:
        """Ask for the versions, fonts and limits of the service."""
        return _background.wait_for(self._client.info())


class _Background:
    """One event loop in one daemon thread, started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work on the background loop and wait for its result here."""
        future = asyncio.run_coroutine_threadsafe(work, self._running_loop())
        try:
            return future.result()
        except BaseException:
            # The waiting thread was interrupted (Ctrl-C): stop the work as well.
            future.cancel()
            raise

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, name="greffier-client", daemon=True
                ).start()
            return self._loop


def _wait_for(work: Coroutine[Any, Any, Result]) -> Result:
    """Do work on the background loop of this process."""
    return _background.wait_for(work)


def _renew() -> None:
    """Begin anew in a forked child: threads, and so the loop, do not survive a fork."""
    global _background  # noqa: PLW0603 - the one piece of state that a fork invalidates
    _background = _Background()


_background = _Background()
os.register_at_fork(after_in_child=_renew)
