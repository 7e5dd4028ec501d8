"""Chooses the paragraph styles of formatted text: the template's, or automatic ones on them."""

from __future__ import annotations

from typing import NamedTuple

from ..values import attribute_to_xml
from .automatic import AutomaticStyles, written
from .model import Look
from .spots import Spot
from .stylebook import Style, Stylebook

#: What stands for a role of HTML in the templates of LibreOffice, by the names in the file.
_USUAL = {
    "quote": ("Quotations",),
    "pre": ("Preformatted_20_Text",),
    "hr": ("Horizontal_20_Line",),
    "caption": ("Table", "Caption"),
    "cell": ("Table_20_Contents",),
    "head": ("Table_20_Heading",),
}
_HEADING_POINTS = {1: 1.5, 2: 1.3, 3: 1.15, 4: 1.05, 5: 1.0, 6: 1.0}
_BOLD = {
    "fo:font-weight": "bold",
    "style:font-weight-asian": "bold",
    "style:font-weight-complex": "bold",
}
_QUOTE_CM = 1.0
MONOSPACED_FONT = "Liberation Mono"
MONOSPACED = {
    "fo:font-family": f"'{MONOSPACED_FONT}'",
    "style:font-family-generic": "modern",
    "style:font-pitch": "fixed",
}


class Setting(NamedTuple):
    """What is to be different from the style a paragraph is based on."""

    look: Look = Look()
    #: Nothing of the space above, or below.
    no_top: bool = False
    no_bottom: bool = False
    #: Whether it stays with the next paragraph; None leaves that to the style.
    keep: bool | None = None
    #: Whether a page break of the style is for another paragraph.
    no_break: bool = False
    #: Whether the list it stands in says how far it is indented.
    in_list: bool = False


