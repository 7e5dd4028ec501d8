"""Drive one LibreOffice: run by path, by the Python that has ``uno``.

::

    python driver.py CONFIGURATION      (JSON; office.py writes it)

It starts one office, connects to it over a pipe, and then answers one request
after the other on stdin and stdout (frames as in wire.py): a document to load and
a file to export. When its office ends it ends too, and the supervisor starts both
anew: that is how a crash is told from a document that cannot be converted.

Only the standard library, uno and unoserver are imported, and nothing newer than
Python 3.9 is used: LibreOffice's Python may be older than the service's.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO

import uno
from com.sun.star.awt import WindowDescriptor
from com.sun.star.awt.WindowClass import TOP
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import Locale
from com.sun.star.uno import Exception as UnoException

CONFIGURATION = json.loads(sys.argv[1])
sys.path.insert(0, CONFIGURATION["unoserver"])

from unoserver.converter import UnoConverter, get_doc_type  # noqa: E402  found from here on

_LENGTHS = struct.Struct(">II")
_OFFICE_ENDED = 70  # EX_SOFTWARE of sysexits.h
_BETWEEN_ATTEMPTS_S = 0.02
#: Hundreds of times what closing takes.
_CLOSE_WITHIN_S = 10

_NO_UPDATE = 0  # com.sun.star.document.UpdateDocMode
_NEVER_EXECUTE = 0  # com.sun.star.document.MacroExecMode

#: Kind of document -> the service that holds its default character properties; None:
#: the document itself does.
_DEFAULTS = {
    "com.sun.star.text.TextDocument": "com.sun.star.text.Defaults",
    "com.sun.star.sheet.SpreadsheetDocument": None,
    "com.sun.star.drawing.DrawingDocument": "com.sun.star.drawing.Defaults",
    "com.sun.star.presentation.PresentationDocument": "com.sun.star.drawing.Defaults",
}


class Failed(Exception):
    """The office could not do it, and is still well."""

    def __init__(self, phase: str, message: str) -> None:
        self.phase = phase
        super().__init__(message)


class OfficeConverter(UnoConverter):  # type: ignore[misc]  # unoserver has no types
    """unoserver's converter with three things of its own: connection, loading, storing.

    Filter and type lookup are inherited. Why each of the three has to differ is in
    docs/decisions/0002-office-worker.md; docs/upstream.md has them as patches.
    """

    def __init__(self, pipe: str, still_alive: Callable[[], None]) -> None:
        # As UnoConverter.__init__ does, which knows TCP only.
        local = uno.getComponentContext()
        self.resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        while True:
            try:
                self.context = self.resolver.resolve(
                    f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
                )
                break
            except NoConnectException:
                still_alive()
                time.sleep(_BETWEEN_ATTEMPTS_S)
        self.service = self.context.ServiceManager
        self.desktop = self.create("com.sun.star.frame.Desktop")
        self.filter_service = self.create("com.sun.star.document.FilterFactory")
        self.type_service = self.create("com.sun.star.document.TypeDetection")
        self._export_filters = None
        self._import_filters = None
        self.frame = self.make_frame()

    def create(self, service: str) -> Any:
        """Create one of the office's services."""
        return self.service.createInstanceWithContext(service, self.context)

    def make_frame(self) -> Any:
        """Make the window that documents are loaded into, one after the other.

        LibreOffice otherwise opens one for each, with toolbars and a sidebar though nobody
        sees them, which takes a sixth of a letter's time (measured, LibreOffice 7.4). A frame
        without a layout manager has none of it.
        """
        window = WindowDescriptor(Type=TOP, WindowServiceName="window")
        frame = self.create("com.sun.star.frame.Frame")
        frame.initialize(self.create("com.sun.star.awt.Toolkit").createWindow(window))
        frame.setPropertyValue("LayoutManager", None)
        return frame

    def load(self, path: Path, filter_name: str, filter_options: str) -> Any:
        """Load out of sight, with exactly this filter; execute nothing, fetch nothing."""
        properties = {
            "Hidden": True,
            "ReadOnly": True,
            "UpdateDocMode": _NO_UPDATE,
            "MacroExecutionMode": _NEVER_EXECUTE,
            "FilterName": filter_name,
        }
        if filter_options:
            properties["FilterOptions"] = filter_options
        document = self.frame.loadComponentFromURL(
            path.as_uri(), "_self", 0, property_values(properties)
        )
        if document is None:
            raise Failed("load", f"LibreOffice's filter {filter_name} did not take it")
        return document

    def close(self, document: Any) -> None:
        """Take a document out of the frame, which would be closed with it, and close it."""
        self.frame.setComponent(None, None)
        document.close(True)

    def store(
        self,
        document: Any,
        path: Path,
        filter_name: str,
        filter_options: str,
        filter_data: dict[str, Any],
    ) -> None:
        """Export with options of exactly the types given; the document stays open."""
        properties = {"FilterName": filter_name, "Overwrite": True}
        if filter_options:
            properties["FilterOptions"] = filter_options
        if filter_data:
            properties["FilterData"] = uno.Any(
                "[]com.sun.star.beans.PropertyValue", property_values(filter_data)
            )
        document.storeToURL(path.as_uri(), property_values(properties))

    def update_indexes(self, document: Any) -> None:
        """Bring tables of contents and the like up to date, as UnoConverter.convert does.

        Twice: the first time the tables grow, and move what they list.
        """
        indexes = document.getDocumentIndexes()
        count = indexes.getCount()
        for _ in range(2 if count else 0):
            document.refresh()
            for number in range(count):
                indexes.getByIndex(number).update()

    def font_families(self) -> list[str]:
        """Name the font families this office can use."""
        device = self.create("com.sun.star.awt.Toolkit").createScreenCompatibleDevice(1, 1)
        return sorted({font.Name for font in device.getFontDescriptors()})


