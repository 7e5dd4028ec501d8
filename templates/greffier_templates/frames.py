"""Makes the frame of a picture ready to take one: nothing of its template name is left."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from .markers import Kind, Marker
from .notes import Report
from .odf_names import q

_IMAGE, _HREF = q("draw:image"), q("xlink:href")
_WIDTH, _HEIGHT = q("svg:width"), q("svg:height")
_KEPT = frozenset({q("svg:title"), q("svg:desc")})  # the text that replaces the picture
_RELATIVE = (q("style:rel-width"), q("style:rel-height"))


def prepare_frame(marker: Marker, name: str, report: Report) -> None:
    """Leave in the frame of a picture the picture alone, and give it that name."""
    frame = marker.element
    frame.set(q("draw:name"), name)
    images = frame.findall(_IMAGE)
    if marker.kind is Kind.STATIC_IMAGE:
        for spare in images[1:]:  # LibreOffice writes a second format for old readers
            frame.remove(spare)
        if images:
            _forget_type(images[0])
        else:
            report.error("picture-without-place", "The frame holds no picture.", marker.site)
        return
    for child in list(frame):
        if child.tag not in _KEPT:
            frame.remove(child)
    for attribute in _RELATIVE:  # they would overrule the size computed for the picture
        if attribute in frame.attrib:
            del frame.attrib[attribute]
    image = etree.Element(_IMAGE)
    for attribute, value in (("type", "simple"), ("show", "embed"), ("actuate", "onLoad")):
        image.set(q(f"xlink:{attribute}"), value)
    frame.insert(0, image)


def frame_slots(marker: Marker) -> Sequence[tuple[etree._Element, str, str]]:
    """The attributes that depend on the picture: element, attribute, name in ``Fill.frame``."""
    image = marker.element.find(_IMAGE)
    assert image is not None
    if marker.kind is Kind.STATIC_IMAGE:
        return [(image, _HREF, "href")]
    return [
        (image, _HREF, "href"),
        (marker.element, _WIDTH, "width"),
        (marker.element, _HEIGHT, "height"),
    ]


def _forget_type(image: etree._Element) -> None:
    for attribute in list(image.attrib):
        if etree.QName(attribute).localname == "mime-type":
            del image.attrib[attribute]
