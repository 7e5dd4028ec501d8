"""Makes sure that a part declares the prefixes which formatted text is written with."""

from __future__ import annotations

from lxml import etree

from ..gate.odf_names import NS
from ..gate.xml_parts import attributes, words

#: What the writers of formatted text use, as LibreOffice declares it in every part.
_USED = {prefix: NS[prefix] for prefix in words("draw fo office style svg table text xlink")}


def with_prefixes(root: etree._Element) -> etree._Element:
    """The root, or one in its place, that declares the usual prefixes as they are used here."""
    if all(root.nsmap.get(prefix) == uri for prefix, uri in _USED.items()):
        return root
    known = {prefix: uri for prefix, uri in root.nsmap.items() if prefix is not None}
    new = etree.Element(root.tag, nsmap={**known, **_USED})
    for name, value in attributes(root):
        new.set(name, value)
    new.text = root.text
    new.extend(list(root))
    return new
