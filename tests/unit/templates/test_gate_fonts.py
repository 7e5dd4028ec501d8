"""Which fonts towns may bring, and what is told of the others."""

from __future__ import annotations

import io
import random
import subprocess
from pathlib import Path

import pytest
from fonts import changed, font
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import _f_v_a_r
from greffier_converters.fonts import lister
from greffier_templates.errors import (
    FileDamaged,
    FileRefused,
    FileTooLarge,
    FontRefused,
    NotTheDeclaredType,
)
from greffier_templates.gate import fonts as gate
from greffier_templates.gate.font_face import FontFace
from greffier_templates.gate.fonts import read_font

FAMILY = "Stadhuis Grotesk"
GOOD = font(FAMILY)


def refusal(content: bytes) -> tuple[type[FileRefused], str, str]:
    with pytest.raises(FileRefused) as refused:
        read_font(content)
    (finding,) = refused.value.findings
    assert finding.hint
    return type(refused.value), finding.code, finding.message


@pytest.mark.parametrize("cff", [False, True], ids=["ttf", "otf"])
def test_a_font_is_described(cff: bool) -> None:
    assert read_font(font(FAMILY, "Bold Italic", cff=cff)) == FontFace(
        kind="otf" if cff else "ttf",
        family=FAMILY,
        style="Bold Italic",
        weight=700,
        italic=True,
        embedding="install",
    )


def test_a_font_of_this_machine_is_taken() -> None:
    listed = subprocess.run(
        [lister(), "Liberation Serif:bold", "file"], check=True, capture_output=True, text=True
    ).stdout
    face = read_font(Path(listed.split(":")[0]).read_bytes())
    assert (face.family, face.weight, face.kind) == ("Liberation Serif", 700, "ttf")


def test_the_family_is_the_one_that_people_choose() -> None:
    """A maker of ten faces names a family for old programs, and the family of all ten."""
    face = TTFont(io.BytesIO(font(f"{FAMILY} Light")))
    face["name"].setName(FAMILY, 16, 3, 1, 0x409)
    face["name"].setName("Light", 17, 3, 1, 0x409)
    out = io.BytesIO()
    face.save(out)
    found = read_font(out.getvalue())
    assert (found.family, found.style) == (FAMILY, "Light")


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (0x0000, "install"),
        (0x0004, "print"),
        (0x0008, "edit"),
        (0x0006, "print"),  # in older fonts the most generous counts
        (0x0002, None),
        (0x0100, None),
        (0x0104, None),
        (0x0208, None),
    ],
)
def test_what_the_maker_allows_is_kept_to(rights: int, allowed: str | None) -> None:
    content = font(FAMILY, embedding=rights)
    if allowed is None:
        kind, code, message = refusal(content)
        assert (kind, code) == (FontRefused, "font-embedding-forbidden")
        assert f"0x{rights:04X}" in message
    else:
        assert read_font(content).embedding == allowed


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", NotTheDeclaredType, "file-empty"),
        (b"%PDF-1.7 and so on", NotTheDeclaredType, "font-unknown"),
        (b"ttcf" + GOOD[4:], FontRefused, "font-collection"),
        (b"wOF2" + GOOD[4:], FontRefused, "font-for-web"),
        (b"wOFF" + GOOD[4:], FontRefused, "font-for-web"),
        (b"OTTO" + GOOD[4:], FileDamaged, "font-table-damaged"),
        (GOOD[:100], FileDamaged, "font-damaged"),
        (b"\x00\x01\x00\x00\xff\xff" + GOOD[6:], FileDamaged, "font-damaged"),
    ],
    ids=["empty", "pdf", "collection", "woff2", "woff", "mislabelled", "head only", "directory"],
)
def test_what_is_no_usable_font_is_refused(
    content: bytes, kind: type[FileRefused], code: str
) -> None:
    assert refusal(content)[:2] == (kind, code)


@pytest.mark.parametrize("table", ["head", "hhea", "maxp", "hmtx", "cmap", "name", "OS/2", "post"])
def test_a_missing_table_is_named(table: str) -> None:
    kind, code, message = refusal(changed(GOOD, **{table: None}))
    assert (kind, code) == (FileDamaged, "font-table-damaged")
    assert table in message


@pytest.mark.parametrize("table", ["head", "maxp", "hmtx", "glyf", "loca", "OS/2", "hhea"])
def test_a_damaged_table_is_named(table: str) -> None:
    damaged = changed(GOOD, **{table: b"\x00\x01\x02"})
    assert refusal(damaged)[:2] == (FileDamaged, "font-table-damaged")


def test_a_variable_font_is_refused() -> None:
    face = TTFont(io.BytesIO(GOOD))
    face["fvar"] = table = _f_v_a_r.table__f_v_a_r()
    axis = _f_v_a_r.Axis()
    axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue = "wght", 100, 400, 900
    table.axes = [axis]
    out = io.BytesIO()
    face.save(out)
    assert refusal(out.getvalue())[:2] == (FontRefused, "font-variable")


@pytest.mark.parametrize("family", ["", "A\u0007B", "One,Two", "x" * 201])
def test_a_name_that_nobody_could_choose_is_refused(family: str) -> None:
    face = TTFont(io.BytesIO(GOOD))
    for name in face["name"].names:
        if name.nameID == 1:
            name.string = family
    out = io.BytesIO()
    face.save(out)
    assert refusal(out.getvalue())[:2] == (FileDamaged, "font-without-name")


def test_a_large_file_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_BYTES", 1000)
    assert refusal(GOOD)[:2] == (FileTooLarge, "font-too-large")


def test_whatever_the_bytes_it_is_taken_or_refused() -> None:
    """Four hundred fonts with a few bytes changed anywhere: none raises anything else."""
    chance = random.Random(8)
    outcomes = set()
    for _ in range(400):
        content = bytearray(GOOD)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            read_font(bytes(content))
            outcomes.add("taken")
        except FileRefused:
            outcomes.add("refused")
    assert outcomes == {"taken", "refused"}
