"""What is known of a tag that was typed, on the element that stands for it: see typed_tags."""

from __future__ import annotations

from lxml import etree

from .telling.filter_hints import how_to_call
from .telling.notes import Report
from .telling.site import Site
from .telling.wording import say

#: What is to be told of it; only elements of typed tags have this attribute.
TOLD = "{greffier}told"
#: What stands before a first | outside quotes, and from there on.
VALUE, FILTERS = "{greffier}value", "{greffier}filters"
#: The tag as it was typed.
SHOWN = "{greffier}shown"

REPAIRED, SPLIT, UNCLOSED = "repaired", "split", "unclosed"


def typed_text(element: etree._Element) -> str | None:
    """The tag as its designer typed it; None for a field or link."""
    return element.get(SHOWN)


def tell(element: etree._Element, site: Site, report: Report) -> bool:
    """Tell what is to be said of a typed tag; whether it can be read as a marker at all."""
    told = element.get(TOLD, "").split()
    if UNCLOSED in told:
        closing = "%}" if "%" in (element.text or "")[:3] else "}}"
        report.error(
            "tag-not-closed",
            say("The tag is not closed."),
            site,
            say(
                "Put {closing} behind it, in the same paragraph and before the next field or tag.",
                closing=closing,
            ),
        )
        return False
    if FILTERS in element.attrib:
        report.error(
            "filter-refused",
            say("Filters behind | are not known here; a value is given to a function."),
            site,
            how_to_call(element.get(VALUE, ""), element.get(FILTERS, "")),
        )
        return False
    if REPAIRED in told:
        report.warning(
            "tag-repaired",
            say("Signs that Writer changed in this tag were read as they were typed."),
            site,
            say("Switch off automatic corrections while writing tags."),
        )
    if SPLIT in told:
        report.warning(
            "tag-split",
            say("This tag is formatted in several ways; what it prints looks like its first sign."),
            site,
            say("Mark the whole tag and remove its direct formatting."),
        )
    return True
