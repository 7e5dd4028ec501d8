"""Clean one XML part of an Office Open XML document: fields, formulas, links, embedded things.

Elements are told by their local name, so that transitional and strict documents, and drawings
in either, fall under the same rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from ..telling.wording import grouped
from .limits import Limits
from .links import safe_href
from .odf_rules import HARMLESS_FORMULA, OUTSIDE_FORMULA
from .package import place
from .refusals import refuse
from .report import Warnings
from .xml_parts import attributes, remove, unwrap, words

#: Elements taken out with all they hold, and the warning; "" says nothing.
_DROPPED = {
    "altChunk": "linked-content-removed",
    "subDoc": "linked-content-removed",
    "OLEObject": "object-removed",
    "oleObject": "object-removed",
    "oleObjects": "object-removed",
    "control": "object-removed",
    "controls": "object-removed",
    "externalReferences": "linked-content-removed",
    "mailMerge": "database-removed",
    "attachedTemplate": "",
    "externalData": "",
    "webPublishItems": "",
    "embedRegular": "",
    "embedBold": "",
    "embedItalic": "",
    "embedBoldItalic": "",
    "docVars": "",
    "HyperlinkBase": "",
}
#: Fields that stay (ECMA-376 part 1, 17.16.5): those that need nothing but the document.
_FIELDS = words(
    "= ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT BIBLIOGRAPHY CITATION "
    "COMMENTS COMPARE CREATEDATE DATE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILLIN "
    "FORMCHECKBOX FORMDROPDOWN FORMTEXT GREETINGLINE HYPERLINK IF INDEX KEYWORDS LASTSAVEDBY "
    "LISTNUM MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE "
    "PAGEREF PRINTDATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SKIPIF STYLEREF "
    "SHAPE PRIVATE SUBJECT SYMBOL TA TC TIME TITLE TOA TOC XE"
)
#: Fields whose value comes from the machine, not from another file.
_SERVER_FIELDS = frozenset({"FILENAME", "TEMPLATE", "USERADDRESS", "USERINITIALS", "USERNAME"})
_FIELD_NAME = re.compile(r'\s*"?\s*(=|[A-Za-z]+)')
#: The address of a HYPERLINK field; none when it leads to a bookmark (``\\l``).
_HYPERLINK = re.compile(r'\s*"?HYPERLINK"?\s+(?!\\l)(?:\\[a-z]\s+)*"?([^"]*)', re.IGNORECASE)
#: Elements that hold formulas of cells, names, rules, charts; in mathematics ``f`` is a fraction.
_FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2"})
_MATH = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
#: References of workbooks to other workbooks: ``[1]Sheet1!A1``.
_OTHER_WORKBOOK = re.compile(r"(?:^|[^\w\]])'?\[\d+\]")
#: Attributes that hold an address or a program; those of relationships are judged there.
_ADDRESSES = frozenset({"src", "href", "althref", "macro", "action", "link", "url", "base"})
_RELATIONSHIP_NAMESPACES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
#: Actions of slides that lead to another slide of the same presentation.
_HARMLESS_ACTION = re.compile(r"ppaction://(?:hlinksldjump|hlinkshowjump\?jump=\w+|noaction)")
#: Numbers that make an office set aside memory: element -> the largest that is taken.
_COUNTS = {"gridSpan": 1_024, "ptCount": 1_000_000}


@dataclass
class _Field:
    """A complex field being read: its markers, its instruction so far."""

    markers: list[etree._Element] = field(default_factory=list)
    instruction: list[etree._Element] = field(default_factory=list)
    separated: bool = False


class PartCleaner:
    """Cleans the XML parts of one document."""

    def __init__(self, warnings: Warnings, limits: Limits) -> None:
        self._warnings = warnings
        self._limits = limits
        self._where = ""

    def clean(self, root: etree._Element, part: str) -> None:
        """Clean one part in place; ``part`` is its name in the package.

        Raises:
            FileTooLarge: a paragraph, span or table of numbers beyond the limits.
        """
        self._where = place(part)
        open_fields: list[_Field] = []
        for element in list(root.iter()):
            local = str(element.tag).rpartition("}")[2]
            if local in _DROPPED and element is not root:
                self._warnings.add(_DROPPED[local], self._where)
                remove(element)
            elif local == "fldSimple":
                self._simple_field(element)
            elif local == "fldChar":
                self._field_marker(element, open_fields)
            elif local in ("instrText", "delInstrText") and open_fields:
                open_fields[-1].instruction.append(element)
            elif local in _FORMULAS and not str(element.tag).startswith(_MATH):
                self._formula(element)
            elif local == "p":
                self._paragraph(element)
            elif local in _COUNTS:
                self._count(element, _COUNTS[local])
            self._attributes(element)
        for unfinished in open_fields:
            self._judge_field(unfinished)

    # --- fields -----------------------------------------------------------------------------

    def _field_marker(self, element: etree._Element, open_fields: list[_Field]) -> None:
        kind = _value(element, "fldCharType")
        if kind == "begin":
            open_fields.append(_Field([element]))
        elif open_fields:
            open_fields[-1].markers.append(element)
            if kind == "end":
                self._judge_field(open_fields.pop())

    def _judge_field(self, field: _Field) -> None:
        instruction = "".join("".join(map(str, one.itertext())) for one in field.instruction)
        if not self._is_harmless(instruction):
            for element in (*field.markers, *field.instruction):
                remove(element)

    def _simple_field(self, element: etree._Element) -> None:
        if not self._is_harmless(_value(element, "instr")):
            unwrap(element)

    def _is_harmless(self, instruction: str) -> bool:
        """Whether a field may stay; warns when not."""
        match = _FIELD_NAME.match(instruction)
        name = match[1].upper() if match else ""
        if name == "HYPERLINK":
            link = _HYPERLINK.match(instruction)
            if link is None or not link[1].strip() or safe_href(link[1]) is not None:
                return True
            self._warnings.add("link-removed", self._where)
            return False
        if name in _FIELDS or not instruction.strip():
            return True
        code = "field-frozen" if name in _SERVER_FIELDS else "linked-content-removed"
        self._warnings.add(code, self._where)
        return False

    # --- the rest ---------------------------------------------------------------------------

    def _formula(self, element: etree._Element) -> None:
        text = "".join(map(str, element.itertext()))
        outside = OUTSIDE_FORMULA.search(HARMLESS_FORMULA.sub("", text))
        if outside or _OTHER_WORKBOOK.search(text):
            self._warnings.add("formula-frozen", self._where)
            remove(element)

    def _paragraph(self, element: etree._Element) -> None:
        limit = self._limits.paragraph_characters
        if sum(map(len, element.itertext())) > limit:
            refuse("text-too-long", self._where, limit=grouped(limit))

    def _count(self, element: etree._Element, limit: int) -> None:
        digits = _value(element, "val").strip()
        if digits.isdecimal() and (len(digits) > 9 or int(digits) > limit):
            refuse("repeat-too-large", self._where, limit=grouped(limit))

    def _attributes(self, element: etree._Element) -> None:
        for name, value in attributes(element):
            local = name.rpartition("}")[2]
            if local not in _ADDRESSES or name.startswith(_RELATIONSHIP_NAMESPACES):
                continue
            if name == "href" and not _is_loading(element) and safe_href(value) is not None:
                continue  # a shape that is a link
            if not _HARMLESS_ACTION.fullmatch(value):
                del element.attrib[name]
                if value:
                    self._warnings.add("linked-content-removed", self._where)


def _is_loading(element: etree._Element) -> bool:
    """Whether an address of this element is a picture to load, not something to click on."""
    return str(element.tag).rpartition("}")[2] in ("imagedata", "fill", "stroke")


def _value(element: etree._Element, local: str) -> str:
    """The attribute of that local name, in whatever namespace."""
    for name, value in attributes(element):
        if name.rpartition("}")[2] == local:
            return value
    return ""
