"""The registry with as many templates as a region has, over HTTP, beside the library's folder."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from pathlib import Path
from typing import Any

import aiohttp
from greffier.registry.templates import fold
from greffier.store.database import Database
from greffier.store.migrate import migrate
from greffier.store.tables import Template, Tenant, Version
from greffier.store.urls import sqlite_url
from sqlalchemy import insert

from benchmarks.filling import letter, letter_data
from benchmarks.letters import TEMPLATE, service
from benchmarks.table import Measured

TENANTS, VERSIONS = 300, 5
#: Templates of the largest tenant; as many again are spread over the others.
TEMPLATES = 10_000
TOWN = "town-0"

_WORDS = (
    "permis", "délibération", "conseil", "accusé", "réception", "enquête", "voirie", "taxe",
    "convocation", "état", "civil", "mariage", "décès", "affiche", "collège", "rapport",
)  # fmt: skip
_SEARCHES = ("deliberation conseil", "TAXE", "p00412", "nothing like it")

#: Milliseconds.
LIST_BAR, PATH_BAR, COLD_BAR = 50, 3, 30


async def fill_store(data: Path) -> None:
    """Write tenants, templates and versions straight into the database of a service's folder."""
    database = Database(sqlite_url(data / "greffier.sqlite"))
    await migrate(database)
    towns = [f"town-{n}" for n in range(TENANTS)]
    async with database.write_all() as session:
        await session.execute(insert(Tenant), [{"slug": each, "title": each} for each in towns])
        for begin in range(0, 2 * TEMPLATES, 1000):
            rows = [_template(n, towns) for n in range(begin, begin + 1000)]
            await session.execute(insert(Template), rows)
            versions = [_version(row, number) for row in rows for number in range(1, VERSIONS + 1)]
            await session.execute(insert(Version), versions)
    await database.close()


def _template(n: int, towns: list[str]) -> dict[str, Any]:
    words = [_WORDS[(n * step) % len(_WORDS)] for step in (1, 3, 7)]
    slug, title = f"p{n:05}", " ".join(words).capitalize()
    about = f"{title}, modèle numéro {n} du service. " * 3
    return {
        "id": n + 1,
        "tenant": TOWN if n < TEMPLATES else towns[1 + n % (TENANTS - 1)],
        "slug": slug,
        "title": title,
        "description": about,
        "tags": words,
        "category": words[0],
        "searched": fold(f"{slug} {title} {about} {' '.join(words)}"),
        "published": VERSIONS,
        "latest": VERSIONS,
    }


def _version(template: dict[str, Any], number: int) -> dict[str, Any]:
    name = f"{template['slug']}-{number}"
    return {
        "template_id": template["id"],
        "tenant": template["tenant"],
        "number": number,
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "size": 60_000,
        "author": "designer",
        "note": "another version",
        "errors": 0,
        "warnings": 2,
        # As much as a permit of a hundred fields has to say.
        "report": {"findings": [{"code": "x", "message": "m" * 80}] * 2, "fields": ["f" * 20] * 99},
    }


class Designer:
    """Calls the service for one tenant over one connection."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def ask(self, method: str, path: str, **more: Any) -> bytes:
        """Ask; anything but a success is an error."""
        headers = {"Greffier-Tenant": TOWN, **more.pop("headers", {})}
        async with self._session.request(
            method, f"{self._url}{path}", headers=headers, **more
        ) as answer:
            content = await answer.read()
            if not answer.ok:
                raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
            return content

    async def timed(self, method: str, path: str, **more: Any) -> float:
        """Ask; gives the milliseconds it took."""
        begun = time.perf_counter()
        await self.ask(method, path, **more)
        return (time.perf_counter() - begun) * 1000

    async def publish(self, slug: str, content: bytes) -> None:
        """Put a template live."""
        await self.ask("POST", "/v1/templates", json={"slug": slug})
        odt = {"Content-Type": "application/vnd.oasis.opendocument.text"}
        path = f"/v1/templates/{slug}"
        await self.ask("POST", f"{path}/versions", data=content, headers=odt)
        await self.ask("POST", f"{path}/publish", json={"version": 1})

    async def letter(self, template: str) -> float:
        """Get a letter; gives the milliseconds it took."""
        body = json.dumps({"template": template, "data": letter_data()}).encode()
        headers = {"Content-Type": "application/json"}
        return await self.timed("POST", "/v1/documents", data=body, headers=headers)


async def measure(rounds: int, letters: int, data: Path) -> list[Measured]:
    """List, search, render from the registry and from the folder in turns, and render cold."""
    await fill_store(data)
    with service({"GREFFIER_WORKERS": "1"}, data.parent) as running:
        async with aiohttp.ClientSession() as session:
            designer = Designer(session, running.url)
            lists, searches = await _lists(designer, rounds * letters)
            stored, packaged = await _letters(designer, rounds, letters)
            cold = await _cold(designer, max(rounds, 2))
    more, cold_more = stored - packaged, cold - stored
    return [
        _bar(f"A page of 100 of {TEMPLATES:,} templates", f"{lists:.1f} ms", lists, LIST_BAR),
        _bar(f"A search in {TEMPLATES:,} templates", f"{searches:.1f} ms", searches, LIST_BAR),
        _bar(
            "A letter from the registry, beside one from the library's folder",
            f"{more:+.1f} ms ({stored:.1f} and {packaged:.1f})",
            more,
            PATH_BAR,
        ),
        _bar(
            "The first letter of a version, beside the next ones",
            f"{cold_more:+.1f} ms",
            cold_more,
            COLD_BAR,
        ),
    ]


async def _lists(designer: Designer, count: int) -> tuple[float, float]:
    lists, searches = [], []
    for n in range(count):
        after = f"p{n * 37 % TEMPLATES:05}"
        lists.append(await designer.timed("GET", f"/v1/templates?after={after}"))
        words = _SEARCHES[n % len(_SEARCHES)].replace(" ", "+")
        searches.append(await designer.timed("GET", f"/v1/templates?search={words}"))
    return statistics.median(lists), statistics.median(searches)


async def _letters(designer: Designer, rounds: int, letters: int) -> tuple[float, float]:
    await designer.publish("stored", letter())
    stored, packaged = [], []
    for _ in range(letters):  # until everything is warm
        await designer.letter("stored")
        await designer.letter(TEMPLATE)
    for _ in range(rounds * letters):
        stored.append(await designer.letter("stored"))
        packaged.append(await designer.letter(TEMPLATE))
    return statistics.median(stored), statistics.median(packaged)


async def _cold(designer: Designer, count: int) -> float:
    """Render versions that no render process has seen, checking aside."""
    for n in range(count):
        await designer.publish(f"cold-{n}", letter(f"Version {n}"))
    return statistics.median([await designer.letter(f"cold-{n}") for n in range(count)])


def _bar(measure: str, value: str, milliseconds: float, bar: float) -> Measured:
    return Measured(measure, value, f"≤ {bar} ms", milliseconds <= bar)
