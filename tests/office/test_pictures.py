"""Pictures and codes as they are seen on the page, and read from it."""

from __future__ import annotations

import asyncio
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from filling import filled
from greffier_converters.model import Conversion
from greffier_converters.pool import OfficePool
from odt import odt, p, picture
from PIL import Image, ImageChops, ImageDraw, ImageStat

MM = 25.4
ADDRESS = {
    "name": "Gemeinde Beispielwil",
    "street": "Dorfstrasse",
    "house_number": "1",
    "postal_code": "3000",
    "town": "Bern",
    "country": "CH",
}
DATA = {
    "link": "https://example.org/dossier/2026-118?naam=Élise",
    "iban": "BE71 0961 2345 6769",
    "town": "Commune d’Exempleville",
    "notice": "301000000000000144",
    "tax_code": "00000000000",
    "swiss": "CH93 0076 2011 6238 5295 7",
    "address": ADDRESS,
    "number": "IMIO012345600000042",
    "ean": "400638133393",
}
#: Name of the frame, its width and height in mm, and what a scanner reads there.
CODES = [
    ("py3o.qr(link)", 30, 30, "QRCode", DATA["link"]),
    ("py3o.qr(link, level='H')", 40, 30, "QRCode", DATA["link"]),
    (
        "py3o.epc(iban, town, '143.70', text='+++202/6041/70081+++')",
        35,
        35,
        "QRCode",
        "BCD\n002\n1\nSCT\n\nCommune d’Exempleville\nBE71096123456769\nEUR143.70\n\n\n"
        "+++202/6041/70081+++",
    ),
    (
        "py3o.pagopa(notice, tax_code, '143.70')",
        30,
        30,
        "QRCode",
        "PAGOPA|002|301000000000000144|00000000000|14370",
    ),
    (
        "py3o.swissqr(swiss, address, 143.7, message='Gebühr 2026')",
        56,
        56,
        "QRCode",
        "SPC\n0200\n1\nCH9300762011623852957\nS\nGemeinde Beispielwil\nDorfstrasse\n1\n3000\nBern\n"
        "CH\n\n\n\n\n\n\n\n143.70\nCHF\n\n\n\n\n\n\n\nNON\n\nGebühr 2026\nEPD",
    ),
    ("py3o.datamatrix(number)", 20, 20, "DataMatrix", DATA["number"]),
    ("py3o.datamatrix(link)", 25, 25, "DataMatrix", DATA["link"]),
    ("py3o.aztec(link)", 25, 25, "Aztec", DATA["link"]),
    ("py3o.code128(number)", 90, 15, "Code128", DATA["number"]),
    ("py3o.ean13(ean)", 40, 20, "EAN13", "4006381333931"),
]


async def pages(
    pool: OfficePool, folder: Path, document: bytes, dpi: int = 150
) -> list[Image.Image]:
    """The pages of a document, as the PDF made of it shows them."""
    source, target = folder / "document.odt", folder / "document.pdf"
    source.write_bytes(document)
    deadline = asyncio.get_running_loop().time() + 60
    await pool.convert(Conversion(source=source, kind="odt", target=target), deadline=deadline)
    return drawn(target, dpi)


def drawn(pdf: Path, dpi: int) -> list[Image.Image]:
    prefix = pdf.with_name(f"page-{dpi}")
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", pdf, prefix], check=True)
    return [Image.open(page).convert("RGB") for page in sorted(pdf.parent.glob(f"{prefix.name}-*"))]


def at(page: Image.Image, x_mm: float, y_mm: float, dpi: int = 150) -> tuple[int, ...]:
    """The colour of a page at a place, from its top left corner."""
    found = page.getpixel((round(x_mm / MM * dpi), round(y_mm / MM * dpi)))
    assert isinstance(found, tuple)
    return found


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 180 and colour[1] < 90 and colour[2] < 90


def is_white(colour: tuple[int, ...]) -> bool:
    return min(colour) > 230


#: A frame at 30 and 40 mm from the corner of the page, which has margins of 20 mm.
PLACED = (
    '<style:style style:name="placed" style:family="graphic">'
    '<style:graphic-properties style:vertical-pos="from-top" style:vertical-rel="page" '
    'style:horizontal-pos="from-left" style:horizontal-rel="page" style:wrap="run-through" '
    'fo:padding="0cm" fo:border="none"/></style:style>'
)


def placed(
    name: str, width_mm: float, height_mm: float, *, x_mm: float = 30, y_mm: float = 40
) -> str:
    return picture(name, width=f"{width_mm}mm", height=f"{height_mm}mm").replace(
        'text:anchor-type="as-char"',
        f'text:anchor-type="paragraph" draw:style-name="placed" svg:x="{x_mm}mm" svg:y="{y_mm}mm"',
    )


# --- codes ----------------------------------------------------------------------------------