def property_values(properties: dict[str, Any]) -> tuple[Any, ...]:
    """Say it as UNO wants it; bool, int and str become its types of the same kind."""
    return tuple(
        # Making one takes as long as a question to the office, and most recur. Texts do
        # not: they may be passwords.
        recurring_value(name, value)
        if isinstance(value, int)
        else PropertyValue(Name=name, Value=value)
        for name, value in properties.items()
    )


@lru_cache(maxsize=256, typed=True)
def recurring_value(name: str, value: int) -> Any:
    """Make a property of a number or a truth value, once; nothing changes it later."""
    return PropertyValue(Name=name, Value=value)


def set_properties(document: Any, properties: dict[str, Any]) -> None:
    """Set the document's own title, author, subject, keywords and language where given."""
    if not properties:
        return  # every question to the office takes time
    about = document.getDocumentProperties()
    for name, value in properties.items():
        if name == "Keywords":
            about.Keywords = tuple(value)
        elif name == "Language":
            service = _DEFAULTS[get_doc_type(document)]
            holder = document.createInstance(service) if service else document
            holder.CharLocale = locale(value)
        else:
            setattr(about, name, value)


#: com.sun.star.beans.PropertyAttribute
_REMOVABLE = 128


def set_custom_properties(document: Any, properties: dict[str, str]) -> None:
    """Set properties under names of our own; what the document has under them is replaced."""
    if not properties:
        return
    custom = document.getDocumentProperties().UserDefinedProperties
    there = {each.Name for each in custom.getPropertySetInfo().getProperties()}
    for name, value in properties.items():
        if name in there:
            custom.removeProperty(name)
        custom.addProperty(name, _REMOVABLE, value)


def locale(tag: str) -> Any:
    """Make a locale of a BCP 47 tag; "qlt" is how LibreOffice marks one with more parts."""
    language, *more = tag.split("-")
    if len(more) <= 1 and len("".join(more)) in (0, 2):
        return Locale(language, "".join(more), "")
    return Locale("qlt", more[-1], tag)


def convert(
    converter: OfficeConverter,
    version: str,
    request: dict[str, Any],
    answer: Callable[[dict[str, Any]], None],
) -> None:
    """Load, adjust and export one document; answer with what is known about the result."""
    folder = Path(request["folder"])
    source, target = folder / request["source"], folder / request["target"]
    timings_s: dict[str, float] = {}
    pages: int | None = None
    fonts: list[str] = []
    with phase("load", timings_s):
        document = converter.load(source, request["import_filter"], request["import_options"])
    try:
        with phase("layout", timings_s):
            set_properties(document, request["properties"])
            set_custom_properties(document, request["custom_properties"])
            if request["family"] == "text":
                if may_have_indexes(source):
                    converter.update_indexes(document)
                if target.suffix != ".pdf":  # a PDF is counted when it is there, which costs less
                    pages = document.CurrentController.PageCount
        with phase("export", timings_s):
            converter.store(
                document,
                target,
                request["filter"],
                request["filter_options"],
                request["filter_data"],
            )
        if target.suffix == ".pdf" and target.exists():
            pages, fonts = pages_and_fonts(target.read_bytes())
        answer(
            {
                "pages": pages,
                "fonts_used": fonts,
                "timings_s": timings_s,
                "office_version": version,
                # LibreOffice keeps the fonts of a document and lends them to later ones.
                "keep_tenant": may_embed_fonts(source),
            }
        )
    finally:
        close(converter, document)


