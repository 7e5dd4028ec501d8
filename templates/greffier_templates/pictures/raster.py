"""Where a PNG, JPEG or GIF ends and how large it is, read from its structure alone.

Nothing is decoded here, so a bomb costs nothing, and the true end is known: a cut
file has none, and a file that is two things at once goes on after it.

Formats: PNG, https://www.w3.org/TR/png-3/ (section 5); GIF,
https://www.w3.org/Graphics/GIF/spec-gif89a.txt; JPEG, ITU-T T.81 (annex B).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """What the structure of an image file says."""

    media_type: str
    #: As Pillow names it: ``PNG``.
    format: str
    extension: str
    width_px: int
    height_px: int
    #: Length of the image proper, bytes; None when the file stops before its end.
    length: int | None


def outline(content: bytes) -> Outline | None:
    """Read the outline of an image; None when it is none of the formats known here."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content)
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _gif(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    return None


def _png(content: bytes) -> Outline:
    width, height = _numbers(">II", content, 16)
    ends = (end for kind, _, end in png_chunks(content) if kind == b"IEND")
    length = next((end for end in ends if end <= len(content)), None)
    return Outline("image/png", "PNG", "png", width, height, length)


def png_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk; the last may end after the file."""
    position = 8
    while position + 12 <= len(content):
        (size,) = _numbers(">I", content, position)
        end = position + 12 + size  # size, kind, data, checksum
        yield content[position + 4 : position + 8], position, end
        position = end


def _gif(content: bytes) -> Outline:
    width, height = _numbers("<HH", content, 6)
    position = 13 + _colour_table(content[10:11])
    length = None
    while position < len(content):
        block = content[position]
        if block == 0x3B:  # trailer
            length = position + 1
            break
        if block == 0x21:  # extension: its label, then data
            position = _after_gif_data(content, position + 2)
        elif block == 0x2C:  # image: its descriptor, colours and code size, then data
            table = _colour_table(content[position + 9 : position + 10])
            position = _after_gif_data(content, position + 10 + table + 1)
        else:
            break
    return Outline("image/gif", "GIF", "gif", width, height, length)


def _colour_table(flags: bytes) -> int:
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _after_gif_data(content: bytes, position: int) -> int:
    while position < len(content) and content[position]:
        position += content[position] + 1
    return position + 1


# A marker inside coded data: FF not followed by a stuffed zero, a restart or more FF.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
#: Start of frame, of every coding but the tables that share its range.
_JPEG_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


#: Start of scan: coded data follows its segment.
_JPEG_SCAN = 0xDA
_JPEG_END = 0xD9


def _jpeg(content: bytes) -> Outline:
    width = height = 0
    length = None
    for marker, start, end in jpeg_segments(content):
        if marker in _JPEG_FRAME:
            height, width = _numbers(">HH", content, start + 5)
        if marker == _JPEG_END:
            length = end
    return Outline("image/jpeg", "JPEG", "jpg", width, height, length)


def jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment, coded data being part of its scan.

    The last has the marker of the end of the image, unless the file is cut short.
    """
    position = 2
    while position + 2 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # fill
            position += 1
            continue
        start = position
        if marker in _JPEG_ALONE:
            position += 2
        else:
            (size,) = _numbers(">H", content, position + 2)
            position += 2 + max(size, 2)
        if marker == _JPEG_SCAN:
            found = _JPEG_MARKER.search(content, position)
            position = found.start() if found else len(content)
        yield marker, start, position
        if marker == _JPEG_END:
            return


def _numbers(layout: str, content: bytes, position: int) -> tuple[int, ...]:
    size = struct.calcsize(layout)
    return struct.unpack(layout, content[position : position + size].ljust(size, b"\0"))
