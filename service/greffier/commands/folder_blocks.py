"""The blocks of a folder, for commands that read templates on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from pathlib import Path

from greffier.blocks import block_files


class FolderLoader:
    """The blocks of a folder; see ``greffier_templates.blocks.loading.Loader``."""

    def __init__(self, folder: Path) -> None:
        self._files: Mapping[str, Path] = block_files(folder)

    def load(self, name: str) -> bytes | None:
        """Read a block."""
        return self._files[name].read_bytes() if name in self._files else None

    def names(self) -> Collection[str]:
        """Name what could be one."""
        return self._files.keys()


def add_blocks_option(parser: argparse.ArgumentParser) -> None:
    """Declare ``--blocks``."""
    parser.add_argument(
        "--blocks",
        type=Path,
        metavar="FOLDER",
        help="where the blocks lie that it includes, as <name>.odt "
        "(default: the folder of the template)",
    )
