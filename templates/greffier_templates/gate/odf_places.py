"""Say in words where in a document something is, and report it from there."""

from __future__ import annotations

from typing import NoReturn

from lxml import etree

from .odf_names import q
from .refusals import refuse
from .report import Warnings

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
_LONGEST_NAME = 60
_PART_WORDS = {
    "content.xml": "body",
    "styles.xml": "styles, headers and footers",
    "meta.xml": "document properties",
    "settings.xml": "settings",
}


def where(part: str, element: etree._Element) -> str:
    """The place in words: ``body › table “Lines” › frame “Logo”``.

    Args:
        part: the name of the part in its package.
        element: an element of it.
    """
    steps = []
    for one in (element, *element.iterancestors()):
        word, attribute = _LANDMARKS.get(str(one.tag), ("", ""))
        if word:
            name = one.get(attribute, "")[:_LONGEST_NAME] if attribute else ""
            steps.append(f"{word} “{name}”" if name else word)
    folder, _, local = part.rpartition("/")
    steps.append(_PART_WORDS.get(local, local))
    if folder:
        steps.append(f"object “{folder}”")
    return " › ".join(reversed(steps))


class Reporter:
    """Warns and refuses with the place of an element, in one part after the other."""

    def __init__(self, warnings: Warnings) -> None:
        self._warnings = warnings
        #: The part that is being judged.
        self.part = ""

    def warn(self, code: str, element: etree._Element) -> None:
        """Note a warning; an empty code notes nothing."""
        if code:
            self._warnings.add(code, where(self.part, element))

    def refuse(self, code: str, element: etree._Element, **facts: object) -> NoReturn:
        """Raise the refusal of that code."""
        refuse(code, where(self.part, element), **facts)
