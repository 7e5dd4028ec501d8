"""``greffier diff``: what changed from one file of a template to another, on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from greffier_templates.blocks.loading import Loader
from greffier_templates.errors import FileRefused, TemplateError
from greffier_templates.telling.catalogues import LANGUAGES
from greffier_templates.understanding.schema import schema
from greffier_templates.understanding.versions.differences import differences
from greffier_templates.understanding.versions.telling import as_text

from greffier.commands.folder_blocks import FolderLoader, add_blocks_option
from greffier.commands.telling import (
    AT_FAULT,
    CALLED_WRONGLY,
    complain,
    faults,
    language_of_environment,
)
from greffier.problems import told


class Diff:
    """Compares two files as their designer reads them; changes nothing."""

    help = "tell what changed from one file of a template to another"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("before", type=Path, help="the older file, an .odt or .ott")
        parser.add_argument("after", type=Path, help="the newer file")
        add_blocks_option(parser)
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            help="of the words (default: that of the environment, LC_ALL, LC_MESSAGES or LANG)",
        )
        parser.add_argument("--json", action="store_true", help="as JSON, for programs")

    def run(self, args: argparse.Namespace) -> int:
        """Compare and print; gives 1 when a file is no template, 0 otherwise."""
        language = args.language or language_of_environment()
        sources = []
        for path in (args.before, args.after):
            try:
                sources.append(path.read_bytes())
            except OSError as error:
                complain(f"{path}: {error.strerror}")
                return CALLED_WRONGLY
        before, after = (
            _schema(source, FolderLoader(args.blocks or path.parent))
            for source, path in zip(sources, (args.before, args.after), strict=True)
        )
        try:
            found = differences(sources[0], sources[1], (before, after))
        except FileRefused as error:
            print(faults(told(error.findings)), end="", file=sys.stderr)
            return AT_FAULT
        if args.json:
            print(json.dumps(found.as_json(language), ensure_ascii=False, indent=2))
        else:
            print(as_text(found, language), end="")
        return 0


def _schema(source: bytes, blocks: Loader) -> object | None:
    """The schema of the data that a file needs; None: it has mistakes, and needs none yet."""
    try:
        return schema(source, blocks)
    except TemplateError:
        return None


command = Diff()
