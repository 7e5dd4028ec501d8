"""How a value of the data becomes text of the document."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from xml.sax.saxutils import escape

from .errors import ValueRefused
from .functions.amounts import kind_of
from .telling.wording import say

#: All that ends a line: those of every system, and Unicode's own.
_LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
#: What text may not hold as it is: markup, line ends and tabs, characters that no XML may hold,
#: and blanks that OpenDocument would join together or drop.
_SPECIAL = re.compile(
    f"\r\n|[&<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
    f"| {{2,}}|^ | \\Z|(?<=[{_LINE_ENDS}]) "
)
_BREAK = "<text:line-break/>"
_MARKUP = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\t": "<text:tab/>",
    "\r\n": _BREAK,
    **dict.fromkeys(_LINE_ENDS, _BREAK),
}


def _replacement(found: re.Match[str]) -> str:
    text = found.group()
    if text[0] == " ":
        return "<text:s/>" if len(text) == 1 else f'<text:s text:c="{len(text)}"/>'
    return _MARKUP.get(text, "")  # what XML cannot hold is left out


def is_plain(text: str) -> bool:
    """Whether a text can stand in a paragraph as it is; some that could are not seen to.

    Several times faster than a search for ``_SPECIAL``, and almost every text is plain.
    """
    return (
        text.isprintable()
        and not ("&" in text or "<" in text or ">" in text or "  " in text)
        and text.strip(" ") == text
    )


def text_to_xml(text: str) -> str:
    """A text as the inside of a paragraph, with its line breaks, tabs and blanks kept."""
    if is_plain(text):
        return text
    return _SPECIAL.sub(_replacement, text)


def attribute_to_xml(name: str) -> str:
    """A name of the template as the inside of an attribute in double quotes."""
    return escape(name, {'"': "&quot;"})


def to_text(value: object) -> str:
    """What a value reads like; nothing for null. Texts and numbers as Python writes them.

    Raises:
        ValueRefused: it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, str | bool | int | float | Decimal | date | time):
        return str(value)
    raise ValueRefused(say("is {kind}, which cannot be printed as text", kind=kind_of(value)))
