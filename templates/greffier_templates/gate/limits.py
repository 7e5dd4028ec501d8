"""How much a document may hold before it is refused unread.

The numbers are those of the measurements behind docs/operators/what-is-refused.md: far
above any letter, permit or council minutes, far below what makes LibreOffice run for minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may hold; every field is a count unless its name says otherwise."""

    #: Files in the zip package, folders not counted.
    entries: int = 2_000
    #: Bytes of one file of the package, unpacked.
    part_bytes: int = 64 * MIB
    #: Bytes of one XML file of the package, unpacked.
    xml_bytes: int = 32 * MIB
    #: Bytes of the whole package, unpacked.
    total_bytes: int = 200 * MIB
    #: Unpacked bytes per packed byte, asked of files above ``ratio_from_bytes`` only: repetitive
    #: XML packs well. A file of zeros, the usual bomb, has about 1,030.
    ratio: int = 500
    ratio_from_bytes: int = 4 * MIB
    #: XML elements of one part.
    elements: int = 400_000
    #: Characters of one paragraph: LibreOffice lays out 20 million in minutes.
    paragraph_characters: int = 1_000_000
    #: Spaces that one ``text:s`` may stand for.
    spaces: int = 10_000
    #: Filled table cells, each counted as often as it is repeated.
    cells: int = 300_000
    #: Columns or rows that one element of a text's table may stand for; spreadsheets
    #: repeat empty cells to the edge of the sheet and are bounded by ``cells``.
    text_table_repeat: int = 1_024
    #: Columns, rows, or a span in a spreadsheet: a sheet has 1,048,576 rows.
    sheet_repeat: int = 1_048_576
    #: Pixels of one picture.
    pixels: int = 100_000_000


DEFAULT_LIMITS = Limits()
