"""One pass through the file of a template, in which every lint sees the elements it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from lxml import etree

from ...gate.odf_names import q
from ..notes import Report
from ..places import Places
from ..site import Site

_TRACKED, _COMMENT = q("text:tracked-changes"), q("office:annotation")
_TEXTS = {"content.xml": q("office:body"), "styles.xml": q("office:master-styles")}


class Look:
    """Where the pass is, and whom to tell."""

    def __init__(self, part: str) -> None:
        """Begin a pass through a part, ``content.xml`` or ``styles.xml``."""
        self.report = Report()
        #: Whether it is the text itself, not what stands in headers and footers.
        self.is_body = part == "content.xml"
        self._places = Places()

    def site(self, element: etree._Element, field: str = "") -> Site:
        """The site of the element that is being seen."""
        return self._places.site(element, field)

    def pass_by(self, element: etree._Element) -> None:
        """Keep count of headings, rows and items."""
        if element.tag in Places.WATCHED:
            self._places.pass_by(element)


class Lint(Protocol):
    """Looks for things of one kind in one part."""

    def sees(self) -> Mapping[str, Callable[[etree._Element], None]]:
        """Tag -> what is called for each such element, in document order."""


def look_through(root: etree._Element, part: str, look: Look, *lints: Lint) -> None:
    """Show the elements of a part to the lints; deleted text and what comments hold is left out."""
    calls: dict[str, list[Callable[[etree._Element], None]]] = {}
    for lint in lints:
        for tag, call in lint.sees().items():
            calls.setdefault(tag, []).append(call)
    for text in root.iterchildren(_TEXTS[part]):
        for element in _elements(text):
            look.pass_by(element)
            for call in calls.get(str(element.tag), ()):
                call(element)


def _elements(text: etree._Element) -> Iterator[etree._Element]:
    stack = [text]
    while stack:
        element = stack.pop()
        yield element
        if element.tag != _COMMENT:
            stack.extend(
                child
                for child in reversed(element)
                if isinstance(child.tag, str) and child.tag != _TRACKED
            )
