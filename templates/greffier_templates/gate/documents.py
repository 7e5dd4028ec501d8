"""The gate: what every document that is to be converted goes through first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import Cleaned
from .html_clean import clean_html
from .legacy import clean_csv, clean_ole2, clean_rtf, clean_svg
from .limits import DEFAULT_LIMITS, Limits
from .odf import FLAT_KINDS, clean_flat_odf, clean_odf
from .ooxml import clean_ooxml
from .package import ODF_MEDIA_TYPES

_CLEANERS: Mapping[str, Callable[[bytes, str, Limits], Cleaned]] = {
    **dict.fromkeys(ODF_MEDIA_TYPES, clean_odf),
    **dict.fromkeys(FLAT_KINDS, clean_flat_odf),
    **dict.fromkeys(("docx", "xlsx", "pptx"), clean_ooxml),
    **dict.fromkeys(("doc", "xls"), clean_ole2),
    "rtf": clean_rtf,
    "html": clean_html,
    "svg": clean_svg,
    "csv": clean_csv,
}

#: The kinds of document the gate can judge.
KINDS = frozenset(_CLEANERS)


def clean_document(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """Judge a document that is to be converted, and take out what no document here may carry.

    Args:
        source: the bytes of the file.
        kind: what it was declared to be, one of :data:`KINDS`.
        limits: how much it may hold.

    Returns:
        The document to hand to an office, and what was taken out of it.

    Raises:
        FileRefused: the subclass says why; its findings say where and what to do.
        KeyError: ``kind`` is none of :data:`KINDS`; checking it is the caller's part.
    """
    return _CLEANERS[kind](source, kind, limits)
