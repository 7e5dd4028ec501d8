"""A process that changes the registry until it is killed: ``registry_writer.py URL BLOBS``."""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path

from greffier.registry.model import NewTemplate
from greffier.registry.versions import Versions
from greffier.store.database import Database
from greffier.store.places import in_folder
from registered import templates_of


async def main(url: str, folder: Path) -> None:
    database, blobs = Database(url), in_folder(folder)
    templates, versions = templates_of(database), Versions(database, blobs)
    sys.stdout.write("started\n")
    sys.stdout.flush()
    while True:
        slug = f"letter-{secrets.token_hex(4)}"
        await templates.create("default", NewTemplate(slug=slug))

        async def add(slug: str = slug) -> None:
            schema = secrets.token_bytes(100)
            content = secrets.token_bytes(60_000)
            await versions.add("default", slug, content, author="ann", schema=schema)

        await asyncio.gather(add(), add(), add())
        for number in (1, 3, 2):
            await versions.publish("default", slug, number, by="ann")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
