"""Pictures that come with the data: read, checked, measured and named.

A picture is base64 text, a data URI, or bytes (a part of the request). What it is
is seen from its bytes, never from what it is declared to be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO

from PIL import Image

from ..errors import FileRefused, ValueRefused
from ..functions.amounts import is_missing, kind_of
from ..gate.limits import DEFAULT_LIMITS
from ..gate.pictures import looks_like_svg, read_svg
from ..gate.svg import SvgRefused, with_view
from ..gate.xml_parts import parse, serialise
from ..telling.wording import say
from .photographs import (
    converted,
    cropped,
    format_to_convert,
    is_turned,
    too_many_pixels,
    upright,
    without_metadata,
)
from .raster import Outline, outline

#: Most pixels of one picture: an A4 page scanned at 600 dpi has 35 million.
MAX_IMAGE_PIXELS = 50_000_000
#: Most bytes of one picture.
MAX_IMAGE_BYTES = 20_000_000
#: Most bytes of one drawing: those of towns have some ten thousand.
MAX_SVG_BYTES = 4_000_000
#: Most bytes of all pictures of one document together.
MAX_PICTURES_BYTES = 100_000_000
#: Resolution assumed when a picture states none, as LibreOffice and CSS do.
DEFAULT_DPI = 96.0
#: Resolutions outside these are mistakes of the program that wrote the file.
_PLAUSIBLE_DPI = (20.0, 4800.0)

_DATA_URI = re.compile(r"data:[\w.+/-]*(;[\w=.-]+)*;base64,", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """One checked picture, and all that is needed to put it in a document."""

    content: bytes = field(repr=False)
    media_type: str
    extension: str
    #: Whole numbers, but for drawings.
    width_px: float
    height_px: float
    #: Dots per inch, horizontal and vertical.
    dpi: tuple[float, float] = (DEFAULT_DPI, DEFAULT_DPI)

    @cached_property
    def name(self) -> str:
        """Its name in the package, made of its content: the same picture is stored once."""
        return f"Pictures/{hashlib.sha256(self.content).hexdigest()}.{self.extension}"

    @property
    def ratio(self) -> float:
        """Width divided by height, as it is printed."""
        width, height = self.size_in
        return width / height

    @property
    def size_in(self) -> tuple[float, float]:
        """Natural width and height, inches."""
        return self.width_px / self.dpi[0], self.height_px / self.dpi[1]


@dataclass(frozen=True, slots=True)
class ImageCall:
    """The arguments of ``py3o.image(…)`` in the name of a frame, as stock py3o takes them.

    ``mime_type`` and ``isb64`` are accepted and need not be right: the bytes tell.
    ``dummy`` only keeps frame names apart in LibreOffice, which wants them unique.

    Ours are ``fit`` (see image_size), ``alt``, the text for readers who cannot see it, and
    ``missing``, what to do without a picture (see frames).
    """

    data: object
    mime_type: object = None
    width: object = None
    height: object = None
    isb64: object = False
    keep_ratio: object = True
    dummy: object = None
    fit: object = None
    alt: object = None
    missing: object = None


def read_image(value: object, *, mime_type: object = None, isb64: object = None) -> Picture:
    """Read and check one picture of the data.

    ``mime_type`` and ``isb64`` are what the template declares; they do not matter,
    except that bytes declared to be base64 are decoded. Raises ValueRefused when it
    is none of the formats taken, is cut short, is followed by something else, or is
    over the limits of this module.

    PNG, JPEG and GIF stay as they are, but for the metadata of PNG and JPEG (who, where,
    with which camera), which are taken out; one that says it is to be turned is coded anew.
    WebP, BMP and TIFF become PNG or JPEG; SVG is made anew of what only draws.
    """
    content = _decoded(value, isb64=bool(isb64))
    if len(content) > MAX_IMAGE_BYTES:
        raise ValueRefused(say("is larger than {limit} MB", limit=MAX_IMAGE_BYTES // 1_000_000))
    if looks_like_svg(content):
        return _read_svg(content)
    to_convert = format_to_convert(content)
    if to_convert is not None:
        content = converted(content, to_convert, MAX_IMAGE_PIXELS)
    return _read_raster(content)


def _read_svg(content: bytes) -> Picture:
    if len(content) > MAX_SVG_BYTES:
        raise ValueRefused(say("is larger than {limit} MB", limit=MAX_SVG_BYTES // 1_000_000))
    try:
        drawing = read_svg(content, "", DEFAULT_LIMITS, effects=False)
    except SvgRefused as refusal:
        raise ValueRefused(
            say("is an SVG drawing with {found}; save it as plain SVG", found=refusal.found)
        ) from None
    except FileRefused:
        raise ValueRefused(say("is not a picture")) from None
    if drawing.size_px is None:
        raise ValueRefused(
            say("is an SVG drawing without a size; give it width and height, or a viewBox")
        )
    width, height = drawing.size_px
    return Picture(serialise(drawing.root), "image/svg+xml", "svg", width, height)


def _read_raster(content: bytes) -> Picture:
    seen = outline(content)
    if seen is None:
        raise ValueRefused(say("is not a PNG, JPEG, GIF, SVG, WebP, BMP or TIFF picture"))
    if not seen.width_px or not seen.height_px:
        raise ValueRefused(say("is a damaged picture: it has no size"))
    if seen.width_px * seen.height_px > MAX_IMAGE_PIXELS:
        raise ValueRefused(too_many_pixels(MAX_IMAGE_PIXELS))
    if seen.length is None:
        raise ValueRefused(say("is a damaged picture: it is cut short"))
    alone = _alone(content, seen)
    dpi, turned = _verified(alone, seen)
    if turned:
        return _read_raster(without_metadata(upright(alone, seen.format), seen.format))
    return Picture(
        content=without_metadata(alone, seen.format),
        media_type=seen.media_type,
        extension=seen.extension,
        width_px=seen.width_px,
        height_px=seen.height_px,
        dpi=dpi,
    )


def _decoded(value: object, *, isb64: bool) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        if not isb64 or outline(raw):
            return raw
        value = raw.decode("ascii", "replace")
    if not isinstance(value, str):
        raise ValueRefused(
            say("needs a picture as base64 text and was given {kind}", kind=kind_of(value))
        )
    if len(value) > MAX_IMAGE_BYTES * 1.4:  # base64 adds a third, and line breaks
        raise ValueRefused(say("is larger than {limit} MB", limit=MAX_IMAGE_BYTES // 1_000_000))
    uri = _DATA_URI.match(value)
    text = "".join(value[uri.end() if uri else 0 :].split())
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueRefused(
            say("needs a picture as base64 text and was given another text")
        ) from None


def _alone(content: bytes, seen: Outline) -> bytes:
    """The picture without what follows it.

    Phones append previews and depth maps to a JPEG, so there it is cut off; after
    the end of a PNG or GIF nothing is ever meant to follow.
    """
    rest = content[seen.length :]
    if rest.strip(b"\0") and seen.format != "JPEG":
        raise ValueRefused(say("is a picture with something else behind it"))
    return content[: seen.length]


def _verified(content: bytes, seen: Outline) -> tuple[tuple[float, float], bool]:
    """Let Pillow read the header and the checksums; the resolution, and whether it is turned."""
    try:
        image = Image.open(BytesIO(content), formats=(seen.format,))
        stated, size, turned = image.info.get("dpi"), image.size, is_turned(image)
        image.verify()
    except Exception:  # Pillow raises whatever its parsers run into
        raise ValueRefused(say("is a damaged picture")) from None
    if size != (seen.width_px, seen.height_px):
        raise ValueRefused(say("is a damaged picture: it states two sizes"))
    low, high = _PLAUSIBLE_DPI
    if (
        isinstance(stated, tuple)
        and len(stated) == 2
        and all(low <= float(dpi) <= high for dpi in stated)
    ):
        return (float(stated[0]), float(stated[1])), turned
    return (DEFAULT_DPI, DEFAULT_DPI), turned


def _cropped(picture: Picture, ratio: float) -> Picture:
    """The middle of a picture, unless it has that shape but for a row of dots."""
    if abs(picture.ratio / ratio - 1) * max(picture.width_px, picture.height_px) < 2:
        return picture
    if picture.extension == "svg":
        return _read_svg(serialise(with_view(parse(picture.content, ""), ratio)))
    dots = ratio * picture.dpi[0] / picture.dpi[1]
    kind = "JPEG" if picture.extension == "jpg" else picture.extension.upper()
    return _read_raster(cropped(picture.content, kind, dots))


class Pictures:
    """The pictures of one document while it is filled: each is read and stored once."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._read: dict[object, Picture] = {}
        self._named: dict[str, Picture] = {}
        self._made: dict[object, Picture] = {}
        self._bytes = 0

    def read(
        self, value: object, *, mime_type: object = None, isb64: object = None
    ) -> Picture | None:
        """Read a picture; None when the data leaves it out, and its frame is to be removed."""
        if is_missing(value) or value == b"":
            return None
        known = self._read.get(value) if isinstance(value, str | bytes) else None
        if known:
            return known
        picture = read_image(value, mime_type=mime_type, isb64=isb64)
        if isinstance(value, str | bytes):
            self._read[value] = picture
        return picture

    def crop(self, picture: Picture, ratio: float) -> Picture:
        """The middle of a picture, with that ratio of width to height."""
        key = picture.name, round(ratio, 3)
        return self.made(key, lambda: _cropped(picture, ratio))

    def made(self, key: object, make: Callable[[], Picture]) -> Picture:
        """What ``make`` makes, made once for each key."""
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = make()
        return known

    def keep(self, name: str, content: bytes) -> None:
        """Put a picture of the template into the document."""
        self._kept[name] = content

    def store(self, picture: Picture) -> str:
        """Put a picture into the document; its name there."""
        if picture.name not in self._named:
            self._named[picture.name] = picture
            self._bytes += len(picture.content)
        if self._bytes > MAX_PICTURES_BYTES:
            raise ValueRefused(
                say(
                    "makes the pictures of this document larger than {limit} MB",
                    limit=MAX_PICTURES_BYTES // 1_000_000,
                )
            )
        return picture.name

    @property
    def parts(self) -> Mapping[str, bytes]:
        """Name in the package → picture, to be written beside content.xml."""
        return self._kept | {name: picture.content for name, picture in self._named.items()}
