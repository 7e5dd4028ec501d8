"""Judge the older and simpler kinds: DOC and XLS, RTF, CSV, and SVG as a file of its own.

Of binary Word and Excel files, and of RTF, only little can be told without an office: what they
are, their size, whether they are encrypted. What they may do is bounded by the office's settings
and by the sandbox it runs in; that is why RTF is taken only where an operator allows it.
"""

from __future__ import annotations

import re

from ..model import Cleaned
from ..telling.wording import grouped
from .limits import DEFAULT_LIMITS, MIB, Limits
from .odf import refuse_other_kind
from .pictures import clean_picture
from .refusals import refuse
from .report import Warnings
from .sniff import in_words, ole2_entry, sniff

# --- OLE2 containers (MS-CFB) ---------------------------------------------------------------

_HEADER_BYTES = 512
#: Streams smaller than this lie in sectors of 64 bytes inside the stream of the root entry.
_MINI_STREAM_BELOW = 4_096
_MINI_SECTOR_BYTES = 64
_MACROS = ("_VBA_PROJECT_CUR", "Macros", "VBA")
#: MS-DOC 2.5.2: wIdent of the FIB, and its flags fEncrypted at bit 8 of the word at offset 10.
_FIB_MAGIC = 0xA5EC
_FIB_ENCRYPTED = 0x0100
#: MS-XLS 2.4.117: the record that starts the encryption of a workbook, among its first.
_FILEPASS = 0x002F
_RECORDS_LOOKED_AT = 16


def clean_ole2(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The same bytes, once kind, size and encryption are checked.

    Args:
        source: the bytes of the file.
        kind: ``doc`` or ``xls``.
        limits: how much it may hold.

    Raises:
        NotTheDeclaredType, FileDamaged, FileEncrypted, FileTooLarge: as they say.
    """
    refuse_other_kind(source, (kind,), limits)
    _refuse_large(source, limits)
    if len(source) < 3 * _HEADER_BYTES:
        refuse("package-truncated")
    names = ("WordDocument",) if kind == "doc" else ("Workbook", "Book")
    encrypted = _is_encrypted_doc if kind == "doc" else _is_encrypted_xls
    if any(encrypted(_stream_head(source, name)) for name in names):
        refuse("file-encrypted")
    warnings = Warnings()
    if any(ole2_entry(source, name) is not None for name in _MACROS):
        warnings.add("macro-ignored", "")
    return Cleaned(source, warnings.all())


def _stream_head(source: bytes, name: str) -> bytes:
    """The first bytes of a stream, empty when there is none (MS-CFB 2.6.1).

    Its first sector is all that is looked at, so no chain of sectors is followed.
    """
    entry = ole2_entry(source, name)
    if entry is None:
        return b""
    start, size = _start_and_size(source, entry)
    if size < _MINI_STREAM_BELOW:
        root = ole2_entry(source, "Root Entry")
        if root is None:
            return b""
        at = _sector_at(source, _start_and_size(source, root)[0]) + start * _MINI_SECTOR_BYTES
    else:
        at = _sector_at(source, start)
    return source[at : at + min(size, _HEADER_BYTES)]


def _start_and_size(source: bytes, entry: int) -> tuple[int, int]:
    record = source[entry + 116 : entry + 124]
    return int.from_bytes(record[:4], "little"), int.from_bytes(record[4:], "little")


def _sector_at(source: bytes, sector: int) -> int:
    shift = int.from_bytes(source[30:32], "little")
    return (sector + 1) << shift if shift in (9, 12) else len(source)


def _is_encrypted_doc(stream: bytes) -> bool:
    magic = int.from_bytes(stream[0:2], "little")
    return magic == _FIB_MAGIC and bool(int.from_bytes(stream[10:12], "little") & _FIB_ENCRYPTED)


def _is_encrypted_xls(stream: bytes) -> bool:
    at = 0
    for _ in range(_RECORDS_LOOKED_AT):
        record = int.from_bytes(stream[at : at + 2], "little")
        if record == _FILEPASS:
            return True
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
        if at >= len(stream):
            break
    return False


# --- RTF ------------------------------------------------------------------------------------

#: Destinations and fields with which RTF loads other files, after escapes are undone.
_RTF_LOADS = re.compile(
    rb"\\fldinst(?:(?!\\fldrslt).){0,400}?"
    rb"(?:INCLUDE(?:PICTURE|TEXT)|DDE(?:AUTO)?\b|IMPORT\s|DATABASE\s|\bLINK\s)|"
    rb"\\template\b|\\objdata|\\objautlink|\\objlink|\\objocx|\\objupdate|\\nofbatch|"
    rb"\\mmdatasource|\\subdocument",
    re.IGNORECASE | re.DOTALL,
)
_RTF_HEX = re.compile(rb"\\'([0-9a-fA-F]{2})")
_RTF_UNICODE = re.compile(rb"\\u(\d{1,3}) ?\??")
_RTF_NOISE = re.compile(rb"[{}\r\n]")


def clean_rtf(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The same bytes, when no field or object in them loads another file.

    Best effort: RTF has endless ways to write the same thing. The sandbox is what holds.
    """
    refuse_other_kind(source, (kind,), limits)
    _refuse_large(source, limits)
    text = _RTF_HEX.sub(lambda match: bytes([int(match[1], 16)]), source)
    text = _RTF_UNICODE.sub(lambda match: bytes([int(match[1]) & 0xFF]), text)
    if _RTF_LOADS.search(_RTF_NOISE.sub(b"", text)):
        refuse("external-reference")
    return Cleaned(source)


# --- CSV and SVG ----------------------------------------------------------------------------

_SEPARATORS = (b",", b";", b"\t", b"\n")


def clean_csv(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The same bytes, when they are text with no more cells than a sheet may hold.

    Its cells are loaded as text, never as formulas; that is the print room's part.
    """
    found = sniff(source)
    if found == "empty":
        refuse("file-empty")
    if found != "text":
        refuse("not-the-declared-type", found=in_words(found), wanted=in_words(kind))
    _refuse_large(source, limits)
    if sum(source.count(separator) for separator in _SEPARATORS) > limits.cells:
        refuse("too-many-cells", limit=grouped(limits.cells))
    return Cleaned(source)


def clean_svg(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The drawing without an editor's own data, when nothing in it leads outside."""
    refuse_other_kind(source, (kind,), limits)
    return Cleaned(clean_picture(source, "", limits))


def _refuse_large(source: bytes, limits: Limits) -> None:
    if len(source) > limits.part_bytes:
        refuse("file-too-large", limit=f"{limits.part_bytes // MIB} MiB")
