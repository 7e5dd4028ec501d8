"""The asynchronous client."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

import aiohttp

from . import wire
from .aio_kept import KeptCalls
from .model import Document, KeptDocument, Report, Retry
from .operations import AsyncOperations
from .templates import AsyncTemplates

#: A template: the name of one in the service's library, an ODT file, or its bytes.
Template = str | os.PathLike[str] | bytes

Result = TypeVar("Result")


#: Makes the body of a request anew, for each try, and its headers.
_Body = Callable[[contextlib.ExitStack], Any]


class RenderOptions(TypedDict, total=False):
    """How a template is filled; see ``AsyncClient.render``."""

    output: Mapping[str, object] | None
    images: Mapping[str, bytes | Path] | None
    blocks: Mapping[str, bytes | Path] | None
    engine: str | None
    locale: str | None
    timezone: str | None
    undefined: str | None
    keep_comments: bool


class AsyncClient(KeptCalls):
    """Asks a Greffier service for documents, from asyncio code.

    Args:
        url: Where the service is, ``http://127.0.0.1:8080``.
        key: The API key; empty when the service asks for none.
        timeout_s: Longest time for one try, waiting in the service's queue included.
        retry: How often a retryable refusal is tried again.
        language: In which people are told what is wrong with a template or its data: ``fr``.
        tenant: For whom the operator of the installation acts; others leave it out.

    Raises:
        ValueError: the address is none.

    Used with ``async with``, or closed by ``close()``. Safe to share between tasks.
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
        super().__init__(
            url, key=key, timeout_s=timeout_s, retry=retry, language=language, tenant=tenant
        )
        #: The templates that the service keeps.
        self.templates = AsyncTemplates(self.ask)
        #: Fonts, webhooks, records and limits.
        self.operations = AsyncOperations(self.ask, self._pour)

    async def render(
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
        """Fill a template with data.

        Args:
            template: Its name in the library (``str``), or your own ODT (a path or bytes).
            data: What to fill it with; whatever ``json`` can write.
            to: File to stream the document to; it appears there only when it is whole.
                Without it the document comes back in ``Document.content``.
            output: The request's ``output`` member: ``{"format": "pdf", "pdf": {...}}``.
            images: Named images for a template of your own.
            blocks: ODT files that it includes, by name; others are the service's own.
            engine: ``greffier`` or ``py3o``; None: what the service is set to.
            locale: How amounts and dates are written: ``fr_BE``.
            timezone: In which moments are shown: ``Europe/Brussels``.
            undefined: What to do with fields the data lacks: ``error``, ``blank``, ``mark``,
                or ``keep``: the document is then filled a second time, as a template.
            keep_comments: Leave the template's comments in an ODT or DOCX.
            idempotency_key: A name of your own for this document: asked for again under the same
                name, also by another process, the service gives the same document. It keeps the
                document for that. Without it nothing is kept.

        Raises:
            GreffierError: see ``errors.py``; after the last try.
        """
        body, headers = _filling(
            template,
            data,
            output=output,
            images=images,
            blocks=blocks,
            engine=engine,
            locale=locale,
            timezone=timezone,
            undefined=undefined,
            keep_comments=keep_comments,
        )
        return await self._document("/v1/documents", to, body, {**headers, **_key(idempotency_key)})

    async def render_later(
        self,
        template: Template,
        data: Mapping[str, object],
        *,
        idempotency_key: str = "",
        **options: Unpack[RenderOptions],
    ) -> KeptDocument:
        """Have a document made without waiting for it; then ``wait`` for it, or be told by webhook.

        Args:
            template: As in ``render``.
            data: As in ``render``.
            idempotency_key: As in ``render``; without one, the tries of this call share one, so
                that one document is made however often the connection breaks.
            options: As in ``render``.

        Raises:
            GreffierError: see ``errors.py``; after the last try.
        """
        body, headers = _filling(template, data, **options)
        key = idempotency_key or str(uuid.uuid4())
        return await self._accepted(
            "/v1/documents", body, {**headers, **_key(key), "Prefer": "respond-async"}
        )

    async def convert(
        self,
        source: os.PathLike[str] | bytes,
        *,
        kind: str = "",
        to: str | os.PathLike[str] | None = None,
        output: Mapping[str, object] | None = None,
        idempotency_key: str = "",
    ) -> Document:
        """Convert an office document.

        Args:
            source: The file, or its bytes.
            kind: What it is, by its usual ending (``docx``); needed with bytes,
                otherwise taken from the file's name.
            to: File to stream the result to, as in ``render``.
            output: The format and its options, as in ``render``; PDF by default.
            idempotency_key: As in ``render``.

        Raises:
            GreffierError: see ``errors.py``; after the last try.
        """
        content: bytes | Path
        if isinstance(source, bytes):
            if not kind:
                raise ValueError("say what the bytes are, for example kind='docx'")
            content = source
        else:
            content = Path(source)
            kind = kind or content.suffix.lstrip(".").lower()
        wanted = {"format": "pdf", **(output or {})}
        return await self._document(
            "/v1/conversions",
            to,
            lambda files: wire.conversion_form(files, content, kind, wanted),
            _key(idempotency_key),
        )

    async def check(
        self,
        template: os.PathLike[str] | bytes,
        data: Mapping[str, object] | None = None,
        *,
        blocks: Mapping[str, bytes | Path] | None = None,
    ) -> Report:
        """Have the service look for mistakes in a template, with sample data if given.

        ``blocks`` are ODT files that it includes, by name; others are the service's own.
        """

        async def read(response: aiohttp.ClientResponse) -> Report:
            return wire.report(await response.json())

        return await self._check(template, data, blocks or {}, "application/json", read)

    async def commented(
        self,
        template: os.PathLike[str] | bytes,
        data: Mapping[str, object] | None = None,
        *,
        blocks: Mapping[str, bytes | Path] | None = None,
    ) -> bytes:
        """Have the template itself back with a comment at each finding; arguments as ``check``.

        Raises:
            ProblemError: it cannot be read, so nothing can be written into it.
        """

        async def read(response: aiohttp.ClientResponse) -> bytes:
            return await response.read()

        return await self._check(template, data, blocks or {}, wire.ODT, read)

    async def _check(
        self,
        template: os.PathLike[str] | bytes,
        data: Mapping[str, object] | None,
        blocks: Mapping[str, bytes | Path],
        accept: str,
        read: Callable[[aiohttp.ClientResponse], Awaitable[Result]],
    ) -> Result:
        source = template if isinstance(template, bytes) else Path(template)
        request = {} if data is None else {"data": data}
        headers = {"Accept": accept}

        async def ask() -> Result:
            with contextlib.ExitStack() as files:
                form = wire.document_form(files, request, source, {}, blocks)
                async with self._answer("POST", "/v1/checks", data=form, headers=headers) as answer:
                    return await read(answer)

        return await self._with_retries(ask)

    async def info(self) -> Mapping[str, Any]:
        """Ask for the versions, fonts and limits of the service."""

        async def ask() -> Mapping[str, Any]:
            async with self._answer("GET", "/v1/info") as response:
                info: Mapping[str, Any] = await response.json()
                return info

        return await self._with_retries(ask)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Callable[[], Any] | None = None,
        headers: Mapping[str, str] | None = None,
        again: bool = True,
    ) -> bytes:
        """Send any request of the interface; gives the body of the answer.

        Args:
            method: ``GET``, ``POST`` ….
            path: Address and parameters, ``/v1/templates?limit=10``.
            body: Makes the body, anew for each try.
            headers: Further ones.
            again: Whether to try again when nobody knows if the service did it already.

        Raises:
            GreffierError: see ``errors.py``; after the last try.
        """

        async def send() -> bytes:
            data = None if body is None else body()
            async with self._answer(method, path, data=data, headers=headers) as answer:
                return await answer.read()

        return await self._with_retries(send, again=again)


def _filling(
    template: Template, data: Mapping[str, object], **options: Unpack[RenderOptions]
) -> tuple[_Body, Mapping[str, str]]:
    """Make the body, anew for each try, and the headers of a request to fill a template."""
    images, blocks = options.pop("images", None) or {}, options.pop("blocks", None) or {}
    if not options.get("keep_comments"):
        options.pop("keep_comments", None)
    request = {"data": data, **{k: v for k, v in options.items() if v is not None}}
    if isinstance(template, str):
        for what, given in (("images", images), ("blocks", blocks)):
            if given:
                raise ValueError(f"{what} go with a template of your own, not with one by name")
        text = json.dumps({"template": template, **request}).encode()
        return lambda _: text, {"Content-Type": "application/json"}
    source = template if isinstance(template, bytes) else Path(template)
    return lambda files: wire.document_form(files, request, source, images, blocks), {}


def _key(idempotency_key: str) -> Mapping[str, str]:
    return {"Idempotency-Key": idempotency_key} if idempotency_key else {}
