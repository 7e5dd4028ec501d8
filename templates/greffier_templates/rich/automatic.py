"""The automatic styles of one part of a document, made while it is filled: each once."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import ValueTooLarge
from ..telling.wording import say
from ..values import attribute_to_xml

#: Styles of one part: each colour, width or indent of the data makes one.
MOST_STYLES = 5_000


class AutomaticStyles:
    """Makes styles and remembers them, to be written before the text that uses them."""

    def __init__(self, prefix: str) -> None:
        """Make styles whose names begin with ``prefix``, as no others do."""
        self._prefix = prefix
        self._names: dict[tuple[str, str], str] = {}
        self._xml: list[str] = []
        #: Family and name of each style of the template that was asked for.
        self.used: set[tuple[str, str]] = set()
        #: Fonts that were asked for without a style.
        self.fonts: set[str] = set()

    def name(self, kind: str, tag: str, rest: str) -> str:
        """The name of the style ``<tag style:name="…"rest``; ``kind`` is a letter of it.

        Raises:
            ValueTooLarge: the data asks for more styles than any document has.
        """
        known = self._names.get((kind, rest))
        if known is not None:
            return known
        if len(self._names) == MOST_STYLES:
            limit = f"{MOST_STYLES:,}"
            raise ValueTooLarge(
                say("prints HTML of more than {limit} different looks", limit=limit)
            )
        name = f"{self._prefix}{kind}{len(self._names) + 1}"
        self._names[kind, rest] = name
        self._xml.append(f'<{tag} style:name="{name}"{rest}')
        return name

    def text(self, attributes: Mapping[str, str], parent: str = "") -> str:
        """The character style of these properties."""
        based = f' style:parent-style-name="{attribute_to_xml(parent)}"' if parent else ""
        rest = f' style:family="text"{based}><style:text-properties{written(attributes)}/>'
        return self.name("T", "style:style", f"{rest}</style:style>")

    @property
    def xml(self) -> str:
        """All of them."""
        return "".join(self._xml)


def written(attributes: Mapping[str, str]) -> str:
    """Attributes as they stand in a tag; names of the room's own, values escaped."""
    return "".join(f' {name}="{attribute_to_xml(value)}"' for name, value in attributes.items())
