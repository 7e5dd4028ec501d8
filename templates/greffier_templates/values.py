"""How a value of the data becomes text of the document."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from .amounts import kind_of
from .errors import ValueRefused

#: What text may not hold as it is: markup, line breaks and tabs, characters that no XML may
#: hold, and blanks that OpenDocument would join together or drop.
_SPECIAL = re.compile(
    "[&<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]| {2,}|^ | \\Z|(?<=\n) "
)
special = _SPECIAL.search
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<text:line-break/>", "\t": "<text:tab/>"}
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def _replacement(found: re.Match[str]) -> str:
    text = found.group()
    if text[0] == " ":
        return "<text:s/>" if len(text) == 1 else f'<text:s text:c="{len(text)}"/>'
    return _MARKUP.get(text, "")  # what XML cannot hold is left out


def text_to_xml(text: str) -> str:
    """A text as the inside of a paragraph, with its line breaks, tabs and blanks kept."""
    if special(text) is None:
        return text
    return _SPECIAL.sub(_replacement, _BREAKS.sub("\n", text))


def attribute_to_xml(text: str) -> str:
    """A text as the inside of an attribute in double quotes."""
    return _SPECIAL.sub(lambda found: _MARKUP.get(found.group(), " "), text).replace('"', "&quot;")


def to_text(value: object) -> str:
    """What a value reads like; nothing for null. Texts and numbers as Python writes them.

    Raises:
        ValueRefused: it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, str | bool | int | float | Decimal | date | time):
        return str(value)
    raise ValueRefused(f"is {kind_of(value)}, which cannot be printed as text")
