"""A trial conversion now and then: an office that runs is not yet one that works.

The first one also warms the office up, so that no caller waits for its first page.
"""

from __future__ import annotations

import asyncio
import logging
import zipfile
from pathlib import Path

from greffier_converters.errors import (
    ConversionError,
    DeadlineExceeded,
    QueueFull,
)
from greffier_converters.model import Conversion
from greffier_converters.pool import Converter

from greffier.workfolder import WorkFolders

_log = logging.getLogger(__name__)

_PAUSE_S = 60.0
_PAUSE_AFTER_FAILURE_S = 5.0
#: Far above what one line of text takes, so that a busy machine does not fail.
_DEADLINE_S = 30.0

_ODT = "application/vnd.oasis.opendocument.text"
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest manifest:version="1.3"
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODT}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
><office:body><office:text><text:p>Greffier</text:p></office:text></office:body>
</office:document-content>"""


class Canary:
    """Tries the offices; ``failure`` says how the last trial went.

    Args:
        converter: the offices.
        root: where the folders of the trials are made; nothing else may use it.
    """

    def __init__(self, converter: Converter, root: Path) -> None:
        #: Why no page could be made at the last trial; empty: one could.
        self.failure = "it has not been tried yet"
        self._converter = converter
        self._folders = WorkFolders(root)

    async def sing(self) -> None:
        """Go on trying until cancelled."""
        await asyncio.to_thread(self._folders.prepare)
        while True:
            await self.try_once()
            await asyncio.sleep(_PAUSE_AFTER_FAILURE_S if self.failure else _PAUSE_S)

    async def try_once(self) -> None:
        """Convert a page and note how it went."""
        try:
            with self._folders.one() as folder:
                source = folder / "canary.odt"
                _write(source)
                await self._converter.convert(
                    Conversion(source=source, kind="odt", target=folder / "canary.pdf"),
                    deadline=asyncio.get_running_loop().time() + _DEADLINE_S,
                )
            self.failure = ""
        except ConversionError as error:
            if not _only_busy(error):
                self._note(str(error))
        except OSError as error:
            self._note(f"the work folder cannot be used: {error.strerror}")
        await self._folders.finish()

    def _note(self, failure: str) -> None:
        self.failure = failure
        _log.warning("The trial conversion failed: %s", failure)


def _only_busy(error: ConversionError) -> bool:
    """Whether a trial failed for want of a free office, which says nothing about any."""
    waited = isinstance(error, DeadlineExceeded) and error.phase != "run"
    return waited or isinstance(error, QueueFull)


def _write(path: Path) -> None:
    """Write the smallest ODT that LibreOffice takes (ODF 1.3 part 2, 3)."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", _ODT)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("content.xml", _CONTENT)
