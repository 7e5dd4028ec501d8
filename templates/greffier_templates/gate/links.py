"""Which addresses a document may carry."""

from __future__ import annotations

import re

_TARGET = re.compile(
    r"(?:https?://|mailto:|tel:)[^\x00-\x20\x7f\\]*|#[^\x00-\x1f\x7f]*", re.IGNORECASE
)
_INSTRUCTION = re.compile(r"py3o:", re.IGNORECASE)
_LONGEST_HREF = 4_096


def safe_href(value: str) -> str | None:
    """The address as it may be written into ``xlink:href`` of a link, or None.

    Taken are web and mail addresses, telephone numbers and places in the document itself;
    everything else (files, LibreOffice's own schemes, scripts) can make an office read or run
    something. Spaces around the address are cut off.
    """
    value = value.strip()
    if len(value) > _LONGEST_HREF or not _TARGET.fullmatch(value):
        return None
    return value


def template_href(value: str) -> str | None:
    """As :func:`safe_href`, but instructions of templates (``py3o://for=…``) pass too."""
    return value if _INSTRUCTION.match(value) else safe_href(value)
