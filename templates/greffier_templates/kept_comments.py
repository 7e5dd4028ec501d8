"""The comments of a template: never read, and written only where a document is to keep them.

While a template is prepared, an empty element of the same name stands where each comment does.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from .fill import Fill
from .gate.odf_names import q
from .values import attribute_to_xml

_START, _END = q("office:annotation"), q("office:annotation-end")
_NAME = q("office:name")
#: Stands for the name of a comment; no name holds a line end.
_HERE = "\n"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, or the end of the text it is about."""

    #: Its XML before and after its name; all of it when it has none.
    before: str
    after: str
    #: By which start and end belong together.
    name: str
    starts: bool

    def write(self, fill: Fill) -> None:
        """Write it where the document is to keep comments."""
        if not fill.keep_comments:
            return
        name = fill.new_name(self.name) if self.starts else fill.current_name(self.name)
        fill.put(f"{self.before}{attribute_to_xml(name) if self.after else ''}{self.after}")


class Comments:
    """The comments of one part."""

    def __init__(self, root: etree._Element) -> None:
        """Take what they say out of the part; their places stay."""
        self._comments = [(one, _taken_out(one)) for one in list(root.iter(_START, _END))]

    def absorb(self, other: Comments) -> None:
        """Take over those of a block that is put into the part."""
        self._comments += other._comments

    def places(self, root: etree._Element) -> Iterator[tuple[etree._Element, Comment]]:
        """Those of which the place is still in the part."""
        for place, comment in self._comments:
            if any(ancestor is root for ancestor in place.iterancestors()):
                yield place, comment


def _taken_out(place: etree._Element) -> Comment:
    whole = deepcopy(place)
    whole.tail = None
    name = whole.get(_NAME, "")
    if name:
        whole.set(_NAME, _HERE)
    xml = etree.tostring(whole, encoding="unicode")
    before, _, after = xml.partition("&#10;") if name else (xml, "", "")
    for child in list(place):
        place.remove(child)
    place.text = None
    place.attrib.clear()
    return Comment(before, after, name, place.tag == _START)
