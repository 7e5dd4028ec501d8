"""The frames of pictures: made ready to take one, and written with it.

Nothing of the name that a frame has in the template is left in the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from .errors import ValueRefused
from .fill import Fill
from .gate.odf_names import q
from .image_size import fit
from .images import ImageCall, Picture
from .markers import Kind, Marker
from .model import Undefined
from .nodes import Body
from .notes import Report
from .scope import MISSING, Getter
from .site import Site
from .wording import say

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
            report.error("picture-without-place", say("The frame holds no picture."), marker.site)
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


@dataclass(frozen=True, slots=True)
class Slot:
    """An attribute of a picture's frame, known when the picture has been read."""

    attribute: str

    def write(self, fill: Fill) -> None:
        """Write the attribute."""
        fill.put(fill.frame[self.attribute])


@dataclass(frozen=True, slots=True)
class Image:
    """A frame with a picture of the data: ``py3o.image(…)``."""

    arguments: tuple[tuple[str, Getter], ...]
    #: Width and height of the frame as the designer drew it.
    drawn: tuple[str | None, str | None]
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the frame with its picture; nothing, with a warning, when the data has none."""
        values = {name: get(fill.scope) for name, get in self.arguments}
        if MISSING in values.values():
            return
        call = ImageCall(**values)
        content = call.data
        if isinstance(content, str) and content in fill.images:
            content = fill.image(content)
        try:
            picture = fill.pictures.read(content, mime_type=call.mime_type, isb64=call.isb64)
            if picture is None:
                fill.left_out(self.site)
                return
            width, height = fit(picture, call, self.drawn)
            fill.frame = {"href": picture.name, "width": width, "height": height}
            self.body.write(fill)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)


@dataclass(frozen=True, slots=True)
class StaticImage:
    """A frame whose picture is sent beside the data, or in it: ``py3o.staticimage.<id>``."""

    identifier: str
    #: The picture that stands for it in the template.
    placeholder: str
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the frame with the picture that was sent, in the size the designer drew."""
        content = self._sent(fill)
        if content is None:
            fill.not_sent(self.site, self.identifier)
            if fill.undefined is not Undefined.MARK:
                return
        try:
            href = self._href(fill.pictures.read(content))
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)
            return
        fill.frame = {"href": href}
        self.body.write(fill)

    def _sent(self, fill: Fill) -> object:
        """The picture: a part of the request, or ``staticimage.<id>`` of the data."""
        for name in (self.identifier, f"staticimage.{self.identifier}"):
            if name in fill.images:
                return fill.image(name)
        of_data = fill.scope.get("staticimage")
        return of_data.get(self.identifier) if isinstance(of_data, Mapping) else None

    def _href(self, picture: Picture | None) -> str:
        return self.placeholder if picture is None else picture.name
