"""An order for later: what a request holds, in one file.

A ZIP, with ``order.json`` first and the parts of the form as they came, under names of ours.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greffier_converters.model import Lane

from greffier.access.model import Role
from greffier.model import Caller
from greffier.uploads import Form, UploadedFile

_MANIFEST = "order.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made later."""

    #: Of which kind; see ``handlers/later.py``.
    kind: str
    #: For whom; their work waits in the batch lane.
    caller: Caller
    #: What they sent.
    form: Form
    #: Version of the template that counted when the order was accepted; None: it has none.
    version: int | None = None


async def write_order(order: Order, path: Path) -> None:
    """Write an order into a new file."""
    await asyncio.to_thread(_write, order, path)


async def read_order(path: Path, folder: Path) -> Order:
    """Read an order; the files of its form come into ``folder``."""
    return await asyncio.to_thread(_read, path, folder)


def _write(order: Order, path: Path) -> None:
    texts = {name: f"text-{n}" for n, name in enumerate(order.form.texts)}
    files = {name: f"file-{n}" for n, name in enumerate(order.form.files)}
    manifest = {
        "kind": order.kind,
        "version": order.version,
        "caller": {
            "tenant": order.caller.tenant,
            "key": order.caller.key,
            "language": order.caller.language,
            "roles": sorted(order.caller.roles),
            "installation": order.caller.installation,
        },
        "texts": texts,
        "files": {
            files[name]: {"name": name, "extension": each.extension, "media_type": each.media_type}
            for name, each in order.form.files.items()
        },
    }
    # Stored, not deflated: what is large in it is deflated already.
    with zipfile.ZipFile(path, "x") as archive:
        archive.writestr(_MANIFEST, json.dumps(manifest))
        for name, text in order.form.texts.items():
            archive.writestr(texts[name], text)
        for name, file in order.form.files.items():
            archive.write(file.path, files[name])


def _read(path: Path, folder: Path) -> Order:
    with zipfile.ZipFile(path) as archive:
        manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        files = {}
        for member, told in manifest["files"].items():
            target = folder / member
            with archive.open(member) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file)
            files[told["name"]] = UploadedFile(target, told["extension"], told["media_type"])
        texts = {name: archive.read(member) for name, member in manifest["texts"].items()}
    caller = manifest["caller"]
    roles = frozenset(Role(each) for each in caller.pop("roles"))
    return Order(
        manifest["kind"],
        Caller(**caller, roles=roles, lane=Lane.BATCH),
        Form(texts, files),
        manifest["version"],
    )
