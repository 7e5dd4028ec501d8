"""The designer's own file with a LibreOffice comment at each finding.

Only content.xml changes; every other part of the file is the same bytes as before. Comments of
an earlier check are replaced, those of people stay.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from itertools import count

from lxml import etree

from ..gate.odf_names import names, q
from ..gate.package import Archive
from ..gate.xml_parts import parse, remove, serialise
from ..model import Finding, Severity
from ..trees import PARAGRAPHS, parent_of
from . import anchors
from .catalogues import LANGUAGES, translated
from .wording import Wording, phrase, say

_COMMENT, _COMMENT_END = q("office:annotation"), q("office:annotation-end")
_NAME = q("office:name")
_CONTENT = "content.xml"
#: Who signs our comments. In French a greffier is a town clerk, who may sign so too.
_AUTHOR = phrase("Greffier (check)")
#: How the names of our comments begin; LibreOffice gives them names of its own.
_NAMED = "greffier-check-"
_BEGINNINGS = {
    Severity.ERROR: phrase("Error: {message}"),
    Severity.WARNING: phrase("Warning: {message}"),
    Severity.INFO: phrase("Advice: {message}"),
}
#: A comment may stand in these only; elsewhere it is put in front of the paragraph's text.
_INLINE = PARAGRAPHS | names("text:span text:meta")
#: What XML cannot hold; addresses are told decoded and may hold it.
_UNPRINTABLE = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\U00010000-\U0010ffff]")


def author(language: str) -> str:
    """The name that signs our comments in a language."""
    return Wording(_AUTHOR, {}).in_language(language)


def with_comments(
    source: bytes, findings: Iterable[Finding], *, language: str, written: datetime
) -> bytes:
    """The same file, with a comment at each finding and none of an earlier check.

    Args:
        source: the bytes of an ODT or OTT.
        findings: what ``check`` gave for these bytes; those it has no place for, and those of
            headers and footers, where LibreOffice takes no comments, are told at the beginning.
        language: of the name that signs, and of the words around a finding.
        written: the time the comments bear.

    Raises:
        FileRefused: it cannot be read, so nothing can be written into it.
    """
    archive = Archive(source)
    root = parse(archive.read(_CONTENT), _CONTENT)
    remove_ours(root)
    places = list(anchors.elements(root, _CONTENT))
    first = next((one for one in places if one.tag in PARAGRAPHS and _is_text(one)), None)
    if first is None:
        return source
    told: dict[etree._Element, list[Finding]] = {}
    for finding in findings:
        letter, turn = anchors.position(finding.anchor)
        is_here = letter == anchors.PARTS[_CONTENT] and turn < len(places)
        told.setdefault(places[turn] if is_here else first, []).append(finding)
    numbers = count(1)
    for place, here in told.items():
        comments = [
            _comment(one, f"{_NAMED}{next(numbers)}", language, written, elsewhere=place is first)
            for one in here
        ]
        _put(place, comments, first)
    return _repacked(source, serialise(root))


def remove_ours(root: etree._Element) -> None:
    """Take the comments of an earlier check out of a part."""
    ours = {author(language) for language in LANGUAGES}
    gone = set()
    for comment in list(root.iter(_COMMENT)):
        creator = comment.findtext(q("dc:creator"), "")
        if creator in ours or comment.get(_NAME, "").startswith(_NAMED):
            gone.add(comment.get(_NAME))
            remove(comment)
    for end in list(root.iter(_COMMENT_END)):
        if end.get(_NAME) in gone:
            remove(end)


def _is_text(paragraph: etree._Element) -> bool:
    """Whether it is of the text itself, not deleted and not part of a comment."""
    return next(paragraph.iterancestors(_COMMENT, q("text:tracked-changes")), None) is None


def _put(place: etree._Element, comments: list[etree._Element], first: etree._Element) -> None:
    """Put comments at an element: before it where text runs, else where its text begins.

    ``first`` is the paragraph that takes them where neither is: beside a picture of a page.
    """
    while parent_of(place).tag == q("text:a"):
        place = parent_of(place)
    if parent_of(place).tag in _INLINE:
        for comment in comments:
            place.addprevious(comment)
        return
    paragraph = next(place.iter(*PARAGRAPHS), None)
    if paragraph is None:
        paragraph = next(place.iterancestors(*PARAGRAPHS), first)
    for comment in reversed(comments):
        comment.tail, paragraph.text = paragraph.text, None
        paragraph.insert(0, comment)


def _comment(
    finding: Finding, name: str, language: str, written: datetime, *, elsewhere: bool
) -> etree._Element:
    """One comment; where it does not stand at the place of the finding, it says where that is."""
    comment = etree.Element(_COMMENT)
    comment.set(_NAME, name)
    etree.SubElement(comment, q("dc:creator")).text = author(language)
    etree.SubElement(comment, q("dc:date")).text = written.isoformat(timespec="seconds")
    told = translated(finding, language)
    begun = Wording(_BEGINNINGS[finding.severity], {"message": told.message})
    lines = [begun.in_language(language)]
    if told.field:
        lines.append(told.field)
    if told.hint:
        lines.append(f"→ {told.hint}")
    if elsewhere and told.where:
        lines.append(say("Place: {place}", place=told.where).in_language(language))
    lines.append(f"({told.code})")
    for line in lines:
        etree.SubElement(comment, q("text:p")).text = _UNPRINTABLE.sub(" ", line)
    return comment


def _repacked(source: bytes, content: bytes) -> bytes:
    """The package with another content.xml; the rest stays, in its order and as it is packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        # Of parts of one name only the last counts; see package.Archive.
        for info in {info.filename: info for info in old.infolist()}.values():
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type = info.compress_type
            copy.external_attr = info.external_attr
            new.writestr(copy, content if info.filename == _CONTENT else old.read(info))
    return out.getvalue()
