"""A template as its designer sees it: paragraphs, instructions, pictures and styles in use.

It need not be without mistakes: nothing here is prepared or filled.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from ...gate.odf import open_odf
from ...gate.odf_names import q
from ...gate.xml_parts import parse
from ...language import locale_told
from ...markers import FRAMES, Kind, Marker, find_markers
from ...model import Package
from ...prepared import KINDS
from ...telling.notes import Report
from ...telling.places import Places
from ...tidy import tidy
from ...trees import BLANKS, PARAGRAPHS, UNSEEN
from ...typed_tags import read_typed_tags, wants_typed_tags
from ..describe import title_of
from .looks import Looks

_TEXTS = {"content.xml": q("office:body"), "styles.xml": q("office:master-styles")}
_FRAME, _IMAGE, _OBJECT = q("draw:frame"), q("draw:image"), q("draw:object")
_NAME, _HREF, _COMMENT = q("draw:name"), q("xlink:href"), q("office:annotation")
_STYLE, _SIZE = q("text:style-name"), (q("svg:width"), q("svg:height"))


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or heading with something in it."""

    #: As it reads: ``Dear «name»,``; instructions in brackets, ``[for line in lines]``.
    text: str
    #: In words: ``body › under heading “Costs” › table “Lines” › row 2 › cell B``.
    where: str
    #: How it is formatted; equal for what looks the same.
    look: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """A loop, a condition, a picture from the data, the inclusion of a block."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What a frame shows."""

    digest: str
    size: str


@dataclass(slots=True)
class Version:
    """A file as its designer sees it."""

    title: str
    #: ``fr_BE``; empty where it says none.
    locale: str
    lines: list[Line] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    #: The blocks that it includes itself.
    included: dict[str, None] = field(default_factory=dict)
    #: By the name of the frame; those of the same name are numbered.
    pictures: dict[str, Picture] = field(default_factory=dict)
    #: The styles that its text uses -> what they are.
    styles: Mapping[str, str] = field(default_factory=dict)


def read_version(source: bytes) -> Version:
    """Read a file.

    Raises:
        FileRefused: it is not an ODT or OTT that may be opened.
    """
    package = open_odf(source, kinds=KINDS, keep_people=False)
    roots = {name: parse(package.parts[name], name) for name in _TEXTS if name in package.parts}
    styles = roots.get("styles.xml")
    locale = None if styles is None else locale_told(styles)
    version = Version(title_of(package), locale or "")
    looks = Looks(roots.values())
    typed = wants_typed_tags(package.parts.get("meta.xml"))
    for name, root in roots.items():
        _Part(root, looks, version, package).read(_TEXTS[name], typed_tags=typed)
    version.styles = looks.used()
    return version


class _Part:
    """Reads one part of a file into a version."""

    def __init__(
        self, root: etree._Element, looks: Looks, version: Version, package: Package
    ) -> None:
        self._root, self._looks, self._version = root, looks, version
        self._package = package
        self._names: Counter[str] = Counter()
        self._written: dict[etree._Element, str] = {}

    def read(self, text: str, *, typed_tags: bool) -> None:
        report = Report()  # nobody is told: whoever checks a template is
        tidy(self._root, report)
        if typed_tags:
            read_typed_tags(self._root, report)
        for marker in find_markers(self._root, report):
            self._take(marker)
        places = Places()
        for body in self._root.iterchildren(text):
            for element in body.iter(*Places.WATCHED, *PARAGRAPHS, _FRAME):
                if element.tag in Places.WATCHED:
                    places.pass_by(element)
                if element.tag == _FRAME:
                    self._picture(element)
                elif element.tag in PARAGRAPHS and not _is_comment(element):
                    self._line(element, places)

    def _take(self, marker: Marker) -> None:
        written = _written(marker)
        if marker.kind is not Kind.NAMED:
            self._written[marker.element] = f"«{written}»" if _is_value(marker) else f"[{written}]"
        if marker.kind is Kind.INCLUDE:
            self._version.included[marker.name] = None
        elif marker.kind is not Kind.CLOSE and not _is_value(marker):
            self._version.instructions.append(Instruction(written, marker.site.where))

    def _line(self, paragraph: etree._Element, places: Places) -> None:
        runs: list[tuple[str, str]] = []
        style = paragraph.get(_STYLE, "")
        for text, look in self._texts(paragraph, ""):
            if runs and runs[-1][0] == look:
                runs[-1] = look, runs[-1][1] + text
            elif text:
                runs.append((look, text))
        text = " ".join("".join(text for _, text in runs).split())
        if text:
            looks = [self._looks.of(self._root, "paragraph", style)]
            looks += [f"{look}:{len(text)}" for look, text in runs]
            self._version.lines.append(Line(text, places.around(paragraph), " ".join(looks)))

    def _texts(self, element: etree._Element, look: str) -> Iterator[tuple[str, str]]:
        """The text of an element in stretches, each with how it is formatted."""
        yield element.text or "", look
        for child in element:
            if child in self._written:
                yield self._written[child], look
            elif child.tag in BLANKS:
                yield BLANKS[str(child.tag)], look
            elif isinstance(child.tag, str) and child.tag not in UNSEEN:
                style = child.get(_STYLE, "")
                inner = self._looks.of(self._root, "text", style) if style else look
                yield from self._texts(child, inner)
            yield child.tail or "", look

    def _picture(self, frame: etree._Element) -> None:
        shown = next(frame.iterchildren(_IMAGE, _OBJECT), None)
        if shown is None:
            return
        name = frame.get(_NAME, "")
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name} ({self._names[name]})"
        href = shown.get(_HREF, "").removeprefix("./")
        parts = self._package.parts
        content = parts.get(href) or parts.get(f"{href}/content.xml") or b""
        size = " × ".join(frame.get(one, "") for one in _SIZE)
        self._version.pictures[name] = Picture(hashlib.sha256(content).hexdigest(), size)


def _is_value(marker: Marker) -> bool:
    return marker.kind in (Kind.FIELD, Kind.FUNCTION)


def _is_comment(paragraph: etree._Element) -> bool:
    return any(one.tag == _COMMENT for one in paragraph.iterancestors())


def _written(marker: Marker) -> str:
    """What a marker says, whatever carries it in the file."""
    source = marker.readings[0].source if marker.readings else ""
    if _is_value(marker):
        return source
    if marker.kind is Kind.CLOSE:
        return f"/{marker.name}"
    if marker.kind is Kind.INCLUDE:
        return f"include {marker.name}"
    if marker.kind in FRAMES:
        return source or f"staticimage.{marker.name}"
    return f"{marker.name} {source}".strip()
