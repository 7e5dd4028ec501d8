"""The frames of pictures: made ready to take one, and written with it.

Nothing of the name that a frame has in the template is left in the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ..errors import ValueRefused
from ..fill import Fill
from ..gate.odf_names import q
from ..markers import Kind, Marker
from ..model import Undefined
from ..nodes import Body
from ..scope import MISSING, Getter
from ..telling.notes import Report
from ..telling.site import Site
from ..telling.wording import say
from ..values import attribute_to_xml
from .image_size import fit, mode_of, shape
from .images import ImageCall
from .stand_ins import Missing, StandIn, read_policy
from .uncropped import uncrop

_IMAGE, _HREF = q("draw:image"), q("xlink:href")
_WIDTH, _HEIGHT = q("svg:width"), q("svg:height")
_TITLE, _DESCRIPTION = q("svg:title"), q("svg:desc")
_KEPT = frozenset({_TITLE, _DESCRIPTION})  # the text that replaces the picture
_RELATIVE = (q("style:rel-width"), q("style:rel-height"))
#: Dots of a picture that count as a step of the budget.
_DOTS_PER_STEP = 10_000
#: Marks the texts that depend on the data; the gate lets no such attribute through.
_TOLD = "greffier-told"


def tell_what_it_shows(frame: etree._Element) -> None:
    """Let the text for readers who cannot see the picture depend on the data."""
    for child in list(frame):
        if child.tag in _KEPT:
            frame.remove(child)
    for tag in (_TITLE, _DESCRIPTION):
        etree.SubElement(frame, tag).set(_TOLD, "")


def prepare_frame(marker: Marker, name: str, report: Report) -> None:
    """Leave in the frame of a picture the picture alone, and give it that name."""
    frame = marker.element
    frame.set(q("draw:name"), name)
    uncrop(frame)
    images = frame.findall(_IMAGE)
    if marker.kind is Kind.STATIC_IMAGE:
        for spare in images[1:]:  # LibreOffice writes a second format for old readers
            frame.remove(spare)
        if images:
            _forget_picture(images[0])
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


def frame_slots(marker: Marker) -> Iterator[tuple[etree._Element, str, str]]:
    """What depends on the picture: element, attribute, name in ``Fill.frame``.

    The attribute is empty for the text of the element.
    """
    image = marker.element.find(_IMAGE)
    assert image is not None
    yield image, _HREF, "href"
    if marker.kind is Kind.STATIC_IMAGE:
        return
    yield marker.element, _WIDTH, "width"
    yield marker.element, _HEIGHT, "height"
    for tag, slot in ((_TITLE, "title"), (_DESCRIPTION, "description")):
        told = marker.element.find(tag)
        if told is not None and _TOLD in told.attrib:
            del told.attrib[_TOLD]
            yield told, "", slot


def _forget_picture(image: etree._Element) -> None:
    """Take out what is true of the stand-in only."""
    for attribute in list(image.attrib):
        if attribute == _HREF or etree.QName(attribute).localname == "mime-type":
            del image.attrib[attribute]


def write_stand_in(fill: Fill, stand_in: StandIn, body: Body) -> None:
    """Write a frame as it stands in the template; nothing where it shows nothing."""
    if stand_in.content:
        fill.pictures.keep(stand_in.href, stand_in.content)
        fill.frame = {
            "href": attribute_to_xml(stand_in.href),
            "width": attribute_to_xml(stand_in.width),
            "height": attribute_to_xml(stand_in.height),
            **stand_in.told(None),
        }
        body.write(fill)


def without_name(fill: Fill, stand_in: StandIn, body: Body) -> None:
    """Something the frame needs is not in the data, which was told where it was looked up."""
    if fill.undefined is Undefined.MARK:
        write_stand_in(fill, stand_in, body)


def without_value(fill: Fill, site: Site, policy: Missing, stand_in: StandIn, body: Body) -> None:
    """The data says that there is nothing for this frame."""
    if policy is Missing.KEEP:
        write_stand_in(fill, stand_in, body)
    elif policy is Missing.ERROR:
        fill.refused(site, say("needs a picture or a code, and the data has none"))
    else:
        fill.left_out(site)


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

    arguments: Sequence[tuple[str, Getter]]
    stand_in: StandIn
    #: The most that it may be wide, cm: the column of text, or cell, that it stands in.
    room_cm: float | None
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the frame with its picture; without one do what the template asks."""
        values = {name: get(fill.scope) for name, get in self.arguments}
        if MISSING in values.values():
            without_name(fill, self.stand_in, self.body)
            return
        call = ImageCall(**values)
        content = call.data
        if isinstance(content, str) and content in fill.images:
            content = fill.image(content)
        try:
            picture = fill.pictures.read(content, mime_type=call.mime_type, isb64=call.isb64)
            if picture is None:
                policy = read_policy(call.missing)
                without_value(fill, self.site, policy, self.stand_in, self.body)
                return
            # Decoding takes its time, and a small file may hold many dots.
            dots = int(picture.width_px * picture.height_px)
            fill.scope.budget.spend(1 + dots // _DOTS_PER_STEP, self.site)
            drawn = (self.stand_in.width, self.stand_in.height)
            size = fit(picture, call, drawn, self.room_cm)
            if mode_of(call) == "fill":
                picture = fill.pictures.crop(picture, shape(size))
            frame = {"href": fill.pictures.store(picture), "width": size[0], "height": size[1]}
            fill.frame = frame | self.stand_in.told(call.alt)
            self.body.write(fill)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)


@dataclass(frozen=True, slots=True)
class StaticImage:
    """A frame whose picture is sent beside the data, or in it: ``py3o.staticimage.<id>``."""

    identifier: str
    #: The picture that stands for it in the template.
    stand_in: StandIn
    body: Body
    site: Site

    def write(self, fill: Fill) -> None:
        """Write the frame with the picture that was sent, in the size the designer drew."""
        content = self._sent(fill)
        if content is None:
            fill.not_sent(self.site, self.identifier)
            without_name(fill, self.stand_in, self.body)
            return
        try:
            picture = fill.pictures.read(content)
            if picture is None:
                write_stand_in(fill, self.stand_in, self.body)
                return
            fill.frame = {"href": fill.pictures.store(picture)}
            self.body.write(fill)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)

    def _sent(self, fill: Fill) -> object:
        """The picture: a part of the request, or ``staticimage.<id>`` of the data."""
        for name in (self.identifier, f"staticimage.{self.identifier}"):
            if name in fill.images:
                return fill.image(name)
        of_data = fill.scope.get("staticimage")
        return of_data.get(self.identifier) if isinstance(of_data, Mapping) else None
