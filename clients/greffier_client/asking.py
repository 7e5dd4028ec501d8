"""What every call of the client goes through: connections, answers, further tries."""

from __future__ import annotations

import asyncio
import contextlib
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
from .model import Document, Retry

_CHUNK_BYTES = 256 * 1024

Result = TypeVar("Result")


class Asking:
    """A service that is asked; see ``aio.AsyncClient``."""

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

    async def _document(
        self,
        path: str,
        to: str | os.PathLike[str] | None,
        body: Callable[[contextlib.ExitStack], Any],
        headers: Mapping[str, str],
    ) -> Document:
        """Post until a document comes back; ``body`` makes the body anew for each try."""

        async def ask() -> Document:
            with contextlib.ExitStack() as files:
                async with self._answer("POST", path, data=body(files), headers=headers) as answer:
                    return await received(answer, to)

        return await self._with_retries(ask)

    async def _pour(self, path: str, write: Callable[[bytes], object], *, accept: str) -> None:
        """Give an answer to ``write``, piece by piece, from another thread.

        Args:
            path: Address and parameters.
            write: Takes a piece; may block.
            accept: The media type wanted.

        Raises:
            GreffierError: see ``errors.py``; a part may have been written by then.
        """

        async def send() -> None:
            async with self._answer("GET", path, headers={"Accept": accept}) as answer:
                async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                    await asyncio.to_thread(write, chunk)

        # An answer that broke off is not begun again behind its own first part.
        await self._with_retries(send, again=False)

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


async def received(answer: aiohttp.ClientResponse, to: str | os.PathLike[str] | None) -> Document:
    """Take the document of an answer: into a file, or into memory."""
    if to is None:
        return wire.document(answer, await answer.read(), None)
    await _save(answer, Path(to))
    return wire.document(answer, b"", Path(to))


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
