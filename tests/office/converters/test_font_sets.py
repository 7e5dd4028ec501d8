"""Fonts that some may use and others must not: sets that come and go while offices work."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import fonts
import odt
import pytest
from greffier_converters.errors import FontsUnavailable
from greffier_converters.model import Conversion, Converted, Limits
from greffier_converters.pool import OfficePool
from offices import in_60_s, office_pids, running_pool, until

FAMILY = "Stadhuis Grotesk"
LETTER = odt.odt(
    odt.p("Aan de burgers", style="House"),
    styles='<style:style style:name="House" style:family="paragraph"><style:text-properties '
    f'fo:font-family="{FAMILY}"/></style:style>',
)


def add_set(root: Path, name: str, family: str = FAMILY, width: int = 1000) -> None:
    (root / name).mkdir(parents=True)
    (root / name / "font.ttf").write_bytes(fonts.font(family, width=width))


async def print_for(pool: OfficePool, folder: Path, tenant: str, affinity: str) -> Converted:
    folder = folder / f"{tenant}-{affinity}-{len(list(folder.iterdir()))}"
    folder.mkdir()
    (folder / "letter.odt").write_bytes(LETTER)
    conversion = Conversion(
        source=folder / "letter.odt",
        kind="odt",
        target=folder / "letter.pdf",
        fonts_wanted=frozenset({FAMILY}),
        tenant=tenant,
        affinity=affinity,
    )
    return await pool.convert(conversion, deadline=in_60_s())


def embedded(converted: Converted) -> str:
    return subprocess.run(
        ["pdffonts", converted.path], check=True, capture_output=True, text=True
    ).stdout


async def test_a_town_has_its_font_while_another_has_it_not(tmp_path: Path) -> None:
    """At the same time, both ways round, with the set added while the service runs."""
    root, letters = tmp_path / "sets", tmp_path / "letters"
    letters.mkdir()
    async with running_pool(tmp_path / "pool", Limits(processes=2), root) as pool:
        before = await print_for(pool, letters, "b", "")
        add_set(root, "a")
        printed = await asyncio.gather(
            *(print_for(pool, letters, tenant, tenant.replace("b", "")) for tenant in "abab")
        )
        families = await pool.families_with("a")
    for with_font in printed[0::2]:
        assert with_font.fonts_substituted == ()
        assert with_font.fonts_used == (FAMILY,)
        assert "StadhuisGrotesk" in embedded(with_font)
    for without in (before, *printed[1::2]):
        assert [each.wanted for each in without.fonts_substituted] == [FAMILY]
        assert "StadhuisGrotesk" not in embedded(without)
    assert families - pool.families() == {FAMILY}


async def test_two_sets_with_fonts_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    """Each office draws with its own: boxes twice as wide make a line twice as long."""
    root, letters = tmp_path / "sets", tmp_path / "letters"
    letters.mkdir()
    add_set(root, "narrow", width=1000)
    add_set(root, "wide", width=2000)
    async with running_pool(tmp_path / "pool", font_sets=root) as pool:
        widths = {
            name: _ink_width(await print_for(pool, letters, name, name))
            for name in ("narrow", "wide")
        }
    assert widths["wide"] == pytest.approx(2 * widths["narrow"], rel=0.05)


async def test_a_set_that_is_not_there_or_no_more_is_told_and_harms_nobody(tmp_path: Path) -> None:
    root, letters = tmp_path / "sets", tmp_path / "letters"
    letters.mkdir()
    add_set(root, "a")
    async with running_pool(tmp_path / "pool", font_sets=root) as pool:
        for name in ("nowhere", "..", "../sets/a", "A" * 65):
            with pytest.raises(FontsUnavailable) as refused:
                await print_for(pool, letters, "t", name.replace("/", "%"))
            assert refused.value.retryable
        await print_for(pool, letters, "a", "a")
        shutil.rmtree(root / "a")
        with pytest.raises(FontsUnavailable):
            await print_for(pool, letters, "a", "a")
        await print_for(pool, letters, "b", "")
        add_set(root, "a")
        assert (await print_for(pool, letters, "a", "a")).fonts_used == (FAMILY,)


async def test_towns_without_fonts_keep_their_office_and_the_others_give_theirs_back(
    tmp_path: Path,
) -> None:
    root, letters = tmp_path / "sets", tmp_path / "letters"
    letters.mkdir()
    for name in "ab":
        add_set(root, name)
    limits = Limits(with_affinity=1, affinity_idle_s=1)
    async with running_pool(tmp_path / "pool", limits, root) as pool:
        plain = office_pids(tmp_path / "pool")
        for name in ("a", "", "b", ""):
            await print_for(pool, letters, name, name)
            assert set(plain) <= set(office_pids(tmp_path / "pool"))
        await until(lambda: office_pids(tmp_path / "pool") == plain)


async def test_a_damaged_font_costs_nobody_but_its_owner(tmp_path: Path) -> None:
    """The hall lets none in; should one come all the same, fontconfig passes it over."""
    root, letters = tmp_path / "sets", tmp_path / "letters"
    letters.mkdir()
    add_set(root, "a")
    whole = (root / "a" / "font.ttf").read_bytes()
    (root / "a" / "font.ttf").write_bytes(whole[: len(whole) // 2])
    async with running_pool(tmp_path / "pool", font_sets=root) as pool:
        own = await print_for(pool, letters, "a", "a")
        assert [each.wanted for each in own.fonts_substituted] == [FAMILY]
        await print_for(pool, letters, "b", "")


def _ink_width(converted: Converted) -> int:
    """Pixels from the first to the last dark column of the page."""
    from pypdfium2 import PdfDocument

    with PdfDocument(converted.path) as document:
        page = document[0].render(scale=1).to_pil().convert("L").point(lambda value: 255 - value)
    left, _, right, _ = page.getbbox()
    return int(right - left)
