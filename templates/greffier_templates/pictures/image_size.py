"""How large a picture is printed: what the template asks, the frame drawn, or its own size."""

from __future__ import annotations

import re

from ..errors import ValueRefused
from ..functions.amounts import is_missing
from ..telling.wording import say
from .images import ImageCall, Picture

#: How a picture is put into its frame: whole, cropped to its shape, or stretched.
MODES = ("fit", "fill", "stretch")
#: A number and one of the units of ODF.
Length = tuple[float, str]

_CM_PER = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_LENGTH = re.compile(r"(?P<number>\d{1,5}([.,]\d{1,6})?)\s*(?P<unit>cm|mm|in|pt|pc|px)")


def fit(
    picture: Picture,
    call: ImageCall,
    frame: tuple[str, str],
    room_cm: float | None = None,
) -> tuple[str, str]:
    """Width and height to give a frame, as ODF lengths (``4.200cm``).

    As in stock py3o: with ``keep_ratio`` a height (or else a width) given in the call
    decides, and without either the picture fills as much of the frame as it can; without
    ``keep_ratio``, or to ``fill`` or ``stretch``, what is given replaces that side of the
    frame. A frame without a size takes the picture's own. Where ``fit='fit'`` is written
    and both sides are given, the picture fills as much of that as it can.

    Args:
        picture: the picture.
        call: what the name of its frame asks for.
        frame: the size the designer drew, empty where there is none.
        room_cm: the most that a width may become that nobody asked for: the height asked
            for, or the picture's own size, may make it wider than the page.

    Raises:
        ValueRefused: a width or height is no length.
    """
    width, height = _length(call.width, "width"), _length(call.height, "height")
    drawn = _frame_length(frame[0]), _frame_length(frame[1])
    if mode_of(call) != "fit":
        natural = _natural(picture)
        return _odf(width or drawn[0] or natural[0]), _odf(height or drawn[1] or natural[1])
    if not width and not height:
        width, height = _within(picture, drawn)
    elif width and height:
        width, height = (
            (None, height) if is_missing(call.fit) else _within(picture, (width, height))
        )
    if width and not height:
        return _odf(width), _odf((width[0] / picture.ratio, width[1]))
    height = height or _natural(picture)[1]
    whole = height[0] * picture.ratio, height[1]
    if room_cm and centimetres(whole) > max(room_cm, centimetres(drawn[0]) if drawn[0] else 0.0):
        return _odf((room_cm, "cm")), _odf((room_cm / picture.ratio, "cm"))
    return _odf(whole), _odf(height)


def _within(
    picture: Picture, box: tuple[Length | None, Length | None]
) -> tuple[Length | None, Length | None]:
    """The side of a box that the picture fills, the other one being left out."""
    width, height = box
    if width and height:
        wider = centimetres(width) / centimetres(height) > picture.ratio
        return (None, height) if wider else (width, None)
    return box


def mode_of(call: ImageCall) -> str:
    """One of :data:`MODES`; py3o's ``keep_ratio`` decides where ``fit`` is not given.

    Raises:
        ValueRefused: it is none of them.
    """
    if is_missing(call.fit):
        return "fit" if call.keep_ratio else "stretch"
    if call.fit not in MODES:
        raise ValueRefused(say("has a “fit” that is none of {modes}", modes=", ".join(MODES)))
    return str(call.fit)


def shape(size: tuple[str, str]) -> float:
    """Width divided by height of an ODF size."""
    width, height = (_length(side, "side") for side in size)
    assert width is not None and height is not None
    return centimetres(width) / centimetres(height)


def centimetres(length: Length) -> float:
    """A length in centimetres."""
    return length[0] * _CM_PER[length[1]]


def _odf(length: Length) -> str:
    return f"{length[0]:.3f}{length[1]}"


def _natural(picture: Picture) -> tuple[Length, Length]:
    width, height = picture.size_in
    return (width * 2.54, "cm"), (height * 2.54, "cm")


def _length(value: object, side: str) -> Length | None:
    return None if is_missing(value) else read_length(value, side)


def read_length(value: object, side: str) -> Length:
    """A length of the template; ``side`` is what it is called.

    Raises:
        ValueRefused: it is none.
    """
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
