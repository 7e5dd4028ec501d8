"""What the HTTP commands share: where the service is, files in and out, progress."""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..sync import Client
from .commands import CommandError

DEFAULT_URL = "http://127.0.0.1:8080"
DEFAULT_TIMEOUT_S = 120.0

#: The arguments of ``add_service_arguments``; None where they were not given.
OPTIONS = ("url", "key_file", "tenant", "timeout")


def add_service_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the service is and how to be let in."""
    parser.add_argument(
        "--url",
        help=f"address of the service (default: the variable $GREFFIER_URL, or {DEFAULT_URL})",
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="file holding the API key (default: the variable $GREFFIER_API_KEY)",
    )
    parser.add_argument(
        "--tenant",
        metavar="NAME",
        help="for operators: the tenant to act for (default: the variable $GREFFIER_TENANT)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help=f"longest wait for one answer (default: {DEFAULT_TIMEOUT_S:g})",
    )


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the document goes and in which form."""
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="where to put the document"
    )
    parser.add_argument(
        "--format", help="format of the document (default: the ending of the file after -o)"
    )
    parser.add_argument(
        "--options",
        type=Path,
        metavar="FILE",
        help="JSON file with the request's 'output' member, such as "
        '{"pdf": {"profile": "PDF/A-2b"}}',
    )


def client(args: argparse.Namespace) -> Client:
    """Make the client that the arguments ask for."""
    key = os.environ.get("GREFFIER_API_KEY", "")
    if args.key_file:
        key = args.key_file.read_text().strip()
    url = args.url or os.environ.get("GREFFIER_URL") or DEFAULT_URL
    try:
        return Client(
            url,
            key=key,
            timeout_s=args.timeout or DEFAULT_TIMEOUT_S,
            tenant=args.tenant or os.environ.get("GREFFIER_TENANT", ""),
        )
    except ValueError as error:
        raise CommandError(str(error)) from error


def output(args: argparse.Namespace) -> dict[str, Any]:
    """Put the request's ``output`` member together; the command line goes before the file.

    Raises:
        CommandError: the options cannot be read, or there is no folder for the document.
    """
    if not args.out.absolute().parent.is_dir():
        raise CommandError(f"there is no folder {args.out.parent} to write into")
    options = read_json(args.options) if args.options else {}
    wanted = args.format or options.get("format") or args.out.suffix.lstrip(".").lower() or "pdf"
    return {**options, "format": wanted}


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file, or from standard input for ``-``.

    Raises:
        CommandError: naming the file and the line of a mistake.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        value = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read {path}: {error}") from error
    except json.JSONDecodeError as error:
        raise CommandError(
            f"{path} is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error
    if not isinstance(value, dict):
        raise CommandError(f"{path} must hold a JSON object: {{...}}")
    return value


def tell(
    out: Path, pages: int | None, warnings: int = 0, fonts_substituted: Sequence[str] = ()
) -> None:
    """Say what was made, on standard error so that pipes stay clean."""
    length = {None: "", 1: " (1 page)"}.get(pages, f" ({pages} pages)")
    print(f"{out}{length}", file=sys.stderr)
    if warnings:
        print(f"{warnings} warning(s): 'greffier check' shows them", file=sys.stderr)
    if fonts_substituted:
        print(f"Fonts replaced: {', '.join(fonts_substituted)}", file=sys.stderr)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show on a terminal that work goes on, once it has taken longer than a second."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def show() -> None:
        seconds = 1
        while not done.wait(1):
            print(f"\r{what} … {seconds} s", end="", file=sys.stderr, flush=True)
            seconds += 1
        if seconds > 1:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # ECMA-48: erase the line

    shower = threading.Thread(target=show, daemon=True)
    shower.start()
    try:
        yield
    finally:
        done.set()
        shower.join()
