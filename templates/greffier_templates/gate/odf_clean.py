"""The OpenDocument sanitiser: walks one XML part and leaves only what may stay.

An element passes when ``odf_names`` knows it and ``odf_rules`` has nothing against it; the same
for attributes. What an office would fetch is refused; what it would only add is taken out and
reported. Sanitising what has been sanitised changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import unquote

from lxml import etree

from ..telling.wording import grouped
from . import odf_rules as rules
from .limits import Limits
from .links import template_href
from .odf_attributes import HREF, AttributeCleaner, number
from .odf_names import ELEMENTS, NS, names, q
from .odf_places import Reporter, where
from .package import ODF_VERSION
from .pictures import clean_binary_data
from .report import Warnings
from .xml_parts import remove

_VERSION = q("office:version")
_MATH = f"{{{NS['math']}}}"
_DIRECTIVES = (f"{{{NS['py']}}}", f"{{{NS['xi']}}}")
_ROWS = names("table:table-row loext:table-row")
_CELLS = names(
    "table:table-cell table:covered-table-cell loext:table-cell loext:covered-table-cell"
)
_VALUES = (q("office:value-type"), q("table:formula"))
_SPREADSHEET = f"{q('office:body')}/{q('office:spreadsheet')}"
_PARAGRAPHS = names("text:p text:h loext:p")


class Sanitiser:
    """Cleans the XML parts of one document and collects what they refer to."""

    def __init__(
        self,
        parts: Collection[str],
        warnings: Warnings,
        limits: Limits,
        *,
        keep_people: bool = True,
    ) -> None:
        """Prepare for one document.

        Args:
            parts: the parts of its package; empty for flat files.
            warnings: where to note what is taken out.
            limits: how much it may hold.
            keep_people: whether fields that show who uses the office keep their text.
        """
        self._parts = parts
        self._keep_people = keep_people
        self._report = Reporter(warnings)
        self._limits = limits
        self._attributes = AttributeCleaner(self._report, limits)
        self._cells = 0
        self._spaces = 0
        #: Parts of the package that pictures refer to.
        self.pictures: set[str] = set()
        #: Folders of embedded documents that ``draw:object`` refers to.
        self.objects: set[str] = set()
        #: The folder of the part that is being judged.
        self._base = ""
        self._elements: dict[str, Callable[[etree._Element], bool]] = {
            **dict.fromkeys(rules.DROPPED, self._drop),
            **dict.fromkeys(rules.FROZEN, self._freeze),
            **dict.fromkeys(rules.LINKS, self._link),
            **dict.fromkeys(rules.PICTURES, self._picture),
            **dict.fromkeys(_ROWS, self._row),
            **dict.fromkeys(_PARAGRAPHS, self._paragraph),
            q("office:scripts"): self._scripts,
            q("office:binary-data"): self._binary_data,
            q("draw:object"): self._object,
            q("chart:chart"): self._chart,
            q("text:s"): self._space,
            q("form:property"): self._form_property,
            q("config:config-item"): self._setting,
        }

    def clean(self, root: etree._Element, part: str) -> None:
        """Clean one part in place.

        Args:
            root: its root element.
            part: its name in the package; references in it are relative to its folder.

        Raises:
            FileUnsafe: it fetches something, or carries template directives.
            FileTooLarge: more text, cells or repeats than the limits allow.
        """
        self._report.part = part
        self._base = part.rpartition("/")[0]
        self._attributes.sheet = root.find(_SPREADSHEET) is not None
        # Versions before 1.2 had none in the manifest and are not compared.
        if root.get(_VERSION, "") >= "1.2":
            root.set(_VERSION, ODF_VERSION)
        self._attributes.clean(root)
        stack = [root]
        while stack:
            for child in reversed(list(stack.pop())):
                if self._element(child):
                    stack.append(child)

    # --- one element ------------------------------------------------------------------------

    def _element(self, element: etree._Element) -> bool:
        """Judge one element; whether it stays and its children are to be judged."""
        tag = element.tag
        if not isinstance(tag, str):
            self._report.refuse("xml-instruction", element)
        handler = self._elements.get(tag)
        if handler is not None:
            if not handler(element):
                return False
        elif tag not in ELEMENTS and not tag.startswith(_MATH):
            self._unknown(element, tag)
            return False
        self._attributes.clean(element)
        return True

    def _unknown(self, element: etree._Element, tag: str) -> None:
        if tag.startswith(_DIRECTIVES):
            self._report.refuse("xml-directive", element)
        namespace = tag[1:].partition("}")[0]
        code = "element-removed"
        if namespace == NS["xforms"]:
            code = "form-data-removed"
        elif namespace == NS["script"]:
            code = "macro-removed"
        self._take_out(element, code)

    def _take_out(self, element: etree._Element, code: str) -> bool:
        self._report.warn(code, element)
        remove(element)
        return False

    def _drop(self, element: etree._Element) -> bool:
        return self._take_out(element, rules.DROPPED[str(element.tag)])

    def _freeze(self, element: etree._Element) -> bool:
        parent = element.getparent()
        in_comment = parent is not None and parent.tag == q("office:annotation")
        if in_comment and element.tag == q("text:sender-initials"):
            return True  # the initials of who wrote a comment, not a field
        path_shown = element.get(q("text:display"), "full") in ("full", "path")
        if not self._keep_people and (
            element.tag in rules.PEOPLE or (element.tag in rules.FILES and path_shown)
        ):
            return self._empty(element)
        self._report.warn(rules.FROZEN[str(element.tag)], element)
        element.tag = q("text:span")
        element.attrib.clear()
        return True

    def _empty(self, element: etree._Element) -> bool:
        shows = len(element) > 0 or bool(element.text)
        return self._take_out(element, "people-removed" if shows else "")

    def _scripts(self, element: etree._Element) -> bool:
        # LibreOffice writes an empty one, or one with empty libraries, into every document.
        harmful = any(child.tag == q("office:event-listeners") for child in element)
        return self._take_out(element, "macro-removed" if harmful else "")

    # --- references -------------------------------------------------------------------------

    def _link(self, element: etree._Element) -> bool:
        href = element.get(HREF)
        if href is None:
            return True
        safe = template_href(href)
        if safe is not None:
            element.set(HREF, safe)
            return True
        if href:
            self._report.warn("link-removed", element)
        if element.tag == q("text:a"):
            style = element.get(q("text:style-name"))
            element.tag = q("text:span")
            element.attrib.clear()
            if style:
                element.set(q("text:style-name"), style)
        else:
            del element.attrib[HREF]
        return True

    def _picture(self, element: etree._Element) -> bool:
        href = element.get(HREF)
        if not href:
            return True
        name = self._inside(href)
        if name is None:
            self._report.refuse("external-reference", element)
        if name in self._parts:
            self.pictures.add(name)
            return True
        # The picture LibreOffice shows for an object is made anew when the document is opened.
        code = "" if "ObjectReplacements/" in name else "picture-missing"
        return self._take_out(element, code)

    def _object(self, element: etree._Element) -> bool:
        href = element.get(HREF)
        if href is None:
            return True  # the document stands inside the element and is cleaned with it
        folder = self._inside(href)
        if folder is None or f"{folder}/content.xml" not in self._parts:
            return self._take_out(element, "object-removed")
        self.objects.add(folder)
        return True

    def _inside(self, href: str) -> str | None:
        """The part an address names, or None when it leads out of the package."""
        name = unquote(href.removeprefix("./").removesuffix("/"))
        outside = ":" in name or "\\" in name or name.startswith(("/", "~"))
        if outside or any(step in ("", ".", "..") for step in name.split("/")):
            return None
        return f"{self._base}/{name}" if self._base else name

    def _chart(self, element: etree._Element) -> bool:
        # "." and ".." say where the numbers are: in the chart itself or in the text around it.
        if element.get(HREF) not in (None, ".", ".."):
            del element.attrib[HREF]
            self._report.warn("linked-content-removed", element)
        return True

    def _binary_data(self, element: etree._Element) -> bool:
        parent = element.getparent()
        if parent is None or parent.tag not in rules.PICTURES:
            return self._take_out(element, "object-removed")
        place = where(self._report.part, parent)
        element.text = clean_binary_data(element.text or "", place, self._limits)
        return True

    # --- limits -----------------------------------------------------------------------------

    def _space(self, element: etree._Element) -> bool:
        count = number(element.get(q("text:c"), "1"))
        self._spaces += count
        if count > self._limits.spaces or self._spaces > self._limits.paragraph_characters:
            self._report.refuse("repeat-too-large", element, limit=grouped(self._limits.spaces))
        return True

    def _row(self, element: etree._Element) -> bool:
        rows = number(element.get(q("table:number-rows-repeated"), "1"))
        filled = 0
        for cell in element:
            if cell.tag in _CELLS and (not self._attributes.sheet or _is_filled(cell)):
                filled += number(cell.get(q("table:number-columns-repeated"), "1"))
        self._cells += rows * filled
        if self._cells > self._limits.cells:
            self._report.refuse("too-many-cells", element, limit=grouped(self._limits.cells))
        return True

    def _paragraph(self, element: etree._Element) -> bool:
        limit = self._limits.paragraph_characters
        length = sum(map(len, element.itertext())) if len(element) else len(element.text or "")
        if length > limit:
            self._report.refuse("text-too-long", element, limit=grouped(limit))
        return True

    # --- forms and settings -----------------------------------------------------------------

    def _form_property(self, element: etree._Element) -> bool:
        name = element.get(q("form:property-name"), "")
        value = element.get(q("office:string-value"), "")
        if not value:
            return True
        if name == "DefaultControl":
            return bool(rules.CONTROL_MODEL.fullmatch(value)) or self._take_out(element, "")
        if rules.FETCHED_PROPERTY.search(name) or rules.MACHINE_ADDRESS.search(value):
            return self._take_out(element, "form-data-removed")
        return True

    def _setting(self, element: etree._Element) -> bool:
        name = element.get(q("config:name"), "")
        is_text = element.get(q("config:type")) in ("string", "base64Binary", None)
        if name in rules.LOADING_SETTINGS or (is_text and name not in rules.TEXT_SETTINGS):
            return self._take_out(element, "")
        return True


def _is_filled(cell: etree._Element) -> bool:
    return len(cell) > 0 or any(cell.get(name) is not None for name in _VALUES)
