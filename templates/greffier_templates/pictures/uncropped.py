"""Lets a frame show the whole of its new picture where the designer has cropped the stand-in."""

from __future__ import annotations

import copy
import re

from lxml import etree

from ..gate.odf_names import q

_STYLE_NAME, _CLIP = q("draw:style-name"), q("fo:clip")
_STYLE, _NAME = q("style:style"), q("style:name")
#: ``rect(0cm, 0cm, 0cm, 0cm)`` and ``auto`` cut nothing off.
_CUTS = re.compile(r"[1-9]")


def uncrop(frame: etree._Element) -> None:
    """Give a frame a style of its own without the crop, which was that of another picture.

    The style it had stays, for other frames may have it too.
    """
    root = frame.getroottree().getroot()
    name = frame.get(_STYLE_NAME)
    names = {style.get(_NAME): style for style in root.iter(_STYLE)}
    style = names.get(name)
    properties = None if style is None else style.find(q("style:graphic-properties"))
    if style is None or properties is None or not _CUTS.search(properties.get(_CLIP, "")):
        return
    free = f"{name}_whole"
    while free in names:
        free += "_"
    whole = copy.deepcopy(style)
    whole.set(_NAME, free)
    changed = whole.find(q("style:graphic-properties"))
    assert changed is not None
    del changed.attrib[_CLIP]
    whole.tail = None
    style.addnext(whole)
    frame.set(_STYLE_NAME, free)
