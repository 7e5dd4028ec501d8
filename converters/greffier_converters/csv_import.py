"""How a CSV file is to be read: its separator, its character set, every cell as text.

LibreOffice takes this as one string whose tokens are described in
https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
"""

from __future__ import annotations

import codecs

#: Enough of a file to tell its separator and number of columns.
HEAD_BYTES = 65536

# The first one wins a tie: files from Belgian and French spreadsheets use semicolons,
# because the comma is the decimal sign there.
_SEPARATORS = ";,\t|"
_UTF_8, _WINDOWS_1252 = 76, 1
_TEXT_COLUMN = 2


def import_options(head: bytes) -> str:
    """Give LibreOffice's ``FilterOptions`` for a CSV file that starts with ``head``.

    Every column is text, so that ``007`` stays ``007``, ``1/2`` no date, and ``=A1`` no
    formula.

    Args:
        head: the first :data:`HEAD_BYTES` bytes.
    """
    text, charset = _decode(head)
    lines = text.splitlines() or [""]
    separator = max(_SEPARATORS, key=_outside_quotes(lines[0]).count)
    columns = 1 + max(_outside_quotes(line).count(separator) for line in lines)
    formats = "/".join(f"{column}/{_TEXT_COLUMN}" for column in range(1, columns + 1))
    return f"{ord(separator)},34,{charset},1,{formats}"


def _decode(head: bytes) -> tuple[str, int]:
    try:
        # Incremental, for the head may end within a character.
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head), _UTF_8
    except UnicodeDecodeError:
        return head.decode("cp1252", errors="replace"), _WINDOWS_1252


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
