"""The document properties of a template: *File › Properties*, with values of the data in them.

``{{ expression }}`` in the title, the subject, the keywords, the comments or a custom property of
type text is filled with the data of the document. The custom property that LibreOffice calls
*Language* sets the language of the text.

What the template says of the people who made it stays in the template, and so do custom properties
without an expression, for office suites write addresses and account names there by themselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from .fill import Fill
from .functions.number_styles import NumberStyles
from .functions.offered import Function
from .gate.odf_names import q
from .gate.xml_parts import remove
from .instructions import compile_expression
from .markers import Kind, Marker, as_written
from .metadata import MADE_BY_US, anonymous
from .model import Undefined
from .nodes import Body
from .part import TemplatePart
from .program import Program
from .property_nodes import Keywords, Language, Plain, Shown, Tag, Text, Value
from .telling.notes import Report
from .telling.site import Site
from .telling.wording import Wording, joined, phrase, quoted, say
from .trees import serialise
from .typed_tags import SWITCH, wants_typed_tags
from .unpacked import group

_KEYWORD, _CUSTOM, _NAME = q("meta:keyword"), q("meta:user-defined"), q("meta:name")
_LANGUAGE = q("dc:language")
#: The properties of the tab *Description*, as designers know them.
_DESCRIBED = {
    q("dc:title"): phrase("title"),
    q("dc:subject"): phrase("subject"),
    _KEYWORD: phrase("keywords"),
    q("dc:description"): phrase("comments"),
}
#: Fields in the text that show a property.
_SHOWN = {
    q("text:title"): q("dc:title"),
    q("text:subject"): q("dc:subject"),
    q("text:keywords"): _KEYWORD,
    q("text:description"): q("dc:description"),
}
_USER_DEFINED, _FIELD_NAME, _FIXED = q("text:user-defined"), q("text:name"), q("text:fixed")
#: The custom property “Language” as LibreOffice proposes it in our languages.
_LANGUAGE_NAMES = {"language", "langue", "taal", "sprache", "sprog", "lingua"}
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?")
_FO_LANGUAGE, _FO_COUNTRY = q("fo:language"), q("fo:country")
_OTHER_TAGS = (q("fo:script"), q("style:rfc-language-tag"))
_TEXT_PROPERTIES, _DEFAULT_STYLE = q("style:text-properties"), q("style:default-style")

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_INSTRUCTION = re.compile(r"\{%|\{\{")


class Properties:
    """The properties of one template."""

    def __init__(
        self, meta: bytes | None, functions: Mapping[str, Function], styles: NumberStyles
    ) -> None:
        """Read ``meta.xml``; what is wrong with it is in ``report``."""
        self._root = anonymous(meta)
        #: Whether braces are anything but text in this template.
        self._is_read = wants_typed_tags(meta)
        self._functions, self._styles = functions, styles
        self.report = Report()
        self._texts: dict[str, Text] = {}
        #: What the others say, for the fields in the text that show it.
        self._constant: dict[str, str] = {}
        #: The name of the property that sets the language; "": none does.
        self._language = ""
        self._sites = 0
        self._join_keywords()
        for element in list(self._root.iter(*_DESCRIBED, _CUSTOM)):
            self._read(element)

    def mark(self, parts: Mapping[str, TemplatePart]) -> None:
        """Make the fields that show a property, and the language of the text, depend on it."""
        for part in parts.values():
            for field in part.root.iter(*_SHOWN, _USER_DEFINED):
                self._mark_field(field, part)
        self._leave_unseen_behind(parts.values())
        if self._language:
            self._mark_language(parts)

    @property
    def values(self) -> Iterator[Value]:
        """The values that the properties print."""
        for text in self._texts.values():
            yield from (piece for piece in text.pieces if isinstance(piece, Value))

    def build(self) -> tuple[bytes, Body | None]:
        """``meta.xml`` where it is the same in every document, and what writes it where not."""
        if not self._texts:
            return serialise(self._root).encode(), None
        program = Program((), {}, self._styles, self.report)
        for element in list(self._root.iter(*_DESCRIBED, _CUSTOM)):
            name = _key(element)
            if name in self._texts:
                write = Keywords(name).write if name == _KEYWORD else Plain(name).write
                element.text = program.text_mark(write)
        if self._language:
            for block in self._root.iter(q("office:meta")):
                own = "".join(old.text or "" for old in block.findall(_LANGUAGE))
                for old in block.findall(_LANGUAGE):
                    block.remove(old)
                written = etree.SubElement(block, _LANGUAGE)
                written.text = program.text_mark(Tag(own).write)
        return b"", program.build_plain(self._root)

    def set_language(self, fill: Fill) -> None:
        """Compute the language of one document, where a property sets it."""
        if not self._language:
            return
        text = self._texts[self._language]
        value = text.of(fill)
        fill.properties = {self._language: value}
        if fill.undefined is Undefined.KEEP and _INSTRUCTION.search(value):
            return  # it stays for a second filling
        match = _LANGUAGE_TAG.fullmatch(value.strip())
        if match is not None:
            fill.language = match[1].lower(), match[2].upper() if match[2] else "none"
        elif value.strip():
            why = say("is not a language; one is written like {example}", example="fr-BE")
            fill.refused(text.site, why)

    def evaluate(self, fill: Fill) -> None:
        """Compute the others for one document, before anything of it is written."""
        others = {
            name: text.of(fill) for name, text in self._texts.items() if name != self._language
        }
        fill.properties = {**fill.properties, **others}

    # --- what the template says -----------------------------------------------------------

    def _join_keywords(self) -> None:
        """LibreOffice divides the keywords at each comma, also at one in an expression."""
        keywords = list(self._root.iter(_KEYWORD))
        text = ", ".join(one.text or "" for one in keywords)
        if not self._holds_tags(text):
            self._constant[_KEYWORD] = text
            return
        keywords[0].text = text
        for one in keywords[1:]:
            remove(one)

    def _holds_tags(self, text: str) -> bool:
        return self._is_read and _INSTRUCTION.search(text) is not None

    def _read(self, element: etree._Element) -> None:
        name, source = _key(element), element.text or ""
        if not self._holds_tags(source):
            self._constant.setdefault(name, source)
            return
        what = (
            say("custom property {name}", name=quoted(element.get(_NAME, "")))
            if element.tag == _CUSTOM
            else Wording(_DESCRIBED[str(element.tag)], {})
        )
        where = joined([say("document properties"), what])
        if "{%" in source or "{{" in _EXPRESSION.sub("", source):
            self.report.error(
                "property-not-understood",
                say("A property holds text and values, nothing else."),
                Site(where, source),
                say("Write a value between double braces: {example}.", example="{{ case.title }}"),
            )
            return
        self._texts[name] = Text(tuple(self._pieces(source, where, element)), Site(where, source))
        if element.tag == _CUSTOM:
            if element.get(_NAME, "").strip().lower() in _LANGUAGE_NAMES:
                self._language = name
            element.set(q("meta:value-type"), "string")

    def _pieces(self, source: str, where: str, element: etree._Element) -> Iterator[str | Value]:
        end = 0
        for match in _EXPRESSION.finditer(source):
            yield source[end : match.start()]
            end = match.end()
            self._sites += 1
            site = Site(where, match[1].strip(), self._sites)
            marker = Marker(Kind.FIELD, "", tuple(as_written(match[1])), element, site)
            compiled = compile_expression(marker, self._functions, self.report)
            if compiled is not None:
                get, expression = compiled
                yield Value(get, ast.unparse(expression), site)
        yield source[end:]

    # --- what depends on them -------------------------------------------------------------

    def _mark_field(self, field: etree._Element, part: TemplatePart) -> None:
        name = _SHOWN.get(str(field.tag)) or _custom_key(field.get(_FIELD_NAME, ""))
        if field.get(_FIXED) == "true":
            return
        if name in self._texts:
            _set_text(field, part.text_mark(Shown(name).write))
        elif name in self._constant:
            _set_text(field, self._constant[name])

    def _leave_unseen_behind(self, parts: Iterable[TemplatePart]) -> None:
        """Take out the custom properties without an expression that no field shows."""
        shown = {
            field.get(_FIELD_NAME, "") for part in parts for field in part.root.iter(_USER_DEFINED)
        }
        left = []
        for element in list(self._root.iter(_CUSTOM)):
            name = element.get(_NAME, "")
            if _key(element) not in self._texts and name not in shown:
                remove(element)
                if name.strip() != SWITCH and not name.startswith(MADE_BY_US):
                    left.append(quoted(name))
        if left:
            self.report.warning(
                "properties-left-out",
                say("Custom properties stay in the template: {names}.", names=joined(left, ", ")),
                Site(say("document properties")),
                say("Documents get those with an expression and those that a field shows."),
            )

    def _mark_language(self, parts: Mapping[str, TemplatePart]) -> None:
        """Give the language to all text that is in the language of the template."""
        default = _default_text(parts["styles.xml"].root)
        own = default.get(_FO_LANGUAGE), default.get(_FO_COUNTRY)
        for part in parts.values():
            for properties in part.root.iter(_TEXT_PROPERTIES):
                if (properties.get(_FO_LANGUAGE), properties.get(_FO_COUNTRY)) != own:
                    continue
                if own == (None, None) and properties is not default:
                    continue
                properties.set(_FO_LANGUAGE, part.text_mark(Language(0, own[0] or "none").write))
                properties.set(_FO_COUNTRY, part.text_mark(Language(1, own[1] or "none").write))
                for attribute in _OTHER_TAGS:
                    if attribute in properties.attrib:
                        del properties.attrib[attribute]


def _key(element: etree._Element) -> str:
    if element.tag == _CUSTOM:
        return _custom_key(element.get(_NAME, ""))
    return str(element.tag)


def _custom_key(name: str) -> str:
    return f"custom {name}"


def _set_text(field: etree._Element, text: str) -> None:
    for child in list(field):
        field.remove(child)
    field.text = text


def _default_text(styles: etree._Element) -> etree._Element:
    """The text properties of the default paragraph style; made where there are none."""
    common = group(styles, "office:styles")
    for style in common.findall(_DEFAULT_STYLE):
        if style.get(q("style:family")) == "paragraph":
            break
    else:
        style = etree.Element(_DEFAULT_STYLE)
        style.set(q("style:family"), "paragraph")
        common.insert(0, style)
    found = style.find(_TEXT_PROPERTIES)
    return etree.SubElement(style, _TEXT_PROPERTIES) if found is None else found
