"""The attributes of OpenDocument elements: which stay, which go, which are counted.

What is to be done depends on the name alone, so it is decided once for each name of a document.
"""

from __future__ import annotations

import enum

from lxml import etree

from ..telling.wording import grouped
from . import odf_rules as rules
from .limits import Limits
from .odf_names import ATTRIBUTE_NAMESPACES, NS, names, q
from .odf_places import Reporter
from .xml_parts import attributes

HREF = q("xlink:href")
_MATH = f"{{{NS['math']}}}"
_REPEATS = names(
    "table:number-columns-repeated table:number-rows-repeated table:number-columns-spanned "
    "table:number-rows-spanned table:number-matrix-columns-spanned "
    "table:number-matrix-rows-spanned fo:column-count text:level text:outline-level"
)
#: Elements whose address is judged with the element itself.
_JUDGED = rules.LINKS | rules.PICTURES | names("draw:object chart:chart")


class Verdict(enum.Enum):
    """What is to be done with all attributes of one name."""

    #: It stays, whatever it says.
    TEXT = enum.auto()
    #: It stays unless it says an address that LibreOffice would follow.
    VALUE = enum.auto()
    #: It depends on the element or on what it says.
    DEPENDS = enum.auto()
    #: It goes.
    GONE = enum.auto()


class AttributeCleaner:
    """Cleans the attributes of the elements of one document."""

    def __init__(self, report: Reporter, limits: Limits) -> None:
        self._report = report
        self._limits = limits
        self._verdicts: dict[str, Verdict] = {}
        #: Whether the part is a spreadsheet, where cells are repeated to the edge of the sheet.
        self.sheet = False

    def clean(self, element: etree._Element) -> None:
        """Clean the attributes of one element in place.

        Raises:
            FileUnsafe: an attribute is a directive of a template language.
            FileTooLarge: something is repeated more often than the limits allow.
        """
        for name, value in attributes(element):
            verdict = self._verdicts.get(name)
            if verdict is None:
                verdict = self._verdicts[name] = self._judge(element, name)
            if verdict is Verdict.VALUE:
                if ":" in value and rules.MACHINE_ADDRESS.search(value):
                    self._take_off(element, name, "linked-content-removed")
            elif verdict is Verdict.DEPENDS:
                self._judge_value(element, name, value)
            elif verdict is Verdict.GONE:
                self._take_off(
                    element, name, rules.DROPPED_ATTRIBUTES.get(name, "") if value else ""
                )

    def _judge(self, element: etree._Element, name: str) -> Verdict:
        namespace, _, local = name[1:].partition("}")
        if name in rules.DROPPED_ATTRIBUTES:
            return Verdict.GONE
        if namespace in (NS["py"], NS["xi"]):
            self._report.refuse("xml-directive", element)
        if name == HREF or name in rules.COMPONENTS or name in _REPEATS or not local:
            return Verdict.DEPENDS
        if namespace not in ATTRIBUTE_NAMESPACES:
            return Verdict.GONE
        if rules.FORMULA_ATTRIBUTE.fullmatch(local) or namespace == NS["calcext"]:
            return Verdict.DEPENDS
        return Verdict.TEXT if name in rules.PLAIN_TEXT_ATTRIBUTES else Verdict.VALUE

    def _judge_value(self, element: etree._Element, name: str, value: str) -> None:
        if name == HREF:
            # Elements that have no rule of their own may only point into the document.
            if element.tag not in _JUDGED and not value.startswith("#"):
                self._take_off(element, name, "linked-content-removed" if value else "")
        elif not name.startswith("{"):
            # Only MathML has attributes without a prefix; none of OpenDocument's is read.
            if not str(element.tag).startswith(_MATH) or name in ("href", "src"):
                self._take_off(element, name, "")
        elif name in _REPEATS:
            self._count(element, name, value)
        elif name in rules.COMPONENTS:
            if not rules.COMPONENTS[name].fullmatch(value):
                self._take_off(element, name, "")
        elif _reads_outside(value):
            self._take_off(element, name, "formula-frozen")

    def _count(self, element: etree._Element, name: str, value: str) -> None:
        limit = self._limits.sheet_repeat if self.sheet else self._limits.text_table_repeat
        if not value.isdecimal():
            self._take_off(element, name, "")
        elif number(value) > limit:
            self._report.refuse("repeat-too-large", element, limit=grouped(limit))

    def _take_off(self, element: etree._Element, name: str, code: str) -> None:
        self._report.warn(code, element)
        del element.attrib[name]


def number(value: str) -> int:
    """A count as written; absurdly long ones are as good as infinite, nonsense counts as one."""
    value = value.strip()
    if not value.isdecimal():
        return 1
    return int(value) if len(value) < 12 else 10**12


def _reads_outside(formula: str) -> bool:
    found = rules.OUTSIDE_FORMULA.search(rules.HARMLESS_FORMULA.sub("", formula))
    return bool(found or rules.MACHINE_ADDRESS.search(formula))
