"""What a new version of a template needs of its data that the one before it did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...gate.xml_parts import words
from ...telling.wording import Wording, in_language, say
from ..mismatches import named_types
from .places import RULES, TYPES, Place, Places, places

#: Rules by whose number more comes through the lower it is, and the higher.
_LEAST = words("exclusiveMinimum minContains minItems minLength minProperties minimum")
_MOST = words("exclusiveMaximum maxContains maxItems maxLength maxProperties maximum")
#: Formats that let the same through here; see ``data_schema``.
_MOMENTS = {"date", "date-time"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one place of the data is in one version and not in the other."""

    #: ``field-added``, ``field-required``, ``type-narrowed``, ``rule-changed``; ``field-offered``
    #: for one that may be sent; ``field-unread``.
    change: str
    #: As a designer writes it: ``lines[].price``; empty for the data as a whole.
    field: str
    #: A JSON pointer (RFC 6901) in which ``*`` stands for every item: ``/lines/*/price``.
    pointer: str
    #: The place in the schema that speaks of it: of the new version, or, where it no longer
    #: does, of the one before.
    at: str
    message: Wording
    #: What it could be before, and what it must be now: types of JSON Schema.
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The same as JSON, its sentence in a language."""
        return {
            "change": self.change,
            "field": self.field,
            "pointer": self.pointer,
            "schema": self.at,
            "before": list(self.before),
            "after": list(self.after),
            "message": in_language(self.message, language),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """How what one version asks for differs from what another does."""

    #: What data that fits the old version may lack, or have otherwise than the new one needs.
    needs: tuple[Difference, ...]
    #: What the new version reads if it is sent, and the old one did not.
    offers: tuple[Difference, ...]
    #: What the new version no longer reads.
    unread: tuple[Difference, ...]
    #: Whether both schemas could be read to their ends.
    whole: bool = True

    @property
    def needs_more(self) -> bool:
        """Whether data that fits the old version may not fit the new one."""
        return bool(self.needs) or not self.whole

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The same as JSON, its sentences in a language."""
        return {
            "needs_more": self.needs_more,
            "needs": [one.as_json(language) for one in self.needs],
            "offers": [one.as_json(language) for one in self.offers],
            "unread": [one.as_json(language) for one in self.unread],
            "complete": self.whole,
        }


def compare(before: object, after: object) -> Comparison:
    """Compare the schemas of two versions, as JSON has them: derived ones, or designers' own."""
    old, new = places(before), places(after)
    needs = tuple(difference for place in new.found.values() for difference in _needs(place, old))
    return Comparison(
        needs=needs,
        offers=tuple(_offers(old, new)),
        unread=tuple(_unread(old, new)),
        whole=old.whole and new.whole,
    )


def _needs(place: Place, old: Places) -> Iterator[Difference]:
    earlier = old.found.get(place.pointer)
    name = place.field
    if earlier is None:
        if place.required:
            yield _difference(
                "field-added", place, say("“{field}” is new, and must be sent.", field=name)
            )
        return
    if place.required and not earlier.required:
        message = say("“{field}” must be sent; it could be left out before.", field=name)
        yield _difference("field-required", place, message)
    lost = earlier.types - place.types
    if lost:
        message = say(
            "“{field}” must be {wanted}; it could be {before} before.",
            field=name,
            wanted=named_types(place.types),
            before=named_types(earlier.types),
        )
        yield _difference("type-narrowed", place, message, earlier.types)
    for rule in sorted(place.rules):
        concerned = RULES.get(rule, TYPES) & earlier.types & place.types
        if concerned and not _is_kept(rule, earlier.rules.get(rule), place.rules[rule]):
            message = say("“{field}” follows a new rule, “{rule}”.", field=name, rule=rule)
            yield _difference("rule-changed", place, message)
    if place.closed and not earlier.closed:
        message = say("“{field}” may hold no names but those of the schema.", field=name)
        yield _difference("rule-changed", place, message)


def _is_kept(rule: str, before: object, after: object) -> bool:
    """Whether all that the rule let through before still comes through."""
    if before == after:
        return True
    if rule == "format" and {before, after} <= _MOMENTS:
        return True
    if rule == "enum" and isinstance(before, list) and isinstance(after, list):
        return all(one in after for one in before)
    if isinstance(before, int | float) and isinstance(after, int | float):
        if rule in _LEAST:
            return after <= before
        if rule in _MOST:
            return after >= before
    return False


def _offers(old: Places, new: Places) -> Iterator[Difference]:
    for place in new.found.values():
        if place.pointer not in old.found and not place.required and place.owner in old.found:
            message = say("“{field}” may be sent; it was not read before.", field=place.field)
            yield _difference("field-offered", place, message)


def _unread(old: Places, new: Places) -> Iterator[Difference]:
    for place in old.found.values():
        if place.pointer not in new.found and (place.owner in new.found):
            yield _difference(
                "field-unread", place, say("“{field}” is no longer read.", field=place.field)
            )


def _difference(
    change: str, place: Place, message: Wording, before: frozenset[str] = frozenset()
) -> Difference:
    return Difference(
        change,
        place.field,
        place.pointer,
        place.at,
        message,
        tuple(sorted(before)),
        tuple(sorted(place.types)) if before else (),
    )
