"""Open and write zip packages, trusting nothing an archive says about itself.

Reading is bounded before it starts: by the size of the directory, the number of entries and
the sizes they claim; and while it runs, for no entry is ever inflated beyond its claim. What
the gate lets through is always written anew (:func:`write_odf`), so a reader that understands
zip differently from us never sees the archive that was sent.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from ..telling.wording import grouped, say
from .limits import DEFAULT_LIMITS, MIB, Limits
from .refusals import refuse

#: Smallest record of a directory entry with a name, and room for the extra fields and
#: comments that ordinary writers add: bounds the directory before it is read.
_DIRECTORY_BYTES_PER_ENTRY = 400
_END_RECORD_BYTES = 22
_LONGEST_NAME = 512
_ENCRYPTED_FLAG = 0x1
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\\:]|^/|(?:^|/)\.{0,2}(?:/|$)")

#: ODF kind -> its media type, for packages we write and packages we recognise.
ODF_MEDIA_TYPES: Mapping[str, str] = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ott": "application/vnd.oasis.opendocument.text-template",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "ots": "application/vnd.oasis.opendocument.spreadsheet-template",
    "odg": "application/vnd.oasis.opendocument.graphics",
    "otg": "application/vnd.oasis.opendocument.graphics-template",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "otp": "application/vnd.oasis.opendocument.presentation-template",
}
#: Parts that may stand in a package more than once: see :class:`Archive`.
REPEATABLE = frozenset({"content.xml", "styles.xml", "meta.xml", "settings.xml"})
#: What our manifests say. LibreOffice refuses a package whose parts say another one, so the
#: sanitiser writes it into them.
ODF_VERSION = "1.3"
_ALREADY_PACKED = (".png", ".jpg", ".jpeg", ".gif")
#: A date that does not change: the same parts give the same bytes.
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)


def place(name: str) -> str:
    """How a part is named in findings."""
    return say("part “{name}”", name=name)


class Archive:
    """A zip package whose directory has been checked and whose parts are read on demand."""

    def __init__(self, source: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        """Check the whole directory; reads no part.

        Of parts named in :data:`REPEATABLE` there may be several: programs that append to a zip
        leave the old ones in it. The last one counts, as for LibreOffice.

        Raises:
            FileDamaged: empty, cut off or unreadable.
            FileEncrypted: a part is encrypted.
            FileTooLarge: more or larger parts than ``limits`` allow.
            FileUnsafe: names, duplicates or zip features no document needs.
        """
        self._limits = limits
        _check_end_record(source, limits)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError):
            refuse("package-damaged")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        #: Earlier parts of the same name, which no reader should see.
        self._earlier: dict[str, list[zipfile.ZipInfo]] = {}
        for info in _check_entries(self._zip.infolist(), limits):
            if info.filename in self._entries:
                self._earlier.setdefault(info.filename, []).append(self._entries[info.filename])
            self._entries[info.filename] = info

    def size(self, name: str) -> int:
        """The bytes the part will unpack to."""
        return self._entries[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of one part; never more than its directory entry claims.

        Raises:
            FileDamaged: there is no such part, or it cannot be unpacked or has a wrong checksum.
        """
        info = self._entries.get(name)
        if info is None:
            refuse("part-missing", place(name))
        return self._inflate(info)

    def read_earlier(self, name: str) -> Iterator[bytes]:
        """The parts of that name that a later one replaces."""
        return map(self._inflate, self._earlier.get(name, ()))

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        try:
            with self._zip.open(info) as stream:
                # One bounded read: read() without a size inflates whatever is there.
                content = stream.read(info.file_size)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
            refuse("part-damaged", place(info.filename))
        if len(content) != info.file_size:
            refuse("part-damaged", place(info.filename))
        return content

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)


def _check_end_record(source: bytes, limits: Limits) -> None:
    """Refuse what zipfile would accept or take long over: prefixes, zip64, huge directories."""
    end = source.rfind(b"PK\x05\x06")
    if end < 0 or len(source) - end < _END_RECORD_BYTES:
        refuse("package-truncated")
    count = int.from_bytes(source[end + 10 : end + 12], "little")
    directory_bytes = int.from_bytes(source[end + 12 : end + 16], "little")
    directory_at = int.from_bytes(source[end + 16 : end + 20], "little")
    if source[end - 20 : end - 16] == b"PK\x06\x07" or 0xFFFFFFFF in (
        directory_bytes,
        directory_at,
    ):
        refuse("package-unusual", feature="zip64")
    if count > limits.entries or directory_bytes > limits.entries * _DIRECTORY_BYTES_PER_ENTRY:
        refuse("package-too-many-parts", limit=grouped(limits.entries))
    if count == 0:
        refuse("package-empty")
    if directory_at + directory_bytes > end:
        refuse("package-damaged")
    if directory_at + directory_bytes < end or not source.startswith(b"PK\x03\x04"):
        refuse("package-prefixed")


