"""Writes lists: their tags, their labels, and how they go on behind a table."""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape

from ..values import attribute_to_xml
from .automatic import AutomaticStyles
from .model import NUMBERS, Listing
from .paragraph_styles import cm

#: OpenDocument has ten levels; deeper lists stay at the last.
DEEPEST = 10
#: Room for a label, centimetres: a bullet or “9.”, and “10.” or “viii.”.
_STEP_CM, _WIDE_STEP_CM = 0.65, 0.9
_BULLET_FONT = "OpenSymbol"  # LibreOffice brings it, and has its own bullets in it


def step_of(listing: Listing) -> float:
    """How much further in the text of a list stands than the text around it."""
    first = listing.items[0].value or 1
    is_wide = listing.label in ("i", "I") or first + len(listing.items) > 10
    return _WIDE_STEP_CM if listing.is_numbered and is_wide else _STEP_CM


def list_style(listing: Listing, left: float, level: int, automatic: AutomaticStyles) -> str:
    """The list style of a list at that level, around which text begins at ``left``."""
    rest = _levels(listing.label, listing.suffix, round(left, 3), level, step_of(listing))
    return automatic.name("L", "text:list-style", rest)


@lru_cache(maxsize=256)
def _levels(label: str, suffix: str, left: float, level: int, step: float) -> str:
    levels = []
    for number in range(1, DEEPEST + 1):
        margin = left + step * (number - level + 1)
        levels.append(_level(label, suffix, number, max(margin, step), step))
    return f">{''.join(levels)}</text:list-style>"


def _level(label: str, suffix: str, level: int, margin: float, step: float) -> str:
    place = (
        '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" '
        f'text:list-tab-stop-position="{cm(margin)}" fo:text-indent="-{cm(step)}" '
        f'fo:margin-left="{cm(margin)}"/></style:list-level-properties>'
    )
    if label in NUMBERS or not label:
        behind = f' style:num-suffix="{attribute_to_xml(suffix)}"' if label else ""
        return (
            f'<text:list-level-style-number text:level="{level}"{behind} '
            f'style:num-format="{label}">{place}</text:list-level-style-number>'
        )
    return (
        f'<text:list-level-style-bullet text:level="{level}" '
        f'text:bullet-char="{escape(label)}">{place}'
        f"<style:text-properties fo:font-family=\"'{_BULLET_FONT}'\"/>"
        "</text:list-level-style-bullet>"
    )


class OpenLists:
    """The lists that are open while blocks are written.

    A table cannot stand in a list: all lists are closed before it, and those that go on behind
    it are opened again, with the rest of an item in a header, which has no number.
    """

    def __init__(self) -> None:
        self._styles: list[str] = []
        self._tags: list[str] = []
        self._is_suspended = False

    @property
    def depth(self) -> int:
        """How many lists are open."""
        return len(self._styles)

    def open(self, style: str) -> str:
        """Open a list."""
        before = self._resumed(len(self._styles)) if self._is_suspended else ""
        self._styles.append(style)
        self._tags.append("")
        return f'{before}<text:list text:style-name="{style}">'

    def item(self, number: int | None) -> str:
        """Open an item of the innermost list."""
        before = ""
        if self._is_suspended:
            before = self._resumed(len(self._styles) - 1)
            style = self._styles[-1]
            before += f'<text:list text:style-name="{style}" text:continue-numbering="true">'
        self._tags[-1] = "text:list-item"
        start = f' text:start-value="{number}"' if number is not None else ""
        return f"{before}<text:list-item{start}>"

    def close_item(self) -> str:
        """Close an item."""
        return "" if self._is_suspended else f"</{self._tags[-1]}>"

    def close(self) -> str:
        """Close the innermost list."""
        self._styles.pop()
        self._tags.pop()
        if self._is_suspended:
            self._is_suspended = bool(self._styles)
            return ""
        return "</text:list>"

    def suspend(self) -> str:
        """Close everything for a table."""
        if self._is_suspended or not self._styles:
            return ""
        self._is_suspended = True
        return "".join(f"</{tag}></text:list>" for tag in reversed(self._tags))

    def resume(self) -> str:
        """Open again what was closed for a table, for more blocks of the same item."""
        return self._resumed(len(self._styles)) if self._is_suspended else ""

    def _resumed(self, count: int) -> str:
        self._is_suspended = False
        opened = []
        for index in range(count):
            self._tags[index] = "text:list-header"
            style = self._styles[index]
            opened.append(
                f'<text:list text:style-name="{style}" text:continue-numbering="true">'
                "<text:list-header>"
            )
        return "".join(opened)
