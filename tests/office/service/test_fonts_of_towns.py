"""Two towns, one service, real offices: the font of one is not the other's."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from fonts import font
from greffier import keys
from greffier.access.model import Role
from greffier.app import create_app
from greffier.settings import Settings
from odt import field, odt, p

FAMILY = "Stadhuis Grotesk"
ODT = "application/vnd.oasis.opendocument.text"
LETTER = odt(
    p("Aan ", field("name"), style="House"),
    styles='<style:style style:name="House" style:family="paragraph"><style:text-properties '
    f'fo:font-family="{FAMILY}"/></style:style>',
)


@dataclass
class Printed:
    """What a town got."""

    fonts: str
    substituted: str


class Town:
    """A tenant of the service, with a key of its designer."""

    def __init__(self, client: TestClient[Any, Any], key: str, folder: Path) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {key}"}
        self._folder = folder
        folder.mkdir()

    async def bring(self, content: bytes) -> int:
        form = FormData()
        form.add_field("font", content, filename="f.ttf", content_type="font/ttf")
        answer = await self._client.post("/v1/fonts", data=form, headers=self._headers)
        assert answer.status == 201, await answer.text()
        return int((await answer.json())["id"])

    async def erase(self, font: int) -> None:
        answer = await self._client.delete(f"/v1/fonts/{font}", headers=self._headers)
        assert answer.status == 204

    async def print_letter(self, name: str) -> Printed:
        form = FormData()
        asked = json.dumps({"data": {"name": name}})
        form.add_field("request", asked, content_type="application/json")
        form.add_field("template", LETTER, filename="t.odt", content_type=ODT)
        answer = await self._client.post("/v1/documents", data=form, headers=self._headers)
        assert answer.status == 200, await answer.text()
        path = self._folder / f"{name}.pdf"
        path.write_bytes(await answer.read())
        found = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True)
        return Printed(found.stdout, answer.headers.get("Greffier-Fonts-Substituted", ""))

    async def missing_fonts(self) -> list[str]:
        """What a check of the letter says of fonts."""
        answer = await self._client.post(
            "/v1/checks", data=LETTER, headers={**self._headers, "Content-Type": ODT}
        )
        report = await answer.json()
        return [one["field"] for one in report["findings"] if one["code"] == "font-unavailable"]

    async def families(self) -> tuple[list[str], list[str]]:
        answer = await self._client.get("/v1/fonts", headers=self._headers)
        told = await answer.json()
        return [each["family"] for each in told["fonts"]], told["machine"]


@asynccontextmanager
async def serving(folder: Path, **given: Any) -> AsyncIterator[TestClient[Any, Any]]:
    settings = Settings(data_dir=folder / "data", workers=2, **given)
    server = TestServer(create_app(settings))
    await server.start_server(access_log=None)
    async with TestClient(server) as client, asyncio.timeout(90):
        while (await client.get("/health/ready")).status != 200:
            await asyncio.sleep(0.1)
        yield client


async def town(client: TestClient[Any, Any], slug: str, folder: Path) -> Town:
    app = cast("web.Application", client.app)
    await app[keys.TENANTS].add(slug)
    _, key = await app[keys.API_KEYS].make(slug, "designer", [Role.DESIGN])
    return Town(client, key, folder / slug)


async def test_a_font_is_for_the_documents_of_the_town_that_brought_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as client:
        namur = await town(client, "namur", tmp_path)
        gent = await town(client, "gent", tmp_path)
        number = await namur.bring(font(FAMILY))
        letters = await asyncio.gather(
            *(each.print_letter(f"{n}") for n in range(3) for each in (namur, gent))
        )
        for own in letters[0::2]:
            assert "StadhuisGrotesk" in own.fonts
            assert own.substituted == ""
        for others in letters[1::2]:
            assert "StadhuisGrotesk" not in others.fonts
            assert others.substituted == FAMILY
        assert await namur.missing_fonts() == []
        assert await gent.missing_fonts() == [FAMILY]
        own_families, machine = await namur.families()
        assert own_families == [FAMILY]
        assert "Liberation Serif" in machine
        assert FAMILY not in machine
        await namur.erase(number)
        assert (await namur.print_letter("after")).substituted == FAMILY
        assert await namur.missing_fonts() == [FAMILY]
