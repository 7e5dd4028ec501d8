"""How large a picture is printed: what the template asks, the frame drawn, or its own size."""

from __future__ import annotations

import re

from .amounts import is_missing
from .errors import ValueRefused
from .images import ImageCall, Picture
from .wording import say

#: A number and one of the units of ODF.
Length = tuple[float, str]

_CM_PER = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LENGTH = re.compile(r"(?P<number>\d{1,5}([.,]\d{1,6})?)\s*(?P<unit>cm|mm|in|pt|pc|px)")


def fit(picture: Picture, call: ImageCall, frame: tuple[str | None, str | None]) -> tuple[str, str]:
    """Width and height to give a frame, as ODF lengths (``4.200cm``).

    ``frame`` is the size the designer drew. As in stock py3o: with ``keep_ratio`` a
    height (or else a width) given in the call decides, and without either the
    picture fills as much of the frame as it can; without ``keep_ratio`` what is
    given replaces that side of the frame. A frame without a size takes the
    picture's own. Raises ValueRefused for a width or height that is no length.
    """
    width, height = _length(call.width, "width"), _length(call.height, "height")
    drawn_width, drawn_height = (_frame_length(side) for side in frame)
    if not call.keep_ratio:
        natural = _natural(picture)
        return (
            _odf(width or drawn_width or natural[0]),
            _odf(height or drawn_height or natural[1]),
        )
    if not width and not height:
        if not drawn_width or not drawn_height:
            width, height = drawn_width, drawn_height
        elif _cm(drawn_width) / _cm(drawn_height) > picture.ratio:
            height = drawn_height
        else:
            width = drawn_width
    if height:
        return _odf((height[0] * picture.ratio, height[1])), _odf(height)
    if width:
        return _odf(width), _odf((width[0] / picture.ratio, width[1]))
    natural = _natural(picture)
    return _odf(natural[0]), _odf(natural[1])


def _cm(length: Length) -> float:
    return length[0] * _CM_PER[length[1]]


def _odf(length: Length) -> str:
    return f"{length[0]:.3f}{length[1]}"


def _natural(picture: Picture) -> tuple[Length, Length]:
    width, height = picture.size_in
    return (width * 2.54, "cm"), (height * 2.54, "cm")


def _length(value: object, side: str) -> Length | None:
    if is_missing(value):
        return None
    match = _LENGTH.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    number = float(match["number"].replace(",", ".")) if match else 0
    if not match or not number:
        raise ValueRefused(
            say("has a size that is no length; write {example}", example=f"{side}='4.5cm'")
        )
    return number, match["unit"]


def _frame_length(value: str | None) -> Length | None:
    """A side of a frame; percentages and the like are left to the picture."""
    try:
        return _length(value, "side")
    except ValueRefused:
        return None
