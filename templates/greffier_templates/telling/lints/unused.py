"""Names in sample data that a template never mentions: what is not needed need not be sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from ...gate.odf_names import q
from ...model import Finding, Severity
from ...trees import PARAGRAPHS, plain_text
from ..anchors import PARTS
from ..wording import say
from .looking import Look, look_through

#: More than this help nobody.
_MOST = 50
#: Items of a list that are looked into: they are mostly alike.
_MOST_ITEMS = 100
_DEPTH = 20

_WORD = re.compile(r"[^\W\d]\w*")
_TYPED = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_PREFIX = "py3o"
#: Attributes that carry fields, instructions and the names of what they stand for.
_CARRIERS = {
    q("text:user-field-get"): q("text:name"),
    q("text:user-field-input"): q("text:name"),
    q("text:a"): q("xlink:href"),
    q("text:text-input"): q("text:description"),
    q("draw:frame"): q("draw:name"),
    q("text:section"): q("text:name"),
    q("table:table"): q("table:name"),
}


class Mentioned:
    """Gathers every word of the fields, instructions and tags of a template."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def sees(self) -> Mapping[str, Callable[[etree._Element], None]]:
        """All that carries an expression."""
        return {**dict.fromkeys(_CARRIERS, self._carrier), **dict.fromkeys(PARAGRAPHS, self._text)}

    def look_at(self, root: etree._Element, part: str) -> None:
        """Gather from a part of a template or of a block it includes; see ``open_odf``."""
        if part == "meta.xml":
            self._add(" ".join(map(str, root.itertext())))
        elif part in PARTS:
            look_through(root, part, Look(part), self)

    def _carrier(self, element: etree._Element) -> None:
        written = unquote(element.get(_CARRIERS[str(element.tag)], ""))
        if written.strip().startswith(_PREFIX):
            self.words.update(_WORD.findall(written))

    def _text(self, paragraph: etree._Element) -> None:
        text = plain_text(paragraph)
        if "{" in text:
            self._add(text)

    def _add(self, text: str) -> None:
        for tag in _TYPED.findall(text):
            self.words.update(_WORD.findall(tag))


def unused_data(data: Mapping[str, object], words: set[str]) -> list[Finding]:
    """A finding for each name in the data that is not among ``words``, the outermost only.

    Where a template mentions none of the names in an object, it uses that as a whole: such an
    object is left alone. No value is told.
    """
    paths = dict.fromkeys(_unused(data, words, ""))
    return [
        Finding(
            "data-unused",
            say("The data has “{name}”, and the template does not use it.", name=path),
            field=path,
            hint=say("Use it, or do not send it: what is not sent cannot go astray."),
            severity=Severity.INFO,
        )
        for path in list(paths)[:_MOST]
    ]


def _unused(value: object, words: set[str], path: str) -> Iterator[str]:
    if path.count(".") > _DEPTH:
        return
    if isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            yield from _unused(item, words, f"{path}[]")
    if not isinstance(value, Mapping) or (path and not words & value.keys()):
        return
    for name, member in value.items():
        inner = f"{path}.{name}" if path else str(name)
        if name not in words:
            yield inner
        else:
            yield from _unused(member, words, inner)
