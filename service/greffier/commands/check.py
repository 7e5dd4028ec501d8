"""``greffier check``: find the mistakes of a template, on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from pathlib import Path

from greffier_templates.check import check
from greffier_templates.model import Severity

from greffier.blocks import block_files
from greffier.commands.telling import AT_FAULT, CALLED_WRONGLY, complain, faults
from greffier.data import read_json
from greffier.errors import DataMalformed
from greffier.problems import told


class Check:
    """Reads a template and says what is wrong with it; changes nothing."""

    help = "find every mistake of a template, and of sample data for it"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("template", type=Path, help="the template, an .odt or .ott file")
        parser.add_argument(
            "--data", type=Path, metavar="FILE", help="JSON file with sample data to try it with"
        )

        parser.add_argument(
            "--blocks",
            type=Path,
            metavar="FOLDER",
            help="where the blocks lie that it includes, as <name>.odt "
            "(default: the folder of the template)",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Check and print; gives 1 when the template cannot be used, 0 otherwise."""
        try:
            source = args.template.read_bytes()
            data = None if args.data is None else _read_data(args.data)
        except (OSError, ValueError) as error:
            complain(str(error))
            return CALLED_WRONGLY
        folder = args.blocks or args.template.parent
        findings = check(source, data, _FolderLoader(block_files(folder)))
        print(faults(told(findings)), end="")
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        print(f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}.")
        return AT_FAULT if errors else 0


class _FolderLoader:
    """The blocks of a folder; see ``greffier_templates.blocks.Loader``."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def load(self, name: str) -> bytes | None:
        """Read a block."""
        return self._files[name].read_bytes() if name in self._files else None

    def names(self) -> Collection[str]:
        """Name what could be one."""
        return self._files.keys()


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _read_data(path: Path) -> dict[str, object]:
    try:
        data = read_json(path.read_bytes())
    except DataMalformed:
        raise ValueError(f"{path} is not JSON.") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path} must hold a JSON object: {{...}}")
    return data


command = Check()
