"""Decides which styles of the template stand for the classes and elements of a text."""

from __future__ import annotations

from collections.abc import Mapping

from .model import RichText
from .stylebook import Stylebook

#: Classes of one element that are looked at.
_MOST_CLASSES = 20


class StyleNames:
    """The styles that one text asks for: ``p.article``, then ``article``, then ``p``.

    A class that is called like a style means that style, unless the template says otherwise.
    """

    def __init__(self, rich: RichText, stylebook: Stylebook) -> None:
        self._book = stylebook
        self._asked = {
            family: dict(_found(rich.styles, family, stylebook)) for family in ("paragraph", "text")
        }
        self._known: dict[tuple[str, str, str], str | None] = {}
        #: Whether a style was asked for that the template does not have.
        self.has_unknown = not stylebook.named(rich.styles.values())

    def paragraph(self, tag: str, classes: str) -> str | None:
        """The paragraph style for an element; ``classes`` as its attribute has them."""
        return self._style("paragraph", tag, classes)

    def text(self, tag: str, classes: str) -> str | None:
        """The character style for an element."""
        return self._style("text", tag, classes)

    def _style(self, family: str, tag: str, classes: str) -> str | None:
        key = (family, tag, classes)
        if key not in self._known:
            self._known[key] = self._find(family, tag, classes.split()[:_MOST_CLASSES])
        return self._known[key]

    def _find(self, family: str, tag: str, classes: list[str]) -> str | None:
        asked = self._asked[family]
        keys = [f"{tag}.{name}" for name in classes] + classes
        found = next((asked[key] for key in keys if key in asked), None)
        if found is None:
            named = (self._book.find(family, name) for name in classes)
            found = next(filter(None, named), None)
        return found or asked.get(tag)


def _found(styles: Mapping[str, str], family: str, stylebook: Stylebook) -> list[tuple[str, str]]:
    named = ((key, stylebook.find(family, name)) for key, name in styles.items())
    return [(key.removeprefix("."), name) for key, name in named if name is not None]
