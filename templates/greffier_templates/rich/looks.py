"""What elements and their attributes say about characters and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from . import css
from .flow import Context
from .model import Format, Look

#: Elements that format characters.
FORMATS: Mapping[str, Mapping[str, object]] = {
    tag: changes
    for tags, changes in (
        ("b strong", {"bold": True}),
        ("i em cite dfn var", {"italic": True}),
        ("u ins", {"underline": True}),
        ("s strike del", {"strike": True}),
        ("code kbd samp tt", {"monospaced": True}),
        ("sub", {"position": "sub"}),
        ("sup", {"position": "super"}),
        ("mark", {"background": "#ffff00"}),
        ("small", {"size": 83.0}),
        ("big", {"size": 120.0}),
    )
    for tag in tags.split()
}
#: The sizes of ``<font size=…>``, percent of 3.
_FONT_SIZES = {"1": 63, "2": 82, "4": 113, "5": 150, "6": 200, "7": 300}
#: The classes with which CKEditor sizes text, where the template has no styles named so.
_SIZE_CLASSES = {"text-tiny": 70.0, "text-small": 85.0, "text-big": 140.0, "text-huge": 180.0}
_MONOSPACED = re.compile(r"monospace|courier|consolas|menlo")
_ALIGNMENTS = {
    "left": "start",
    "start": "start",
    "center": "center",
    "middle": "center",
    "right": "end",
    "end": "end",
    "justify": "justify",
}
_TRANSFORMS = frozenset({"uppercase", "lowercase", "capitalize"})
_LANG = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2})?", re.IGNORECASE)
#: Percentages of a margin are taken of the width of text on A4.
_TEXT_CM = 17.0
_MOST_INDENT_CM = 10.0


def properties_of(element: etree._Element) -> css.Declarations:
    """The properties of the style attribute."""
    style = element.get("style")
    return css.declarations(style) if style else css.NOTHING


def format_of(tag: str, around: Format) -> Format:
    """The format within an element, by its name alone."""
    # mypy does not follow a mapping of fields into _replace.
    return around._replace(**FORMATS[tag])  # type: ignore[arg-type]


def formatted(
    element: etree._Element,
    properties: Mapping[str, str],
    context: Context,
    *,
    with_sizes: bool,
) -> Context:
    """The context within an element, as far as characters are concerned."""
    changes = dict(FORMATS.get(str(element.tag), {}))
    if element.tag == "font":
        changes["color"] = css.text_color(element.get("color")) or context.format.color
        percent = _FONT_SIZES.get(element.get("size", "").strip())
        if percent and with_sizes:
            changes["size"] = float(percent)
    for name in element.get("class", "").split():
        if name in _SIZE_CLASSES:
            changes["size"] = _SIZE_CLASSES[name]
    if properties:
        _read_properties(properties, context.format, changes, with_sizes=with_sizes)
    if not changes:
        return context
    return context._replace(format=context.format._replace(**changes))  # type: ignore[arg-type]  # as above


def _read_properties(
    properties: Mapping[str, str], around: Format, changes: dict[str, object], *, with_sizes: bool
) -> None:
    weight = properties.get("font-weight", "")
    if weight in ("bold", "bolder") or (weight.isdecimal() and int(weight[:4]) >= 600):
        changes["bold"] = True
    elif weight:
        changes["bold"] = False if around.bold else None
    style = properties.get("font-style", "")
    if style in ("italic", "oblique"):
        changes["italic"] = True
    elif style:
        changes["italic"] = False if around.italic else None
    decoration = properties.get("text-decoration-line") or properties.get("text-decoration", "")
    if "underline" in decoration:
        changes["underline"] = True
    if "line-through" in decoration:
        changes["strike"] = True
    if properties.get("vertical-align") in ("super", "sub"):
        changes["position"] = properties["vertical-align"]
    if "small-caps" in properties.get("font-variant", ""):
        changes["small_caps"] = True
    if properties.get("text-transform") in _TRANSFORMS:
        changes["transform"] = properties["text-transform"]
    if "color" in properties:
        changes["color"] = css.text_color(properties["color"])
    if with_sizes and "font-size" in properties:
        changes["size"] = css.font_size(properties["font-size"])
    if _MONOSPACED.search(properties.get("font-family", "")):
        changes["monospaced"] = True


def background_of(element: etree._Element, properties: Mapping[str, str]) -> str | None:
    """The colour behind the element."""
    attribute = element.get("bgcolor")
    return css.background(properties) or (
        css.background({"background-color": attribute}) if attribute else None
    )


def lang_of(element: etree._Element) -> str | None:
    """The language that the element says its text is in, as ``fr`` or ``fr-BE``."""
    given = element.get("lang") or ""
    if not _LANG.fullmatch(given):
        return None
    language, _, country = given.replace("_", "-").partition("-")
    return f"{language.lower()}-{country.upper()}" if country else language.lower()


def placed(element: etree._Element, properties: Mapping[str, str], look: Look) -> Look:
    """How paragraphs stand within an element, as far as it says."""
    changes: dict[str, object] = {}
    align = properties.get("text-align") or element.get("align", "").strip().lower()
    if align in _ALIGNMENTS:
        changes["align"] = _ALIGNMENTS[align]
    elif element.tag == "center":
        changes["align"] = "center"
    lang = lang_of(element)
    if lang:
        changes["lang"] = lang
    if properties:
        left = _side(properties, "left", 3)
        if left:
            changes["indent"] = min(max(look.indent + left, 0.0), _MOST_INDENT_CM)
        right = _side(properties, "right", 1)
        if right:
            changes["indent_right"] = min(max(look.indent_right + right, 0.0), _MOST_INDENT_CM)
        first_line = css.length(properties.get("text-indent"))
        if first_line is not None and abs(first_line) <= _MOST_INDENT_CM:
            changes["first_line"] = first_line
        background = css.background(properties)
        if background:
            changes["background"] = background
    return look._replace(**changes) if changes else look  # type: ignore[arg-type]  # as above


def _side(properties: Mapping[str, str], side: str, index: int) -> float:
    total = 0.0
    for name in ("margin", "padding"):
        value = properties.get(f"{name}-{side}") or css.sides(properties.get(name, ""))[index]
        found = css.size(value)
        if found is not None:
            total += found.value / 100 * _TEXT_CM if found.is_percent else found.value
    return total
