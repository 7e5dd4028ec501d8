"""Writes the texts, links and pictures within one paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ..values import attribute_to_xml, is_plain, text_to_xml
from .automatic import AutomaticStyles
from .model import Format, Image, Inline, Run
from .paragraph_styles import MONOSPACED, MONOSPACED_FONT, language
from .pictures import PictureWriter
from .stylebook import Stylebook

if TYPE_CHECKING:
    from ..fill import Fill
    from .spots import Spot

_PLAIN = Format()
_BREAK = "<text:line-break/>"
_LINK_STYLE, _VISITED_STYLE = "Internet_20_link", "Visited_20_Internet_20_Link"
_CODE_STYLE = "Source_20_Text"


class CharacterWriter:
    """Writes inline content at one spot."""

    def __init__(
        self, spot: Spot, stylebook: Stylebook, automatic: AutomaticStyles, fill: Fill
    ) -> None:
        self._book = stylebook
        self._automatic = automatic
        self._known: dict[tuple[Format, float], str] = {}
        self.pictures = PictureWriter(spot, automatic, fill)
        styles = ""
        for attribute, style in (
            ("text:style-name", _LINK_STYLE),
            ("text:visited-style-name", _VISITED_STYLE),
        ):
            if stylebook.first("text", style):
                styles += f' {attribute}="{style}"'
        self._link_styles = styles

    def write(self, inlines: Sequence[Inline], points: float, *, is_pre: bool = False) -> str:
        """The XML of a paragraph's content; ``points`` is the size of its characters."""
        pieces = []
        for href, group in groupby(inlines, lambda one: one.href if type(one) is Run else None):
            inner = "".join(self._inline(one, points, is_pre) for one in group)
            if href is not None:
                address = attribute_to_xml(href)
                about = f'xlink:type="simple" xlink:href="{address}"{self._link_styles}'
                inner = f"<text:a {about}>{inner}</text:a>"
            pieces.append(inner)
        return "".join(pieces)

    def _inline(self, inline: Inline, points: float, is_pre: bool) -> str:
        if isinstance(inline, Run):
            text = inline.text
            if is_pre:
                text = text_to_xml(text)
            elif not is_plain(text):
                text = escape(text)
            if inline.format == _PLAIN:
                return text
            style = self._style(inline.format, points)
            return f'<text:span text:style-name="{style}">{text}</text:span>' if style else text
        if isinstance(inline, Image):
            return self.pictures.write(inline)
        return _BREAK

    def _style(self, format_: Format, points: float) -> str:
        known = self._known.get((format_, points))
        if known is None:
            known = self._known[format_, points] = self._make(format_, points)
        return known

    def _make(self, format_: Format, points: float) -> str:
        parent = format_.style or ""
        attributes: dict[str, str] = {}
        if format_.monospaced:
            if not parent and self._book.first("text", _CODE_STYLE):
                parent = _CODE_STYLE
            else:
                attributes |= MONOSPACED
                self._automatic.fonts.add(MONOSPACED_FONT)
        for is_so, name, yes in (
            (format_.bold, "font-weight", "bold"),
            (format_.italic, "font-style", "italic"),
        ):
            if is_so is not None:
                value = yes if is_so else "normal"
                attributes |= {
                    f"fo:{name}": value,
                    f"style:{name}-asian": value,
                    f"style:{name}-complex": value,
                }
        if format_.underline:
            attributes |= {
                "style:text-underline-style": "solid",
                "style:text-underline-width": "auto",
                "style:text-underline-color": "font-color",
            }
        if format_.strike:
            attributes |= {"style:text-line-through-style": "solid"}
        if format_.position:
            attributes["style:text-position"] = f"{format_.position} 58%"
        if format_.small_caps:
            attributes["fo:font-variant"] = "small-caps"
        if format_.transform:
            attributes["fo:text-transform"] = format_.transform
        if format_.color:
            attributes["fo:color"] = format_.color
        if format_.background:
            attributes["fo:background-color"] = format_.background
        if format_.size is not None:
            size = -format_.size if format_.size < 0 else points * format_.size / 100
            attributes["fo:font-size"] = f"{round(size * 2) / 2:g}pt"
        if format_.lang:
            attributes |= language(format_.lang)
        if parent:
            self._automatic.used.add(("text", parent))
        return self._automatic.text(attributes, parent) if attributes else parent
