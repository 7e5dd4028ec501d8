"""The OpenDocument sanitiser: walks one XML part and leaves only what may stay.

An element passes when ``odf_names`` knows it and ``odf_rules`` has nothing against it; the same
for attributes. What an office would fetch is refused; what it would only add is taken out and
reported. Sanitising what has been sanitised changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from urllib.parse import unquote

from lxml import etree

from . import odf_rules as rules
from .limits import Limits
from .links import template_href
from .odf_names import ATTRIBUTE_NAMESPACES, ELEMENTS, NS, names, q
from .package import ODF_VERSION
from .pictures import clean_binary_data
from .refusals import refuse
from .report import Warnings
from .xml_parts import attributes, remove

_HREF = q("xlink:href")
_VERSION = q("office:version")
_MATH = f"{{{NS['math']}}}"
_DIRECTIVES = (f"{{{NS['py']}}}", f"{{{NS['xi']}}}")
_SILENT, _PLAIN, _HANDLED = "silent", "plain", "handled"
_REPEATS = names(
    "table:number-columns-repeated table:number-rows-repeated table:number-columns-spanned "
    "table:number-rows-spanned table:number-matrix-columns-spanned "
    "table:number-matrix-rows-spanned fo:column-count text:level text:outline-level"
)
_ROWS = names("table:table-row loext:table-row")
_CELLS = names(
    "table:table-cell table:covered-table-cell loext:table-cell loext:covered-table-cell"
)
_VALUES = (q("office:value-type"), q("table:formula"))
_SPREADSHEET = f"{q('office:body')}/{q('office:spreadsheet')}"
_PARAGRAPHS = names("text:p text:h loext:p")
#: Elements whose name tells a reader where something is, and the word for it.
_LANDMARKS = {
    q("table:table"): ("table", q("table:name")),
    q("text:section"): ("section", q("text:name")),
    q("draw:frame"): ("frame", q("draw:name")),
    q("draw:fill-image"): ("fill", q("draw:name")),
    q("style:style"): ("style", q("style:name")),
    q("style:master-page"): ("page style", q("style:name")),
    q("style:header"): ("header", ""),
    q("style:footer"): ("footer", ""),
    q("style:font-face"): ("font", q("style:name")),
    q("text:list-style"): ("list style", q("style:name")),
    q("office:forms"): ("forms", ""),
}
_PART_WORDS = {
    "content.xml": "body",
    "styles.xml": "styles, headers and footers",
    "meta.xml": "document properties",
    "settings.xml": "settings",
}


class Sanitiser:
    """Cleans the XML parts of one document and collects what they refer to."""

    def __init__(
        self,
        parts: Collection[str],
        warnings: Warnings,
        limits: Limits,
    ) -> None:
        """Prepare for one document.

        Args:
            parts: the parts of its package; empty for flat files.
            warnings: where to note what is taken out.
            limits: how much it may hold.
        """
        self._parts = parts
        self._warnings = warnings
        self._limits = limits
        #: In a spreadsheet, empty cells are repeated to the edge of the sheet.
        self._sheet = False
        self._cells = 0
        self._spaces = 0
        self._verdicts: dict[str, str] = {}
        #: Parts of the package that pictures refer to.
        self.pictures: set[str] = set()
        #: Folders of embedded documents that ``draw:object`` refers to.
        self.objects: set[str] = set()
        self._part = ""
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
        self._part = part
        self._base = part.rpartition("/")[0]
        self._sheet = root.find(_SPREADSHEET) is not None
        # Versions before 1.2 had none in the manifest and are not compared.
        if root.get(_VERSION, "") >= "1.2":
            root.set(_VERSION, ODF_VERSION)
        self._attributes(root)
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
            refuse("xml-instruction", self._where(element))
        handler = self._elements.get(tag)
        if handler is not None:
            if not handler(element):
                return False
        elif tag not in ELEMENTS and not tag.startswith(_MATH):
            self._unknown(element, tag)
            return False
        self._attributes(element)
        return True

    def _unknown(self, element: etree._Element, tag: str) -> None:
        if tag.startswith(_DIRECTIVES):
            refuse("xml-directive", self._where(element))
        namespace = tag[1:].partition("}")[0]
        code = "element-removed"
        if namespace == NS["xforms"]:
            code = "form-data-removed"
        elif namespace == NS["script"]:
            code = "macro-removed"
        self._take_out(element, code)

    def _take_out(self, element: etree._Element, code: str) -> bool:
        self._warnings.add(code, self._where(element))
        remove(element)
        return False

    def _drop(self, element: etree._Element) -> bool:
        return self._take_out(element, rules.DROPPED[str(element.tag)])

    def _freeze(self, element: etree._Element) -> bool:
        parent = element.getparent()
        if parent is not None and parent.tag == q("office:annotation"):
            return True  # the initials of who wrote a comment, not a field
        self._warnings.add(rules.FROZEN[str(element.tag)], self._where(element))
        element.tag = q("text:span")
        element.attrib.clear()
        return True

    def _scripts(self, element: etree._Element) -> bool:
        # LibreOffice writes an empty one, or one with empty libraries, into every document.
        harmful = any(child.tag == q("office:event-listeners") for child in element)
        return self._take_out(element, "macro-removed" if harmful else "")

    # --- references -------------------------------------------------------------------------

    def _link(self, element: etree._Element) -> bool:
        href = element.get(_HREF)
        if href is None:
            return True
        safe = template_href(href)
        if safe is not None:
            element.set(_HREF, safe)
            return True
        if href:
            self._warnings.add("link-removed", self._where(element))
        if element.tag == q("text:a"):
            style = element.get(q("text:style-name"))
            element.tag = q("text:span")
            element.attrib.clear()
            if style:
                element.set(q("text:style-name"), style)
        else:
            del element.attrib[_HREF]
        return True

    def _picture(self, element: etree._Element) -> bool:
        href = element.get(_HREF)
        if not href:
            return True
        name = self._inside(href)
        if name is None:
            refuse("external-reference", self._where(element))
        if name in self._parts:
            self.pictures.add(name)
            return True
        # The picture LibreOffice shows for an object is made anew when the document is opened.
        code = "" if "ObjectReplacements/" in name else "picture-missing"
        return self._take_out(element, code)

    def _object(self, element: etree._Element) -> bool:
        href = element.get(_HREF)
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
        if element.get(_HREF) not in (None, ".", ".."):
            del element.attrib[_HREF]
            self._warnings.add("linked-content-removed", self._where(element))
        return True

    def _binary_data(self, element: etree._Element) -> bool:
        parent = element.getparent()
        if parent is None or parent.tag not in rules.PICTURES:
            return self._take_out(element, "object-removed")
        where = self._where(parent)
        element.text = clean_binary_data(element.text or "", where, self._limits)
        return True

    # --- limits -----------------------------------------------------------------------------

    def _space(self, element: etree._Element) -> bool:
        count = _number(element.get(q("text:c"), "1"))
        self._spaces += count
        if count > self._limits.spaces or self._spaces > self._limits.paragraph_characters:
            refuse("repeat-too-large", self._where(element), limit=f"{self._limits.spaces:,}")
        return True

    def _row(self, element: etree._Element) -> bool:
        rows = _number(element.get(q("table:number-rows-repeated"), "1"))
        filled = 0
        for cell in element:
            if cell.tag in _CELLS and (not self._sheet or _is_filled(cell)):
                filled += _number(cell.get(q("table:number-columns-repeated"), "1"))
        self._cells += rows * filled
        if self._cells > self._limits.cells:
            refuse("too-many-cells", self._where(element), limit=f"{self._limits.cells:,}")
        return True

    def _paragraph(self, element: etree._Element) -> bool:
        limit = self._limits.paragraph_characters
        length = sum(map(len, element.itertext())) if len(element) else len(element.text or "")
        if length > limit:
            refuse("text-too-long", self._where(element), limit=f"{limit:,}")
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

    # --- attributes -------------------------------------------------------------------------

    def _attributes(self, element: etree._Element) -> None:
        for name, value in attributes(element):
            verdict = self._verdicts.get(name)
            if verdict is None:
                verdict = self._verdicts[name] = self._judge(name)
            if verdict is _PLAIN:
                if ":" in value and rules.MACHINE_ADDRESS.search(value):
                    self._take_off(element, name, "linked-content-removed")
            elif verdict is _HANDLED:
                self._special(element, name, value)
            elif verdict is _SILENT:
                pass
            else:
                self._take_off(element, name, verdict.removeprefix("drop:") if value else "")

    def _judge(self, name: str) -> str:
        """What is to be done with every attribute of that name."""
        if name in rules.DROPPED_ATTRIBUTES:
            return "drop:" + rules.DROPPED_ATTRIBUTES[name]
        if name.startswith(_DIRECTIVES):
            refuse("xml-directive", self._part)
        if name == _HREF or name in rules.COMPONENTS or name in _REPEATS:
            return _HANDLED
        namespace, _, local = name[1:].partition("}")
        if not local:
            return _HANDLED
        if namespace not in ATTRIBUTE_NAMESPACES:
            return "drop:"
        if rules.FORMULA_ATTRIBUTE.fullmatch(local) or namespace == NS["calcext"]:
            return _HANDLED
        return _SILENT if name in rules.PLAIN_TEXT_ATTRIBUTES else _PLAIN

    def _special(self, element: etree._Element, name: str, value: str) -> None:
        if name == _HREF:
            self._other_href(element, value)
        elif not name.startswith("{"):
            # Only MathML has attributes without a prefix; none of OpenDocument's is read.
            if not str(element.tag).startswith(_MATH) or name in ("href", "src"):
                self._take_off(element, name, "")
        elif name in _REPEATS:
            limits = self._limits
            limit = limits.sheet_repeat if self._sheet else limits.text_table_repeat
            if not value.isdecimal():
                self._take_off(element, name, "")
            elif _number(value) > limit:
                refuse("repeat-too-large", self._where(element), limit=f"{limit:,}")
        elif name in rules.COMPONENTS:
            if not rules.COMPONENTS[name].fullmatch(value):
                self._take_off(element, name, "")
        elif _reads_outside(value):
            self._take_off(element, name, "formula-frozen")

    def _other_href(self, element: etree._Element, value: str) -> None:
        """Addresses of elements that have no rule of their own may only point inside."""
        tag = element.tag
        judged = tag in rules.LINKS or tag in rules.PICTURES
        if judged or tag in (q("draw:object"), q("chart:chart")) or value.startswith("#"):
            return
        self._take_off(element, _HREF, "linked-content-removed" if value else "")

    def _take_off(self, element: etree._Element, name: str, code: str) -> None:
        self._warnings.add(code, self._where(element))
        del element.attrib[name]

    # --- places -----------------------------------------------------------------------------

    def _where(self, element: etree._Element) -> str:
        """The place in words: ``body › table “Lines” › frame “Logo”``."""
        steps = []
        for one in (element, *element.iterancestors()):
            word, attribute = _LANDMARKS.get(str(one.tag), ("", ""))
            if word:
                name = one.get(attribute, "")[:60] if attribute else ""
                steps.append(f"{word} “{name}”" if name else word)
        local = self._part.rpartition("/")[2]
        steps.append(_PART_WORDS.get(local, local))
        if self._base:
            steps.append(f"object “{self._base}”")
        return " › ".join(reversed(steps))


def _reads_outside(formula: str) -> bool:
    found = rules.OUTSIDE_FORMULA.search(rules.HARMLESS_FORMULA.sub("", formula))
    return bool(found or rules.MACHINE_ADDRESS.search(formula))


def _is_filled(cell: etree._Element) -> bool:
    return len(cell) > 0 or any(cell.get(name) is not None for name in _VALUES)


def _number(value: str) -> int:
    """A count as written; absurdly long ones are as good as infinite, nonsense counts as one."""
    value = value.strip()
    if not value.isdecimal():
        return 1
    return int(value) if len(value) < 12 else 10**12
