"""What is not the same in two versions of a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...telling.wording import in_language, say
from ..contracts.comparing import compare
from .aligning import Pairs, stretches
from .reading import Line, Picture, Version, read_version

#: Most changes that are told.
_MOST_CHANGES = 1_000
#: Most characters of a text that is told.
_MOST_SIGNS = 2_000

#: What a change is about, in the order in which changes are told.
SUBJECTS = ("property", "field", "block", "instruction", "text", "format", "picture", "style")
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same."""

    #: One of :data:`SUBJECTS`.
    subject: str
    #: ``added``, ``removed`` or ``changed``.
    change: str
    #: What is called so: a field, a block, a frame, a style; empty for text.
    name: str = ""
    #: In words: ``body › table “Lines” › row 2``.
    where: str = ""
    #: As it was, and as it is: text, an instruction, a property.
    before: str = ""
    after: str = ""
    #: A sentence, where the rest does not say it all.
    message: str = ""

    def as_json(self, language: str = "en") -> dict[str, str]:
        """The same as JSON, its words in a language."""
        return {
            "subject": self.subject,
            "change": self.change,
            "name": in_language(self.name, language),
            "where": in_language(self.where, language),
            "before": self.before,
            "after": self.after,
            "message": in_language(self.message, language),
        }


@dataclass(frozen=True, slots=True)
class Differences:
    """All that is not the same."""

    changes: tuple[Change, ...]
    #: Whether there are more than are told.
    more: bool = False
    #: Whether the data that the two ask for was compared; a version with mistakes asks for none.
    fields_compared: bool = True

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The same as JSON, its words in a language."""
        return {
            "same": not self.changes,
            "changes": [one.as_json(language) for one in self.changes],
            "more": self.more,
            "fields_compared": self.fields_compared,
        }


def differences(
    before: bytes, after: bytes, schemas: tuple[object | None, object | None] = (None, None)
) -> Differences:
    """Compare two versions.

    Args:
        before: the file of the one.
        after: the file of the other.
        schemas: of the data they need, as JSON has them; None where one is not known.

    Raises:
        FileRefused: a file is not an ODT or OTT that may be opened.
    """
    known = schemas[0] is not None and schemas[1] is not None
    found = _all(read_version(before), read_version(after), schemas if known else None)
    changes = tuple(islice(found, _MOST_CHANGES))
    return Differences(changes, more=next(found, None) is not None, fields_compared=known)


def _all(old: Version, new: Version, schemas: tuple[object, object] | None) -> Iterator[Change]:
    yield from _properties(old, new)
    if schemas is not None:
        yield from _fields(*schemas)
    yield from _blocks(old, new)
    yield from _instructions(old, new)
    yield from _texts(old.lines, new.lines)
    yield from _formats(old.lines, new.lines)
    yield from _pictures(old.pictures, new.pictures)
    yield from _styles(old.styles, new.styles)


def _properties(old: Version, new: Version) -> Iterator[Change]:
    for name, before, after in (
        (say("title"), old.title, new.title),
        (say("language"), old.locale, new.locale),
    ):
        if before != after:
            yield Change("property", CHANGED, name, before=_short(before), after=_short(after))


def _fields(before: object, after: object) -> Iterator[Change]:
    found = compare(before, after)
    for one in (*found.needs, *found.offers):
        change = ADDED if one.change in ("field-added", "field-offered") else CHANGED
        yield Change("field", change, one.field, message=one.message)
    for one in found.unread:
        yield Change("field", REMOVED, one.field, message=one.message)


def _blocks(old: Version, new: Version) -> Iterator[Change]:
    for name in old.included.keys() - new.included.keys():
        yield Change("block", REMOVED, name)
    for name in new.included.keys() - old.included.keys():
        yield Change("block", ADDED, name)


def _instructions(old: Version, new: Version) -> Iterator[Change]:
    before = [one.text for one in old.instructions]
    after = [one.text for one in new.instructions]
    for i1, i2, j1, j2 in stretches(before, after):
        if i2 - i1 == j2 - j1 and _kinds(before[i1:i2]) == _kinds(after[j1:j2]):
            for gone, come in zip(old.instructions[i1:i2], new.instructions[j1:j2], strict=True):
                yield Change(
                    "instruction", CHANGED, "", come.where, _short(gone.text), _short(come.text)
                )
            continue
        for gone in old.instructions[i1:i2]:
            yield Change("instruction", REMOVED, where=gone.where, before=_short(gone.text))
        for come in new.instructions[j1:j2]:
            yield Change("instruction", ADDED, where=come.where, after=_short(come.text))


def _kinds(instructions: Sequence[str]) -> list[str]:
    return [one.partition(" ")[0] for one in instructions]


def _texts(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Change]:
    before, after = [one.text for one in old], [one.text for one in new]
    pairs = Pairs()
    for i1, i2, j1, j2 in stretches(before, after):
        for gone, come in pairs.of(before[i1:i2], after[j1:j2]):
            was = None if gone is None else old[i1 + gone]
            now = None if come is None else new[j1 + come]
            change = REMOVED if now is None else ADDED if was is None else CHANGED
            shown = now or was
            assert shown is not None
            yield Change(
                "text",
                change,
                where=shown.where,
                before="" if was is None else _short(was.text),
                after="" if now is None else _short(now.text),
            )


def _formats(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Change]:
    """What reads the same and is formatted otherwise."""
    at_old = at_new = 0
    ends = (len(old), len(old), len(new), len(new))
    apart = stretches([one.text for one in old], [one.text for one in new])
    for i1, i2, j1, j2 in (*apart, ends):
        for was, now in zip(old[at_old:i1], new[at_new:j1], strict=True):
            if was.look != now.look:
                yield Change("format", CHANGED, where=now.where, after=_short(now.text))
        at_old, at_new = i2, j2


def _pictures(old: Mapping[str, Picture], new: Mapping[str, Picture]) -> Iterator[Change]:
    for name, picture in old.items():
        now = new.get(name)
        if now is None:
            yield Change("picture", REMOVED, name)
        elif now.digest != picture.digest:
            yield Change("picture", CHANGED, name, message=say("It shows something else."))
        elif now.size != picture.size:
            yield Change("picture", CHANGED, name, before=picture.size, after=now.size)
    for name in new:
        if name not in old:
            yield Change("picture", ADDED, name)


def _styles(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield Change("style", REMOVED, name, message=say("No text uses it any more."))
        elif name not in old:
            yield Change("style", ADDED, name, message=say("Text uses it now."))
        elif old[name] != new[name]:
            yield Change("style", CHANGED, name)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SIGNS else text[: _MOST_SIGNS - 1] + "…"
