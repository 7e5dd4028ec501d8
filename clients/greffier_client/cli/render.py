"""``greffier render``: fill a template with a JSON file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from . import service
from .commands import RENDER_LOCAL, CommandError, installed

#: Members of the request that are options of the command, under the same names.
OPTIONS = ("engine", "locale", "timezone", "undefined", "keep_comments")


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
            choices=["error", "blank", "mark", "keep"],
            help="what to do with fields that the data lacks (default: error)",
        )
        parser.add_argument(
            "--keep-comments",
            action="store_true",
            help="leave the comments of the template in an ODT or DOCX",
        )
        parser.add_argument(
            "--local",
            action="store_true",
            help="work on this machine, without a service (needs greffier[service])",
        )
        parser.add_argument(
            "--blocks",
            type=Path,
            metavar="FOLDER",
            help="with --local: where the blocks lie that the template includes, as <name>.odt "
            "(default: the folder of your own template)",
        )
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Fill and write; gives the exit code."""
        data, output = service.read_json(args.data), service.output(args)
        options = {name: getattr(args, name) for name in OPTIONS}
        own = Path(args.template)
        template = own if own.suffix.lower() in {".odt", ".ott"} else args.template
        if args.local:
            return self._run_local(args, template, {"data": data, "output": output, **options})
        if args.blocks is not None:
            raise CommandError("--blocks goes with --local; a service has blocks of its own")
        with service.client(args) as greffier, service.progress("Making the document"):
            document = greffier.render(template, data, to=args.out, output=output, **options)
        service.tell(args.out, document.pages, document.warnings, document.fonts_substituted)
        return 0

    def _run_local(
        self, args: argparse.Namespace, template: str | Path, request: Mapping[str, object]
    ) -> int:
        """Hand over to the service's own command, which needs no HTTP."""
        for name in service.OPTIONS:
            if getattr(args, name) is not None:
                option = "--" + name.replace("_", "-")
                raise CommandError(f"{option} is about a service; with --local there is none")
        wanted = {name: value for name, value in request.items() if value is not None}
        local = argparse.Namespace(
            template=template, out=args.out, request=wanted, blocks=args.blocks
        )
        return installed(RENDER_LOCAL)[RENDER_LOCAL].run(local)


command = Render()
