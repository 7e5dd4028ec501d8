"""Pictures made of dots, made ready for a document: upright, without what they tell of people.

A photograph knows where and by whom it was taken. None of that belongs into a letter, so the
metadata of JPEG and PNG files are taken out; where nothing else is to be done the picture
itself is not touched. What has to be coded anew (turned, cropped, converted) is decoded by
Pillow, inside bounds known before.

Formats: EXIF orientation, CIPA DC-008; WebP, RFC 9649.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from ..errors import ValueRefused
from ..telling.wording import say
from .raster import jpeg_segments, png_chunks

#: Formats that are read and become PNG or JPEG, by their first bytes.
_CONVERTED: Final = {b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
#: More pixels than this are not coded anew as they are: an A4 page at 400 dpi has 15 million.
_MOST_PIXELS_CODED = 25_000_000
_ORIENTATION = 0x0112
_UPRIGHT = 1
#: Good enough that nobody sees it was coded twice.
_JPEG_QUALITY = 92
#: Level 6 takes three times as long for 5 % fewer bytes.
_PNG_LEVEL = 3
_DIRECT_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})

#: JPEG segments that say how to show it: JFIF, colour profile, Adobe's colours.
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JPEG_APPLICATION = frozenset({*range(0xE0, 0xF0), 0xFE})  # and comments
_PNG_TELLING = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})


def format_to_convert(content: bytes) -> str | None:
    """The format of a picture that is taken but no document may hold, as Pillow names it."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for magic, kind in _CONVERTED.items() if content.startswith(magic)), None)


def converted(content: bytes, kind: str, most_pixels: int) -> bytes:
    """A WebP, BMP or TIFF picture, its first page, as PNG; as JPEG where it is a photograph.

    Raises:
        ValueRefused: it is damaged, or has more than ``most_pixels``.
    """
    try:
        image = Image.open(BytesIO(content), formats=(kind,))
        width, height = image.size
    except Exception:  # Pillow raises whatever its parsers run into
        raise ValueRefused(say("is a damaged picture")) from None
    if width * height > most_pixels:
        raise ValueRefused(too_many_pixels(most_pixels))
    try:
        turned = ImageOps.exif_transpose(image)
        shown = turned if turned.mode in _DIRECT_MODES else _in_rgb(turned)
        photograph = kind == "WEBP" and shown.mode == "RGB" and b"VP8L" not in content[:4096]
        return _coded(shown, "JPEG" if photograph else "PNG")
    except Exception:
        raise ValueRefused(say("is a damaged picture")) from None


def too_many_pixels(most: int) -> str:
    """What is wrong with a picture of more than ``most`` pixels."""
    return say("has more than {limit} million pixels; make it smaller", limit=most // 1_000_000)


def without_metadata(content: bytes, kind: str) -> bytes:
    """A JPEG or PNG without EXIF, XMP, captions, thumbnails and comments, else as it was."""
    if kind == "JPEG":
        segments = list(jpeg_segments(content))
        if any(_is_telling(content, *segment) for segment in segments):
            kept = [(a, b) for one, a, b in segments if not _is_telling(content, one, a, b)]
            return content[:2] + b"".join(content[start:end] for start, end in kept)
    if kind == "PNG":
        chunks = list(png_chunks(content))
        if any(chunk in _PNG_TELLING for chunk, _, _ in chunks):
            kept = [(a, b) for chunk, a, b in chunks if chunk not in _PNG_TELLING]
            return content[:8] + b"".join(content[start:end] for start, end in kept)
    return content


def _is_telling(content: bytes, marker: int, start: int, _end: int) -> bool:
    kept = _JPEG_KEPT.get(marker)
    if kept is not None and content.startswith(kept, start + 4):
        return False
    return marker in _JPEG_APPLICATION


def is_turned(image: Image.Image) -> bool:
    """Whether a picture says that it is to be turned or mirrored to be seen upright."""
    raw = image.info.get("exif")  # getexif() would decode a whole PNG to look behind it
    if not raw:
        return False
    exif = Image.Exif()
    exif.load(raw)
    return exif.get(_ORIENTATION, _UPRIGHT) in range(2, 9)


def upright(content: bytes, kind: str) -> bytes:
    """A picture coded anew as it is to be seen, without saying so.

    Raises:
        ValueRefused: it cannot be decoded.
    """
    try:
        image = _opened(content, kind)
        return _coded(ImageOps.exif_transpose(image), kind)
    except Exception:
        raise ValueRefused(say("is a damaged picture")) from None


def cropped(content: bytes, kind: str, ratio: float) -> bytes:
    """The middle of a picture with that ratio of width to height; a GIF becomes a PNG.

    The pixels around it are gone, not only hidden: nobody finds in the document what it
    does not show.

    Raises:
        ValueRefused: it cannot be decoded.
    """
    try:
        image = _opened(content, kind)
        width, height = image.size
        wide, high = min(width, height * ratio), min(height, width / ratio)
        left, top = (width - wide) / 2, (height - high) / 2
        x, y = min(int(left), width - 1), min(int(top), height - 1)
        box = (x, y, x + max(round(wide), 1), y + max(round(high), 1))
        return _coded(image.crop(box), "JPEG" if kind == "JPEG" else "PNG")
    except Exception:
        raise ValueRefused(say("is a damaged picture")) from None


def _opened(content: bytes, kind: str) -> Image.Image:
    image = Image.open(BytesIO(content), formats=(kind,))
    width, height = image.size
    if width * height > _MOST_PIXELS_CODED:  # a JPEG is decoded at half its size for a quarter
        image.draft(None, (width // 2, height // 2))
    return image


def _in_rgb(image: Image.Image) -> Image.Image:
    rgb = image.convert("RGB")
    rgb.info.pop("icc_profile", None)  # it described the colours before
    return rgb


def _coded(image: Image.Image, kind: str) -> bytes:
    target = BytesIO()
    if kind == "JPEG" and image.mode not in ("L", "RGB"):
        image = _in_rgb(image)
    kept = ("dpi", "icc_profile", "transparency")
    options = {name: image.info[name] for name in kept if image.info.get(name) is not None}
    if kind == "JPEG":
        options.pop("transparency", None)
        image.save(target, kind, quality=_JPEG_QUALITY, exif=b"", **options)
    else:
        image.save(target, "PNG", compress_level=_PNG_LEVEL, **options)
    return target.getvalue()
