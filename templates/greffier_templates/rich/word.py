"""What Word puts into HTML: lists that are paragraphs with a number written into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from .model import Block, Item, Listing

_WORD = re.compile(r"""\bmso-|class=["']?Mso|<o:p|urn:schemas-microsoft-com:office""")
_LIST = re.compile(r"level(\d{1,2})")
_IGNORED = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_NUMBER = re.compile(r"\(?(?:(\d{1,5})|([a-z]{1,6})|([A-Z]{1,6}))([.)\-:°]*)", re.ASCII)
_ROMAN = re.compile(r"[ivxlcdm]+", re.IGNORECASE)
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before an item: the label of its list, and its number if that is known."""

    label: str
    number: int | None = None
    suffix: str = "."


def is_word(source: str) -> bool:
    """Whether the text was pasted from Word."""
    return _WORD.search(source) is not None


def is_item(properties: Mapping[str, str]) -> bool:
    """Whether a paragraph is an item of a list."""
    return _LIST.search(properties.get("mso-list", "")) is not None


def level_of(properties: Mapping[str, str]) -> int:
    """The level of an item, from 1."""
    found = _LIST.search(properties.get("mso-list", ""))
    return min(max(int(found[1]) if found else 1, 1), _DEEPEST)


def marker_of(paragraph: etree._Element) -> Marker:
    """The number or bullet that Word wrote into an item."""
    for element in paragraph.iter(etree.Element):
        if _IGNORED.search(element.get("style", "")):
            text = "".join(map(str, element.itertext())).strip(" \xa0\t\r\n")
            return _read(text)
    return Marker("•")


def _read(text: str) -> Marker:
    found = _NUMBER.fullmatch(text)
    # A bullet of Word's is a letter of a symbol font: “o”, “§”, “ü”, “v”, with nothing behind.
    if found is None or (not found[4] and not found[1]):
        return Marker("◦" if text == "o" else "▪" if text == "§" else "•")
    suffix = found[4][:1] or "."
    if found[1]:
        return Marker("1", int(found[1]), suffix)
    letters = found[2] or found[3]
    is_roman = _ROMAN.fullmatch(letters) is not None and letters.lower() not in ("c", "d", "l", "m")
    label = "i" if is_roman else "a"
    number = 1 if letters.lower() in ("i", "a") else None
    return Marker(label if found[2] else label.upper(), number, suffix)


def add_item(blocks: list[Block], item: Item, marker: Marker, level: int) -> None:
    """Put an item behind those before it, into a list within their last one for each level."""
    for _ in range(level - 1):
        last = blocks[-1] if blocks else None
        if not isinstance(last, Listing):
            break  # a deeper item that is the first: it is one of the first level
        blocks = last.items[-1].blocks
    last = blocks[-1] if blocks else None
    if not isinstance(last, Listing) or last.label != marker.label:
        last = Listing(marker.label, [], suffix=marker.suffix)
        item.value = marker.number if marker.number != 1 else None
        blocks.append(last)
    last.items.append(item)
