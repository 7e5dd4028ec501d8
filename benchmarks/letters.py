"""Letters from the service as an application gets them: JSON over HTTP, PDF back."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psutil
from greffier_templates.prepared import prepare
from running import Running, greffier_serve

from benchmarks.filling import fill, letter, letter_data

#: Name of the template, under which the service finds it.
TEMPLATE = "benchmark-letter"


def write_filled_letter(target: Path) -> None:
    """Fill the letter once, for those who only convert."""
    target.write_bytes(fill(prepare(letter()), letter_data()))


@contextmanager
def service(settings: Mapping[str, str], data: Path | None = None) -> Iterator[Running]:
    """Run the service; ``data`` keeps its folder, and its warm profile, between runs."""
    with tempfile.TemporaryDirectory(prefix="greffier-bench-") as scratch:
        template = Path(scratch) / "templates" / TEMPLATE / "template.odt"
        template.parent.mkdir(parents=True)
        template.write_bytes(letter())
        settings = {"GREFFIER_TEMPLATES_DIR": str(template.parent.parent), **settings}
        with greffier_serve(data or Path(scratch), settings) as running:
            yield running


class Caller:
    """One application with one connection; use within ``async with``."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/v1/documents"
        self._body = json.dumps({"template": TEMPLATE, "data": letter_data()}).encode()

    async def __aenter__(self) -> Caller:
        self._session = aiohttp.ClientSession(headers={"Content-Type": "application/json"})
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def letter(self) -> float:
        """Get one letter; gives the seconds it took. Anything but a PDF is an error."""
        started = time.perf_counter()
        async with self._session.post(self._url, data=self._body) as answer:
            content = await answer.read()
        seconds = time.perf_counter() - started
        if answer.status != 200 or not content.startswith(b"%PDF-"):
            raise RuntimeError(f"no letter: {answer.status} {content[:300]!r}")
        return seconds

    async def letters(self, count: int) -> list[float]:
        return [await self.letter() for _ in range(count)]


async def together(callers: list[Caller], count: int) -> float:
    """Get ``count`` letters with each caller, all at once; gives letters a second."""
    started = time.perf_counter()
    await asyncio.gather(*(caller.letters(count) for caller in callers))
    return len(callers) * count / (time.perf_counter() - started)


def tree_mb(running: Running) -> float:
    """Memory of the service and all its processes, shared pages counted once (PSS), in MB."""
    root = psutil.Process(running.process.pid)
    total = 0
    for process in [root, *root.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6
