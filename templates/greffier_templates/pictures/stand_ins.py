"""What a frame shows while there is no picture for it, and what is said about it.

A template holds a stand-in where a picture or code is to go. It stays where the designer (or
the request, for drafts) asks for that; else the frame is left out, or the data is refused.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath

from lxml import etree

from ..errors import ValueRefused
from ..functions.amounts import is_missing
from ..gate.odf_names import q
from ..scope import MISSING
from ..telling.wording import say
from ..values import attribute_to_xml, to_text

_UNSPOKEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Missing(enum.StrEnum):
    """What to do without a picture: the argument ``missing`` of a frame's name."""

    #: Leave the frame out, with a warning.
    SKIP = "skip"
    #: Refuse the data.
    ERROR = "error"
    #: Show the stand-in of the template.
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class StandIn:
    """The frame as it stands in the template."""

    #: The name its picture gets in a document; empty when it has none.
    href: str
    content: bytes = field(repr=False)
    width: str
    height: str
    #: The text for readers who cannot see it.
    title: str
    description: str

    @classmethod
    def of(cls, frame: etree._Element, parts: Mapping[str, bytes]) -> StandIn:
        """Read it from a frame of the template that consists of these parts."""
        image = frame.find(q("draw:image"))
        address = "" if image is None else image.get(q("xlink:href"), "").removeprefix("./")
        content = parts.get(address, b"")
        ending = PurePosixPath(address).suffix
        return cls(
            href=f"Pictures/{sha256(content).hexdigest()}{ending}" if content else "",
            content=content,
            width=frame.get(q("svg:width"), ""),
            height=frame.get(q("svg:height"), ""),
            title=frame.findtext(q("svg:title"), ""),
            description=frame.findtext(q("svg:desc"), ""),
        )

    def told(self, alt: object, default: str = "") -> dict[str, str]:
        """The attributes ``title`` and ``description`` of a frame, as XML.

        Args:
            alt: the text that the template asks for; missing or null for its own.
            default: the text where there is neither.

        Raises:
            ValueRefused: ``alt`` is no text.
        """
        if alt is MISSING or is_missing(alt):
            title, description = self.title, self.description
            title = title or ("" if description else default)
        else:
            title, description = to_text(alt), ""
        return {
            "title": attribute_to_xml(_in_one_line(title)),
            "description": attribute_to_xml(_in_one_line(description)),
        }


def _in_one_line(text: str) -> str:
    """A text without line ends and what XML cannot hold."""
    return " ".join(_UNSPOKEN.sub(" ", text).split())


NO_STAND_IN = StandIn("", b"", "", "", "", "")


def read_policy(value: object) -> Missing:
    """The policy that a frame's name asks for.

    Raises:
        ValueRefused: there is none of that name.
    """
    if is_missing(value):
        return Missing.SKIP
    if not isinstance(value, str) or value not in set(Missing):
        raise ValueRefused(
            say("has a “missing” that is none of {policies}", policies=", ".join(Missing))
        )
    return Missing(value)
