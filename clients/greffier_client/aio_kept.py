"""Documents that the service keeps: waited for, fetched, erased."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from . import wire
from .asking import Asking, received
from .errors import DeadlineExceeded, error_for
from .model import Document, KeptDocument, Problem

#: Seconds between two looks at a document that is still to be made: at first, and at most.
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.2, 10.0


class KeptCalls(Asking):
    """What can be asked about documents that the service keeps."""

    async def document(self, document: str) -> KeptDocument:
        """Ask what is told of a document, by its id.

        Raises:
            NotFound: there is none, or none any more.
        """

        async def ask() -> KeptDocument:
            async with self._answer("GET", _address(document)) as answer:
                return wire.kept(await answer.json())

        return await self._with_retries(ask)

    async def fetch(self, document: str, *, to: str | os.PathLike[str] | None = None) -> Document:
        """Fetch a document that is made.

        Args:
            document: Its id.
            to: File to stream it to, as in ``render``.

        Raises:
            NotFound: there is none, or none any more.
        """

        async def ask() -> Document:
            async with self._answer("GET", f"{_address(document)}/content") as answer:
                return await received(answer, to)

        return await self._with_retries(ask)

    async def wait(
        self,
        document: str,
        *,
        to: str | os.PathLike[str] | None = None,
        timeout_s: float = 600.0,
    ) -> Document:
        """Wait until a document is made, and fetch it.

        Args:
            document: Its id.
            to: File to stream it to, as in ``render``.
            timeout_s: Longest time to wait.

        Raises:
            ProblemError: it could not be made; as if it had been asked for at once.
            DeadlineExceeded: it is not made yet.
        """
        ends = asyncio.get_running_loop().time() + timeout_s
        pause_s = _FIRST_LOOK_S
        while True:
            found = await self.document(document)
            if found.problem is not None:
                raise error_for(found.problem)
            if found.state == "done":
                return await self.fetch(document, to=to)
            left_s = ends - asyncio.get_running_loop().time()
            if left_s <= 0:
                raise DeadlineExceeded(_not_yet(timeout_s))
            await asyncio.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 1.5, _LONGEST_LOOK_S)

    async def erase(self, document: str) -> None:
        """Erase a document, made or not, by its id.

        Raises:
            NotFound: there is none, or none any more.
        """

        async def ask() -> None:
            async with self._answer("DELETE", _address(document)):
                pass

        await self._with_retries(ask)

    async def _accepted(
        self,
        path: str,
        body: Callable[[contextlib.ExitStack], Any],
        headers: Mapping[str, str],
    ) -> KeptDocument:
        """Post until a document is accepted; ``body`` makes the body anew for each try."""

        async def ask() -> KeptDocument:
            with contextlib.ExitStack() as files:
                async with self._answer("POST", path, data=body(files), headers=headers) as answer:
                    return wire.kept(await answer.json())

        return await self._with_retries(ask)


def _address(document: str) -> str:
    return f"/v1/documents/{document}"


def _not_yet(timeout_s: float) -> Problem:
    return Problem(
        status=504,
        name="document-not-ready",
        title="The document is still to be made",
        detail=f"The document was not made within {timeout_s:g} s; it may be yet.",
        retryable=True,
    )
