"""Differences as text for people: what they are about, then a line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...telling.wording import Wording, in_language, say
from .differences import ADDED, CHANGED, REMOVED, SUBJECTS, Change, Differences

_TITLES: Mapping[str, Wording] = {
    "property": say("Properties"),
    "field": say("Data"),
    "block": say("Blocks"),
    "instruction": say("Instructions"),
    "text": say("Text"),
    "format": say("Formatted otherwise"),
    "picture": say("Pictures"),
    "style": say("Styles"),
}
_SIGNS = {ADDED: "+", REMOVED: "-", CHANGED: "~"}


def as_text(found: Differences, language: str = "en") -> str:
    """Tell what is not the same, in a language.

    Lines begin with ``+`` for what is new, ``-`` for what is gone, ``~`` for what is another.
    """
    if not found.changes:
        return in_language(say("Nothing that can be seen was changed."), language) + "\n"
    lines: list[str] = []
    for subject in SUBJECTS:
        of_it = [one for one in found.changes if one.subject == subject]
        if of_it:
            lines += [in_language(_TITLES[subject], language), *_all(of_it, language)]
    if not found.fields_compared:
        lines.append(
            in_language(
                say("The data they ask for was not compared: a version has mistakes."), language
            )
        )
    if found.more:
        lines.append(in_language(say("There are more changes than are told."), language))
    return "\n".join(lines) + "\n"


def _all(changes: list[Change], language: str) -> Iterator[str]:
    where = ""
    for change in changes:
        place = in_language(change.where, language)
        if place and place != where:
            yield f"  {place}"
        where = place
        yield from (f"{'    ' if place else '  '}{line}" for line in _lines(change, language))


def _lines(change: Change, language: str) -> Iterator[str]:
    sign = _SIGNS[change.change]
    name, message = in_language(change.name, language), in_language(change.message, language)
    if change.subject == "field":
        yield f"{sign} {message}"
    elif name and (change.before or change.after):
        yield f"{sign} {name}: {change.before} → {change.after}"
    elif name:
        yield f"{sign} {name}" + (f": {message}" if message else "")
    elif change.subject == "format":
        yield f"{sign} {change.after}"
    else:
        if change.before:
            yield f"- {change.before}"
        if change.after:
            yield f"+ {change.after}"
