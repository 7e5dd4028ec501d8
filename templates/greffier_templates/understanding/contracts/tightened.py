"""Whether the schema that a designer made of the derived one goes with the template."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from ...errors import TemplateInvalid
from ...model import Finding, Severity
from ...telling.wording import did_you_mean, say
from ..data_schema import read_data_schema
from ..mismatches import named_types
from .places import TYPES, Place, Places, places

_WHERE = "schema"
#: Pictures that are mostly sent beside the data, where no schema has a say.
_BESIDE = "/staticimage"


def check_own_schema(text: bytes, derived: object | None) -> tuple[Finding, ...]:
    """What is wrong with a designer's ``schema.json``; never raises TemplateError.

    Args:
        text: its JSON, UTF-8.
        derived: the schema made from the template, as JSON has it; None: the template has
            errors, and only the schema itself is looked at.
    """
    try:
        read_data_schema(text)
    except TemplateInvalid as error:
        return error.findings
    own = places(json.loads(text))
    faults = tuple(_faults(own))
    if faults or derived is None:
        return faults
    return tuple(_against(own, places(derived)))


def _faults(own: Places) -> Iterator[Finding]:
    if "object" not in own.found[""].types:
        yield _error("#", say("Data is an object, and this schema is of something else."))
    for place in own.broken:
        yield _error(place, say("It refers to something that the schema does not hold."))
    if not own.whole:
        yield _error("#", say("It is nested too deep."))


def _error(place: str, message: str) -> Finding:
    return Finding("schema-invalid", message, where=_WHERE, field=place.removeprefix("#") or "/")


def _against(own: Places, derived: Places) -> Iterator[Finding]:
    """What the template asks for and the schema does not tell, or tells otherwise."""
    for pointer, needed in derived.found.items():
        if pointer == _BESIDE or pointer.startswith(f"{_BESIDE}/"):
            continue
        told = own.found.get(pointer)
        if told is not None:
            yield from _otherwise(needed, told)
        elif needed.owner in own.found:
            yield from _untold(needed, own)


def _untold(needed: Place, own: Places) -> Iterator[Finding]:
    owner = own.found[needed.owner]
    if needed.pointer.endswith("/*"):
        if "array" in owner.types and owner.types != TYPES:
            yield _finding(
                "schema-field-unknown",
                needed,
                say("The schema does not say what the items of “{field}” are.", field=owner.field),
            )
        return
    if f"{needed.owner}/*" in own.found:
        return  # members under any name are told
    name = needed.field
    siblings = [one.field for one in own.found.values() if one.owner == needed.owner and one.field]
    near = difflib.get_close_matches(name, siblings, 1)
    hint = did_you_mean(near[0]) if near else ""
    if owner.closed:
        yield _finding(
            "schema-field-forbidden",
            needed,
            say("The template asks for “{field}”, which the schema forbids to send.", field=name),
            hint,
            fatal=needed.always,
        )
    else:
        yield _finding(
            "schema-field-unknown",
            needed,
            say("The template asks for “{field}”, and the schema does not know it.", field=name),
            hint,
        )


def _otherwise(needed: Place, told: Place) -> Iterator[Finding]:
    name = needed.field
    both = needed.types & told.types
    if not both:
        yield _finding(
            "schema-type-contradicted",
            needed,
            say(
                "The schema says that “{field}” is {told}; the template needs {wanted}.",
                field=name,
                told=named_types(told.types),
                wanted=named_types(needed.types),
            ),
            fatal=needed.always,
        )
        return
    if needed.required and not told.required:
        yield _finding(
            "schema-field-optional",
            needed,
            say("The template needs “{field}”, which the schema lets be left out.", field=name),
            say("Name it in “required”."),
        )
    too_much = told.types - needed.types
    if too_much and told.types != TYPES:
        yield _finding(
            "schema-type-wider",
            needed,
            say(
                "The schema lets “{field}” be {told}; the template needs {wanted}.",
                field=name,
                told=named_types(too_much),
                wanted=named_types(needed.types),
            ),
        )


def _finding(
    code: str, needed: Place, message: str, hint: str = "", *, fatal: bool = False
) -> Finding:
    severity = Severity.ERROR if fatal else Severity.WARNING
    return Finding(code, message, where=_WHERE, field=needed.field, hint=hint, severity=severity)
