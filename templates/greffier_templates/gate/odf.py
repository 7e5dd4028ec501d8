"""Open OpenDocument files that strangers sent.

::

    source ─ sniff ─ Archive (zip limits) ─ parse (XML limits) ─ Sanitiser ─ pictures ─ Package

Embedded documents (charts, formulas, spreadsheets: ``Object 1/``) are cleaned by the same rules
and kept live. The picture LibreOffice stores beside them (``ObjectReplacements/``) is dropped
where it is a metafile, for the office draws it anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from lxml import etree

from ..model import Cleaned, Package
from ..pictures.raster import outline
from ..telling.wording import either
from .limits import DEFAULT_LIMITS, Limits
from .odf_clean import Sanitiser
from .odf_names import q
from .package import Archive, place, write_odf
from .pictures import clean_picture
from .refusals import refuse
from .report import Warnings
from .sniff import in_words, sniff
from .xml_parts import parse, serialise

_MANIFEST = "META-INF/manifest.xml"
#: Parts that carry a document, with the root each must have; content.xml is a must.
_XML_PARTS: Mapping[str, tuple[str, ...]] = {
    "content.xml": (q("office:document-content"), q("math:math")),
    "styles.xml": (q("office:document-styles"),),
    "meta.xml": (q("office:document-meta"),),
    "settings.xml": (q("office:document-settings"),),
}
#: Kind -> the element its body must hold.
_BODIES = {
    "odt": "office:text",
    "ott": "office:text",
    "ods": "office:spreadsheet",
    "ots": "office:spreadsheet",
    "odg": "office:drawing",
    "otg": "office:drawing",
    "odp": "office:presentation",
    "otp": "office:presentation",
}
_ODF = "application/vnd.oasis.opendocument."
_BODY_TAGS = frozenset(map(q, _BODIES.values()))
#: What an embedded document holds -> its media type.
_EMBEDDED = {
    q("office:chart"): f"{_ODF}chart",
    q("office:spreadsheet"): f"{_ODF}spreadsheet",
    q("office:drawing"): f"{_ODF}graphics",
    q("office:presentation"): f"{_ODF}presentation",
}
#: Flat kind -> the kind of its body.
FLAT_KINDS = {"fodt": "odt", "fods": "ods", "fodg": "odg", "fodp": "odp"}
#: Parts left out without a word: a document is the same without them.
_SUPERFLUOUS = re.compile(
    r"mimetype|META-INF/manifest\.xml|manifest\.rdf|layout-cache|Thumbnails/.*|"
    r"ObjectReplacements/.*|Pictures/.*|(?:Object [^/]+/)+.*|VersionList\.xml|Versions/.*|"
    r"Configurations2/.*"
)
#: Parts left out with a warning, by the start of their name.
_REMOVED = (
    ("Basic/", "macro-removed"),
    ("Scripts/", "macro-removed"),
    ("Dialogs/", "macro-removed"),
    ("Configurations2/", "macro-removed"),
    ("Fonts/", "font-removed"),
    ("EmbeddedFonts/", "font-removed"),
    ("META-INF/", "signature-removed"),
)
#: Documents in documents in documents: LibreOffice shows no more than a picture of them.
_OBJECT_DEPTH = 2


def open_odf(
    source: bytes,
    *,
    kinds: Collection[str],
    limits: Limits = DEFAULT_LIMITS,
    before: Callable[[etree._Element, str], None] | None = None,
    keep_people: bool = True,
) -> Package:
    """Open an OpenDocument package and take out everything no document here may carry.

    Args:
        source: the bytes of the file.
        kinds: the kinds that are taken, keys of :data:`package.ODF_MEDIA_TYPES`: ``{"odt"}``.
        limits: how much it may hold.
        before: is shown each XML part of the document, parsed and not yet cleaned, and its name.
        keep_people: whether fields that show who uses the office keep the text they show; in
            a template it is that of its designer.

    Raises:
        NotTheDeclaredType: it is none of ``kinds``.
        FileDamaged: cut off, or not well-formed.
        FileEncrypted: protected by a password.
        FileTooLarge: over one of ``limits``.
        FileUnsafe: it would fetch or run something that cannot be taken out.
    """
    opened = _Opened(source, kinds, limits, before, keep_people=keep_people)
    parts = dict(opened.parts())
    return Package(opened.kind, parts, opened.warnings.all(), opened.folders)


def clean_odf(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """The same document, cleaned, as a new package; holds one picture at a time."""
    opened = _Opened(source, (kind,), limits)
    content = write_odf(opened.kind, opened.parts(), opened.folders)
    return Cleaned(content, opened.warnings.all())


def clean_flat_odf(source: bytes, kind: str, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """Clean an OpenDocument file that is a single XML file.

    Args:
        source: the bytes of the file.
        kind: a key of :data:`FLAT_KINDS`.
        limits: how much it may hold.
    """
    found = sniff(source)
    if found != kind:
        refuse("not-the-declared-type", found=in_words(found), wanted=in_words(kind))
    root = parse(source, "content.xml", limits)
    if root.tag != q("office:document"):
        refuse("xml-malformed", place("content.xml"))
    warnings = Warnings()
    Sanitiser((), warnings, limits).clean(root, "content.xml")
    _check_body(root, FLAT_KINDS[kind])
    return Cleaned(serialise(root), warnings.all())


def refuse_other_kind(source: bytes, kinds: Collection[str], limits: Limits) -> str:
    """The kind of ``source``, when it is one of ``kinds``.

    Raises:
        NotTheDeclaredType: it is something else, or nothing at all.
        FileRefused: it is a zip package that cannot even be opened.
    """
    kind = sniff(source)
    if kind == "empty":
        refuse("file-empty")
    if kind == "ooxml-encrypted":
        refuse("file-encrypted")
    if kind == "zip":
        Archive(source, limits)  # says what is wrong with it, if anything is
    if kind not in kinds:
        wanted = either(in_words(one) for one in sorted(kinds))
        refuse("not-the-declared-type", found=in_words(kind), wanted=wanted)
    return kind


class _Opened:
    """A package whose XML has been cleaned, and whose pictures are cleaned as they are read."""

    def __init__(
        self,
        source: bytes,
        kinds: Collection[str],
        limits: Limits,
        before: Callable[[etree._Element, str], None] | None = None,
        *,
        keep_people: bool = True,
    ) -> None:
        self.kind = refuse_other_kind(source, kinds, limits)
        self.warnings = Warnings()
        self._limits = limits
        self._before = before
        self._archive = Archive(source, limits)
        _refuse_encrypted(self._archive)
        self._sanitiser = Sanitiser(
            _referable(self._archive), self.warnings, limits, keep_people=keep_people
        )
        self._xml: dict[str, bytes] = {}
        #: Folders of embedded documents -> their media type.
        self.folders: dict[str, str] = {}
        self._clean_document("", self.kind)
        self._clean_objects()
        self._report_left_out()

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every part that stays; pictures are read one by one."""
        yield from self._xml.items()
        for name in sorted(self._sanitiser.pictures):
            content = clean_picture(self._archive.read(name), place(name), self._limits)
            yield name, content

    def _clean_document(self, folder: str, kind: str | None) -> None:
        """Clean the XML parts of the document in that folder, "" for the document itself."""
        for part, roots in _XML_PARTS.items():
            name = folder + part
            if part != "content.xml" and name not in self._archive:
                continue
            root = parse(self._archive.read(name), name, self._limits)
            if root.tag not in roots:
                refuse("xml-malformed", place(name))
            if part == "content.xml" and kind:
                _check_body(root, kind)
            elif part == "content.xml":
                self.folders[folder] = _media_type(root)
                if self.folders[folder] == f"{_ODF}formula":
                    self.warnings.add("formula-redrawn", place(name))
            if self._before is not None and not folder:
                self._before(root, name)
            self._sanitiser.clean(root, name)
            self._xml[name] = serialise(root)
            self._check_earlier(name)

    def _check_earlier(self, name: str) -> None:
        """Parts that a later one replaces are left out, but may try no more than it may."""
        for content in self._archive.read_earlier(name):
            self.warnings.add("earlier-part-removed", place(name))
            scratch = Sanitiser(_referable(self._archive), Warnings(), self._limits)
            scratch.clean(parse(content, name, self._limits), name)

    def _clean_objects(self) -> None:
        done: set[str] = set()
        for _ in range(_OBJECT_DEPTH):
            for folder in sorted(self._sanitiser.objects - done):
                done.add(folder)
                self._clean_document(f"{folder}/", None)
        # Deeper ones stay out of the package; their frames come out empty.

    def _report_left_out(self) -> None:
        kept = self._xml.keys() | self._sanitiser.pictures
        for name in self._archive:
            if name in kept:
                continue
            code = next((code for start, code in _REMOVED if name.startswith(start)), "")
            if name == _MANIFEST or not self._archive.size(name):
                continue
            if code:
                self.warnings.add(code, place(name))
            elif not _SUPERFLUOUS.fullmatch(name):
                self.warnings.add("part-removed", place(name))


