"""Facts written into a finished PDF, at its end, without reading the rest of it.

An *incremental update* (ISO 32000-1, 7.5.6): the metadata once more, with the facts, and a
cross-reference section that says so. What LibreOffice wrote stays as it is, byte for byte, so
this costs as much for fifty megabytes as for one page; a rewrite by pypdf takes 15 ms for one
page (measured), ours a tenth of one.

Only the layout that LibreOffice writes is known here, up to the versions tried: one
cross-reference table, objects in plain sight. ``finish.stamp_unusual`` does any other.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

from greffier_converters.xmp import Facts, packet, with_facts

#: What a PDF ends with is looked for in so many bytes; LibreOffice writes some 250.
_TAIL_BYTES = 2048
#: A catalog or a packet beyond this is unusual.
_OBJECT_BYTES = 2**20

_TAIL = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s+(\d+)\s+%%EOF\s*\Z", re.DOTALL)
_TABLE = re.compile(rb"xref\s+0 (\d+)\s")
_STREAM = re.compile(
    rb"\d+ 0 obj\s*<<(?:\s*/Type\s*/Metadata|\s*/Subtype\s*/XML|\s*/Length (\d+))*"
    rb"\s*>>\s*stream\r?\n"
)
#: LibreOffice writes every text of the document information like this.
_INFORMATION = re.compile(rb"/([A-Z][a-z]+)\s*<FEFF([0-9A-F]*)>")


class _Unusual(Exception):
    """The PDF is laid out in a way that is not known here."""


def stamp(path: Path, facts: Facts) -> None:
    """Write facts into the metadata of a PDF that is not encrypted.

    Args:
        path: the PDF; what is there stays, and more is written behind it.
        facts: see ``xmp.PROPERTIES``.

    Raises:
        DocumentRejected: it cannot be read, phase ``finish``.
    """
    try:
        with path.open("r+b") as file:
            update = _Update(file, facts).written()
            file.seek(0, 2)
            file.write(update)
    except (_Unusual, ValueError):
        from greffier_converters.finish import stamp_unusual  # and with it pypdf, seldom needed

        stamp_unusual(path, facts)


class _Update:
    """What goes behind the end of a file."""

    def __init__(self, file: BinaryIO, facts: Facts) -> None:
        self._file, self._facts = file, facts
        self._end = file.seek(0, 2)
        self._trailer, self._table_at = self._read_tail()
        self._count, self._rows_at = self._read_table()
        #: Object number -> the object, whole.
        self._objects: dict[int, bytes] = {}

    def written(self) -> bytes:
        """Give the bytes."""
        root = self._reference(rb"/Root")
        catalog = self._object(root)
        found = re.search(rb"/Metadata (\d+) 0 R", catalog)
        if found is not None:
            self._add_metadata(int(found[1]), self._stream(int(found[1])))
        else:
            new = self._count
            self._add_metadata(new, packet(self._information()))
            head, tail = catalog[: catalog.rindex(b">>")], catalog[catalog.rindex(b">>") :]
            self._objects[root] = b"%b/Metadata %d 0 R%b\n" % (head, new, tail)
        return self._with_table(root)

    def _add_metadata(self, number: int, written: bytes) -> None:
        text = with_facts(written, self._facts)
        self._objects[number] = (
            b"%d 0 obj\n<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%b\nendstream\nendobj\n"
        ) % (number, len(text), text)

    def _with_table(self, root: int) -> bytes:
        update, rows = b"\n", b""
        for number, text in sorted(self._objects.items()):
            rows += b"%d 1\n%010d 00000 n \n" % (number, self._end + len(update))
            update += text
        table_at = self._end + len(update)
        kept = b"".join(re.findall(rb"/Info \d+ 0 R", self._trailer)[:1])
        identity = re.search(rb"/ID\s*\[\s*(<[0-9A-F]+>)", self._trailer)
        if identity is not None:
            # The first part is the document's, the second the update's (ISO 32000-1, 14.4).
            mine = hashlib.sha256(update).hexdigest()[:32].upper().encode()
            kept += b"/ID[%b<%b>]" % (identity[1], mine)
        return update + (
            b"xref\n%btrailer\n<</Size %d/Root %d 0 R%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        ) % (
            rows,
            max(self._count, *(number + 1 for number in self._objects)),
            root,
            kept,
            self._table_at,
            table_at,
        )

    def _read_tail(self) -> tuple[bytes, int]:
        tail = self._read(max(0, self._end - _TAIL_BYTES), _TAIL_BYTES)
        found = _TAIL.search(tail, tail.rfind(b"trailer"))
        if found is None or b"/Encrypt" in found[1] or b"/Prev" in found[1]:
            raise _Unusual
        return found[1], int(found[2])

    def _read_table(self) -> tuple[int, int]:
        found = _TABLE.match(self._read(self._table_at, 64))
        if found is None:
            raise _Unusual
        return int(found[1]), self._table_at + found.end()

    def _object(self, number: int) -> bytes:
        text = self._read(self._place(number), _OBJECT_BYTES)
        end = text.find(b"endobj")
        if end < 0:
            raise _Unusual
        return text[: end + len(b"endobj")]

    def _stream(self, number: int) -> bytes:
        """Give the text of a stream that is not compressed."""
        place = self._place(number)
        found = _STREAM.match(self._read(place, 256))
        if found is None or found[1] is None or int(found[1]) > _OBJECT_BYTES:
            raise _Unusual
        return self._read(place + found.end(), int(found[1])).rstrip(b"\r\n")

    def _information(self) -> dict[str, str]:
        if b"/Info" not in self._trailer:
            return {}
        found = _INFORMATION.findall(self._object(self._reference(rb"/Info")))
        return {
            key.decode(): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
            for key, text in found
        }

    def _reference(self, key: bytes) -> int:
        found = re.search(key + rb" (\d+) 0 R", self._trailer)
        if found is None:
            raise _Unusual
        return int(found[1])

    def _place(self, number: int) -> int:
        """Look up where an object begins (ISO 32000-1, 7.5.4: twenty bytes a row)."""
        row = self._read(self._rows_at + 20 * number, 20)
        if number >= self._count or not re.fullmatch(rb"\d{10} 00000 n[ \r]?[\r\n]+", row):
            raise _Unusual
        place = int(row[:10])
        if not self._read(place, 24).startswith(b"%d 0 obj" % number):
            raise _Unusual
        return place

    def _read(self, place: int, length: int) -> bytes:
        self._file.seek(place)
        return self._file.read(length)
