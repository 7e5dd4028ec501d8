"""Turns the style sheets of an SVG drawing into attributes, so that there is one thing to check.

Drawing programs write rules like ``.cls-1 { fill: #c00 }``. Those and their like are understood:
names of elements, classes and ids, alone or joined, several with commas. Everything else that
style sheets can do is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"\s*([^{}]*)\{([^{}]*)\}\s*")
_SELECTOR = re.compile(r"(?P<name>[A-Za-z][\w-]*|\*)?(?P<rest>(?:[.#][\w-]+)*)")
_MOST_RULES = 1_000


class StyleRefused(ValueError):
    """A style sheet that does more than is understood."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one selector sets."""

    name: str
    identifier: str
    classes: frozenset[str]
    declarations: Mapping[str, str]

    @property
    def weight(self) -> tuple[bool, int, bool]:
        """Rules that weigh more go before others, as in CSS."""
        return bool(self.identifier), len(self.classes), bool(self.name)


def read_rules(sheet: str) -> list[Rule]:
    """The rules of a style sheet, those that count most last.

    Raises:
        StyleRefused: it has anything but plain rules.
    """
    text = _COMMENT.sub(" ", sheet).replace("<!--", " ").replace("-->", " ")
    rules = []
    position = 0
    for match in _RULE.finditer(text):
        if match.start() != position:
            raise StyleRefused
        position = match.end()
        declarations = dict(read_declarations(match[2]))
        rules += [_rule(selector.strip(), declarations) for selector in match[1].split(",")]
        if len(rules) > _MOST_RULES:
            raise StyleRefused
    if text[position:].strip():
        raise StyleRefused
    return sorted(rules, key=lambda rule: rule.weight)


def _rule(selector: str, declarations: Mapping[str, str]) -> Rule:
    match = _SELECTOR.fullmatch(selector)
    if match is None or not selector:
        raise StyleRefused
    parts = re.findall(r"[.#][\w-]+", match["rest"])
    identifiers = [part[1:] for part in parts if part[0] == "#"]
    if len(identifiers) > 1:
        raise StyleRefused
    name = match["name"] or ""
    classes = frozenset(part[1:] for part in parts if part[0] == ".")
    return Rule("" if name == "*" else name, "".join(identifiers), classes, declarations)


def read_declarations(text: str) -> Iterator[tuple[str, str]]:
    """``fill: #c00; stroke: none`` as names and values.

    Raises:
        StyleRefused: it holds an escape, or something that is no declaration.
    """
    text = _COMMENT.sub(" ", text)
    if "\\" in text or "@" in text:
        raise StyleRefused
    for declaration in filter(str.strip, text.split(";")):
        name, colon, value = declaration.partition(":")
        if not colon:
            raise StyleRefused
        yield name.strip().lower(), value.replace("!important", "").strip()


def styled(
    rules: Sequence[Rule], name: str, identifier: str, classes: frozenset[str], own: str
) -> dict[str, str]:
    """What rules and its own ``style`` set for one element.

    Raises:
        StyleRefused: its own style cannot be read.
    """
    found: dict[str, str] = {}
    for rule in rules:
        if (
            rule.name in ("", name)
            and rule.identifier in ("", identifier)
            and rule.classes <= classes
        ):
            found |= rule.declarations
    found.update(read_declarations(own))
    return found