class ParagraphStyles:
    """The paragraph styles at one spot."""

    def __init__(self, spot: Spot, stylebook: Stylebook, automatic: AutomaticStyles) -> None:
        self._spot = spot
        self._book = stylebook
        self._automatic = automatic
        self._known: dict[tuple[str, str | None, Setting], str] = {}
        self._points: dict[tuple[str, str | None], float] = {}
        self.base_indent = stylebook.centimetres(spot.style, "fo:margin-left")
        #: Whether the template keeps the paragraph with the next one.
        self.is_kept = stylebook.says(spot.style, "fo:keep-with-next") == "always"
        self._breaks = stylebook.breaks_page(spot.style)
        characters = stylebook.style("text", spot.characters) if spot.characters else None
        #: What the text of the spot is formatted like by hand; it goes for all of it.
        self._of_spot = characters.text if characters else {}

    def points(self, role: str, style: str | None) -> float:
        """The size of the characters of such a paragraph."""
        known = self._points.get((role, style))
        if known is None:
            known = self._book.points(self._named(role, style) or self._spot.style)
            self._points[role, style] = known
        return known

    def name(self, role: str, style: str | None, setting: Setting) -> str:
        """The name of the style for a paragraph of that role.

        ``style`` is that of the template which was asked for, if any.
        """
        key = (role, style, setting)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._make(role, style, setting)
        return known

    def outline(self, role: str, style: str | None) -> int:
        """The level of a heading in the outline."""
        level = self._book.style("paragraph", style).outline if style else 0
        return level or int(role[1:])

    def _named(self, role: str, style: str | None) -> str | None:
        """The style of the template that is meant, when it has one."""
        if style is not None:
            return style
        if len(role) == 2 and role[0] == "h" and role[1].isdigit():
            return self._book.heading(int(role[1]))
        return self._book.first("paragraph", *_USUAL.get(role, ()))

    def _make(self, role: str, style: str | None, setting: Setting) -> str:
        named = self._named(role, style)
        base = self._book.style("paragraph", named or self._spot.style)
        paragraph, text = self._changes(base, setting)
        if named is None:
            if role not in ("p", "quote", "pre", "term") and base.is_automatic:
                base = self._book.style("paragraph", base.parent or "Standard")
            paragraph, text = self._of_role(role, base, paragraph, text)
        self._automatic.used.add(("paragraph", base.name))
        if not paragraph and not text and not (setting.no_break and base.master_page):
            return base.name
        return self._derived(base, paragraph, text, setting)

    def _changes(self, base: Style, setting: Setting) -> tuple[dict[str, str], dict[str, str]]:
        book, look = self._book, setting.look
        paragraph: dict[str, str] = {}
        text: dict[str, str] = dict(self._of_spot) if base.name == self._spot.style else {}
        if look.align is not None and look.align != book.says(base.name, "fo:text-align"):
            paragraph["fo:text-align"] = look.align
            paragraph["style:justify-single-word"] = "false"
        if not setting.in_list:
            if look.indent:
                left = book.centimetres(base.name, "fo:margin-left") + look.indent
                paragraph["fo:margin-left"] = cm(left)
            if look.first_line is not None:
                paragraph["fo:text-indent"] = cm(look.first_line)
                paragraph["style:auto-text-indent"] = "false"
        if look.indent_right:
            right = book.centimetres(base.name, "fo:margin-right") + look.indent_right
            paragraph["fo:margin-right"] = cm(right)
        if look.background:
            paragraph["fo:background-color"] = look.background
        if setting.no_top and book.centimetres(base.name, "fo:margin-top"):
            paragraph["fo:margin-top"] = "0cm"
        if setting.no_bottom and book.centimetres(base.name, "fo:margin-bottom"):
            paragraph["fo:margin-bottom"] = "0cm"
        if look.page_break:
            paragraph["fo:break-before"] = "page"
        elif self._breaks and setting.no_break is (base.name == self._spot.style):
            # The break is for the first paragraph alone, whatever style that one has.
            paragraph["fo:break-before"] = "auto" if setting.no_break else "page"
        if setting.keep:
            paragraph["fo:keep-with-next"] = "always"
        elif setting.keep is False and self.is_kept and base.name == self._spot.style:
            paragraph["fo:keep-with-next"] = "auto"
        if look.lang:
            text |= language(look.lang)
        return paragraph, text

    def _of_role(
        self, role: str, base: Style, paragraph: dict[str, str], text: dict[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """What a typist would do where the template has no style for this."""
        indent = self._book.centimetres(base.name, "fo:margin-left")
        match role:
            case "quote":
                margins = {
                    "fo:margin-left": cm(indent + _QUOTE_CM),
                    "fo:margin-right": cm(_QUOTE_CM),
                }
                return margins | paragraph, text
            case "pre":
                self._automatic.fonts.add(MONOSPACED_FONT)
                return {"fo:text-align": "start"} | paragraph, MONOSPACED | text
            case "term":
                return {"fo:keep-with-next": "always"} | paragraph, _BOLD | text
            case "hr":
                line = {
                    "fo:border-bottom": "0.5pt solid #000000",
                    "fo:padding": "0cm",
                    "fo:margin-top": "0cm",
                    "fo:margin-bottom": "0.4cm",
                }
                return line | paragraph, {"fo:font-size": "6pt"} | text
            case "caption":
                return {"fo:keep-with-next": "auto"} | paragraph, {"fo:font-style": "italic"} | text
            case "cell" | "head":
                in_cell = {
                    "fo:margin": "0cm",
                    "fo:text-indent": "0cm",
                    "fo:text-align": "center" if role == "head" else "start",
                }
                return in_cell | paragraph, (_BOLD if role == "head" else {}) | text
        if role[0] == "h" and role[1:].isdigit():
            level = int(role[1:])
            points = self._book.points(base.name) * _HEADING_POINTS[level]
            heading = {
                "fo:margin-top": "0.4cm",
                "fo:margin-bottom": "0.2cm",
                "fo:text-indent": "0cm",
                "fo:text-align": "start",
                "fo:keep-with-next": "always",
            }
            return heading | paragraph, _BOLD | {"fo:font-size": f"{points:.1f}pt"} | text
        return paragraph, text

    def _derived(
        self, base: Style, paragraph: dict[str, str], text: dict[str, str], setting: Setting
    ) -> str:
        """An automatic style; automatic ones cannot be based on, so they are copied."""
        parent, inner, listed = base.name, "", ""
        if base.is_automatic:
            parent, inner = base.parent, base.inner
            own = dict(base.paragraph)
            if "fo:margin" in paragraph:
                own = {name: value for name, value in own.items() if "margin" not in name}
            paragraph = own | paragraph
            text = {**base.text, **text}
            if base.list_style and not setting.in_list:
                listed = f' style:list-style-name="{attribute_to_xml(base.list_style)}"'
            if paragraph.get("fo:break-before") == "auto":
                del paragraph["fo:break-before"]
            if base.master_page and not setting.no_break:
                listed += f' style:master-page-name="{attribute_to_xml(base.master_page)}"'
        based = f' style:parent-style-name="{attribute_to_xml(parent)}"' if parent else ""
        about = (
            f"<style:paragraph-properties{written(paragraph)}>{inner}</style:paragraph-properties>"
        )
        if text:
            about += f"<style:text-properties{written(text)}/>"
        rest = f' style:family="paragraph"{based}{listed}>{about}</style:style>'
        return self._automatic.name("P", "style:style", rest)


def cm(value: float) -> str:
    """A length as OpenDocument writes it."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "cm"


def language(lang: str) -> dict[str, str]:
    """The properties of text in that language."""
    name, _, country = lang.partition("-")
    return {"fo:language": name, "fo:country": country or "none"}
