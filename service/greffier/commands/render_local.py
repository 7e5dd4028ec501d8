"""``greffier render --local``: one document on this machine, by the service's own press."""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from greffier_converters.observer import NullObserver

from greffier.blocks import LibraryBlocks, OwnBlocks, block_files
from greffier.commands.telling import CALLED_WRONGLY, CANNOT_RUN, complain, refusal
from greffier.errors import TemplateNotFound
from greffier.library import LibraryTemplate, UploadedTemplate, open_library
from greffier.model import Caller, Document, DocumentOrder, Template
from greffier.press import Press
from greffier.requests import DocumentRequest, read, read_filling, read_output, refuse_useless
from greffier.rooms import CannotStart, furnish
from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings

_CALLER = Caller(tenant="local", key="")


class RenderLocal:
    """Fills a template and converts it with an office of its own; no HTTP."""

    help = "fill a template on this machine, without a service"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare nothing: ``greffier render`` hands over what it has read."""

    def run(self, args: argparse.Namespace) -> int:
        """Make the document; gives the exit code.

        Args:
            args: ``template`` (a name, or the ``Path`` of an ODT), ``out`` (where the document
                goes), ``request`` (the members of the request that would be posted) and
                ``blocks`` (the ``Path`` of a folder; None: that of the template's file).
        """
        try:
            request = json.dumps(args.request).encode()
            with tempfile.TemporaryDirectory(prefix="greffier-") as folder:
                # Nothing listens here, whatever the variables of a container say of that.
                own = {"workers": 1, "data_dir": folder, "host": "127.0.0.1"}
                settings = read_settings(own)
                document = asyncio.run(_make(settings, args, request, Path(folder)))
        except (CannotStart, SettingsRefused) as error:
            complain(str(error))
            return CANNOT_RUN
        except OSError as error:
            complain(f"{error.filename or args.out}: {error.strerror}")
            return CALLED_WRONGLY
        except Exception as error:
            return refusal(error)
        pages = {None: "", 1: " (1 page)"}.get(document.pages, f" ({document.pages} pages)")
        print(f"{args.out}{pages}", file=sys.stderr)
        return 0


async def _make(
    settings: Settings, args: argparse.Namespace, request: bytes, folder: Path
) -> Document:
    asked = read(DocumentRequest, request)
    refuse_useless(asked)
    async with AsyncExitStack() as stack:
        rooms = await furnish(settings, NullObserver())
        stack.push_async_callback(rooms.stop)
        await rooms.start()
        library = stack.enter_context(open_library(settings.templates_dir))
        if isinstance(args.template, Path):
            await asyncio.to_thread(shutil.copyfile, args.template, folder / "template")
            template: Template = UploadedTemplate(folder / "template")
        else:
            found = await library.template(args.template)
            if found is None:
                there = ", ".join(library.names())
                raise TemplateNotFound(
                    f"There is no template {args.template!r}. There are: {there}."
                )
            template = found
        folder_of_blocks = args.blocks
        if folder_of_blocks is None and isinstance(args.template, Path):
            folder_of_blocks = args.template.parent
        files = {} if folder_of_blocks is None else block_files(folder_of_blocks)
        order = DocumentOrder(
            template=template,
            request=request,
            engine=asked.engine or settings.default_engine,
            filling=read_filling(asked, settings),
            output=read_output(asked.output, "odt"),
            blocks=OwnBlocks(
                {name: LibraryTemplate(name, "", path) for name, path in files.items()},
                LibraryBlocks(library),
            ),
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
