"""The marks in a tree where something begins, divides, ends or goes: processing instructions.

``<?greffier open 3?>`` and its like: a word, and the number of the marker it stands for.
"""

from __future__ import annotations

from lxml import etree

from .trees import insert_after

TARGET = "greffier"


def mark(what: str, number: int) -> etree._Element:
    """A new mark."""
    return etree.ProcessingInstruction(TARGET, f"{what} {number}")


def enclose(element: etree._Element, number: int) -> None:
    """Mark an element as all that a block encloses."""
    element.addprevious(mark("open", number))
    insert_after(element, mark("close", number))


def read_mark(element: etree._Element) -> tuple[str, int] | None:
    """The word and the number of a mark; None for any other element."""
    if not isinstance(element, etree._ProcessingInstruction) or element.target != TARGET:
        return None
    what, _, number = (element.text or "").partition(" ")
    return what, int(number)


#: What a mark does to the number of blocks that are open around what follows it.
DEPTH = {
    "open": 1,
    "close": -1,
    **dict.fromkeys(("hold-text", "hold-items", "hold-rows", "hold-blocks"), 1),
    "release": -1,
}
