"""A running service, tried by schemathesis against its own description.

Every answer must have a status, headers and content that the description tells; what breaks the
description must be refused; nothing may fail.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

_CONFIG = Path(__file__).with_name("schemathesis.toml")


def closed(description: dict[str, Any]) -> dict[str, Any]:
    """Give a description whose objects have no members but those it names.

    Callers must be ready for more in a later version, so what is published says nothing of that.
    """
    description = copy.deepcopy(description)
    for schema in description["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return description


async def findings(
    url: str, description: dict[str, Any], key: str, folder: Path, *options: str
) -> str:
    """Try all addresses; gives what was found, nothing where all is as it should be.

    Args:
        url: of the service.
        description: of its interface.
        key: an operator's.
        folder: for files of its own.
        options: of ``schemathesis run``.
    """
    path = folder / "openapi.json"
    path.write_text(json.dumps(closed(description)))
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={_CONFIG}",
        "run",
        str(path),
        f"--url={url}",
        "--no-color",
        *options,
        cwd=folder,
        env={**os.environ, "GREFFIER_API_KEY": key, "PYTHONPATH": str(_CONFIG.parent)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode() if process.returncode else ""
