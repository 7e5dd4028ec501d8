"""The text of a paragraph as one string, whatever elements LibreOffice cut it into.

``{{ na<text:span>me }}</text:span>`` reads ``{{ name }}``; any stretch of it can be replaced
by an element, which takes the place, and so the looks, of the first character.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from lxml import etree

from .extents import INLINE
from .gate.odf_names import names, q
from .gate.xml_parts import remove
from .trees import SPAN, insert_after

#: Stands for what no tag can reach over: a field, a link that is an instruction, a note.
BARRIER = "\ufffc"
_BLANKS = {q("text:s"): " ", q("text:tab"): "\t", q("text:line-break"): "\n"}
#: Elements without text, that LibreOffice may put anywhere.
_INVISIBLE = names(
    "text:bookmark text:bookmark-start text:bookmark-end text:soft-page-break "
    "text:reference-mark text:reference-mark-start text:reference-mark-end text:change "
    "text:change-start text:change-end office:annotation office:annotation-end"
)
_HREF = q("xlink:href")


@dataclass(slots=True)
class _Piece:
    """A stretch of text that stands together in the tree."""

    start: int
    text: str
    element: etree._Element
    #: ``text`` or ``tail`` of the element; ``element`` for a blank or barrier.
    where: str
    #: What is left of the text when some was replaced.
    begin: int = 0
    end: int = 0
    touched: bool = False

    def touch(self) -> None:
        """Take the text out of the tree, until it is known what is left of it."""
        if not self.touched:
            self.touched = True
            self.write("")

    def write(self, text: str) -> None:
        """Put text into the tree."""
        if self.where == "text":
            self.element.text = text
        elif self.where == "tail":
            self.element.tail = text


class Runs:
    """One paragraph."""

    def __init__(self, paragraph: etree._Element, scheme: str) -> None:
        """Read it; links whose address begins with ``scheme`` are barriers."""
        self._scheme = scheme
        self._pieces: list[_Piece] = []
        self._length = 0
        for text, element, where in self._read(paragraph):
            if text:
                self._pieces.append(_Piece(self._length, text, element, where, end=len(text)))
                self._length += len(text)
        #: All of it.
        self.text = "".join(piece.text for piece in self._pieces)

    def _read(self, element: etree._Element) -> Iterator[tuple[str, etree._Element, str]]:
        yield element.text or "", element, "text"
        for child in element:
            if child.tag in _BLANKS:
                yield _BLANKS[child.tag], child, "element"
            elif child.tag in INLINE and not child.get(_HREF, "").startswith(self._scheme):
                yield from self._read(child)
            elif child.tag not in _INVISIBLE:
                yield BARRIER, child, "element"
            yield child.tail or "", child, "tail"

    def styles(self, start: int, end: int) -> set[str]:
        """The character styles of the text between two places; "" for that of the paragraph."""
        return {
            _style(piece.element, piece.where)
            for piece in self._within(start, end)
            if piece.where != "element"
        }

    def replace(self, start: int, end: int, new: etree._Element) -> None:
        """Put ``new`` in the place of the text from ``start`` to ``end``, and of what is in it.

        When several stretches are replaced, the last comes first; :meth:`finish` ends it.
        """
        first, *others = self._within(start, end)
        first.touch()
        for piece in others:
            piece.touch()
            piece.begin = min(end - piece.start, piece.end)
        if first.where == "text":
            first.element.insert(0, new)
        else:
            insert_after(first.element, new)
        new.tail = first.text[end - first.start : first.end]
        first.end = start - first.start

    def finish(self) -> None:
        """Write back what is left, and take out the elements that held nothing else."""
        touched = [piece for piece in self._pieces if piece.touched]
        for piece in touched:
            piece.write(piece.text[piece.begin : piece.end])
        for piece in touched:
            element = piece.element
            if piece.where == "element" or (
                element.tag == SPAN and not element.text and len(element) == 0
            ):
                remove(element)

    def _within(self, start: int, end: int) -> list[_Piece]:
        first = bisect_right(self._pieces, start, key=attrgetter("start")) - 1
        last = bisect_left(self._pieces, end, key=attrgetter("start"))
        return self._pieces[first:last]


def _style(element: etree._Element, where: str) -> str:
    inner = element if where == "text" else element.getparent()
    return "" if inner is None or inner.tag != SPAN else inner.get(q("text:style-name"), "")
