"""Every sample of every live version is rendered again, and compared with what came out before."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from greffier import keys
from greffier.commands.verify import _told
from greffier.registry.templates import find_row
from greffier.registry.verifying import Outcome, Verifying
from greffier_converters.errors import PoolNotReady
from greffier_converters.model import Conversion, Converted, Lane, Substitution
from odt import field, link, odt, p
from unit.service.conftest import Serve
from unit.service.test_registry import Town, town


@pytest.fixture
async def namur(serve: Serve) -> Town:
    """A town with a live template of two samples."""
    namur = await town(await serve(auth="required"), "namur")
    await namur.create("permit")
    await namur.send("permit", odt(p("Dear ", field("name")), p(link('include="head"'))))
    await namur.create("head", kind="block")
    await namur.send("head", odt(p("Town")))
    await namur.publish("head", 1)
    for name in ("ann", "bob"):
        await namur.ask("PUT", f"/v1/templates/permit/samples/{name}", json={"name": name})
    assert (await namur.publish("permit", 1)).status == 200
    return namur


def verifying(namur: Town, folder: Path) -> Verifying:
    app = namur.service.app
    return Verifying(
        app[keys.DATABASE],
        versions=app[keys.VERSIONS],
        samples=app[keys.SAMPLES],
        sources=app[keys.SOURCES],
        descriptions=app[keys.DESCRIPTIONS],
        proofs=app[keys.PROOFS],
        folder=folder,
        deadline_s=60,
    )


async def outcomes(checked: Verifying, tenant: str | None = None) -> Sequence[Outcome]:
    found = [one async for one in checked.run(await checked.live(tenant), at_once=2)]
    return sorted(found, key=lambda one: (one.live.tenant, one.live.slug, one.sample))


async def told(checked: Verifying) -> list[tuple[str, list[str]]]:
    return [(one.sample, list(one.faults)) for one in await outcomes(checked)]


class Elsewhere:
    """Offices of another machine: documents get longer there, and a font is missing."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self.pages = 2
        self.missing: tuple[Substitution, ...] = ()

    async def convert(
        self, conversion: Conversion, *, lane: Lane = Lane.INTERACTIVE, deadline: float
    ) -> Converted:
        """Convert as the fake does, and say something else of it."""
        done = await self._inner.convert(conversion, lane=lane, deadline=deadline)  # type: ignore[attr-defined]
        return dataclasses.replace(done, pages=self.pages, fonts_substituted=self.missing)


async def test_what_is_as_before_is_no_fault(namur: Town, tmp_path: Path) -> None:
    assert await told(verifying(namur, tmp_path)) == [("ann", []), ("bob", [])]
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == []


async def test_other_pages_and_lost_fonts_are_faults_until_they_are_recorded(
    namur: Town, tmp_path: Path
) -> None:
    press = namur.service.app[keys.PRESS]
    elsewhere = press._converter = Elsewhere(press._converter)
    elsewhere.missing = (Substitution("Carlito", "Liberation Sans", metric_compatible=False),)
    checked = verifying(namur, tmp_path)
    found = await outcomes(checked)
    assert [list(one.faults) for one in found] == [["pages", "fonts"]] * 2
    assert (found[0].pages, found[0].pages_before) == (2, 1)
    assert found[0].fonts_lost == ["Carlito"]
    assert _told(found[0]) == (
        "namur/permit@1, sample ann: 2 pages, and 1 before\n"
        "namur/permit@1, sample ann: fonts are missing: Carlito\n"
    )
    await checked.record(found)
    assert await told(checked) == [("ann", []), ("bob", [])]


async def test_a_block_that_asks_for_more_breaks_what_is_live(namur: Town, tmp_path: Path) -> None:
    await namur.send("head", odt(p(field("town"))))
    await namur.publish("head", 2)
    found = await outcomes(verifying(namur, tmp_path))
    assert [list(one.faults) for one in found] == [["failed"]] * 2
    problem = found[0].problem
    assert problem is not None
    assert problem.type.name == "data-mismatch"
    assert problem.errors[0]["field"] == "town"


async def test_a_version_that_cannot_be_used_any_more_is_told(namur: Town, tmp_path: Path) -> None:
    await namur.create("letter")
    await namur.send("letter", odt(p(link('include="foot"'))))
    await namur.create("foot", kind="block")
    await namur.send("foot", odt(p("x")))
    await namur.publish("foot", 1)
    assert (await namur.publish("letter", 1)).status == 200
    async with namur.service.app[keys.DATABASE].write("namur") as session:
        (await find_row(session, "foot")).published = None
    (found, *_) = await outcomes(verifying(namur, tmp_path))
    assert (found.live.slug, list(found.faults)) == ("letter", ["failed"])


async def test_what_nobody_recorded_is_compared_with_nothing(namur: Town, tmp_path: Path) -> None:
    await namur.ask("PUT", "/v1/templates/permit/samples/ann", json={"name": "Anna"})
    found = await outcomes(verifying(namur, tmp_path))
    assert [(one.is_recorded, list(one.faults)) for one in found] == [(False, []), (True, [])]


async def test_all_tenants_are_looked_at_or_one(namur: Town, tmp_path: Path) -> None:
    gent = await town(namur.service, "gent")
    await gent.create("fee")
    await gent.send("fee", odt(p(field("fee"))))
    await gent.publish("fee", 1)
    checked = verifying(namur, tmp_path)
    assert [one.live.tenant for one in await outcomes(checked)] == ["gent", "namur", "namur"]
    (only,) = await outcomes(checked, "gent")
    assert (only.sample, only.pages_before) == ("invented data", 1)


async def test_a_machine_that_cannot_work_is_no_fault_of_templates(
    namur: Town, tmp_path: Path
) -> None:
    namur.service.rooms.renderer.failure = PoolNotReady("Nothing starts.")
    with pytest.raises(PoolNotReady):
        await outcomes(verifying(namur, tmp_path))
