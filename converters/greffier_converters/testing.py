"""Stand-ins that need no office: a converter, and processes that misbehave on order."""

from __future__ import annotations

import asyncio
import re
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

from greffier_converters import formats
from greffier_converters.errors import DeadlineExceeded, DocumentRejected, OptionRefused
from greffier_converters.model import Conversion, Converted, Lane, Launch


class FakeConverter:
    """Writes a small PDF of one page with the first lines of the document's text.

    Held to the same contract suite as ``OfficePool``. It reads ODT only and makes
    PDF only.
    """

    def __init__(self, *, duration_s: float = 0.0) -> None:
        #: How long every conversion takes.
        self.duration_s = duration_s
        #: What was asked for, in order.
        self.conversions: list[Conversion] = []
        #: In which queues that waited.
        self.lanes: list[Lane] = []

    async def convert(
        self, conversion: Conversion, *, lane: Lane = Lane.INTERACTIVE, deadline: float
    ) -> Converted:
        """Convert one document; see ``pool.OfficePool.convert``."""
        self.conversions.append(conversion)
        self.lanes.append(lane)
        if conversion.kind not in formats.INPUTS:
            raise OptionRefused(f"There is no kind {conversion.kind!r}.", option="kind")
        formats.export_filter(conversion.kind, conversion.format)
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.sleep(self.duration_s)
        except TimeoutError:
            raise DeadlineExceeded("The fake was not done in time.", phase="run") from None
        lines = await asyncio.to_thread(_lines, conversion.source)
        await asyncio.to_thread(conversion.target.write_bytes, simple_pdf(lines))
        return Converted(
            path=conversion.target,
            pages=1,
            fonts_used=("Helvetica",),
            fonts_substituted=(),
            timings_s={"queue": 0.0, "load": 0.0, "layout": 0.0, "export": self.duration_s},
            office_version="7.4.0.0",
        )


def _lines(source: Path) -> list[str]:
    """Read the paragraphs of an ODT."""
    try:
        with zipfile.ZipFile(source) as package:
            content = package.read("content.xml").decode()
    except (zipfile.BadZipFile, KeyError) as error:
        raise DocumentRejected("The fake could not load the document.", phase="load") from error
    paragraphs = re.findall(r"<text:(?:p|h)\b[^>]*>(.*?)</text:(?:p|h)>", content, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", paragraph)) for paragraph in paragraphs]


def simple_pdf(lines: list[str]) -> bytes:
    """Write the simplest PDF that shows some lines (ISO 32000-1, annex H.3)."""
    shown = b" ".join(
        b"<%b> Tj T*" % line.encode("cp1252", "replace").hex().encode() for line in lines
    )
    text = b"BT /F1 11 Tf 13 TL 60 780 Td " + shown + b" ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(pdf)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return pdf + b"xref\n0 6\n0000000000 65535 f \n" + rows + trailer


# What a scripted process does: at its start as told on its command line, then in each job
# as the job's message says.
_SCRIPT = """
import os, signal, subprocess, sys, time
from pathlib import Path
from greffier_converters.wire import serve

def work(message, blob):
    folder = Path(message["folder"])
    doing = message.get("do", "answer")
    if doing == "die" or (doing == "die once" and claim(Path(message["marker"]))):
        os.kill(os.getpid(), signal.SIGKILL)
    if doing == "hang":
        time.sleep(3600)
    if doing == "garbage":
        os.write(3, b"\\xff" * 64)
    if doing == "link":
        os.symlink(message["to"], folder / "result")
    if doing == "child":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    if doing == "grow":
        grown.append(b"x" * message["bytes"])
    time.sleep(message.get("seconds", 0))
    if doing == "write":
        (folder / "result").write_bytes(b"".join(f.read_bytes() for f in folder.iterdir()))
    return {
        "pid": os.getpid(),
        "nice": os.nice(0),
        "files": sorted(file.name for file in folder.iterdir()),
        "blob": blob.decode(),
        "error": {"type": "refused"} if doing == "refuse" else None,
        "keep_tenant": doing == "keep tenant",
    }

def claim(marker):
    try:
        marker.touch(exist_ok=False)
        return True
    except FileExistsError:
        return False

grown = []
start, affinity = sys.argv[1:]
if start == "never":
    time.sleep(3600)
if start == "dies" or (start.startswith("dies unless ") and not Path(start[12:]).exists()):
    sys.exit("the scripted reason")
if start == "garbage":
    os.write(1, b"\\xff" * 64)
    time.sleep(3600)
os.dup2(1, 3)
serve(work, {"pid": os.getpid(), "affinity": affinity})
"""


class ScriptedProgram:
    """Processes that do what they are told, the worst included; see ``_SCRIPT``.

    Run under the real ``Supervisor`` in place of offices.
    """

    name = "scripted"

    def __init__(self, start: str = "well") -> None:
        #: How processes start: ``well``, ``never``, ``dies``, ``garbage``, or
        #: ``dies unless PATH``: until that file exists.
        self.start = start
        #: Affinities of the processes started so far.
        self.launched: list[str] = []
        #: Folders that were cleaned up after.
        self.cleaned: list[Path] = []

    def launch(self, folder: Path, affinity: str) -> Launch:
        """See ``process.Program``."""
        self.launched.append(affinity)
        argv = (sys.executable, "-I", "-c", _SCRIPT, self.start, affinity)
        return Launch(argv, env={}, cwd=folder)

    def cleanup(self, folder: Path) -> None:
        """See ``process.Program``."""
        self.cleaned.append(folder)
