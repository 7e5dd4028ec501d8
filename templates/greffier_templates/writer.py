"""Writes filled documents: the parts that never change are packed once, the others stream."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO

from .fill import Sink
from .gate.package import ODF_MEDIA_TYPES, manifest

#: What every filled template is, also that of an .ott.
_KIND = "odt"
#: Level 1 takes half the time of level 6 for 5 % more bytes of such repetitive XML.
_FAST = 1
_PACKED = frozenset({"png", "jpg", "jpeg", "gif"})
_MANIFEST = "META-INF/manifest.xml"


class PackageWriter:
    """Writes packages that share their static parts."""

    def __init__(
        self, static: Mapping[str, bytes], dynamic: Iterable[str], folders: Mapping[str, str]
    ) -> None:
        """Pack ``static`` once; ``dynamic`` are the names of the parts written each time.

        ``folders`` are those of embedded documents and their media types, for the manifest.
        """
        self._names = (*dynamic, *static)
        self._folders = folders
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(_info("mimetype", zipfile.ZIP_STORED), ODF_MEDIA_TYPES[_KIND])
            for name, content in static.items():
                archive.writestr(_info(name), content)
            end = archive.start_dir
            self._infos = archive.infolist()
        self._packed = packed.getvalue()[:end]

    def write(
        self,
        out: BinaryIO,
        parts: Mapping[str, Callable[[Sink], None]],
        pictures: Callable[[], Mapping[str, bytes]],
    ) -> None:
        """Write one package at the start of ``out``, which must be seekable.

        ``parts`` write themselves into the stream they are given; ``pictures`` is asked
        when all have, for they decide which pictures there are.
        """
        out.write(self._packed)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
            # What was packed before is in the stream already; the directory must know of it.
            archive.filelist.extend(self._infos)
            archive.NameToInfo.update((info.filename, info) for info in self._infos)
            for name, write in parts.items():
                with archive.open(name, "w") as stream:
                    write(stream)
            added = {
                name: content
                for name, content in pictures().items()
                if name not in archive.NameToInfo
            }
            for name, content in added.items():
                archive.writestr(_info(name, zipfile.ZIP_STORED), content)
            names = (*self._names, *added)
            archive.writestr(_info(_MANIFEST), manifest(_KIND, names, self._folders))


def _info(name: str, method: int | None = None) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    if method is None:
        method = zipfile.ZIP_STORED if _extension(name) in _PACKED else zipfile.ZIP_DEFLATED
    info.compress_type = method
    return info


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()
