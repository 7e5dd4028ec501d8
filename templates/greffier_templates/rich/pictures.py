"""Writes the pictures of formatted text, each in a frame that fits its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values import text_to_xml
from .automatic import AutomaticStyles
from .model import Image, Size
from .paragraph_styles import cm

if TYPE_CHECKING:
    from ..fill import Fill
    from .spots import Spot

#: The highest picture that fits on a page of A4 with a line of text, centimetres.
_HIGHEST_CM = 23.0
_LOWEST_CM = 0.05
_LONGEST_ALT = 1_000
_STYLE = (
    ' style:family="graphic"><style:graphic-properties style:vertical-pos="middle" '
    'style:vertical-rel="text" fo:margin="0cm" fo:padding="0cm" fo:border="none"/></style:style>'
)


class PictureWriter:
    """Writes pictures at one spot."""

    def __init__(self, spot: Spot, automatic: AutomaticStyles, fill: Fill) -> None:
        #: The width of what is around, centimetres.
        self.width = spot.width
        self._automatic = automatic
        self._fill = fill

    def write(self, image: Image) -> str:
        """The frame of a picture, anchored as a character; nothing for an empty one.

        Raises:
            ValueRefused: it is none that a document may hold.
        """
        picture = self._fill.pictures.read(image.source)
        if picture is None:
            return ""
        width, height = self._size(image, picture.size_in)
        address = self._fill.pictures.store(picture)
        name = self._fill.free_name("Picture")
        alt = _title(image.alt)
        style = self._automatic.name("F", "style:style", _STYLE)
        return (
            f'<draw:frame draw:style-name="{style}" draw:name="{name}" '
            f'text:anchor-type="as-char" svg:width="{cm(width)}" svg:height="{cm(height)}">'
            f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" '
            f'xlink:actuate="onLoad"/>{alt}</draw:frame>'
        )

    def _size(self, image: Image, size_in: tuple[float, float]) -> tuple[float, float]:
        """Width and height as the HTML asks, or else the picture's own, made to fit."""
        natural_width, natural_height = (side * 2.54 for side in size_in)
        ratio = natural_width / natural_height
        width, height = self._side(image.width), self._side(image.height, is_height=True)
        if width is None and height is None:
            width, height = natural_width, natural_height
        elif width is None:
            assert height is not None
            width = height * ratio
        elif height is None:
            height = width / ratio
        factor = min(1.0, self.width / width, _HIGHEST_CM / height)
        return max(width * factor, _LOWEST_CM), max(height * factor, _LOWEST_CM)

    def _side(self, side: Size | None, *, is_height: bool = False) -> float | None:
        if side is None or side.value <= 0:
            return None
        if not side.is_percent:
            return side.value
        # A percentage of a height is of a page that browsers do not have.
        return None if is_height else self.width * min(side.value, 100.0) / 100


def _title(alt: str) -> str:
    """What is said in place of a picture, for readers who cannot see it."""
    text = text_to_xml(" ".join(alt.split())[:_LONGEST_ALT].strip())
    return f"<svg:title>{text}</svg:title>" if text else ""
