"""Say in words where in a document something is, and report it from there."""

from __future__ import annotations

from typing import NoReturn

from lxml import etree

from ..telling.wording import Wording, joined, phrase, quoted, say
from .odf_names import q
from .refusals import refuse
from .report import Warnings

#: Elements whose name tells a reader where something is, and the word for it.
_LANDMARKS = {
    q("table:table"): (phrase("table {name}"), q("table:name")),
    q("text:section"): (phrase("section {name}"), q("text:name")),
    q("draw:frame"): (phrase("frame {name}"), q("draw:name")),
    q("draw:fill-image"): (phrase("fill {name}"), q("draw:name")),
    q("style:style"): (phrase("style {name}"), q("style:name")),
    q("style:master-page"): (phrase("page style {name}"), q("style:name")),
    q("style:header"): (phrase("header"), ""),
    q("style:footer"): (phrase("footer"), ""),
    q("style:font-face"): (phrase("font {name}"), q("style:name")),
    q("text:list-style"): (phrase("list style {name}"), q("style:name")),
    q("office:forms"): (phrase("forms"), ""),
}
_PART_WORDS = {
    "content.xml": say("body"),
    "styles.xml": say("styles, headers and footers"),
    "meta.xml": say("document properties"),
    "settings.xml": say("settings"),
}


def where(part: str, element: etree._Element) -> str:
    """The place in words: ``body › table “Lines” › frame “Logo”``.

    Args:
        part: the name of the part in its package.
        element: an element of it.
    """
    steps: list[str] = []
    for one in (element, *element.iterancestors()):
        word, attribute = _LANDMARKS.get(str(one.tag), ("", ""))
        if word:
            name = quoted(one.get(attribute, "")) if attribute else ""
            steps.append(Wording(word, {"name": name}))
    folder, _, local = part.rpartition("/")
    steps.append(_PART_WORDS.get(local, local))
    if folder:
        steps.append(say("object {name}", name=quoted(folder)))
    return joined(reversed(steps))


def _anchor(element: etree._Element) -> str:
    """The anchor of an element, or of the nearest around it that has one."""
    anchors = (one.get(q("xml:id")) for one in (element, *element.iterancestors()))
    return next(filter(None, anchors), "")


class Reporter:
    """Warns and refuses with the place of an element, in one part after the other."""

    def __init__(self, warnings: Warnings) -> None:
        self._warnings = warnings
        #: The part that is being judged.
        self.part = ""

    def warn(self, code: str, element: etree._Element) -> None:
        """Note a warning; an empty code notes nothing."""
        if code:
            self._warnings.add(code, where(self.part, element), _anchor(element))

    def refuse(self, code: str, element: etree._Element, **facts: object) -> NoReturn:
        """Raise the refusal of that code."""
        refuse(code, where(self.part, element), _anchor(element), **facts)
