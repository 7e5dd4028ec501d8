"""Judge the pictures of a document by their bytes: which may stay, and which are refused.

Allowed are the raster formats every reader has (PNG, JPEG, GIF), as they are, and SVG made anew
of what only draws. Metafiles and PostScript are refused: LibreOffice hands EPS to outside
programs, and the parsers of WMF and EMF have a long history of vulnerabilities.
"""

from __future__ import annotations

import base64
import binascii
import re

from ..errors import FileRefused
from ..pictures.raster import outline
from ..telling.wording import grouped, say
from .limits import Limits
from .refusals import refuse
from .svg import Drawing, SvgRefused, is_svg, rewrite
from .xml_parts import parse, serialise

_DOCTYPE = re.compile(rb"<!DOCTYPE\s[^\[<>]*>")
_XML_HEAD = re.compile(rb"\s*<(?:\?xml|!--|!DOCTYPE\s+svg|svg|[\w-]+:svg)[\s>\-]")

#: First bytes -> what they are, for findings.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%!PS", say("an EPS drawing")),
    (b"\xc5\xd0\xd3\xc6", say("an EPS drawing")),
    (b"\xd7\xcd\xc6\x9a", say("a WMF drawing")),
    (b"\x01\x00\x09\x00", say("a WMF drawing")),
    (b"\x02\x00\x09\x00", say("a WMF drawing")),
    (b"\x01\x00\x00\x00", say("an EMF drawing")),
    (b"VCLMTF", say("a StarView metafile")),
    (b"8BPS", say("a Photoshop picture")),
    (b"BM", say("a BMP picture")),
    (b"II*\x00", say("a TIFF picture")),
    (b"MM\x00*", say("a TIFF picture")),
    (b"RIFF", say("a WebP picture")),
    (b"%PDF", say("a PDF")),
    (b"\x1f\x8b", say("a compressed drawing")),
    (b"PK\x03\x04", say("a zip package")),
)


def looks_like_svg(content: bytes) -> bool:
    """Whether a file begins as SVG does; whether it is, its XML tells."""
    return _XML_HEAD.match(content[:1024].removeprefix(b"\xef\xbb\xbf")) is not None


def _kind(content: bytes) -> str:
    """``svg``, or in words what a picture that is none of the raster formats is."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if looks_like_svg(content):
        return "svg"
    return say("of an unknown type")


def clean_picture(content: bytes, where: str, limits: Limits) -> bytes:
    """The picture as it may stay in the document.

    Raises:
        FileUnsafe: of a type that is not taken, or an SVG that reaches outside itself.
        FileTooLarge: more pixels than ``limits`` allow.
    """
    kind = _kind(content)
    if kind == "svg":
        return _clean_svg(content, where, limits)
    raster = outline(content)
    if raster is None:
        refuse("picture-type", where, found=kind)
    if raster.width_px * raster.height_px > limits.pixels:
        refuse("picture-too-large", where, limit=grouped(limits.pixels))
    return content


def clean_binary_data(text: str, where: str, limits: Limits) -> str:
    """The same for a picture written into the XML as base64 (``office:binary-data``)."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        refuse("picture-type", where, found=say("of an unknown type"))
    return base64.b64encode(clean_picture(content, where, limits)).decode()


# --- SVG ------------------------------------------------------------------------------------


def _clean_svg(content: bytes, where: str, limits: Limits) -> bytes:
    try:
        drawing = read_svg(content, where, limits, effects=True)
    except SvgRefused as refusal:
        refuse("picture-active", where, found=refusal.found)
    return serialise(drawing.root)


def read_svg(content: bytes, where: str, limits: Limits, *, effects: bool) -> Drawing:
    """Parse and rewrite an SVG drawing; see :func:`.svg.rewrite`.

    Raises:
        FileUnsafe: it is not SVG.
        SvgRefused: its XML is damaged, or it holds what no drawing may.
    """
    # Drawing programs write the public document type; without an internal subset it says nothing.
    content = _DOCTYPE.sub(b"", content, count=1)
    try:
        root = parse(content, where, limits)
    except FileRefused:
        raise SvgRefused(say("XML that is damaged or declares entities")) from None
    if not is_svg(root):
        refuse("picture-type", where, found=say("of an unknown type"))
    return rewrite(root, effects=effects, pixels=limits.pixels)
