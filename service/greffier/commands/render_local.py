"""``greffier render --local``: one document on this machine, by the service's own press."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from greffier_converters.observer import NullObserver

from greffier.commands.telling import CALLED_WRONGLY, CANNOT_RUN, complain, refusal
from greffier.library import UploadedTemplate, open_library
from greffier.model import Caller, Document, DocumentOrder, Template
from greffier.press import Press
from greffier.requests import DocumentRequest, read, read_filling, read_output
from greffier.rooms import CannotStart, furnish
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings

_CALLER = Caller(tenant="local", key="")


class RenderLocal:
    """Fills a template and converts it with an office of its own; no HTTP."""

    help = "fill a template on this machine, without a service"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare nothing: the arguments are those of ``greffier render``."""

    def run(self, args: argparse.Namespace) -> int:
        """Make the document; gives the exit code."""
        try:
            request = _request(args)
            with tempfile.TemporaryDirectory(prefix="greffier-") as folder:
                settings = read_settings({"workers": 1, "data_dir": folder})
                document = asyncio.run(_make(settings, args, request, Path(folder)))
        except (CannotStart, SettingsRefused) as error:
            complain(str(error))
            return CANNOT_RUN
        except (OSError, ValueError) as error:
            complain(str(error))
            return CALLED_WRONGLY
        except Exception as error:
            return refusal(error)
        pages = f" ({document.pages} pages)" if document.pages else ""
        print(f"{args.out}{pages}", file=sys.stderr)
        return 0


def _request(args: argparse.Namespace) -> bytes:
    """Put together what would be posted; the data goes in as it was written."""
    output: dict[str, Any] = json.loads(args.options.read_bytes()) if args.options else {}
    wanted = args.format or output.get("format") or args.out.suffix.lstrip(".").lower() or "pdf"
    members: Mapping[str, object] = {
        "output": {**output, "format": wanted},
        "engine": args.engine,
        "locale": args.locale,
        "timezone": args.timezone,
        "undefined": args.undefined or "error",
    }
    given = json.dumps({name: value for name, value in members.items() if value is not None})
    data = sys.stdin.buffer.read() if str(args.data) == "-" else args.data.read_bytes()
    return b'{"data": ' + data + b", " + given[1:].encode()


async def _make(
    settings: Settings, args: argparse.Namespace, request: bytes, folder: Path
) -> Document:
    asked = read(DocumentRequest, request)
    async with AsyncExitStack() as stack:
        rooms = await furnish(settings, NullObserver())
        stack.push_async_callback(rooms.stop)
        await rooms.start()
        library = stack.enter_context(open_library(settings.templates_dir))
        own = Path(args.template)
        if own.suffix.lower() in {".odt", ".ott"}:
            await asyncio.to_thread(shutil.copyfile, own, folder / "template")
            template: Template = UploadedTemplate(folder / "template")
        else:
            template = await library.get(args.template)
        order = DocumentOrder(
            template=template,
            request=request,
            engine=asked.engine or settings.default_engine,
            filling=read_filling(asked, settings),
            output=read_output(asked.output, "odt"),
        )
        press = Press(rooms.renderer, rooms.converter, py3o=settings.py3o_engine == "trusted")
        document = await press.make_document(
            order,
            caller=_CALLER,
            folder=folder,
            deadline=asyncio.get_running_loop().time() + settings.deadline_s,
        )
        await asyncio.to_thread(shutil.move, document.path, args.out)
        return document


command = RenderLocal()