async def test_codes_are_read_from_the_page(pool: OfficePool, tmp_path: Path) -> None:
    frames = [
        p(placed(name, width, height, x_mm=20 + 100 * (n % 2), y_mm=8 + 57 * (n // 2)))
        for n, (name, width, height, _, _) in enumerate(CODES)
    ]
    await pages(pool, tmp_path, filled(odt(*frames, automatic=PLACED), DATA))
    for dpi in (150, 300):
        (page,) = drawn(tmp_path / "document.pdf", dpi)
        for n, (name, width, height, kind, said) in enumerate(CODES):
            left, top = 20 + 100 * (n % 2), 8 + 57 * (n // 2)
            box = [round(mm / MM * dpi) for mm in (left, top, left + width, top + height)]
            (found,) = zxingcpp.read_barcodes(page.crop((*box,)))
            assert bytes(found.bytes).decode() == said, (name, dpi)
            assert found.format == getattr(zxingcpp.BarcodeFormat, kind)
    others = read_by_others(tmp_path / "page-300-1.png", page, tmp_path)
    for name, _, _, kind, said in CODES:
        assert kind == "Aztec" or said.encode() in others[kind], name
    done = subprocess.run(
        ["pdfimages", "-list", tmp_path / "document.pdf"], check=True, capture_output=True
    )
    assert len(done.stdout.splitlines()) == 2, "codes are drawn, not made of dots"


def read_by_others(path: Path, page: Image.Image, folder: Path) -> dict[str, bytes]:
    """What decoders that share no code with the encoder read, by kind; none knows Aztec."""
    zbar = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sbinary", path], check=True, capture_output=True
    ).stdout
    matrices = b""
    for n, (_, width, height, kind, _) in enumerate(CODES):
        if kind == "DataMatrix":
            left, top = 20 + 100 * (n % 2), 8 + 57 * (n // 2)
            box = [round(mm / MM * 300) for mm in (left, top, left + width, top + height)]
            page.crop((*box,)).save(folder / "matrix.png")
            argv = ["dmtxread", "-N", "1", "-m", "5000", folder / "matrix.png"]
            matrices += subprocess.run(argv, check=True, capture_output=True).stdout
    return {"QRCode": zbar, "Code128": zbar, "EAN13": zbar, "DataMatrix": matrices}


async def test_codes_have_their_size_on_paper(pool: OfficePool, tmp_path: Path) -> None:
    document = filled(
        odt(
            p(placed("py3o.swissqr(swiss, address, 143.7)", 20, 20)),
            p(placed("py3o.qr(link)", 33, 50, y_mm=120)),
            automatic=PLACED,
        ),
        DATA,
    )
    (page,) = await pages(pool, tmp_path, document, dpi=300)
    swiss, plain = (
        ImageChops.invert(page.convert("L")).crop((0, top, page.width, bottom)).getbbox()
        for top, bottom in ((0, 1400), (1400, page.height))
    )
    assert swiss is not None
    assert plain is not None
    assert [(swiss[n + 2] - swiss[n]) / 300 * MM for n in (0, 1)] == pytest.approx(
        [46, 46], abs=0.3
    )
    assert [side / 300 * MM for side in swiss[:2]] == pytest.approx([35, 45], abs=0.3)
    modules = 33  # of version 4, which this text takes; 4 more are left free on each side
    assert (plain[2] - plain[0]) / 300 * MM == pytest.approx(33 * modules / (modules + 8), abs=0.3)
    cross = 30 + 28
    assert is_white(at(page, cross, 40 + 28, 300)), "the cross is white"
    assert max(at(page, cross + 2.6, 40 + 28 + 2.6, 300)) < 60, "on a black field"
    assert is_white(at(page, cross + 3.35, 40 + 28, 300)), "with a white edge"


async def test_a_code_is_told_to_readers_who_cannot_see_it(
    pool: OfficePool, tmp_path: Path
) -> None:
    source, target = tmp_path / "document.odt", tmp_path / "document.pdf"
    frame = picture("py3o.qr(link)", width="3cm", height="3cm")
    source.write_bytes(
        filled(odt(p("Body ", frame), header=p("Head ", frame)), DATA, locale="fr_BE")
    )
    await pool.convert(
        Conversion(source=source, kind="odt", target=target, options={"UseTaggedPDF": True}),
        deadline=asyncio.get_running_loop().time() + 60,
    )
    done = subprocess.run(["pdfinfo", "-struct", target], check=True, capture_output=True)
    assert not done.stderr, "a code in a header does not break the structure of the document"
    assert done.stdout.decode().split()[0] == "Document"
    uncompressed = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", target, "-"], check=True, capture_output=True
    ).stdout
    alternative = "Code QR".encode("utf-16-be").hex().encode()
    assert uncompressed.count(b"/Alt <feff" + alternative) == 1


# --- pictures -------------------------------------------------------------------------------


def photograph(**options: Any) -> bytes:
    """60 × 30 mm at 96 dpi, red at the left, white, blue at the right."""
    image = Image.new("RGB", (240, 120), "white")
    image.paste("red", (0, 0, 60, 120))
    image.paste("blue", (180, 0, 240, 120))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=95, **options)
    return target.getvalue()


async def test_how_pictures_fit_their_frames(pool: OfficePool, tmp_path: Path) -> None:
    names = ("image(photo)", "image(photo, fit='fill')", "image(photo, fit='stretch')")
    frames = [p(placed(f"py3o.{name}", 40, 40, y_mm=30 + 60 * n)) for n, name in enumerate(names)]
    (page,) = await pages(
        pool, tmp_path, filled(odt(*frames, automatic=PLACED), {"photo": photograph()})
    )
    fit, fill, stretch = (
        [
            at(page, 30 + x, 30 + 60 * n + y)
            for x, y in ((2, 2), (2, 30), (38, 10), (20, 10), (2, 38))
        ]
        for n in range(3)
    )
    assert is_red(fit[0]) and is_white(fit[1]), "40 by 20 mm at the top of its frame"
    assert fit[2][2] > 180 and fit[2][0] < 90
    assert [is_white(colour) for colour in fill] == [True] * 5, "the coloured ends are cut off"
    assert is_red(stretch[0]) and is_red(stretch[4])
    assert is_white(stretch[3])


async def test_a_photograph_stands_upright(pool: OfficePool, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: what is at the left belongs to the top
    document = filled(
        odt(p(placed("py3o.image(photo)", 20, 40)), automatic=PLACED),
        {"photo": photograph(exif=exif)},
    )
    (page,) = await pages(pool, tmp_path, document)
    assert is_red(at(page, 32, 42)) and is_red(at(page, 48, 42))
    assert is_white(at(page, 40, 60))
    assert at(page, 40, 78)[2] > 180


DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     width="400" height="200" viewBox="0 0 400 200">
  <style>.a { fill: #cc0000 } #b { stroke: #0000cc; stroke-width: 10; fill: none }</style>
  <defs><linearGradient id="g"><stop offset="0" stop-color="#ffffff"/>
    <stop offset="1" stop-color="#008800"/></linearGradient>
    <clipPath id="c"><rect x="300" y="0" width="50" height="200"/></clipPath>
    <rect id="r" width="40" height="40" class="a"/></defs>
  <rect class="a" x="10" y="10" width="80" height="180"/>
  <circle id="b" cx="150" cy="100" r="40"/>
  <path d="M210 10h80v180h-80z" fill="url(#g)"/>
  <g clip-path="url(#c)"><rect x="250" y="20" width="150" height="60" fill="#cc9900"/></g>
  <use xlink:href="#r" transform="translate(310 120)"/>
</svg>"""


def reference() -> Image.Image:
    """The same drawing, by other means."""
    image = Image.new("RGB", (400, 200), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle([10, 10, 89, 189], fill="#cc0000")
    pen.ellipse([105, 55, 195, 145], outline="#0000cc", width=10)
    for x in range(80):
        part = x / 80
        colour = (
            round(255 * (1 - part)),
            round(255 - (255 - 0x88) * part),
            round(255 * (1 - part)),
        )
        pen.line([210 + x, 10, 210 + x, 189], fill=colour)
    pen.rectangle([300, 20, 349, 79], fill="#cc9900")
    pen.rectangle([310, 120, 349, 159], fill="#cc0000")
    return image


async def test_a_drawing_looks_as_it_was_drawn(pool: OfficePool, tmp_path: Path) -> None:
    document = filled(
        odt(p(placed("py3o.image(arms)", 80, 40)), automatic=PLACED), {"arms": DRAWING.encode()}
    )
    (page,) = await pages(pool, tmp_path, document, dpi=127)  # 400 by 200 dots
    corner = (round(30 / MM * 127), round(40 / MM * 127))
    seen = page.crop((*corner, corner[0] + 400, corner[1] + 200))
    difference = ImageStat.Stat(ImageChops.difference(seen, reference())).mean
    assert max(difference) < 4, "of 255, on average"
    blank = Image.new("RGB", (400, 200), "white")
    missing = ImageStat.Stat(ImageChops.difference(blank, reference())).mean
    assert max(missing) > 40, "nothing drawn would be seen"


async def test_the_middle_of_a_drawing_fills_its_frame(pool: OfficePool, tmp_path: Path) -> None:
    document = filled(
        odt(p(placed("py3o.image(arms, fit='fill')", 40, 40)), automatic=PLACED),
        {"arms": DRAWING.encode()},
    )
    (page,) = await pages(pool, tmp_path, document, dpi=127)
    corner = (round(30 / MM * 127), round(40 / MM * 127))
    seen = page.crop((*corner, corner[0] + 200, corner[1] + 200))
    middle = reference().crop((100, 0, 300, 200))
    assert max(ImageStat.Stat(ImageChops.difference(seen, middle)).mean) < 5
    beside = page.crop((corner[0] + 204, corner[1], corner[0] + 400, corner[1] + 200))
    assert is_white(tuple(low for low, _ in beside.getextrema())), "nothing hangs over its edge"
