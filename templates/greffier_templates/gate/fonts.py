"""Fonts that somebody brings: hostile files like any other, and property of their makers.

What is taken is what LibreOffice embeds into PDFs faithfully: one face in a TTF or OTF with
outlines. Every table is read, so that what is damaged is told to whoever sends it, and not passed
over in silence by an office. Meant for a confined process.

Formats: ISO/IEC 14496-22, https://learn.microsoft.com/typography/opentype/spec/.
"""

from __future__ import annotations

import io
import logging

from fontTools.ttLib import TTFont

from .font_face import MAX_BYTES, FontFace
from .refusals import refuse

_TTF, _OTF = (b"\x00\x01\x00\x00", b"true"), b"OTTO"
_WEB = {b"wOFF": "WOFF", b"wOF2": "WOFF2"}
_NEEDED = ("head", "hhea", "maxp", "hmtx", "cmap", "name", "OS/2", "post")
_OUTLINES = {"ttf": ("glyf", "loca"), "otf": ("CFF ",)}
_MOST_TABLES = 64
#: The column it is kept in.
_LONGEST_NAME = 200

# OS/2.fsType: what may be done with copies. In older fonts several of the lower bits may be
# set, of which the most generous counts.
_RESTRICTED, _PREVIEW, _EDITABLE = 0x0002, 0x0004, 0x0008
_WHOLE_ONLY, _BITMAPS_ONLY = 0x0100, 0x0200

# Its warnings are about fonts, which we tell in our own words, and quote them.
logging.getLogger("fontTools").setLevel(logging.CRITICAL)


def read_font(content: bytes) -> FontFace:
    """Judge a font that somebody brings.

    Args:
        content: the bytes of the file.

    Raises:
        FileRefused: the subclass says why.
    """
    kind = _kind(content)
    try:
        font = TTFont(io.BytesIO(content), lazy=False, recalcBBoxes=False, recalcTimestamp=False)
    except MemoryError:
        raise
    except Exception:
        refuse("font-damaged")
    if len(font.keys()) > _MOST_TABLES:
        refuse("font-damaged")
    if "fvar" in font:
        refuse("font-variable")
    for table in (*_NEEDED, *_OUTLINES[kind]):
        if table not in font:
            refuse("font-table-damaged", table=table.strip())
    _read_all(font)
    return FontFace(
        kind=kind,
        family=_name(font["name"].getBestFamilyName()),
        style=_name(font["name"].getBestSubFamilyName()),
        weight=min(max(int(font["OS/2"].usWeightClass), 1), 1000),
        italic=bool(font["OS/2"].fsSelection & 1 or font["head"].macStyle & 2),
        embedding=_embedding(font["OS/2"].fsType),
    )


def _kind(content: bytes) -> str:
    begins = content[:4]
    if not content:
        refuse("file-empty")
    if len(content) > MAX_BYTES:
        refuse("font-too-large", limit=f"{MAX_BYTES // 2**20} MiB")
    if begins == b"ttcf":
        refuse("font-collection")
    if begins in _WEB:
        refuse("font-for-web", found=_WEB[begins])
    if begins == _OTF:
        return "otf"
    if begins not in _TTF:
        refuse("font-unknown")
    return "ttf"


def _read_all(font: TTFont) -> None:
    """Read every table, and every outline where that is quick."""
    for table in font.keys():  # noqa: SIM118  it is no dict
        if table == "GlyphOrder":
            continue
        try:
            read = font[table]
            if table == "glyf":
                for name in font.getGlyphOrder():
                    read[name].expand(read)
        except MemoryError:
            raise
        except Exception:
            refuse("font-table-damaged", table=_printable(str(table)).strip())


def _name(found: str | None) -> str:
    """Give a name that can be shown, and compared with those in documents."""
    name = " ".join((found or "").split())
    # A comma separates families wherever fonts are listed.
    if not name or name != _printable(name) or len(name) > _LONGEST_NAME or "," in name:
        refuse("font-without-name")
    return name


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _embedding(rights: int) -> str:
    forbidden = rights & (_WHOLE_ONLY | _BITMAPS_ONLY)
    if rights & _EDITABLE and not forbidden:
        return "edit"
    if rights & _PREVIEW and not forbidden:
        return "print"
    if rights & _RESTRICTED or forbidden:
        refuse("font-embedding-forbidden", rights=f"0x{rights:04X}")
    return "install"