def _referable(archive: Archive) -> frozenset[str]:
    """The parts a document may refer to: all but pictures of objects that are metafiles."""
    return frozenset(
        name
        for name in archive
        if "ObjectReplacements/" not in name or outline(archive.read(name)) is not None
    )


def _refuse_encrypted(archive: Archive) -> None:
    """Refuse a package whose manifest has keys: LibreOffice encrypts parts, not the zip."""
    if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
        refuse("file-encrypted")


def _media_type(content: etree._Element) -> str:
    """The media type of an embedded document, by what its content holds."""
    if content.tag == q("math:math"):
        return f"{_ODF}formula"
    body = content.find(q("office:body"))
    found = {child.tag for child in body} if body is not None else set()
    return next((kind for tag, kind in _EMBEDDED.items() if tag in found), f"{_ODF}text")


def _check_body(root: etree._Element, kind: str) -> None:
    """The body must be that of the kind alone, or LibreOffice would open it as something else."""
    body = root.find(q("office:body"))
    found = set() if body is None else {child.tag for child in body} & _BODY_TAGS
    if found != {q(_BODIES[kind])}:
        others = (one for one, name in _BODIES.items() if one != kind and q(name) in found)
        other = in_words(next(others, "unknown"))
        refuse("not-the-declared-type", found=other, wanted=in_words(kind))
