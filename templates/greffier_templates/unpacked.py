"""A template or block taken apart, while it is being prepared and others may be put into it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from .gate.odf_names import NS, q
from .gate.xml_parts import parse
from .model import Package
from .names import all_names
from .rich.prefixes import with_prefixes

FILLED_PARTS = ("content.xml", "styles.xml")
#: Stands for the part that LibreOffice always writes and other programs may leave out.
_NO_STYLES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<office:document-styles xmlns:office="{NS["office"]}" office:version="1.3">'
    "<office:styles/><office:automatic-styles/><office:master-styles/></office:document-styles>"
)
#: The children of a part's root in the order they must have.
_ORDER = (
    "office:scripts",
    "office:font-face-decls",
    "office:styles",
    "office:automatic-styles",
    "office:master-styles",
    "office:body",
)


@dataclass(slots=True)
class Unpacked:
    """What is known of it; grows when a block is included."""

    #: The parts that are filled, by name.
    roots: dict[str, etree._Element]
    #: The others.
    parts: dict[str, bytes]
    #: Folders of embedded documents -> their media type.
    folders: dict[str, str]
    #: Names of frames, tables, bookmarks and so on that are taken.
    names: set[str]


def unpack(package: Package) -> Unpacked:
    """Take a package apart.

    Raises:
        FileRefused: a part cannot be read.
    """
    parts = dict(package.parts)
    parts.setdefault("styles.xml", _NO_STYLES.encode())
    roots = {name: with_prefixes(parse(parts.pop(name), name)) for name in FILLED_PARTS}
    names = {name for root in roots.values() for name in all_names(root)}
    return Unpacked(roots, parts, dict(package.folders), names)


def group(root: etree._Element, name: str) -> etree._Element:
    """The child of a part's root of that name, ``office:styles``; made where there is none."""
    tag = q(name)
    found = root.find(tag)
    if found is None:
        found = etree.Element(tag)
        after = {q(one) for one in _ORDER[_ORDER.index(name) + 1 :]}
        following = next((child for child in root if child.tag in after), None)
        if following is None:
            root.append(found)
        else:
            following.addprevious(found)
    return found
