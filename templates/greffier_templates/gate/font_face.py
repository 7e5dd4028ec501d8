"""What a font says of itself; apart from ``fonts.py``, which reads it and is slow to import."""

from __future__ import annotations

from dataclasses import dataclass

#: A face for all of Chinese, Japanese and Korean has 20 MB, one for Europe less than one.
MAX_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class FontFace:
    """What a font says of itself."""

    #: ``ttf`` or ``otf``, by its content.
    kind: str
    #: As people choose it in LibreOffice.
    family: str
    #: As its maker calls the face: ``Bold Italic``.
    style: str
    #: 400 is normal, 700 is bold.
    weight: int
    italic: bool
    #: What its maker lets others do with it in a document: ``install``, ``edit``, ``print``.
    embedding: str
