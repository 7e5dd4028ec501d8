"""Recognise the defects of stock py3o.template (docs/upstream.md) in a template whose texts differ.

Used only where the two engines disagree, to tell what is known from what is new. Gives the
titles of sections of docs/upstream.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree
from odt import NAMESPACES, find, part, plain

_MARKERS = (
    "//text:a[starts-with(@xlink:href, 'py3o://')]"
    " | //text:text-input[starts-with(@text:description, 'py3o://')]"
)


def known_defects(source: bytes) -> list[str]:
    """The layouts in a template that stock is known to render wrongly."""
    found: set[str] = set()
    for name in ("content.xml", "styles.xml"):
        root = part(source, name)
        for marker in find(root, _MARKERS):
            found.update(_of_marker(marker))
        if any(_text_before(pause) for pause in find(root, "//text:soft-page-break")):
            found.add("A soft page break after formatted text")
        for frame in find(root, "//draw:frame[starts-with(@draw:name, 'py3o.image')]"):
            if (frame.tail or "").strip():
                found.add("A picture in the middle of a sentence")
    return sorted(found)


def _of_marker(marker: etree._Element) -> Iterator[str]:
    says = unquote(
        marker.get(f"{{{NAMESPACES['xlink']}}}href")
        or marker.get(f"{{{NAMESPACES['text']}}}description", "")
    )
    if says.startswith("py3o://function"):
        if marker.tail or marker.getnext() is not None:
            yield "A function link in the middle of a sentence"
        return
    paragraph = marker.getparent()
    if plain(paragraph).strip() != plain(marker).strip():
        yield "Text on the line of an instruction"
    row = next(iter(find(marker, "ancestor::table:table-row[1]")), None)
    if row is not None and "".join(row.itertext()).strip() != plain(marker).strip():
        yield "Text in the row of an instruction"


def _text_before(pause: etree._Element) -> bool:
    return bool((pause.tail or "").strip()) and pause.getprevious() is not None
