"""Fonts that the text asks for and that are not there when documents are made."""

from __future__ import annotations

from collections.abc import Collection

from ...fonts import first_uses
from ...gate.xml_parts import parse
from ...model import Finding, Package, Severity
from ..places import Places
from ..wording import quoted, say

_PARTS = ("content.xml", "styles.xml")


def unavailable_fonts(package: Package, families: Collection[str]) -> list[Finding]:
    """A finding for each font of the template that is not among ``families``, unless that is empty.

    Its place is where the text first asks for it.
    """
    if not families:
        return []
    known = {family.casefold() for family in families}
    roots = [parse(package.parts[name], name) for name in _PARTS if name in package.parts]
    found = []
    for font, element in first_uses(*roots).items():
        if font.casefold() not in known:
            site = Places().site(element, font)
            found.append(
                Finding(
                    "font-unavailable",
                    say(
                        "The font {name} is not installed; another takes its place.",
                        name=quoted(font),
                    ),
                    site.where,
                    font,
                    say(
                        "Choose one that is installed, bring the font yourself, "
                        "or ask the operator to install it."
                    ),
                    Severity.WARNING,
                    site.anchor,
                )
            )
    return found
