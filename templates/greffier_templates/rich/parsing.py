"""Reads the text of HTML into a tree, bounded before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from ..errors import ValueRefused, ValueTooLarge
from ..telling.wording import say

#: Characters of one text, the pictures in it included: MAX_PICTURES_BYTES bounds those too.
MOST_CHARACTERS = 40_000_000
#: Characters without the pictures: 500 pages have about two million.
MOST_TEXT = 4_000_000
#: Tags of one text, opening and closing: the minutes of a council have thousands.
MOST_TAGS = 200_000
#: Elements in elements: an editor gets to twenty; the writers go down a call or two for each.
DEEPEST = 60

_DATA_URI = re.compile(r"""data:image/[^"'>\s]{64,}""", re.IGNORECASE)
#: Stands for a picture while the rest is parsed, which would copy it several times.
_SET_ASIDE = "data:#"
#: References to these controls mean the characters of Windows-1252, as browsers take them.
_WINDOWS = {
    code: bytes([code]).decode("windows-1252", "ignore") or None for code in range(0x80, 0xA0)
}
_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), 127)) | {
    0xFFFE: None,
    0xFFFF: None,
}
_UNWANTED: Mapping[int, str | None] = {**_WINDOWS, **_CONTROLS}
_UNWANTED_CHARACTERS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Parsed:
    """The tree of a text, and the pictures taken out of it."""

    def __init__(self, body: etree._Element | None, pictures: list[str]) -> None:
        self.body = body
        self._pictures = pictures

    def source(self, address: str) -> str:
        """The address of a picture as it was written."""
        if not address.startswith(_SET_ASIDE):
            return address
        number = address.removeprefix(_SET_ASIDE)
        known = number.isascii() and number.isdecimal() and int(number[:9]) < len(self._pictures)
        return self._pictures[int(number[:9])] if known else ""


def parse(source: str) -> Parsed:
    """The tree of HTML, as browsers understand it, of whatever text.

    Raises:
        ValueRefused: more tags, or deeper ones, than any text has.
        ValueTooLarge: it is longer than any text.
    """
    if len(source) > MOST_CHARACTERS:
        raise _too_long()
    pictures: list[str] = []
    if "data:" in source:

        def set_aside(found: re.Match[str]) -> str:
            pictures.append(found.group())
            return f"{_SET_ASIDE}{len(pictures) - 1}"

        source = _DATA_URI.sub(set_aside, source)
    if len(source) > MOST_TEXT:
        raise _too_long()
    if source.count("<") > MOST_TAGS:
        raise ValueTooLarge(say("makes a text of more than {limit} tags", limit=f"{MOST_TAGS:,}"))
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    clean = _SURROGATES.sub("", source.replace("\0", ""))
    try:
        # Without a body of its own, blanks at the beginning would be lost with the head.
        root = etree.fromstring(f"<body>{clean}".encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise too_deep()
    body = None if root is None else root.find("body")
    return Parsed(root if body is None else body, pictures)


def clean(text: str) -> str:
    """Text of the tree without what no XML may hold."""
    if text.isprintable() or not _UNWANTED_CHARACTERS.search(text):
        return text
    return text.translate(_UNWANTED)


def too_deep() -> ValueRefused:
    """The refusal of HTML whose elements stand in each other endlessly."""
    return ValueRefused(
        say("holds HTML whose elements are nested more than {limit} deep", limit=DEEPEST)
    )


def _too_long() -> ValueTooLarge:
    return ValueTooLarge(say("prints HTML of more than {limit} characters", limit=f"{MOST_TEXT:,}"))
