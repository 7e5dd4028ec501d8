"""Draw the pictures of the designers' guide: each example as a template, and filled, and the card.

Run by ``scripts/pictures`` after a change of an example. Template pictures show fields on
grey, as Writer does on the screen and never on paper.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import zipfile
from pathlib import Path

from greffier_converters.model import Conversion, Limits
from greffier_converters.office import OfficeSettings
from greffier_converters.pages import draw_pages
from greffier_converters.pool import OfficePool
from greffier_converters.probe import find_office
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from lxml import etree
from PIL import Image, ImageOps

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "templates" / "greffier_library"
FILLING = Filling(locale="en_IE", timezone="Europe/Brussels")
#: Dots per inch: 140 mm of page become 551 pixels, what a column of a web page shows.
DPI = 100
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"


async def draw(examples: list[Path], folder: Path) -> None:
    """Draw every example in two pictures beside this file."""
    settings = OfficeSettings(installation=find_office(), limits=Limits(processes=1))
    pool = OfficePool(settings, folder=folder / "offices")
    try:
        await pool.start()
        for example in examples:
            template, filled = folder / "template.odt", folder / "filled.odt"
            shade_fields(example, template)
            data = json.loads(example.with_suffix(".json").read_text(encoding="utf-8"))
            with filled.open("wb") as out:
                prepare(example.read_bytes()).fill(data, out, FILLING)
            for source in (template, filled):
                pdf = source.with_suffix(".pdf")
                deadline = asyncio.get_running_loop().time() + 60
                await pool.convert(
                    Conversion(source=source, kind="odt", target=pdf), deadline=deadline
                )
                (page,) = draw_pages(pdf, folder, numbers=[1], dpi=DPI)
                save_small(page, HERE / "pictures" / f"{example.stem}-{source.stem}.png")
        await make_card(pool, folder)
    finally:
        await pool.stop(grace_s=5)


async def make_card(pool: OfficePool, folder: Path) -> None:
    """Make the designers' card, which is a template of the library itself."""
    card, filled = LIBRARY / "designer-card", folder / "card.odt"
    blocks = {path.parent.name: path.read_bytes() for path in LIBRARY.glob("*/block.odt")}
    template = prepare((card / "template.odt").read_bytes(), GivenBlocks(blocks))
    with filled.open("wb") as out:
        template.fill(
            json.loads((card / "sample.json").read_text("utf-8")), out, Filling(locale="")
        )
    target = HERE / "card.pdf"
    deadline = asyncio.get_running_loop().time() + 60
    await pool.convert(Conversion(source=filled, kind="odt", target=target), deadline=deadline)
    (page,) = draw_pages(target, folder, numbers=[1], dpi=DPI)
    save_small(page, HERE / "pictures" / "card.png", colours=200)


def shade_fields(source: Path, target: Path) -> None:
    """Copy a template with its fields on grey."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name in ("content.xml", "styles.xml"):
                root = etree.fromstring(content)
                for field in root.iter(f"{_TEXT}user-field-get"):
                    _wrap(field)
                styles = root.find(f"{_OFFICE}automatic-styles")
                assert styles is not None, "Writer always writes them"
                styles.append(_shading())
                content = etree.tostring(root)
            new.writestr(name, content)


def _wrap(field: etree._Element) -> None:
    parent = field.getparent()
    assert parent is not None
    span = etree.Element(f"{_TEXT}span", {f"{_TEXT}style-name": "Shading"})
    span.tail, field.tail = field.tail, None
    parent.replace(field, span)
    span.append(field)


def _shading() -> etree._Element:
    attributes = {f"{_STYLE}name": "Shading", f"{_STYLE}family": "text"}
    style = etree.Element(f"{_STYLE}style", attributes)
    etree.SubElement(style, f"{_STYLE}text-properties", {f"{_FO}background-color": "#d0d0d0"})
    return style


def save_small(page: Path, target: Path, *, colours: int = 64) -> None:
    """Frame a page with a grey line and store it with few colours."""
    with Image.open(page) as image:
        framed = ImageOps.expand(image.convert("RGB"), border=1, fill="#b0b0b0")
        framed.quantize(colours).save(target, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        asyncio.run(draw(sorted((HERE / "examples").glob("*.odt")), Path(work)))
