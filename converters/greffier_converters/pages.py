"""Pages of a PDF as PNG pictures, drawn by PDFium.

LibreOffice's own PNG filter writes page one only, and draws it with other fonts and
line breaks than the PDF may have. Takes time in proportion to the pixels, so it runs
in a render process, never in the event loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # ships no types

from greffier_converters.errors import DocumentRejected, OptionRefused
from greffier_converters.options import DPI_RANGE

#: Most pixels of one picture: A3 at 400 dpi. A page may be a poster of several metres,
#: and a pixel takes four bytes while it is drawn.
MAX_PIXELS = 32_000_000

_POINTS_PER_INCH = 72


def draw_pages(
    source: Path, folder: Path, *, numbers: Sequence[int] | None = None, dpi: int = 150
) -> tuple[Path, ...]:
    """Draw pages of the PDF ``source`` as ``page-1.png`` and so on in ``folder``.

    Args:
        source: a PDF that needs no password.
        folder: where the pictures go; it exists.
        numbers: the pages wanted, from 1, in this order; absent: every page.
        dpi: dots per inch, within :data:`DPI_RANGE`.

    Raises:
        OptionRefused: a page does not exist, the resolution is out of range, or the
            picture would exceed :data:`MAX_PIXELS`.
        DocumentRejected: PDFium cannot read the file.
    """
    least, most = DPI_RANGE
    if not least <= dpi <= most:
        raise OptionRefused(f"dpi must be from {least} to {most}.", option="png.dpi")
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise DocumentRejected("The PDF could not be read to draw it.", phase="finish") from error
    with document:
        count = len(document)
        drawn = []
        for number in numbers if numbers is not None else range(1, count + 1):
            if not 1 <= number <= count:
                raise OptionRefused(
                    f"There is no page {number}: the document has {count}.", option="png.page"
                )
            target = folder / f"page-{number}.png"
            _draw(document[number - 1], target, dpi)
            drawn.append(target)
    return tuple(drawn)


def _draw(page: pypdfium2.PdfPage, target: Path, dpi: int) -> None:
    scale = dpi / _POINTS_PER_INCH
    width, height = page.get_size()
    if width * height * scale * scale > MAX_PIXELS:
        raise OptionRefused(
            f"A page would have more than {MAX_PIXELS:,} pixels: ask for fewer dots per inch.",
            option="png.dpi",
        )
    picture = page.render(scale=scale).to_pil()
    # Level 1: three times as fast as Pillow's default for a few percent more bytes.
    picture.save(target, "PNG", dpi=(dpi, dpi), compress_level=1)
