"""Sections, tables and frames whose own name says when, or how often, they are written.

``py3o.if(request.urgent)#1``, ``py3o.for(piece in pieces)#2``: Writer wants names to be unique,
hence the number, which means nothing. Writer's dialog takes no blanks, dots and < > in the names
of tables (``SwInsTableDlg``); there a colon stands for each: ``py3o:for(piece:in:pieces)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .gate.odf_names import q
from .names import all_names

SECTION, TABLE, FRAME = q("text:section"), q("table:table"), q("draw:frame")
NAME_OF = {SECTION: q("text:name"), TABLE: q("table:name"), FRAME: q("draw:name")}
#: What an element is called when its name was an instruction.
_PLAIN = {SECTION: "Section", TABLE: "Table", FRAME: "Frame"}

# LibreOffice appends a number of its own to the name of a frame that is copied.
_INSTRUCTION = re.compile(r"py3o([.:])(if|for)\((.*)\)\s*#?\d*", re.DOTALL)
_LIKE_ONE = re.compile(r"py3o[.:]", re.IGNORECASE)
_IN = re.compile(r"([\w,]+):in:(.+)", re.DOTALL)


def instruction_in(element: etree._Element) -> tuple[str, str] | None:
    """The instruction that is the name of an element and its argument: ``if`` and ``urgent``."""
    found = _INSTRUCTION.fullmatch(element.get(NAME_OF[str(element.tag)], "").strip())
    if found is None:
        return None
    sign, instruction, argument = found.groups()
    if sign == ":":
        if element.tag != TABLE:
            return None
        argument = _IN.sub(r"\1 in \2", argument).replace(":", ".")
    return instruction, argument


def is_like_instruction(element: etree._Element) -> bool:
    """Whether a section or table has a name that was probably meant as an instruction."""
    return _LIKE_ONE.match(element.get(NAME_OF[str(element.tag)], "")) is not None


def rename(element: etree._Element, root: etree._Element, new_names: Iterator[str]) -> str:
    """Give an element a name that says nothing; ``new_names`` end in numbers never used twice.

    Returns:
        The name it had.
    """
    attribute = NAME_OF[str(element.tag)]
    before = element.get(attribute, "")
    kind = _PLAIN[str(element.tag)]
    taken = set(all_names(root))
    numbered = (f"{kind} {name.rpartition(' ')[2]}" for name in new_names)
    element.set(attribute, next(one for one in numbered if one not in taken))
    return before
