"""What does not fit a schema, in words; those of jsonschema quote values of the data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from ..functions.amounts import kind_of
from ..model import Finding
from ..telling.wording import Wording, say

_TYPES: Mapping[str, Wording] = {
    "array": say("a list"),
    "boolean": say("true or false"),
    "integer": say("a whole number"),
    "null": say("nothing (null)"),
    "number": say("a number"),
    "object": say("an object"),
    "string": say("a text"),
}
#: What a name of the data may look like to be told: anything else could be a value.
_NAME = re.compile(r"[^\W\d][\w-]{0,59}")
_MOST_VALUES = 8
_Told = Iterator[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A rule of a schema that a value breaks."""

    #: The keyword.
    rule: str
    #: What the schema says there.
    value: Any
    instance: Any
    #: The schema around the rule.
    schema: Any


def told(error: ValidationError) -> Iterator[Finding]:
    """The findings of one error: a JSON pointer, what is wrong, what to do."""
    place = "".join(f"/{_step(step)}" for step in error.absolute_path)
    inner = _the_branch_meant(error)
    if inner:
        for one in inner:
            yield from told(one)
        return
    broken = _Broken(str(error.validator), error.validator_value, error.instance, error.schema)
    for name, message, hint in _TOLD.get(broken.rule, _rule)(broken):
        field = f"{place}/{_step(name)}" if name else place
        yield Finding("data-not-as-schema", message, where="data", field=field or "/", hint=hint)


def _the_branch_meant(error: ValidationError) -> Sequence[ValidationError]:
    """The errors in the one alternative whose type the value has, if there is one."""
    branches: dict[object, list[ValidationError]] = {}
    for one in error.context or ():
        branches.setdefault(one.relative_schema_path[0], []).append(one)
    meant = [
        errors
        for errors in branches.values()
        if not any(one.validator in ("type", "enum", "const") and not one.path for one in errors)
    ]
    return meant[0] if len(meant) == 1 else ()


def _step(step: object) -> str:
    """A step of a JSON pointer; a name that could be a value of the data is not told."""
    if isinstance(step, int) or _NAME.fullmatch(str(step)):
        return str(step)
    return "*"


def _rule(broken: _Broken) -> _Told:
    yield "", say("It breaks the rule “{rule}” of the schema.", rule=broken.rule), ""


def _type(broken: _Broken) -> _Told:
    types = broken.value
    wanted = _either([_TYPES[one] for one in (types if isinstance(types, list) else [types])])
    kind = kind_of(broken.instance)
    yield "", say("It is {kind}, and must be {wanted}.", kind=kind, wanted=wanted), ""


def _either(named: Sequence[Wording]) -> Wording:
    wanted = named[-1]
    for one in named[-2::-1]:
        wanted = say("{one} or {other}", one=one, other=wanted)
    return wanted


def named_types(types: Collection[str]) -> Wording:
    """What a value of one of these types of JSON Schema is, told to people.

    A whole number is not told apart where any number may stand.
    """
    if len(types) >= len(_TYPES):
        return say("anything")
    if len(types) >= len(_TYPES) - 1 and "array" not in types:
        return say("a text or a number")  # which fields print, and all that is printed like one
    shown = [name for name in _TYPES if name in types and not _covered(name, types)]
    return _either([_TYPES[name] for name in shown]) if shown else say("nothing at all")


def _covered(name: str, types: Collection[str]) -> bool:
    return name == "integer" and "number" in types


def _required(broken: _Broken) -> _Told:
    for name in broken.value:
        if name not in broken.instance:
            near = difflib.get_close_matches(name, filter(_NAME.fullmatch, broken.instance), 1)
            hint = say("Did you send it as “{name}”?", name=near[0]) if near else ""
            yield name, say("It is missing."), hint


def _additional(broken: _Broken) -> _Told:
    known = broken.schema.get("properties", {})
    patterns = broken.schema.get("patternProperties", {})
    for name in broken.instance:
        if name not in known and not any(re.search(one, name) for one in patterns):
            near = difflib.get_close_matches(name, known, 1)
            hint = say("Did you mean “{name}”?", name=near[0]) if near else ""
            yield name, say("The schema has no such name."), hint


def _values(broken: _Broken) -> _Told:
    values = broken.value if broken.rule == "enum" else [broken.value]
    shown = [str(one) for one in values[:_MOST_VALUES] if not isinstance(one, list | dict)]
    more = ["…"] if len(values) > len(shown) else []
    yield (
        "",
        say("It is none of the values of the schema: {values}.", values=", ".join(shown + more)),
        "",
    )


def _format(broken: _Broken) -> _Told:
    hint = _FORMATS.get(broken.value, "")
    yield "", say("It is not written as a “{format}”.", format=broken.value), hint


def _pattern(broken: _Broken) -> _Told:
    yield "", say("It does not look like {pattern}.", pattern=broken.value), ""


def _limit(message: Callable[[object], Wording]) -> Callable[[_Broken], _Told]:
    def tell(broken: _Broken) -> _Told:
        yield "", message(broken.value), ""

    return tell


_FORMATS: Mapping[str, Wording] = {
    "date": say("Write 2026-03-31."),
    "date-time": say("Write 2026-03-31T14:30:00+02:00."),
    "decimal": say("Write it with a point and without spaces: 1234.50."),
}
_TOLD: Mapping[str, Callable[[_Broken], _Told]] = {
    "additionalProperties": _additional,
    "anyOf": _limit(lambda _: say("It is nothing that the schema allows here.")),
    "const": _values,
    "enum": _values,
    "exclusiveMaximum": _limit(lambda most: say("It must be less than {most}.", most=most)),
    "exclusiveMinimum": _limit(lambda least: say("It must be more than {least}.", least=least)),
    "format": _format,
    "maxItems": _limit(lambda most: say("The list has more than {most} items.", most=most)),
    "maxLength": _limit(lambda most: say("The text has more than {most} signs.", most=most)),
    "maximum": _limit(lambda most: say("It must be {most} or less.", most=most)),
    "minItems": _limit(lambda least: say("The list has fewer than {least} items.", least=least)),
    "minLength": _limit(lambda least: say("The text has fewer than {least} signs.", least=least)),
    "minimum": _limit(lambda least: say("It must be {least} or more.", least=least)),
    "oneOf": _limit(lambda _: say("It is not exactly one of what the schema allows here.")),
    "pattern": _pattern,
    "required": _required,
    "type": _type,
}
