"""How the text of a template is formatted, so that two versions can be compared.

What LibreOffice changes by itself each time it writes a file is left out: the numbers of
automatic styles (``P1``, ``T3``), and the marks of who edited when (``rsid``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from lxml import etree

from ...gate.odf_names import NS, q
from ...gate.xml_parts import attributes
from ...telling.wording import quoted, say

_STYLE, _NAME, _FAMILY = q("style:style"), q("style:name"), q("style:family")
_PARENT, _DISPLAY = q("style:parent-style-name"), q("style:display-name")
_DEFAULT, _LAYOUT = q("style:default-style"), q("style:page-layout")
_MASTER, _LAYOUT_NAME = q("style:master-page"), q("style:page-layout-name")
_AUTOMATIC = q("office:automatic-styles")
_LEFT_OUT = frozenset({_NAME, _DISPLAY, _LAYOUT_NAME})
_HEADERS = frozenset(
    q(f"style:{place}{page}") for place in ("header", "footer") for page in ("", "-left", "-first")
)

#: Family and name.
_Key = tuple[str, str]


class Looks:
    """The styles of a template: what each is, and which of them its text uses."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        """Read the styles of the parts ``content.xml`` and ``styles.xml``."""
        #: The automatic styles of the two parts have the same names.
        self._automatic: dict[etree._Element, dict[_Key, etree._Element]] = {}
        self._common: dict[_Key, etree._Element] = {}
        self._defaults: list[etree._Element] = []
        self._pages: list[etree._Element] = []
        self._layouts: dict[str, etree._Element] = {}
        self._seen: dict[tuple[etree._Element, _Key], str] = {}
        self._used: dict[_Key, None] = {}
        for root in roots:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        automatic = self._automatic.setdefault(root, {})
        for style in root.iter(_STYLE):
            parent = style.getparent()
            own = automatic if parent is not None and parent.tag == _AUTOMATIC else self._common
            own[style.get(_FAMILY, ""), style.get(_NAME, "")] = style
        self._defaults += root.iter(_DEFAULT)
        self._pages += root.iter(_MASTER)
        self._layouts |= {one.get(_NAME, ""): one for one in root.iter(_LAYOUT)}

    def of(self, root: etree._Element, family: str, name: str) -> str:
        """How text in a style is formatted: the same for what is formatted the same."""
        key = family, name
        if (root, key) not in self._seen:
            own = self._automatic[root].get(key)
            common = name if own is None else own.get(_PARENT, "")
            self._use(family, common)
            self._seen[root, key] = common if own is None else f"{common}+{_digest(own)}"
        return self._seen[root, key]

    def _use(self, family: str, name: str) -> None:
        """Take note of a common style that is used, and of those that it is based on."""
        while (family, name) in self._common and (family, name) not in self._used:
            self._used[family, name] = None
            name = self._common[family, name].get(_PARENT, "")

    def used(self) -> Mapping[str, str]:
        """The styles that were asked for, the default and the page styles: words -> what it is."""
        found = {}
        for family, name in self._used:
            style = self._common[family, name]
            found[style_words(family, style.get(_DISPLAY, name))] = _digest(style)
        for default in self._defaults:
            if default.get(_FAMILY) == "paragraph":
                found[style_words("paragraph", "")] = _digest(default)
        for page in self._pages:
            layout = self._layouts.get(page.get(_LAYOUT_NAME, ""))
            what = _digest(page) + ("" if layout is None else _digest(layout))
            found[style_words("page", page.get(_DISPLAY, page.get(_NAME, "")))] = what
        return found


def style_words(family: str, name: str) -> str:
    """What a style is called, in words."""
    if family == "page":
        return say("page style {name}", name=quoted(name))
    if not name:
        return say("default style of paragraphs")
    return say("style {name}", name=quoted(name))


def _digest(style: etree._Element) -> str:
    return hashlib.sha256("".join(_told(style)).encode()).hexdigest()[:16]


def _told(element: etree._Element) -> list[str]:
    """What an element says, in one order of its attributes; text in headers is no style."""
    said = [
        f"{name}={value};"
        for name, value in sorted(attributes(element))
        if name not in _LEFT_OUT and not _is_trace(name)
    ]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _HEADERS:
            said += ["(", *_told(child), ")"]
    return [str(element.tag), *said]


def _is_trace(name: str) -> bool:
    return name.startswith(f"{{{NS['officeooo']}}}") and name.endswith("rsid")
