"""``greffier check``: find the mistakes of templates, on this machine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from greffier_converters.probe import find_fonts
from greffier_templates.blocks.loading import Loader
from greffier_templates.errors import FileRefused, TemplateError
from greffier_templates.model import Finding
from greffier_templates.telling.catalogues import LANGUAGES
from greffier_templates.telling.check import Checked, examine
from greffier_templates.telling.comments import with_comments
from greffier_templates.telling.report_text import as_text, count_text
from greffier_templates.telling.wording import in_language, say
from greffier_templates.understanding.contracts.tightened import check_own_schema
from greffier_templates.understanding.data_schema import read_data_schema
from greffier_templates.understanding.schema import schema as schema_of_template

from greffier.commands import summary
from greffier.commands.folder_blocks import FolderLoader, add_blocks_option
from greffier.commands.telling import (
    AT_FAULT,
    CALLED_WRONGLY,
    complain,
    language_of_environment,
)
from greffier.data import read_json
from greffier.errors import DataMalformed
from greffier.problems import told


class Check:
    """Reads templates and says what is wrong with them; changes nothing."""

    help = "find every mistake of a template, and of sample data for it"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "template", type=Path, nargs="?", help="the template, an .odt or .ott file"
        )
        what.add_argument(
            "--summary",
            type=Path,
            metavar="FOLDER",
            help="a line for each template in the folder and those in it, and totals",
        )
        parser.add_argument(
            "--data", type=Path, metavar="FILE", help="JSON file with sample data to try it with"
        )
        parser.add_argument(
            "--schema",
            type=Path,
            metavar="FILE",
            help="JSON Schema to hold the sample data against",
        )
        add_blocks_option(parser)
        parser.add_argument(
            "--annotate",
            type=Path,
            metavar="OUT.odt",
            help="write the template there, with a LibreOffice comment at each finding",
        )
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            help="of the report (default: that of the environment, LC_ALL, LC_MESSAGES or LANG)",
        )
        parser.add_argument(
            "--json", action="store_true", help="print JSON, as POST /v1/checks answers it"
        )

    def run(self, args: argparse.Namespace) -> int:
        """Check and print; gives 1 when a template cannot be used, 0 otherwise."""
        language = args.language or language_of_environment()
        families = find_fonts() or frozenset()
        if args.summary is not None:
            return self._summarise(args, language, families)
        try:
            source = args.template.read_bytes()
            data = None if args.data is None else _read_data(args.data)
            schema = None if args.schema is None else args.schema.read_bytes()
        except (OSError, ValueError) as error:
            complain(str(error))
            return CALLED_WRONGLY
        blocks = FolderLoader(args.blocks or args.template.parent)
        checked = examine(source, data, blocks, language=language, families=families)
        if schema is not None:
            found = _against_schema(schema, source, data, blocks)
            checked = replace(checked, findings=(*checked.findings, *found))
        _print(checked, language, as_json=args.json)
        if args.annotate is not None and not _annotate(source, checked, language, args.annotate):
            return CALLED_WRONGLY
        return 0 if checked.usable else AT_FAULT

    def _summarise(self, args: argparse.Namespace, language: str, families: Collection[str]) -> int:
        if not args.summary.is_dir():
            complain(f"{args.summary} is not a folder.")
            return CALLED_WRONGLY
        for option in ("data", "annotate", "schema"):
            if getattr(args, option) is not None:
                complain(f"--{option} is for one template, not with --summary.")
                return CALLED_WRONGLY

        def check(path: Path) -> Checked:
            blocks = FolderLoader(args.blocks or path.parent)
            return examine(path.read_bytes(), None, blocks, language=language, families=families)

        lines = summary.summarise(args.summary, check)
        print(summary.as_json(lines) if args.json else summary.as_text(lines, language))
        return 0 if all(line.checked.usable for line in lines) else AT_FAULT


def _print(checked: Checked, language: str, *, as_json: bool) -> None:
    if as_json:
        report = {
            "usable": checked.usable,
            "findings": told(checked.findings),
            "foreign": checked.foreign,
        }
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    print(as_text(checked.findings, language), end="")
    print(in_language(count_text(checked.findings), language))


def _against_schema(
    text: bytes, source: bytes, data: Mapping[str, object] | None, blocks: Loader
) -> Sequence[Finding]:
    """What is wrong with a schema, where it does not go with the template, or the data with it."""
    try:
        derived = schema_of_template(source, blocks)
    except TemplateError:
        derived = None  # what is wrong with the template is told already
    found = check_own_schema(text, derived)
    if data is None or any(one.code == "schema-invalid" for one in found):
        return found
    try:
        return (*found, *read_data_schema(text).mismatches(data))
    except TemplateError as error:
        return (*found, *error.findings)


def _annotate(source: bytes, checked: Checked, language: str, out: Path) -> bool:
    """Write the template with its comments; whether that was possible."""
    now = datetime.now().astimezone().replace(tzinfo=None)
    try:
        out.write_bytes(with_comments(source, checked.findings, language=language, written=now))
    except FileRefused:
        complain(
            in_language(
                say("No comments can be written into a file that cannot be read."), language
            )
        )
        return False
    except OSError as error:
        complain(f"{out}: {error.strerror}")
        return False
    return True


def _read_data(path: Path) -> dict[str, object]:
    try:
        data = read_json(path.read_bytes())
    except DataMalformed:
        raise ValueError(f"{path} is not JSON.") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path} must hold a JSON object: {{...}}")
    return data


command = Check()
