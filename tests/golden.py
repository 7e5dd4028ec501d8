"""Golden pages: what the ready-made templates looked like when a person last looked at them.

``tests/office/golden`` has a folder for each version of LibreOffice (``7.4``): another version
breaks lines elsewhere. In it lie

- ``made-with.json``: the exact version and the fonts, by the digests of their files;
- ``<template>/sample.txt`` and ``awkward.txt``: the text, page by page;
- ``<template>/sample-1.png``…: the pages with the sample data, small.

``scripts/golden`` makes them anew; look at them before you commit them. Text is compared on
every machine with that version of LibreOffice, pixels only where the fonts are the same too.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from greffier_converters.pages import draw_pages
from greffier_converters.probe import find_office
from library import make_all
from PIL import Image, ImageChops

GOLDEN = Path(__file__).parent / "office" / "golden"
#: Dots per inch: a page becomes 413 by 585 pixels and a few kilobytes.
DPI = 50
#: Colours in a kept page: few enough to be small, enough to notice another blue.
COLOURS = 32
#: A pixel counts as changed when a channel differs by more than this, of 255 …
CHANGED = 56
#: … and a page as another when more than this share of its pixels changed. On one machine nothing
#: changes from one time to the next; a page that moved by one pixel changes by more than 0.02.
TOLERANCE = 0.002
#: The families that the templates are set in.
FONTS = {"Carlito", "Liberation Mono", "Liberation Serif"}


def folder_of_this_office() -> Path:
    """Where the golden pages of the LibreOffice of this machine lie, or would lie."""
    version = find_office().version
    return GOLDEN / ".".join(version.split(".")[:2])


def fonts_here() -> dict[str, str]:
    """The files of the fonts, by name, and the start of their digests."""
    found: dict[str, str] = {}
    for family in sorted(FONTS):
        listed = subprocess.run(
            ["fc-list", "--format=%{file}\n", family], check=True, capture_output=True, text=True
        )
        for file in map(Path, listed.stdout.split()):
            found[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return dict(sorted(found.items()))


def text_of(pdf: Path) -> str:
    """The text of a PDF as it is kept: a line of blanks is one blank, pages are separated."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True)
    pages = done.stdout.decode().split("\f")[:-1]
    kept = [[re.sub(r"\s+", " ", line).strip() for line in page.splitlines()] for page in pages]
    return "\n\f\n".join("\n".join(filter(None, page)) for page in kept) + "\n"


def small_pages(pdf: Path, folder: Path) -> Iterator[Image.Image]:
    """Every page of a PDF as it is compared; ``folder`` takes what is drawn on the way."""
    for page in draw_pages(pdf, folder, dpi=DPI):
        with Image.open(page) as drawn:
            yield drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def share_changed(page: Image.Image, golden: Image.Image) -> float:
    """The share of the pixels of two pages that differ, from 0 to 1."""
    if page.size != golden.size:
        return 1.0
    red, green, blue = ImageChops.difference(page.convert("RGB"), golden.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    return sum(most[CHANGED + 1 :]) / (page.width * page.height)


def renew() -> None:
    """Make the golden pages of the LibreOffice of this machine anew."""
    target = folder_of_this_office()
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        for (template, data), made in sorted(make_all(Path(work)).items()):
            folder = target / template
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{data}.txt").write_text(text_of(made.pdf), encoding="utf-8")
            if data != "sample":
                continue
            drawn = Path(work) / f"{template}-pages"
            drawn.mkdir()
            for number, page in enumerate(small_pages(made.pdf, drawn), start=1):
                page.save(folder / f"{data}-{number}.png", optimize=True)
    made_with = {"LibreOffice": find_office().version, "fonts": fonts_here()}
    (target / "made-with.json").write_text(json.dumps(made_with, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    renew()
