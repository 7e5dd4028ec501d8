"""Three hundred towns at once on one small machine: nobody gets what is another's, nobody waits
for ever because one town sends its tax bills."""

from __future__ import annotations

import asyncio
import io
import json
import random
import re
import secrets
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fairness import jain
from odt import field as user_field
from odt import link, odt, p
from pypdf import PdfReader
from running import greffier_serve

_ODT = "application/vnd.oasis.opendocument.text"
_KEY = secrets.token_hex(16)
_MARK = re.compile(r"mark-[0-9a-f]{12}")
_DOCUMENT = re.compile(r"doc-[0-9a-f]{12}")

#: Under the same name everywhere; what it includes is each town's own.
_SHARED = odt(p(link('include="letterhead"')), p("Shared ", user_field("token")))


@dataclass
class Town:
    """One tenant, and what became of what it asked for."""

    slug: str
    demanded: int
    #: Requests that it keeps in flight.
    at_once: int
    mark: str = field(default_factory=lambda: f"mark-{secrets.token_hex(6)}")
    served: int = 0
    refused: int = 0


class Region:
    """All towns, and the service they share."""

    def __init__(self, session: aiohttp.ClientSession, url: str, towns: list[Town]) -> None:
        self._session, self._url, self.towns = session, url, towns
        #: Served to demanded, by town, when half of everything was served.
        self.half_way: list[float] = []
        self._all = sum(town.demanded for town in towns)

    async def ask(self, town: str, method: str, path: str, **more: Any) -> tuple[int, bytes]:
        headers = {
            "Authorization": f"Bearer {_KEY}",
            "Greffier-Tenant": town,
            **more.pop("headers", {}),
        }
        async with self._session.request(
            method, f"{self._url}{path}", headers=headers, **more
        ) as answer:
            return answer.status, await answer.read()

    async def publish(self, town: str, slug: str, content: bytes, kind: str = "template") -> None:
        for path, body in (
            ("/v1/templates", {"json": {"slug": slug, "kind": kind}}),
            (
                f"/v1/templates/{slug}/versions",
                {"data": content, "headers": {"Content-Type": _ODT}},
            ),
            (f"/v1/templates/{slug}/publish", {"json": {"version": 1}}),
        ):
            status, told = await self.ask(town, "POST", path, **body)
            assert status in (200, 201), told

    async def move_in(self, town: Town) -> None:
        """Give a town a letterhead and a letter, with its mark in both."""
        await self.publish(town.slug, "letterhead", odt(p("Town ", town.mark)), "block")
        own = odt(p(link('include="letterhead"')), p(town.mark, " ", user_field("token")))
        await self.publish(town.slug, "letter", own)

    async def live(self, town: Town) -> None:
        """Ask for everything that the town demands."""
        numbers = iter(range(town.demanded))

        async def asker() -> None:
            for number in numbers:
                await self._one(town, number)
                self._note()

        await asyncio.gather(*(asker() for _ in range(town.at_once)))

    async def _one(self, town: Town, number: int) -> None:
        token = f"doc-{secrets.token_hex(6)}"
        template = ("letter", "commons/shared", None)[number % 3]
        output = {"format": "odt" if number % 5 == 4 else "pdf"}
        request = {"data": {"token": token}, "output": output}
        while True:
            if template is not None:
                body: Any = {"json": {"template": template, **request}}
            else:
                form = aiohttp.FormData()
                form.add_field("request", json.dumps(request), content_type="application/json")
                form.add_field("template", _SHARED, filename="t.odt", content_type=_ODT)
                body = {"data": form}
            status, content = await self.ask(town.slug, "POST", "/v1/documents", **body)
            if status != 429:
                break
            town.refused += 1
            await asyncio.sleep(random.uniform(0.5, 1.5))
        assert status == 200, content
        text = await asyncio.to_thread(_text, content, output["format"])
        assert set(_MARK.findall(text)) == {town.mark}, f"{town.slug}: a document of another"
        assert _DOCUMENT.findall(text) == [token]
        town.served += 1

    def _note(self) -> None:
        if not self.half_way and sum(town.served for town in self.towns) * 2 >= self._all:
            self.half_way = [town.served / town.demanded for town in self.towns]


def _text(content: bytes, kind: str) -> str:
    if kind == "pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return re.sub("<[^>]*>", "", package.read("content.xml").decode())


@pytest.mark.parametrize(
    ("towns", "documents", "flood"),
    [
        pytest.param(20, 8, 120, id="a few"),
        pytest.param(
            300, 14, 1000, id="a region", marks=[pytest.mark.full, pytest.mark.timeout(1800)]
        ),
    ],
)
async def test_towns_share_a_service_and_never_meet(
    tmp_path: Path, towns: int, documents: int, flood: int
) -> None:
    quiet = [Town(f"town-{n}", documents, 1) for n in range(towns - 1)]
    flooding = Town("flooding", flood, 64)
    everybody = [flooding, *quiet]
    settings = {
        "GREFFIER_AUTH": "required",
        "GREFFIER_API_KEY": _KEY,
        "GREFFIER_WORKERS": "2",
        "GREFFIER_QUEUE_LENGTH": "400",
        "GREFFIER_DEADLINE_S": "600",
    }
    with greffier_serve(tmp_path, settings) as running:
        limit = aiohttp.ClientTimeout(total=700)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=limit) as session:
            region = Region(session, running.url, everybody)
            for town in everybody:
                added = await region.ask("default", "POST", "/v1/tenants", json={"slug": town.slug})
                assert added[0] == 201, added
            await region.publish("commons", "letterhead", odt(p("nobody's")), "block")
            await region.publish("commons", "shared", _SHARED)
            for begin in range(0, towns, 4):
                await asyncio.gather(*map(region.move_in, everybody[begin : begin + 4]))
            await asyncio.gather(*map(region.live, everybody))
    counts = Counter({town.slug: town.served for town in everybody})
    assert counts.total() == flood + (towns - 1) * documents
    # Whoever asks for little is served as if nobody asked for much.
    assert jain(region.half_way) >= 0.9, region.half_way
    assert min(region.half_way[1:]) > 0, "a town had nothing when half of all was served"
