"""What is written of document properties that depend on the data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .errors import ValueRefused
from .fill import Fill
from .model import Undefined
from .scope import MISSING, Getter
from .telling.site import Site
from .telling.wording import say
from .values import attribute_to_xml, text_to_xml, to_text

#: What XML cannot hold, and line ends where a property has one line.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: More than a title or an abstract ever has.
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Value:
    """An expression in a property."""

    get: Getter
    expression: str
    site: Site

    def of(self, fill: Fill) -> str:
        """Its text in this document."""
        if fill.undefined is Undefined.KEEP:
            with fill.staying.watched() as misses:
                value = self.get(fill.scope)
            if misses:
                return f"{{{{ {self.expression} }}}}"
        else:
            value = self.get(fill.scope)
        if value is MISSING:
            return f"⟦{self.expression}⟧" if fill.undefined is Undefined.MARK else ""
        try:
            if isinstance(value, list | tuple):
                return ", ".join(map(to_text, value))
            return to_text(value)
        except ValueRefused as error:
            fill.refused(self.site, str(error), error.subject)
            return ""


@dataclass(frozen=True, slots=True)
class Text:
    """What a property says: text and expressions in turn."""

    pieces: tuple[str | Value, ...]
    site: Site

    def of(self, fill: Fill) -> str:
        """Its text in this document."""
        text = "".join(one if isinstance(one, str) else one.of(fill) for one in self.pieces)
        if len(text) > _LONGEST:
            fill.refused(self.site, say("is longer than {limit:,} characters", limit=_LONGEST))
            return ""
        return _UNWRITABLE.sub("", text)


@dataclass(frozen=True, slots=True)
class Shown:
    """A field in the text that shows a property."""

    name: str

    def write(self, fill: Fill) -> None:
        """Write it as text of a paragraph."""
        fill.put(text_to_xml(fill.properties[self.name]))


@dataclass(frozen=True, slots=True)
class Plain:
    """A property in ``meta.xml``."""

    name: str

    def write(self, fill: Fill) -> None:
        """Write it as it is."""
        fill.put(escape(fill.properties[self.name]))


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords in ``meta.xml``, an element each."""

    name: str

    def write(self, fill: Fill) -> None:
        """Write what stands between the start of the first element and the end of the last."""
        words = (word.strip() for word in fill.properties[self.name].split(","))
        between = "</meta:keyword><meta:keyword>"
        fill.put(between.join(escape(word) for word in words if word))


@dataclass(frozen=True, slots=True)
class Language:
    """The language or country of text."""

    index: int
    #: What the template says, for documents that say nothing.
    own: str

    def write(self, fill: Fill) -> None:
        """Write it as an attribute."""
        fill.put(fill.language[self.index] if fill.language else attribute_to_xml(self.own))


@dataclass(frozen=True, slots=True)
class Tag:
    """The language in ``meta.xml``."""

    own: str

    def write(self, fill: Fill) -> None:
        """Write it as one writes languages."""
        found = "-".join(one for one in fill.language or () if one != "none")
        fill.put(escape(found or self.own))
