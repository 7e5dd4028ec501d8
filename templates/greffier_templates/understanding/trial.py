"""Fills a template for nobody, to see which of its blocks some data come into."""

from __future__ import annotations

import io
from collections.abc import Mapping

from ..budget import FillLimits
from ..markers import Marker
from .hints import DOT
from .outline import Outline

_LIMITS = FillLimits(steps=200_000, seconds=2.0, xml_bytes=8 * 1024 * 1024)


def blocks_met(template: Outline, data: Mapping[str, object]) -> frozenset[Marker]:
    """The instructions whose inside is written with this data.

    Raises:
        DataMismatch: the data does not fit.
        FillLimitExceeded: it makes too much work.
    """
    template.met.clear()
    images = dict.fromkeys(template.prepared.static_images, DOT)
    template.prepared.fill(data, io.BytesIO(), images=images, limits=_LIMITS)
    return frozenset(template.met)
