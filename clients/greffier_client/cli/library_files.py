"""A folder of templates, as designers keep it under version control, and the zips it travels in.

The layout is that of docs/callers/templates.md: ``permit/template.odt`` and what lies beside it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .commands import CommandError

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_FILES = ("about.json", "template.odt", "block.odt", "schema.json")
_INSIDE = re.compile(
    r"[a-z0-9][a-z0-9-]{0,99}/"
    r"(template\.odt|block\.odt|about\.json|schema\.json|samples/[a-z0-9][a-z0-9-]{0,99}\.json)"
)
#: A zip is sent once it is larger; the service takes 64 MiB when its operator says nothing.
_ZIP_BYTES = 16 * 2**20


def find(path: Path, *, name: str = "", block: bool = False) -> Mapping[str, Path]:
    """Find the files of templates: name in the zip -> file.

    Args:
        path: an ODT, the folder of one template, or a folder of such folders.
        name: what the template is to be called, of an ODT only; empty: as its file.
        block: whether an ODT is a block.

    Raises:
        CommandError: there is none, or a name does not do.
    """
    if path.is_file():
        slug = name or path.stem.lower()
        if not _SLUG.fullmatch(slug):
            raise CommandError(
                f"{slug!r} cannot name a template: take lower-case letters, digits and hyphens, "
                "with --name"
            )
        return {f"{slug}/{'block' if block else 'template'}.odt": path}
    if not path.is_dir():
        raise CommandError(f"there is no file or folder {path}")
    if name or block:
        raise CommandError("--name and --block go with an .odt; a folder has its own name")
    own = dict(_of_template(path.absolute()))
    if own:
        return own
    found = {
        inside: file
        for folder in sorted(path.iterdir())
        if folder.is_dir()
        for inside, file in _of_template(folder)
    }
    if not found:
        raise CommandError(f"there is no template in {path}: it holds <name>/template.odt")
    return found


def _of_template(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the files of the folder of one template; none if it is not one."""
    if not any((folder / file).is_file() for file in ("template.odt", "block.odt")):
        return
    if not _SLUG.fullmatch(folder.name):
        raise CommandError(
            f"{folder} cannot name a template: take lower-case letters, digits and hyphens"
        )
    for file in _FILES:
        if (folder / file).is_file():
            yield f"{folder.name}/{file}", folder / file
    for sample in sorted((folder / "samples").glob("*.json")):
        yield f"{folder.name}/samples/{sample.name}", sample


def pack(found: Mapping[str, Path]) -> Iterator[bytes]:
    """Write files into zips, none much larger than the service takes; blocks go first."""
    slugs = sorted(
        {inside.partition("/")[0] for inside in found},
        key=lambda slug: (f"{slug}/block.odt" not in found, slug),
    )
    target, archive = _new_zip()
    for slug in slugs:
        for inside in (each for each in found if each.startswith(f"{slug}/")):
            archive.writestr(inside, found[inside].read_bytes())
        if target.tell() > _ZIP_BYTES and slug != slugs[-1]:
            archive.close()
            yield target.getvalue()
            target, archive = _new_zip()
    archive.close()
    yield target.getvalue()


def _new_zip() -> tuple[io.BytesIO, zipfile.ZipFile]:
    target = io.BytesIO()
    return target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)


def unpack(library: bytes, folder: Path) -> tuple[Sequence[str], int]:
    """Write a library into a folder; gives what changed there, and how many files there are.

    Files that the library does not have are left alone.

    Raises:
        CommandError: the service sent what is no library.
    """
    changed: list[str] = []
    with zipfile.ZipFile(io.BytesIO(library)) as archive:
        names = archive.namelist()
        for name in names:
            if not _INSIDE.fullmatch(name):
                raise CommandError("the service sent what is no library")
            content, path = archive.read(name), folder / name
            if path.is_file() and path.read_bytes() == content:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(name)
    return changed, len(names)
