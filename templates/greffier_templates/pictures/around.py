"""What a frame stands in, and what it shows in the template: noted before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..markers import FRAMES, Marker
from ..unpacked import Unpacked
from .room import room_cm, text_width_cm
from .stand_ins import StandIn


@dataclass(frozen=True, slots=True)
class Around:
    """What is around the frames of a template or block."""

    #: The width between the margins of its pages.
    text_width_cm: float
    #: The parts of its package, pictures among them.
    parts: Mapping[str, bytes]

    def placed(self, marker: Marker) -> Marker:
        """A marker that knows this when it is a frame."""
        if marker.kind not in FRAMES:
            return marker
        return replace(
            marker,
            room_cm=room_cm(marker.element, self.text_width_cm),
            stand_in=StandIn.of(marker.element, self.parts),
        )


def around(template: Unpacked) -> Around:
    """What is around the frames of a template or block."""
    return Around(text_width_cm(template.roots.get("styles.xml")), template.parts)
