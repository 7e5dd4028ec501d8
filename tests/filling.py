"""Short ways to fill a template in tests, and to read what came out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from greffier_templates.errors import DataMismatch, TemplateInvalid
from greffier_templates.model import Filling, Finding, Undefined
from greffier_templates.prepared import prepare
from odt import odt, paragraphs


def filled(
    source: bytes,
    data: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    **filling: Any,
) -> bytes:
    """The document that a template and data make; ``filling`` are fields of Filling."""
    out = io.BytesIO()
    asked = _filling(filling)
    prepared = prepare(source, keeps=asked.undefined is Undefined.KEEP)
    prepared.fill(data, out, asked, images=images or {})
    return out.getvalue()


def _filling(given: dict[str, Any]) -> Filling:
    if "undefined" in given:
        given["undefined"] = Undefined(given["undefined"])
    return Filling(**given)


def lines(*blocks: str, data: Mapping[str, Any], **filling: Any) -> list[str]:
    """The paragraphs of the body that these blocks and data make."""
    return paragraphs(filled(odt(*blocks), data, **filling))


def mistakes(*blocks: str, **around: str) -> list[Finding]:
    """What is wrong with a template of these blocks."""
    with pytest.raises(TemplateInvalid) as caught:
        prepare(odt(*blocks, **around))
    return list(caught.value.findings)


def mismatches(*blocks: str, data: Mapping[str, Any], **filling: Any) -> list[Finding]:
    """What is wrong with data for a template of these blocks."""
    with pytest.raises(DataMismatch) as caught:
        filled(odt(*blocks), data, **filling)
    return list(caught.value.findings)
