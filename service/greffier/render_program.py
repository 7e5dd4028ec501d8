"""The render process: everything that costs processor time, outside the event loop.

It fills and checks templates, cleans uploaded documents, checks and draws PDFs.
Started under the launcher by ``render.py``, it reads requests from standard input
and answers on standard output (``greffier_converters.wire``); files lie in the job
folder that each request names. It keeps prepared templates, by digest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import traceback
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from greffier_converters import wire
from greffier_converters.stamp import stamp
from greffier_templates.errors import TemplateInvalid
from greffier_templates.model import Filling, Finding, Undefined
from greffier_templates.prepared import Prepared, prepare

from greffier import render_understanding
from greffier.data import read_data
from greffier.render_messages import BLOCKS_NEEDED, TEMPLATE_NEEDED, write_error, write_findings

if TYPE_CHECKING:
    from greffier_templates.understanding.data_schema import DataSchema

Answer = dict[str, object]

#: Templates are kept up to so many bytes of ODT in all. Prepared, one takes about ten
#: times its size.
_KEPT_BYTES = 8 * 2**20

_HERE = str(Path(__file__).parent.parent)


class SentBlocks:
    """The blocks that came with a job; see ``greffier_templates.blocks.loading.Loader``."""

    def __init__(self, message: Mapping[str, Any], folder: Path) -> None:
        self._files: Mapping[str, str | None] = message.get("block_files", {})
        self._names: Collection[str] = message.get("block_names", ())
        self._folder = folder
        #: Those that were asked for, of which nobody has said yet whether they exist.
        self.needed: set[str] = set()
        #: Name -> size of those that were read.
        self.read: dict[str, int] = {}

    def load(self, name: str) -> bytes | None:
        """Give a block that was sent; takes note of one that was not."""
        if name not in self._files:
            self.needed.add(name)
            return None
        file = self._files[name]
        if file is None:
            return None
        content = (self._folder / file).read_bytes()
        self.read[name] = len(content)
        return content

    def names(self) -> Collection[str]:
        """Give the names of all there are, as the hall says."""
        return self._names


#: The digest of a template, name and digest of all it includes, and whether it keeps.
_Key = tuple[str, tuple[tuple[str, str], ...], bool]


class Templates:
    """Prepared templates, the most recently used ones.

    A template whose block has changed is another one, and so is one that includes the
    block of another tenant.
    """

    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._kept: OrderedDict[_Key, tuple[Prepared, int]] = OrderedDict()
        self._free_bytes = kept_bytes

    def get(
        self,
        digest: str,
        blocks: Mapping[str, str] = MappingProxyType({}),
        *,
        keeps: bool = False,
    ) -> Prepared | None:
        """Give a template that was seen before with these blocks: name -> digest.

        ``keeps``: one that was prepared to keep what is undefined.
        """
        key = _key(digest, blocks, keeps)
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def prepare(self, source: bytes, blocks: SentBlocks, *, keeps: bool = False) -> Prepared:
        """Prepare a template, and keep it."""
        prepared = prepare(source, blocks, keeps=keeps)
        digest = hashlib.sha256(source).hexdigest()
        if self.get(digest, prepared.blocks, keeps=keeps) is None:
            size = len(source) + sum(blocks.read.values())
            self._kept[_key(digest, prepared.blocks, keeps)] = prepared, size
            self._free_bytes -= size
            while self._free_bytes < 0:
                _, (_, size) = self._kept.popitem(last=False)
                self._free_bytes += size
        return prepared


@lru_cache(maxsize=64)
def _schema(text: bytes) -> DataSchema:
    """Read a schema; remembered, for it takes as long as filling thirty letters."""
    from greffier_templates.understanding.data_schema import read_data_schema

    return read_data_schema(text)


def _key(digest: str, blocks: Mapping[str, str], keeps: bool) -> _Key:
    return digest, tuple(sorted(blocks.items())), keeps


class Renderer:
    """Does one job after the other; each method is the operation of its name."""

    def __init__(self) -> None:
        self._templates = Templates()

    def work(self, message: dict[str, Any], blob: bytes) -> Mapping[str, object]:
        """Answer one request; see ``wire.serve``."""
        operations: Mapping[str, Callable[[dict[str, Any], bytes, Path], Answer]] = {
            "fill": self.fill,
            "fill_with_py3o": self.fill_with_py3o,
            "check": self.check,
            "clean": self.clean,
            "finish": self.finish,
            "draw": self.draw,
            "read_font": self.read_font,
            "describe": self.describe,
            "diff": self.diff,
            "contract": self.contract,
        }
        try:
            return operations[message["op"]](message, blob, Path(message["folder"]))
        except Exception as error:
            return {"error": write_error(error, _place(error), message.get("language", "en"))}

    def fill(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Fill ``template``, or the one of ``digest``, with the data in the request ``blob``."""
        filling = _filling(message["filling"])
        keeps = filling.undefined is Undefined.KEEP
        prepared = self._templates.get(message["digest"], message.get("blocks", {}), keeps=keeps)
        digest = message["digest"]
        if prepared is None:
            if "template" not in message:
                return {TEMPLATE_NEEDED: True}
            blocks = SentBlocks(message, folder)
            source = (folder / message["template"]).read_bytes()
            digest = hashlib.sha256(source).hexdigest()
            try:
                prepared = self._templates.prepare(source, blocks, keeps=keeps)
            except TemplateInvalid:
                if blocks.needed:
                    return {BLOCKS_NEEDED: sorted(blocks.needed)}
                raise
        images = {name: (folder / file).read_bytes() for name, file in message["images"].items()}
        data, data_digest = read_data(blob)
        self._check_data(data, message, folder)
        with (folder / message["target"]).open("w+b") as out:
            filled = prepared.fill(data, out, filling, images=images)
        return {
            **_made(folder / message["target"], filled.warnings, filled.fonts),
            "template_digest": digest,
            "data_digest": data_digest,
            "blocks": dict(sorted(prepared.blocks.items())),
        }

    def fill_with_py3o(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Fill ``template`` by stock py3o.template; only in a process that is trusted with it."""
        from greffier_templates.py3o_engine import fill_with_py3o

        images = {name: (folder / file).read_bytes() for name, file in message["images"].items()}
        source = (folder / message["template"]).read_bytes()
        data, data_digest = read_data(blob)
        self._check_data(data, message, folder)
        with (folder / message["target"]).open("wb") as out:
            filled = fill_with_py3o(source, data, out, _filling(message["filling"]), images=images)
        return {
            **_made(folder / message["target"], filled.warnings, filled.fonts),
            "template_digest": hashlib.sha256(source).hexdigest(),
            "data_digest": data_digest,
        }

    def _check_data(
        self, data: Mapping[str, object], message: Mapping[str, Any], folder: Path
    ) -> None:
        """Hold the data against the schema of the template, where it brings one.

        A request that says what to do with fields the data lack may send data that lack some.
        """
        if "schema" in message:
            lacking = message["filling"]["undefined"] != Undefined.ERROR
            schema = _schema((folder / message["schema"]).read_bytes())
            schema.check(data, may_lack=lacking)

    def check(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Report on ``template``, tried with the data in the request ``blob`` if there is any.

        Where the message names a ``target``, the template is written there with a comment at
        each finding.
        """
        from greffier_templates.telling.check import examine
        from greffier_templates.telling.comments import with_comments

        source = (folder / message["template"]).read_bytes()
        blocks = SentBlocks(message, folder)
        language = message.get("language", "en")
        checked = examine(
            source,
            read_data(blob)[0] if blob else None,
            blocks,
            language=language,
            families=message.get("families", ()),
        )
        if blocks.needed:
            return {BLOCKS_NEEDED: sorted(blocks.needed)}
        if "target" in message:
            now = datetime.now().astimezone().replace(tzinfo=None)
            annotated = with_comments(source, checked.findings, language=language, written=now)
            (folder / message["target"]).write_bytes(annotated)
        return {
            "findings": write_findings(checked.findings),
            "foreign": checked.foreign,
            "blocks": sorted(blocks.read),
        }

    def clean(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Let ``source`` through the gate as a document of ``kind``."""
        from greffier_converters.faces import wanted_families
        from greffier_templates.gate.documents import clean_document

        source = (folder / message["source"]).read_bytes()
        cleaned = clean_document(source, message["kind"])
        (folder / message["target"]).write_bytes(cleaned.content)
        fonts = wanted_families(cleaned.content, message["kind"])
        return {
            **_made(folder / message["target"], cleaned.warnings, fonts),
            "source_digest": hashlib.sha256(source).hexdigest(),
        }

    def finish(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Write ``facts`` into the PDF ``source``, make it claim what ``options`` ask for."""
        path = folder / message["source"]
        if message["facts"]:
            stamp(path, message["facts"])
        if "options" in message:
            # Imported by those who need it: reading a PDF takes a library of some size.
            from greffier_converters.finish import finish
            from greffier_converters.options import read_options

            finish(path, read_options(message["options"]))
        return {}

    def draw(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Draw one page of the PDF ``source``."""
        from greffier_converters.pages import draw_pages

        (drawn,) = draw_pages(
            folder / message["source"], folder, numbers=[message["page"]], dpi=message["dpi"]
        )
        drawn.rename(folder / message["target"])
        return {}

    def read_font(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Judge the font ``source``; its face is what it says of itself."""
        from greffier_templates.gate.fonts import read_font

        return {"face": dataclasses.asdict(read_font((folder / message["source"]).read_bytes()))}

    def describe(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Say all that a registry keeps of a version; see ``render_understanding``."""
        blocks = SentBlocks(message, folder)
        answer = render_understanding.describe(message, folder, blocks)
        return {BLOCKS_NEEDED: sorted(blocks.needed)} if blocks.needed else answer

    def diff(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Compare two versions."""
        return render_understanding.diff(message, blob, folder)

    def contract(self, message: dict[str, Any], blob: bytes, folder: Path) -> Answer:
        """Compare what two versions ask for."""
        return render_understanding.contract(message, blob)


def _made(path: Path, warnings: Iterable[Finding], fonts: Iterable[str]) -> Answer:
    """Describe a document that was made at ``path``."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"warnings": write_findings(warnings), "fonts": sorted(fonts), "digest": digest}


def _filling(message: Mapping[str, Any]) -> Filling:
    return Filling(**{**message, "undefined": Undefined(message["undefined"])})


def _place(error: Exception) -> str:
    """Say where in the code an error happened; its text stays here, for it may quote data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(
        f"{frame.filename.removeprefix(_HERE).lstrip('/')}:{frame.lineno} {frame.name}"
        for frame in reversed(frames)
    )


def main() -> None:
    """Serve until standard input is closed."""
    wire.serve(Renderer().work, {"python": sys.version.split()[0]})


if __name__ == "__main__":
    main()
