"""``greffier``: find the command, run it, say what went wrong in one line.

What asks a service over HTTP lives here: ``render``, ``template``, ``records``. Every other
command (``serve``, ``check``, ``doctor``) comes from an installed package through
the entry-point group ``greffier.commands``: the client never imports the service.

Exit codes: 0 done; 1 the template, its data or the document is at fault; 2 the
command was called wrongly; 3 the service cannot be reached, is too busy or failed;
4 the service refused the key.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from ..errors import AccessRefused, ContentRefused, GreffierError, NotFound, RequestRefused
from . import convert, font, records, render, template, webhook
from .commands import RENDER_LOCAL, Command, CommandError, NotInstalled, installed


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; gives its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="greffier",
        description="Letters, permits and council decisions from LibreOffice templates and JSON.",
        epilog="'greffier COMMAND --help' tells more about one command.",
    )
    parser.add_argument("--version", action="version", version=f"greffier {version('greffier')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in _commands(arguments).items():
        sub = commands.add_parser(name, help=command.help, description=command.help)
        command.configure(sub)
        sub.set_defaults(command=command)
    args, unknown = parser.parse_known_args(arguments)
    called: Command = args.command
    if unknown and not isinstance(called, NotInstalled):
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    try:
        return called.run(args)
    except CommandError as error:
        print(f"greffier: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # a file of the command line that cannot be read or written
        print(
            f"greffier: {error.filename or getattr(args, 'out', 'file')}: {error.strerror}",
            file=sys.stderr,
        )
        return 2
    except GreffierError as error:
        print(f"greffier: {error}", file=sys.stderr)
        return _exit_code(error)
    except KeyboardInterrupt:
        return 130  # 128 + SIGINT, as a shell reports it


def _commands(arguments: Sequence[str]) -> dict[str, Command]:
    """Give the commands to declare.

    Of those that other packages bring only the called one is loaded, or all of
    them for a general ``--help``: ``serve`` should not pay for ``doctor``.
    """
    commands: dict[str, Command] = {
        "render": render.command,
        "convert": convert.command,
        "template": template.command,
        "font": font.command,
        "webhook": webhook.command,
        "records": records.records,
        "usage": records.usage,
        "limits": records.limits,
    }
    called = next((word for word in arguments if not word.startswith("-")), "")
    if called not in commands:
        commands |= installed(called) or installed()
        commands.pop(RENDER_LOCAL, None)
    return commands


def _exit_code(error: GreffierError) -> int:
    if isinstance(error, AccessRefused):
        return 4
    if isinstance(error, RequestRefused) and error.problem.status == 400:
        return 2  # an option that the service does not know, or not like this
    return 1 if isinstance(error, ContentRefused | NotFound | RequestRefused) else 3
