"""Says what is wrong with a template, and with sample data for it, without making a document."""

from __future__ import annotations

import io
from collections.abc import Mapping

from .blocks import NO_BLOCKS, Loader
from .errors import TemplateError
from .model import Filling, Finding
from .prepared import prepare

#: One grey dot: stands for the pictures that are sent beside the data.
_DOT = bytes.fromhex("47494638376101000100800000808080ffffff2c00000000010001000002024401003b")


def check(
    source: bytes, data: Mapping[str, object] | None = None, loader: Loader = NO_BLOCKS
) -> tuple[Finding, ...]:
    """Every error and warning about a template and, when given, about data for it.

    ``loader`` finds the blocks it includes, which are checked with it.

    Never raises TemplateError: what it would say is among the findings.
    """
    try:
        prepared = prepare(source, loader)
    except TemplateError as error:
        return error.findings
    if data is None:
        return prepared.warnings
    try:
        pictures = dict.fromkeys(prepared.static_images, _DOT)
        prepared.fill(data, io.BytesIO(), Filling(), images=pictures)
    except TemplateError as error:
        return (*error.findings, *prepared.warnings)
    return prepared.warnings