def _check_entries(infos: list[zipfile.ZipInfo], limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries that are parts, once every claim of the directory is acceptable."""
    if len(infos) > limits.entries:
        refuse("package-too-many-parts", limit=grouped(limits.entries))
    entries: list[zipfile.ZipInfo] = []
    seen: set[str] = set()
    total = 0
    for info in infos:
        # zipfile cuts a name at its first NUL; the name as written is the one to judge.
        name = info.orig_filename
        if name.endswith("/") and not info.file_size:
            continue  # a folder: LibreOffice writes many, some with absolute names; none is used
        if _UNSAFE_NAME.search(name) or len(name) > _LONGEST_NAME:
            refuse("package-unsafe-name")
        # OPC part names are the same whatever their case (ECMA-376 part 2, 6.2.2.3).
        if name.casefold() in seen and name not in REPEATABLE:
            refuse("package-duplicate-name", place(name))
        seen.add(name.casefold())
        _check_claims(info, limits)
        total += info.file_size
        entries.append(info)
    if total > limits.total_bytes:
        refuse("package-too-large", limit=f"{limits.total_bytes // MIB} MiB")
    return entries


def _check_claims(info: zipfile.ZipInfo, limits: Limits) -> None:
    where = place(info.filename)
    if info.flag_bits & _ENCRYPTED_FLAG:
        refuse("file-encrypted", where)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        refuse("package-unusual", where, feature=say("a compression other than deflate"))
    if info.file_size > limits.part_bytes:
        refuse("part-too-large", where, limit=f"{limits.part_bytes // MIB} MiB")
    if (
        info.file_size > limits.ratio_from_bytes
        and info.file_size > limits.ratio * info.compress_size
    ):
        refuse("part-overpacked", where, limit=limits.ratio)


# --- writing ------------------------------------------------------------------------------


def manifest(
    kind: str, names: Iterable[str], folders: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """``META-INF/manifest.xml`` for a package of that kind with these parts.

    Args:
        kind: a key of :data:`ODF_MEDIA_TYPES`.
        names: the parts, ``mimetype`` and the manifest itself left out.
        folders: the folders of embedded documents and their media types.
    """
    versioned = f' manifest:version="{ODF_VERSION}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        f"{versioned}>",
        _manifest_line("/", ODF_MEDIA_TYPES[kind], versioned),
    ]
    lines.extend(_manifest_line(name, kind, versioned) for name, kind in folders.items())
    lines.extend(_manifest_line(name, media_type(name)) for name in names)
    return "".join([*lines, "</manifest:manifest>"]).encode()


def _manifest_line(path: str, kind: str, more: str = "") -> str:
    return (
        f"<manifest:file-entry manifest:full-path={quoteattr(path)}"
        f'{more} manifest:media-type="{kind}"/>'
    )


def media_type(name: str) -> str:
    """The media type of a part by its name."""
    extension = posixpath.splitext(name)[1].lower()
    return {
        ".xml": "text/xml",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".svg": "image/svg+xml",
    }.get(extension, "application/octet-stream")


def write_odf(
    kind: str,
    parts: Iterable[tuple[str, bytes]],
    folders: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Write an ODF package: ``mimetype`` first and stored, the parts, then a fresh manifest.

    Args:
        kind: a key of :data:`ODF_MEDIA_TYPES`.
        parts: names and bytes; consumed one by one, so a generator holds one part at a time.
        folders: the folders of embedded documents and their media types.
    """
    return write_package(_odf_parts(kind, parts, folders))


def _odf_parts(
    kind: str, parts: Iterable[tuple[str, bytes]], folders: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    names = []
    yield "mimetype", ODF_MEDIA_TYPES[kind].encode()
    for name, content in parts:
        names.append(name)
        yield name, content
    yield "META-INF/manifest.xml", manifest(kind, names, folders)


def write_package(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Write a zip package with these parts; what is packed already is stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name, _WRITTEN_AT)
            stored = name == "mimetype" or name.lower().endswith(_ALREADY_PACKED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=1)
    return out.getvalue()
