"""Open Office Open XML files (DOCX, XLSX, PPTX) that strangers sent.

::

    source ─ sniff ─ Archive (zip limits) ─ relationships, from the root on ─ parts ─ new package

A part stays when a relationship of a known, harmless type leads to it from the document, so
macros, embedded objects, fonts and linked files are left behind with the relationship that
names them. What stays is parsed and cleaned by ``ooxml_clean``, pictures by their bytes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from ..errors import FileRefused
from ..model import Cleaned
from .limits import DEFAULT_LIMITS, Limits
from .links import template_href
from .odf import refuse_other_kind
from .ooxml_clean import PartCleaner
from .package import Archive, place, write_package
from .pictures import clean_picture
from .refusals import refuse
from .report import Warnings
from .xml_parts import parse, remove, serialise, words

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATIONSHIP = f"{{{_PACKAGE}relationships}}Relationship"
_RELATIONSHIPS = f"{{{_PACKAGE}relationships}}Relationships"
_OVERRIDE = f"{{{_PACKAGE}content-types}}Override"
_CONTENT_TYPES = "[Content_Types].xml"

#: Last step of a relationship's type -> it leads to a part that may stay
#: (ECMA-376 part 1, 11-15, and Microsoft's extensions for comments, charts and diagrams).
_KEPT = words(
    "officeDocument core-properties extended-properties custom-properties styles "
    "stylesWithEffects settings webSettings fontTable numbering theme themeOverride footnotes "
    "endnotes header footer comments commentsExtended commentsIds commentsExtensible people "
    "image hyperlink chart chartEx chartUserShapes chartStyle chartColorStyle diagramData "
    "diagramLayout diagramQuickStyle diagramColors diagramDrawing drawing vmlDrawing "
    "worksheet chartsheet sharedStrings calcChain table pivotTable pivotCacheDefinition "
    "pivotCacheRecords threadedComment person sheetMetadata slide slideLayout slideMaster "
    "notesMaster notesSlide handoutMaster presProps viewProps tableStyles commentAuthors tags"
)
#: Relationship types left out with a warning, and the warning; all others go without a word.
_REMOVED = {
    "oleObject": "object-removed",
    "package": "",
    "control": "object-removed",
    "video": "object-removed",
    "audio": "object-removed",
    "media": "object-removed",
    "vbaProject": "macro-removed",
    "xlMacrosheet": "macro-removed",
    "xlIntlMacrosheet": "macro-removed",
    "attachedToolbars": "macro-removed",
    "aFChunk": "linked-content-removed",
    "subDocument": "linked-content-removed",
    "frame": "linked-content-removed",
    "externalLink": "linked-content-removed",
    "connections": "database-removed",
    "queryTable": "database-removed",
    "font": "font-removed",
}
_PICTURE = "image"
_LINK = "hyperlink"


def clean_ooxml(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The same document without anything that reaches outside it, as a new package.

    Args:
        source: the bytes of the file.
        kind: ``docx``, ``xlsx`` or ``pptx``.
        limits: how much it may hold.

    Raises:
        NotTheDeclaredType: it is something else.
        FileDamaged: cut off, or not well-formed.
        FileEncrypted: protected by a password.
        FileTooLarge: over one of ``limits``.
        FileUnsafe: it shows pictures from elsewhere, or pictures of a type not taken.
    """
    refuse_other_kind(source, (kind,), limits)
    cleaning = _Cleaning(Archive(source, limits), limits)
    content = write_package(cleaning.parts())
    return Cleaned(content, cleaning.warnings.all())


class _Cleaning:
    """Follows the relationships of one package and cleans what they lead to."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.warnings = Warnings()
        self._archive = archive
        self._limits = limits
        self._cleaner = PartCleaner(self.warnings, limits)
        #: Part names are the same whatever their case (ECMA-376 part 2, 6.2.2.3).
        self._names = {name.casefold(): name for name in archive}
        self._xml: dict[str, bytes] = {}
        self._pictures: set[str] = set()
        self._types = self._parse_types()
        self._follow("")

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every part that stays; pictures are read one by one."""
        for override in list(self._types):
            name = (override.get("PartName") or "").removeprefix("/")
            if override.tag == _OVERRIDE and name not in self._xml:
                remove(override)
        yield _CONTENT_TYPES, serialise(self._types)
        yield from self._xml.items()
        for name in sorted(self._pictures):
            yield name, clean_picture(self._archive.read(name), place(name), self._limits)

    def _parse_types(self) -> etree._Element:
        return parse(self._archive.read(_CONTENT_TYPES), _CONTENT_TYPES, self._limits)

    def _follow(self, part: str) -> None:
        """Clean the relationships of a part ("" for the package) and the parts they lead to."""
        todo = [part]
        while todo:
            source = todo.pop()
            folder, _, name = source.rpartition("/")
            rels = self._names.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
            if rels is None:
                continue
            root = parse(self._archive.read(rels), rels, self._limits)
            if root.tag != _RELATIONSHIPS:
                refuse("xml-malformed", place(rels))
            for relationship in list(root):
                target = self._judge(relationship, folder, source)
                if target is None:
                    remove(relationship)
                elif target and self._take(target, _type(relationship)):
                    todo.append(target)
            self._xml[rels] = serialise(root)

    def _judge(self, relationship: etree._Element, folder: str, source: str) -> str | None:
        """The part a relationship leads to; "" when it stays and leads to none; None to drop it."""
        if relationship.tag != _RELATIONSHIP:
            return None
        kind = _type(relationship)
        target = relationship.get("Target") or ""
        if relationship.get("TargetMode") == "External":
            return self._judge_external(relationship, kind, target, source)
        if kind == _LINK:
            return "" if target.startswith("#") else None
        if kind not in _KEPT:
            self.warnings.add(_REMOVED.get(kind, ""), place(source))
            return None
        path = posixpath.normpath(posixpath.join("/" + folder, unquote(target)))
        name = self._names.get(path.removeprefix("/").casefold())
        if name is None and kind == _PICTURE:
            self.warnings.add("picture-missing", place(source))
        return name

    def _judge_external(
        self, relationship: etree._Element, kind: str, target: str, source: str
    ) -> str | None:
        if kind == _PICTURE:
            refuse("external-reference", place(source))
        if kind == _LINK:
            safe = template_href(target)
            if safe is not None:
                relationship.set("Target", safe)
                return ""
            self.warnings.add("link-removed", place(source))
        elif kind in _REMOVED:
            self.warnings.add(_REMOVED[kind] or "linked-content-removed", place(source))
        return None

    def _take(self, name: str, kind: str) -> bool:
        """Clean one part; whether its own relationships are to be followed."""
        if kind == _PICTURE:
            self._pictures.add(name)
            return False
        if name in self._xml:
            return False
        try:
            root = parse(self._archive.read(name), name, self._limits)
        except FileRefused:
            if kind != "vmlDrawing":
                raise
            # Excel writes HTML into its drawings of comments; without them it is shown plainly.
            self.warnings.add("part-removed", place(name))
            return False
        self._cleaner.clean(root, name)
        self._xml[name] = serialise(root)
        return True


def _type(relationship: etree._Element) -> str:
    """The last step of its type, which is the same in transitional and strict documents."""
    return (relationship.get("Type") or "").rpartition("/")[2]
