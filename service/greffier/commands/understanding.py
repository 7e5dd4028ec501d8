"""``greffier schema``, ``sample`` and ``explain``: what a template is about, on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from greffier_templates.blocks.loading import Loader
from greffier_templates.errors import TemplateError
from greffier_templates.understanding.explain import as_text, explain
from greffier_templates.understanding.sample import samples
from greffier_templates.understanding.schema import schema

from greffier.commands.folder_blocks import FolderLoader, add_blocks_option
from greffier.commands.telling import AT_FAULT, CALLED_WRONGLY, complain, faults
from greffier.problems import told


class Understanding:
    """A command that reads a template and prints something about it.

    Args:
        help: one line.
        write: makes of the template's bytes, the blocks and the arguments what is printed.
        options: declares further arguments.
    """

    def __init__(
        self,
        help: str,
        write: Callable[[bytes, Loader, argparse.Namespace], str],
        options: Callable[[argparse.ArgumentParser], None],
    ) -> None:
        self.help = help
        self._write = write
        self._options = options

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("template", type=Path, help="the template, an .odt or .ott file")
        add_blocks_option(parser)
        self._options(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Print it; gives 1 when the template cannot be used, 0 otherwise."""
        try:
            source = args.template.read_bytes()
        except OSError as error:
            complain(f"{args.template}: {error.strerror}")
            return CALLED_WRONGLY
        try:
            print(
                self._write(source, FolderLoader(args.blocks or args.template.parent), args), end=""
            )
        except TemplateError as error:
            print(faults(told(error.findings)), end="", file=sys.stderr)
            return AT_FAULT
        return 0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _schema(source: bytes, blocks: Loader, args: argparse.Namespace) -> str:
    return _json(schema(source, blocks))


def _sample(source: bytes, blocks: Loader, args: argparse.Namespace) -> str:
    found = samples(source, blocks)
    print(faults(told(found.warnings)), end="", file=sys.stderr)
    if args.all:
        return _json([{"title": one.title, "data": one.data} for one in found.samples])
    return _json(found.samples[0].data)


def _explain(source: bytes, blocks: Loader, args: argparse.Namespace) -> str:
    lines = explain(source, blocks)
    return _json([line.as_json() for line in lines]) if args.json else as_text(lines)


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Declare nothing."""


def _sample_options(parser: argparse.ArgumentParser) -> None:
    help = "as many samples as it takes to see every branch, each with a title"
    parser.add_argument("--all", action="store_true", help=help)


def _explain_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


schema_command = Understanding(
    "print the JSON Schema of the data that a template needs", _schema, _no_options
)
sample_command = Understanding("invent data for a template", _sample, _sample_options)
explain_command = Understanding(
    "tell what a template does, in its own order", _explain, _explain_options
)
