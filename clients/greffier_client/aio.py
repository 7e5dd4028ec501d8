"""The asynchronous client."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from . import wire
from .errors import GreffierError, ProblemError, ServiceUnreachable, error_for
from .model import Document, Report, Retry
from .templates import AsyncTemplates

_CHUNK_BYTES = 256 * 1024

#: A template: the name of one in the service's library, an ODT file, or its bytes.
Template = str | os.PathLike[str] | bytes

Result = TypeVar("Result")


class AsyncClient:
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
        if not url.startswith(("http://", "https://")):
            raise ValueError(
                f"{url!r} is no address of a service: it begins with http:// or https://"
            )
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        if language:
            self._headers["Accept-Language"] = language
        if tenant:
            self._headers["Greffier-Tenant"] = tenant
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._retry = retry or Retry()
        self._session: aiohttp.ClientSession | None = None
        self._parents_session: aiohttp.ClientSession | None = None
        self._session_pid = 0
        #: The templates that the service keeps.
        self.templates = AsyncTemplates(self.ask)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None and self._session_pid == os.getpid():
            await self._session.close()
            self._session = None

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

        Raises:
            GreffierError: see ``errors.py``; after the last try.
        """
        options = {
            "output": output,
            "engine": engine,
            "locale": locale,
            "timezone": timezone,
            "undefined": undefined,
            "keep_comments": keep_comments or None,
        }
        request = {"data": data, **{k: v for k, v in options.items() if v is not None}}
        images, blocks = images or {}, blocks or {}
        if isinstance(template, str):
            for what, given in (("images", images), ("blocks", blocks)):
                if given:
                    raise ValueError(f"{what} go with a template of your own, not with one by name")
            body = json.dumps({"template": template, **request}).encode()
            return await self._document("/v1/documents", to, lambda _: body, "application/json")
        source = template if isinstance(template, bytes) else Path(template)
        return await self._document(
            "/v1/documents",
            to,
            lambda files: wire.document_form(files, request, source, images, blocks),
        )

    async def convert(
        self,
        source: os.PathLike[str] | bytes,
        *,
        kind: str = "",
        to: str | os.PathLike[str] | None = None,
        output: Mapping[str, object] | None = None,
    ) -> Document:
        """Convert an office document.

        Args:
            source: The file, or its bytes.
            kind: What it is, by its usual ending (``docx``); needed with bytes,
                otherwise taken from the file's name.
            to: File to stream the result to, as in ``render``.
            output: The format and its options, as in ``render``; PDF by default.

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
            "/v1/conversions", to, lambda files: wire.conversion_form(files, content, kind, wanted)
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

    async def _document(
        self,
        path: str,
        to: str | os.PathLike[str] | None,
        body: Callable[[contextlib.ExitStack], Any],
        content_type: str = "",
    ) -> Document:
        """Post until a document comes back; ``body`` makes the body anew for each try."""
        headers = {"Content-Type": content_type} if content_type else {}

        async def ask() -> Document:
            with contextlib.ExitStack() as files:
                async with self._answer("POST", path, data=body(files), headers=headers) as answer:
                    if to is None:
                        return wire.document(answer, await answer.read(), None)
                    await _save(answer, Path(to))
                    return wire.document(answer, b"", Path(to))

        return await self._with_retries(ask)

    def _open_session(self) -> aiohttp.ClientSession:
        """Give the session of this process; connections are opened when first needed."""
        if self._session is None or self._session_pid != os.getpid():
            # After a fork the old session's connections are the parent's: closing
            # them here would end them there, so the session is only put aside.
            self._parents_session = self._session
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
            self._session_pid = os.getpid()
        return self._session

    @contextlib.asynccontextmanager
    async def _answer(
        self, method: str, path: str, *, data: Any = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request; give its answer if it is a success, else raise what it says."""
        try:
            async with self._open_session().request(
                method, self._url + path, data=data, headers=headers
            ) as response:
                if not response.ok:
                    raise error_for(await wire.problem(response))
                yield response
        except TimeoutError as error:
            raise ServiceUnreachable(
                f"{self._url} did not answer within {self._timeout.total:g} s"
            ) from error
        except aiohttp.ClientError as error:
            raise ServiceUnreachable(f"No whole answer from {self._url}: {error}") from error

    async def _with_retries(
        self, ask: Callable[[], Awaitable[Result]], *, again: bool = True
    ) -> Result:
        """Ask until it succeeds, fails for good, or the tries are used up.

        Waits grow exponentially with full jitter, so that many callers turned
        away together do not come back together; ``Retry-After`` is a lower bound.
        """
        wait_s = self._retry.first_wait_s
        for _ in range(self._retry.attempts - 1):
            try:
                return await ask()
            except GreffierError as error:
                if not error.retryable or not (again or isinstance(error, ProblemError)):
                    raise
                asked_s = error.problem.retry_after_s if isinstance(error, ProblemError) else None
                # Jitter spreads callers out; it guards no secret.
                pause_s = (asked_s or 0.0) + random.uniform(0, wait_s)  # noqa: S311
            await asyncio.sleep(min(pause_s, self._retry.longest_wait_s))
            wait_s *= 2
        return await ask()


async def _save(response: aiohttp.ClientResponse, target: Path) -> None:
    """Stream the answer to a file that appears at ``target`` only when it is whole."""
    part = await asyncio.to_thread(_new_file_beside, target)
    try:
        file = await asyncio.to_thread(part.open, "wb")
        with file:
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                await asyncio.to_thread(file.write, chunk)
        await asyncio.to_thread(part.replace, target)
    except BaseException:
        await asyncio.to_thread(part.unlink, missing_ok=True)
        raise


def _new_file_beside(target: Path) -> Path:
    """Make an empty file in the target's folder, with the caller's usual rights."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    part = Path(name)
    part.chmod(0o666 & ~_umask())  # mkstemp makes private files
    return part


def _umask() -> int:
    """Read the process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
