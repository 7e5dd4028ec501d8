"""Reading the body of a request, within limits of size and time.

aiohttp bounds neither the time of a body nor the size of a multipart form
(``client_max_size`` counts only for bodies read whole), so both are done here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import aiofiles.threadpool
from aiofiles.threadpool.binary import AsyncBufferedIOBase
from aiohttp import BodyPartReader, hdrs, web
from aiohttp.client_exceptions import ClientPayloadError
from aiohttp.http_exceptions import HttpProcessingError

from greffier import problem_types
from greffier.problems import Problem

_CHUNK_BYTES = 256 * 1024
#: Template, request and a picture for each page of a long annex.
_MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What a caller may send."""

    body_bytes: int
    body_timeout_s: float


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of a form, in the work folder."""

    path: Path
    #: What its name ends in, in lower case and without the dot: ``odt``; may be empty. The
    #: rest of the name is not kept: it may say whom the document is about.
    extension: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart form."""

    #: Parts that hold JSON.
    texts: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)


async def read_body(request: web.Request, limits: Limits) -> bytes:
    """Read the whole body into memory.

    Raises:
        Problem: it is too slow, or damaged.
        web.HTTPRequestEntityTooLarge: it is larger than the application allows.
    """
    _refuse_announced(request, limits)
    async with _in_time(limits):
        return await request.read()


async def save_body(request: web.Request, path: Path, limits: Limits) -> None:
    """Stream the body to a file. Errors as :func:`read_form`."""
    _refuse_announced(request, limits)
    budget = _Budget(limits.body_bytes)
    async with _in_time(limits):
        with _new_file(path) as file:
            while chunk := await request.content.read(_CHUNK_BYTES):
                budget.take(len(chunk))
                await file.write(chunk)


async def read_form(
    request: web.Request,
    folder: Path,
    limits: Limits,
    *,
    texts: Collection[str],
    most_bytes: Callable[[str], int | None] = lambda name: None,
) -> Form:
    """Read a multipart form, its files streamed into ``folder``.

    Args:
        request: with the content type ``multipart/form-data``.
        folder: where the files go, under names of ours.
        limits: for the form as a whole.
        texts: names of the parts that are JSON; they stay in memory.
        most_bytes: gives the largest size of a file by the name of its part; None: it may be
            as large as the form.

    Raises:
        Problem: it is too large, too slow, or not a form.
    """
    _refuse_announced(request, limits)
    budget = _Budget(limits.body_bytes)
    form = Form()
    async with _in_time(limits):
        async for part in _parts(request):
            name = part.name or ""
            if not name:
                raise _malformed("A part of the form has no name.")
            if name in form.texts or name in form.files:
                raise _malformed("Two parts of the form have the same name.")
            if name in texts:
                form.texts[name] = await _read_text(part, budget)
            else:
                path = folder / f"part-{len(form.files)}"
                most = most_bytes(name) or limits.body_bytes
                form.files[name] = await _save_file(part, path, budget, most)
    return form


class _Budget:
    """Bytes that may still come."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._taken = 0

    def take(self, count: int) -> None:
        self._taken += count
        if self._taken > self._allowed:
            raise _too_large(self._allowed)


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    count = 0
    async for part in await request.multipart():
        count += 1
        if not isinstance(part, BodyPartReader) or count > _MAX_PARTS:
            raise _malformed(f"A form has at most {_MAX_PARTS} parts, none of them a form itself.")
        encoding = part.headers.get(hdrs.CONTENT_TRANSFER_ENCODING, "binary").lower()
        if encoding not in ("binary", "8bit", "7bit") or hdrs.CONTENT_ENCODING in part.headers:
            # Deprecated for forms: RFC 7578, 4.7.
            raise _malformed("A part of the form is encoded; send its bytes as they are.")
        yield part


async def _read_text(part: BodyPartReader, budget: _Budget) -> bytes:
    text = bytearray()
    while chunk := await part.read_chunk(_CHUNK_BYTES):
        budget.take(len(chunk))
        text += chunk
    return bytes(text)


async def _save_file(part: BodyPartReader, path: Path, budget: _Budget, most: int) -> UploadedFile:
    own = _Budget(most)
    with _new_file(path) as file:
        while chunk := await part.read_chunk(_CHUNK_BYTES):
            budget.take(len(chunk))
            own.take(len(chunk))
            await file.write(chunk)
    extension = PurePosixPath(part.filename or "").suffix.lstrip(".").lower()
    media_type = part.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
    return UploadedFile(path, extension, media_type)


@contextmanager
def _new_file(path: Path) -> Iterator[AsyncBufferedIOBase]:
    # Opened and closed at once, not in a thread: a caller who leaves cancels what waits for
    # a thread, and the file would stay open.
    with path.open("xb") as file:
        yield aiofiles.threadpool.wrap(file)


@asynccontextmanager
async def _in_time(limits: Limits) -> AsyncIterator[None]:
    """Bound the time of reading, and tell what is wrong with a body that cannot be read."""
    try:
        async with asyncio.timeout(limits.body_timeout_s):
            yield
    except TimeoutError:
        raise Problem(
            problem_types.BODY_TOO_SLOW,
            f"The body was not complete after {limits.body_timeout_s:g} seconds.",
        ) from None
    except (ValueError, ClientPayloadError, web.RequestPayloadError, HttpProcessingError) as error:
        # Its text may quote the body.
        raise _malformed("The body does not follow its own headers.") from error


def _refuse_announced(request: web.Request, limits: Limits) -> None:
    """Refuse what says itself that it is too large, before it is sent."""
    if (request.content_length or 0) > limits.body_bytes:
        raise _too_large(limits.body_bytes)


def _too_large(allowed: int) -> Problem:
    return Problem(problem_types.BODY_TOO_LARGE, f"At most {allowed:,} bytes are taken.")


def _malformed(detail: str) -> Problem:
    return Problem(problem_types.REQUEST_MALFORMED, detail)
