"""Judge the pictures of a document by their bytes: which may stay, and which are refused.

Allowed are the raster formats every reader has (PNG, JPEG, GIF) and SVG without anything that
leads out of it. Metafiles and PostScript are refused: LibreOffice hands EPS to outside
programs, and the parsers of WMF and EMF have a long history of vulnerabilities.
"""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from ..errors import FileRefused
from ..raster import outline
from ..wording import grouped, say
from .limits import Limits
from .refusals import finding, refuse
from .xml_parts import attributes, parse, serialise

_SVG = "{http://www.w3.org/2000/svg}"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
#: The elements of SVG 1.1 that draw. Left out: script, foreignObject, feImage, audio, video,
#: animation, and style sheets with rules that load something (checked apart).
_SVG_NAMES = (
    "svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon "
    "text tspan textPath linearGradient radialGradient stop pattern clipPath mask marker "
    "image style switch view filter feBlend feColorMatrix feComponentTransfer feFuncR feFuncG "
    "feFuncB feFuncA feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap "
    "feDistantLight feFlood feGaussianBlur feMerge feMergeNode feMorphology feOffset "
    "fePointLight feSpecularLighting feSpotLight feTile feTurbulence a"
)
_SVG_ELEMENTS = frozenset(_SVG + name for name in _SVG_NAMES.split())
_SVG_METADATA = _SVG + "metadata"
#: url(#a) stays inside; any other url, an import, an escape or an expression does not.
_ACTIVE_STYLE = re.compile(
    r"""url\(\s*["']?\s*(?!["'#\s])|@import|@font-face|\\|expression\s*\(|javascript:""",
    re.IGNORECASE,
)
_DATA_URL = re.compile(r"data:image/(?:png|jpe?g|gif);base64,", re.IGNORECASE)
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


def _kind(content: bytes) -> str:
    """``svg``, or in words what a picture that is none of the raster formats is."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if _XML_HEAD.match(content[:1024].removeprefix(b"\xef\xbb\xbf")):
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
    # Drawing programs write the public document type; without an internal subset it says nothing.
    content = _DOCTYPE.sub(b"", content, count=1)
    try:
        root = parse(content, where, limits)
    except FileRefused as refusal:
        # Whatever is wrong with its XML, the finding is about this picture.
        raise type(refusal)(finding("picture-active", where)) from refusal
    if root.tag != _SVG + "svg":
        refuse("picture-type", where, found=say("of an unknown type"))
    for element in list(root.iter()):
        if element.tag == _SVG_METADATA:
            for child in list(element):
                element.remove(child)
        elif element.tag in _SVG_ELEMENTS:
            _check_svg_element(element, where)
        elif element is not root and not str(element.tag).startswith(_SVG):
            parent = element.getparent()  # an editor's own data (Inkscape, Sketch)
            if parent is not None:
                parent.remove(element)
        else:
            refuse("picture-active", where)
    return serialise(root)


def _check_svg_element(element: etree._Element, where: str) -> None:
    for name, value in attributes(element):
        local = name.rpartition("}")[2].lower()
        if local == "href" and element.tag == _SVG + "a":
            del element.attrib[name]  # a picture is not clicked on
        elif local == "href":
            inline = element.tag == _SVG + "image" and _DATA_URL.match(value)
            if not (value.strip().startswith("#") or inline):
                refuse("picture-active", where)
        elif local.startswith("on") or name == _XML_BASE or _ACTIVE_STYLE.search(value):
            refuse("picture-active", where)
    if element.tag == _SVG + "style":
        rules = "".join(map(str, element.itertext()))
        if _ACTIVE_STYLE.search(rules):
            refuse("picture-active", where)
