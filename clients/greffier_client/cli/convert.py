"""``greffier convert``: turn an office document into PDF or another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import service
from .commands import CommandError


class Convert:
    """Convert one document over HTTP."""

    help = "convert an office document to PDF or another format"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("source", type=Path, help="the document: .odt, .docx, .xlsx …")
        service.add_output_arguments(parser)
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Convert and write; gives the exit code."""
        if not args.source.is_file():
            raise CommandError(f"there is no file {args.source}")
        with service.client(args) as greffier, service.progress("Converting"):
            document = greffier.convert(args.source, to=args.out, output=service.output(args))
        service.tell(args.out, document.pages, document.warnings, document.fonts_substituted)
        return 0


command = Convert()