@contextlib.contextmanager
def phase(name: str, timings_s: dict[str, float]) -> Iterator[None]:
    """Take the time of a step, and name the step when the office fails in it.

    Only the kind of an error is told on: its text may quote the document.
    """
    begun = time.monotonic()
    try:
        yield
    except UnoException as error:
        raise Failed(name, type(error).__name__) from error
    timings_s[name] = time.monotonic() - begun


def close(converter: OfficeConverter, document: Any) -> None:
    """Close a document, or end: nobody waits for this any more, so nobody has a deadline.

    It takes a tenth of a conversion's time, during which the answer is on its way. A
    next job that was sent already is done again elsewhere when this process ends.
    """
    signal.setitimer(signal.ITIMER_REAL, _CLOSE_WITHIN_S)  # SIGALRM ends the process
    converter.close(document)
    signal.setitimer(signal.ITIMER_REAL, 0)


# Whatever prefix a producer gave the namespace (ODF 1.3, 8.1).
_INDEX = re.compile(rb"[<:](?:table-of-content|bibliography|[a-z]+-index)[\s/>]")
#: Up to here a look into the document costs less than a question to the office.
_LOOKED_INTO_BYTES = 2**20


def may_have_indexes(source: Path) -> bool:
    """Whether a document has tables of contents or the like; where that is dear to tell, yes."""
    if source.suffix != ".odt":
        return True
    try:
        with zipfile.ZipFile(source) as package:
            content = package.getinfo("content.xml")
            dear = content.file_size > _LOOKED_INTO_BYTES
            return dear or bool(_INDEX.search(package.read(content)))
    except (zipfile.BadZipFile, KeyError):
        return True


def may_embed_fonts(source: Path) -> bool:
    """Whether a document brings fonts along; of formats that cannot be told, yes."""
    if source.suffix == ".csv":
        return False
    try:
        with zipfile.ZipFile(source) as package:
            return any("fonts/" in name.lower() for name in package.namelist())
    except zipfile.BadZipFile:
        return True


_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b.*?stream\r?\n(.*?)endstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")
_FONT = re.compile(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")


def pages_and_fonts(pdf: bytes) -> tuple[int | None, list[str]]:
    """Count the pages of a PDF that LibreOffice wrote and name its fonts.

    A look at the dictionaries, not a PDF reader: enough for this one writer, which
    leaves them in plain sight or, in newer versions, in object streams (ISO 32000-1, 7.5.7).
    """
    parts = [pdf]
    for stream in _OBJECT_STREAM.findall(pdf):
        try:
            parts.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            continue  # encrypted: what it holds stays unknown
    text = b"\n".join(parts)
    fonts = {
        re.sub(rb"#(..)", _byte_of_hex, name).decode("utf-8", "replace")
        for name in _FONT.findall(text)
    }
    return len(_PAGE.findall(text)) or None, sorted(fonts)


def _byte_of_hex(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def receive(stream: BinaryIO) -> Any:
    """Read one request; None when there will be no more."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    json_bytes, blob_bytes = _LENGTHS.unpack(lengths)
    text = stream.read(json_bytes)
    stream.read(blob_bytes)
    return json.loads(text)


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write one answer."""
    text = json.dumps(message).encode()
    stream.write(_LENGTHS.pack(len(text), 0) + text)
    stream.flush()


def end_with(office: subprocess.Popen[bytes]) -> None:
    """End this process when the office has ended, whatever it is doing just then."""
    office.wait()
    os._exit(_OFFICE_ENDED)


def main() -> None:
    """Start the office, say so, and serve until stdin closes or the office ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints must not be taken for a frame
    office = subprocess.Popen(CONFIGURATION["office"], stdin=subprocess.DEVNULL, env={})

    def still_alive() -> None:
        if office.poll() is not None:
            sys.exit(f"LibreOffice ended at its start with status {office.returncode}")

    converter = OfficeConverter(CONFIGURATION["pipe"], still_alive)
    threading.Thread(target=end_with, args=(office,), daemon=True).start()
    version = converter.uno_info()
    send(answers, {"ready": True, "version": version, "fonts": converter.font_families()})
    while True:
        request = receive(sys.stdin.buffer)
        if request is None:
            break
        try:
            try:
                convert(converter, version, request, partial(send, answers))
            except Failed as failure:
                converter.desktop.getFrames()  # fails if the failure was the end of the office
                send(answers, {"error": {"phase": failure.phase, "message": str(failure)}})
        except UnoException:
            os._exit(_OFFICE_ENDED)  # at once, whatever threads UNO may still have
    office.kill()
    office.wait()


if __name__ == "__main__":
    main()
