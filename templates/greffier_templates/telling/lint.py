"""Looks for what a designer may not have meant, beyond what the instructions say."""

from __future__ import annotations

import re

from lxml import etree

from ..gate.odf_names import q
from ..trees import plain_text
from .notes import Report
from .places import Places
from .wording import say

_DOLLAR = re.compile(r"\$\{[^{}]{0,60}\}?")
_PROPERTIES = q("style:paragraph-properties")


def page_breaks(root: etree._Element) -> frozenset[str]:
    """The paragraph styles of a part that put a page break before a paragraph."""
    found = set()
    for style in root.iter(q("style:style")):
        properties = style.find(_PROPERTIES)
        before = "" if properties is None else properties.get(q("fo:break-before"), "")
        if style.get(q("style:master-page-name")) or before == "page":
            found.add(style.get(q("style:name"), ""))
    return frozenset(found)


def warn_of_dollars(paragraph: etree._Element, places: Places, report: Report) -> None:
    """Warn of ``${name}`` in text, which stock py3o would replace; here it is text."""
    found = _DOLLAR.search(plain_text(paragraph))
    if found is not None:
        report.warning(
            "dollar-is-text",
            say(
                "“{what}” is printed as it stands; only fields and instructions are filled.",
                what="${…}",
            ),
            places.site(paragraph, found[0]),
            say("Insert a user field named py3o.<name>."),
        )
