"""Operations of the render process that look at versions of templates; see ``understanding.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greffier.render_messages import write_findings

if TYPE_CHECKING:
    from greffier_templates.blocks.loading import Loader

Answer = dict[str, object]


def describe(message: Mapping[str, Any], folder: Path, blocks: Loader) -> Answer:
    """Describe ``template``, and hold the ``schema`` of its designer against it."""
    from greffier_templates.understanding.describe import describe

    own = (folder / message["schema"]).read_bytes() if "schema" in message else None
    described = describe(
        (folder / message["template"]).read_bytes(),
        blocks,
        language=message["language"],
        families=message["families"],
        own_schema=own,
    )
    return {
        "findings": write_findings(described.findings),
        "description": described.as_json(),
    }


def diff(message: Mapping[str, Any], blob: bytes, folder: Path) -> Answer:
    """Compare the files ``before`` and ``after``; ``blob`` holds their schemas."""
    from greffier_templates.understanding.versions.differences import differences
    from greffier_templates.understanding.versions.telling import as_text

    schemas = json.loads(blob)
    found = differences(
        (folder / "before").read_bytes(),
        (folder / "after").read_bytes(),
        (schemas["before"], schemas["after"]),
    )
    language = message["language"]
    return {"differences": found.as_json(language), "text": as_text(found, language)}


def contract(message: Mapping[str, Any], blob: bytes) -> Answer:
    """Compare the schemas in ``blob``."""
    from greffier_templates.understanding.contracts.comparing import compare

    schemas = json.loads(blob)
    compared = compare(schemas["before"], schemas["after"])
    return {"contract": compared.as_json(message["language"])}
