"""Takes the people who made a template out of what is made from it.

The gate empties the fields that show who uses the office (:mod:`.gate.odf_rules`), and
:mod:`.metadata` leaves their names out of ``meta.xml``. What is left is here.
"""

from __future__ import annotations

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import parse, remove, serialise
from .metadata import anonymous
from .telling.notes import Report
from .telling.places import Places
from .telling.wording import say

#: Fields that show who wrote, changed or printed the template.
_FIELDS = (q("text:initial-creator"), q("text:creator"), q("text:printed-by"))
#: In an embedded spreadsheet or text.
_WRITTEN_BY = (
    q("office:annotation"),
    q("text:tracked-changes"),
    q("table:tracked-changes"),
)


def empty_fields(root: etree._Element, report: Report) -> None:
    """Empty the fields that show people of the template; LibreOffice would do so on opening."""
    for element in root.iter(*_FIELDS):
        for child in list(element):
            element.remove(child)
        if element.text:
            report.warning(
                "author-field-emptied",
                say("A field that shows who made or printed the template is left empty."),
                Places().site(element),
                say("Write the name, or take it from the data."),
            )
        element.text = None


def without_people(name: str, content: bytes) -> bytes:
    """A part of an embedded document without the people who made it; others as they are."""
    folder, _, file = name.rpartition("/")
    if folder and file == "meta.xml":
        return serialise(anonymous(content))
    if folder and file == "content.xml" and (b"annotation" in content or b"tracked" in content):
        root = parse(content, name)
        for element in list(root.iter(*_WRITTEN_BY)):
            remove(element)
        return serialise(root)
    return content
