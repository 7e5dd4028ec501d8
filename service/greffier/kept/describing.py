"""What is kept to be told of a document when its work folder is gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from greffier_templates.telling.catalogues import all_translated

from greffier.model import Document
from greffier.problems import told


def describe(document: Document, language: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Describe a finished document.

    Args:
        document: what was made.
        language: in which its warnings are told.
        headers: what its bytes are sent with, then and later.
    """
    return {
        "template": document.template,
        "language": language,
        "media_type": document.media_type,
        "filename": document.filename,
        "pages": document.pages,
        "warnings": list(told(all_translated(document.warnings, language))),
        "fonts_substituted": [dataclasses.asdict(each) for each in document.fonts_substituted],
        "timings_ms": {
            phase: round(seconds * 1000, 1) for phase, seconds in document.timings_s.items()
        },
        "provenance": document.provenance.members(),
        "headers": dict(headers),
    }
