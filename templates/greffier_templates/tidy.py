"""Takes out of a template what is for its designers, not for the documents made from it."""

from __future__ import annotations

from lxml import etree

from .gate.odf_names import q
from .gate.xml_parts import remove
from .people import empty_fields
from .telling.notes import Report
from .telling.places import Places
from .telling.site import Site
from .telling.wording import say

_SOFT_BREAK = q("text:soft-page-break")
_TRACKED = q("text:tracked-changes")
_CHANGE_MARKS = (q("text:change"), q("text:change-start"), q("text:change-end"))
_BOOKMARKS = (q("text:bookmark"), q("text:bookmark-start"), q("text:bookmark-end"))
#: Bookmarks that nobody made: word processors leave them behind where something was copied, and
#: a paragraph of instructions would stay for them.
_MADE_BY_ITSELF = ("__DdeLink__", "_GoBack")
_DECLARATIONS = (q("text:user-field-decl"),)


def tidy(root: etree._Element, report: Report, *, keep_declarations: bool = False) -> None:
    """Remove soft page breaks, tracked changes and the declarations of our fields.

    ``keep_declarations``: those of fields, which a field that stays in a document needs.

    Tracked changes are taken as accepted, since the document is to be read, not reviewed:
    what was deleted is gone and its fields are not asked for.
    """
    tracked = next(root.iter(_TRACKED), None)
    if tracked is not None:
        report.warning(
            "changes-tracked",
            say("The template holds tracked changes; documents show them as accepted."),
            Site(Places().site(tracked).where),
            say("Accept or reject them: Edit › Track Changes › Manage."),
        )
    empty_fields(root, report)
    for element in list(root.iter(_SOFT_BREAK, _TRACKED, *_CHANGE_MARKS)):
        remove(element)
    for element in list(root.iter(*_BOOKMARKS)):
        if element.get(q("text:name"), "").startswith(_MADE_BY_ITSELF):
            remove(element)
    for element in () if keep_declarations else list(root.iter(*_DECLARATIONS)):
        if element.get(q("text:name"), "").startswith("py3o."):
            remove(element)
