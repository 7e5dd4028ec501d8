"""``greffier render``: fill a template with a JSON file."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import service
from .commands import RENDER_LOCAL, installed


class Render:
    """Fill a template, over HTTP or, with ``--local``, on this machine."""

    help = "fill a template with a JSON file and write the document"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "template", help="name of a template in the library, or your own .odt file"
        )
        parser.add_argument(
            "data", type=Path, help="JSON file with the data ('-' reads standard input)"
        )
        service.add_output_arguments(parser)
        parser.add_argument("--engine", choices=["greffier", "py3o"], help="what fills it")
        parser.add_argument("--locale", help="how amounts and dates are written: fr_BE")
        parser.add_argument("--timezone", help="in which moments are shown: Europe/Brussels")
        parser.add_argument(
            "--undefined",
            choices=["error", "blank", "mark"],
            help="what to do with fields that the data lacks (default: error)",
        )
        parser.add_argument(
            "--local",
            action="store_true",
            help="work on this machine, without a service (needs greffier[service])",
        )
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Fill and write; gives the exit code."""
        if args.local:
            return installed(RENDER_LOCAL)[RENDER_LOCAL].run(args)
        data = service.read_json(args.data)
        own = Path(args.template)
        template = own if own.suffix.lower() in {".odt", ".ott"} else args.template
        with service.client(args) as greffier, service.progress("Making the document"):
            document = greffier.render(
                template,
                data,
                to=args.out,
                output=service.output(args),
                engine=args.engine,
                locale=args.locale,
                timezone=args.timezone,
                undefined=args.undefined,
            )
        service.tell(document, args.out)
        return 0


command = Render()
