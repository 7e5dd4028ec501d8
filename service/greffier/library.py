"""Templates and blocks by name: those that come with Greffier, and the operator's own.

A template is a folder with a ``template.odt``, a ``schema.json`` where its designer wants data to
be held against one, and a ``sample.json`` where there is made up data for it; a block for inclusion
one with a ``block.odt``; the operator's folder goes first.
Files are looked at for every request, so a new version counts at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

_FILE, _BLOCK, _SCHEMA, _SAMPLE = "template.odt", "block.odt", "schema.json", "sample.json"


@dataclass(frozen=True, slots=True)
class LibraryTemplate:
    """A template of the library; see :class:`greffier.model.Template`."""

    name: str
    digest: str
    path: Path
    #: Files of a folder have no versions.
    version: int | None = None

    async def put_into(self, folder: Path) -> Path:
        """Copy it: what a render process is given it could also write to."""
        return Path(await asyncio.to_thread(shutil.copyfile, self.path, folder / self.path.name))

    async def schema_into(self, folder: Path) -> Path | None:
        """Copy the schema that its designer put beside it."""
        schema = self.path.with_name(_SCHEMA)
        try:
            return Path(await asyncio.to_thread(shutil.copyfile, schema, folder / _SCHEMA))
        except FileNotFoundError:
            return None

    async def sample(self) -> str | None:
        """Give the sample data that its designer put beside it, JSON text."""
        try:
            return await asyncio.to_thread(self.path.with_name(_SAMPLE).read_text, "utf-8")
        except FileNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class UploadedTemplate:
    """A template that came with the request; see :class:`greffier.model.Template`."""

    path: Path
    name: str = ""
    digest: str = ""
    version: int | None = None

    async def put_into(self, folder: Path) -> Path:
        """Give the file, which is in the folder already."""
        return self.path

    async def schema_into(self, folder: Path) -> Path | None:
        """Give none: whoever sends a template sends data that he knows."""
        return None


class Library:
    """Finds templates by name.

    Args:
        folders: where to look, in this order.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        #: Path -> (time of change, size) and the digest of the file as it was then.
        self._digests: dict[Path, tuple[tuple[int, int], str]] = {}

    async def template(self, name: str) -> LibraryTemplate | None:
        """Give a template; None: there is none of this name.

        Args:
            name: lower-case letters, digits and hyphens: never a path.
        """
        return await self._find(name, _FILE)

    async def block(self, name: str) -> LibraryTemplate | None:
        """Give a block; ``name`` as in :meth:`template`."""
        return await self._find(name, _BLOCK)

    def names(self) -> list[str]:
        """List the templates; reads the folders."""
        return self._list(_FILE)

    def block_names(self) -> list[str]:
        """List the blocks; reads the folders."""
        return self._list(_BLOCK)

    def _list(self, file: str) -> list[str]:
        return sorted({path.parent.name for f in self._folders for path in f.glob(f"*/{file}")})

    async def _find(self, name: str, file: str) -> LibraryTemplate | None:
        for folder in self._folders:
            path = folder / name / file
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            changed = about.st_mtime_ns, about.st_size
            known = self._digests.get(path)
            if known is None or known[0] != changed:
                known = changed, await asyncio.to_thread(_digest, path)
                self._digests[path] = known
            return LibraryTemplate(name, known[1], path)
        return None


@contextmanager
def open_library(own: Path | None) -> Iterator[Library]:
    """Give the templates that come with Greffier and, before them, the operator's own."""
    with resources.as_file(resources.files("greffier_library")) as packaged:
        yield Library([packaged] if own is None else [own, packaged])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
