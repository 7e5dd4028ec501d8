"""Small fonts made for tests, of a family that no machine has: every letter is a black box."""

from __future__ import annotations

import io
import struct
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.sfnt import SFNTReader

_LETTERS = {32: "space"} | {code: f"box{code}" for code in range(33, 127)}
_UNITS = 1000


def font(
    family: str,
    style: str = "Regular",
    *,
    width: int = 1000,
    embedding: int = 0,
    cff: bool = False,
    **os2: Any,
) -> bytes:
    """A font file.

    Args:
        family: name of the family.
        style: of the face; ``Bold`` and ``Italic`` in it are set as bits too.
        width: of each letter, in thousandths of its size.
        embedding: what its maker allows, ``OS/2.fsType``.
        cff: an OTF with PostScript outlines instead of a TTF.
        os2: further fields of its table OS/2.
    """
    glyphs = [".notdef", *_LETTERS.values()]
    builder = FontBuilder(_UNITS, isTTF=not cff)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(_LETTERS)
    empty = {".notdef", "space"}
    postscript = f"{family}-{style}".replace(" ", "")
    if cff:
        shapes = {name: _postscript(width, boxed=name not in empty) for name in glyphs}
        builder.setupCFF(postscript, {"FullName": f"{family} {style}"}, shapes, {})
    else:
        builder.setupGlyf({name: _outline(width, boxed=name not in empty) for name in glyphs})
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (width, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    bold, italic = "Bold" in style, "Italic" in style
    builder.setupNameTable(
        {
            "familyName": family,
            "styleName": style,
            "uniqueFontIdentifier": postscript,
            "fullName": f"{family} {style}",
            "psName": postscript,
            "version": "Version 1.0",
        }
    )
    builder.setupOS2(
        **{
            "fsType": embedding,
            "usWeightClass": 700 if bold else 400,
            "fsSelection": (0x20 if bold else 0) | (0x01 if italic else 0) or 0x40,
            "sTypoAscender": 800,
            "sTypoDescender": -200,
            "usWinAscent": 800,
            "usWinDescent": 200,
            **os2,
        }
    )
    builder.setupPost(keepGlyphNames=False)
    # The same bytes whenever it is made.
    builder.font.recalcTimestamp = False
    style_bits = (1 if bold else 0) | (2 if italic else 0)
    builder.updateHead(macStyle=style_bits, created=0, modified=0)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def changed(content: bytes, **tables: bytes | None) -> bytes:
    """The font with other bytes in some tables, or, where None is given, without them."""
    reader = SFNTReader(io.BytesIO(content))
    found = {tag: reader[tag] for tag in reader.keys()} | tables  # noqa: SIM118  it is no dict
    kept = {tag: table for tag, table in found.items() if table is not None}
    # https://learn.microsoft.com/typography/opentype/spec/otff#table-directory
    out = content[:4] + struct.pack(">4H", len(kept), 16, 0, 0)
    place = len(out) + 16 * len(kept)
    for tag, table in kept.items():
        out += struct.pack(">4s3I", tag.encode().ljust(4), 0, place, len(table))
        place += len(table)
    return out + b"".join(kept.values())


def _outline(width: int, *, boxed: bool) -> Any:
    pen = TTGlyphPen(None)
    if boxed:
        _box(pen, width)
    return pen.glyph()


def _postscript(width: int, *, boxed: bool) -> Any:
    pen = T2CharStringPen(width, None)
    if boxed:
        _box(pen, width)
    return pen.getCharString()


def _box(pen: Any, width: int) -> None:
    pen.moveTo((0, 0))
    for corner in ((0, 700), (width, 700), (width, 0)):
        pen.lineTo(corner)
    pen.closePath()
