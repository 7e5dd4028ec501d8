"""A schema that a designer made: data is held against it before a template is filled.

It is no more trusted than a template: what it may say is on a list, nothing it names is
fetched, and the work it makes is counted.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from decimal import Decimal
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from ..budget import Budget, FillLimits, exceeded
from ..errors import DataMismatch, TemplateInvalid, ValueRefused
from ..functions.amounts import is_missing, to_decimal
from ..functions.dates import to_moment
from ..model import Finding
from ..telling.site import Site
from ..telling.wording import say
from .mismatches import told
from .patterns import MAX_PATTERN, MAX_TEXT, is_quick

#: Most bytes of the JSON of a schema.
MAX_BYTES = 256 * 1024
#: Mistakes told of one schema, or of data for it.
_MOST_FINDINGS = 200
_DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2020-12/schema#",
)
_LIMITS = FillLimits(steps=2_000_000, seconds=30)
_SITE = Site(where="schema")

_SCHEMA_EACH = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SCHEMA = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"}
)
_RULES = frozenset(
    [
        "$ref",
        "const",
        "dependentRequired",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxContains",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minContains",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "type",
    ]
)
_NOTES = frozenset(
    [
        "$comment",
        "$schema",
        "contentEncoding",
        "contentMediaType",
        "default",
        "deprecated",
        "description",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    ]
)
#: The rules that data break by what they lack.
_LACKS = frozenset(["dependentRequired", "required"])
KEYWORDS = _SCHEMA_EACH | _SCHEMAS | _SCHEMA | _RULES | _NOTES


class DataSchema:
    """A schema, ready to hold data against; to be used by any number of threads."""

    def __init__(self, schema: object) -> None:
        """Take a schema, as JSON has it.

        Raises:
            TemplateInvalid: it is none, or says what schemas here may not; all of it is told.
        """
        try:
            findings = tuple(islice(_faults(schema, ""), _MOST_FINDINGS))
            if not findings:
                _Validator.check_schema(schema)
        except SchemaError as error:
            place = _pointer(error.absolute_path)
            findings = (_fault(place, say("This is not how a schema says it.")),)
        except RecursionError:
            findings = (_fault("", say("It is nested too deep.")),)
        if findings:
            raise TemplateInvalid(findings)
        # Without a registry jsonschema fetches what a reference names.
        self._validator = _Validator(schema, registry=Registry(), format_checker=_FORMATS)

    def mismatches(
        self, data: object, limits: FillLimits = _LIMITS, *, may_lack: bool = False
    ) -> tuple[Finding, ...]:
        """What does not fit, each with its JSON pointer (RFC 6901) as field; no values.

        Args:
            data: what a request sends.
            limits: how much work may be done.
            may_lack: the data may lack what the schema requires, but nothing may be wrong.

        Raises:
            FillLimitExceeded: schema and data together make too much work.
        """
        token = _budget.set(Budget(limits))
        try:
            wrong = (
                error
                for error in self._validator.iter_errors(data)
                if not (may_lack and error.validator in _LACKS)
            )
            errors = list(islice(wrong, _MOST_FINDINGS))
        except (RecursionError, Unresolvable):
            raise exceeded(_SITE, "its schema goes round in circles, or too deep") from None
        finally:
            _budget.reset(token)
        found = {(one.field, one.message): one for error in errors for one in told(error)}
        return tuple(found.values())[:_MOST_FINDINGS]

    def check(self, data: object, *, may_lack: bool = False) -> None:
        """Hold data against the schema; for ``may_lack`` see :meth:`mismatches`.

        Raises:
            DataMismatch: something does not fit; all of it is told.
            FillLimitExceeded: schema and data together make too much work.
        """
        findings = self.mismatches(data, may_lack=may_lack)
        if findings:
            raise DataMismatch(findings)


def read_data_schema(text: bytes) -> DataSchema:
    """Read the JSON text of a schema.

    Raises:
        TemplateInvalid: as :class:`DataSchema`.
    """
    if len(text) > MAX_BYTES:
        raise TemplateInvalid(_fault("", say("It is longer than {most} bytes.", most=MAX_BYTES)))
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise TemplateInvalid(_fault("", say("It is not JSON."))) from None
    return DataSchema(schema)


# --- what a schema may say ----------------------------------------------------------------


def _faults(schema: object, place: str) -> Iterator[Finding]:
    """What no schema may say, in the order in which it is written."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield _fault(place, say("A schema is an object, true or false."))
        return
    for keyword, value in schema.items():
        at = f"{place}/{keyword}"
        if keyword not in KEYWORDS and not keyword.startswith("x-"):
            near = difflib.get_close_matches(keyword, KEYWORDS, 1)
            yield _fault(
                at,
                say("“{keyword}” cannot be used in a schema here.", keyword=keyword),
                say("Did you mean “{name}”?", name=near[0]) if near else "",
            )
        elif keyword in _CHECKED:
            yield from _CHECKED[keyword](at, value)
        elif keyword in _SCHEMA:
            yield from _faults(value, at)
        elif keyword in _SCHEMAS and isinstance(value, list):
            for number, one in enumerate(value):
                yield from _faults(one, f"{at}/{number}")
        elif keyword in _SCHEMA_EACH and isinstance(value, dict):
            for name, one in value.items():
                if keyword == "patternProperties":
                    yield from _pattern_faults(f"{at}/{name}", name)
                yield from _faults(one, f"{at}/{name}")


def _pattern_faults(place: str, pattern: object) -> Iterator[Finding]:
    if not isinstance(pattern, str) or not is_quick(pattern):
        yield _fault(
            place,
            say("This pattern is not understood, or takes too long to compare with a text."),
            say(
                "At most {most} signs, beginning with ^, that repeat single signs: {example}.",
                most=MAX_PATTERN,
                example="^[0-9]{4} ?[A-Z]{2}$",
            ),
        )


def _reference_faults(place: str, reference: object) -> Iterator[Finding]:
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        yield _fault(
            place,
            say("A schema refers to itself only."),
            say("Write {example}.", example='"$ref": "#/$defs/name"'),
        )


def _format_faults(place: str, name: object) -> Iterator[Finding]:
    if name not in _FORMATS.checkers:
        yield _fault(
            place,
            say("This format is not known here."),
            say("There are: {names}.", names=", ".join(sorted(_FORMATS.checkers))),
        )


def _dialect_faults(place: str, dialect: object) -> Iterator[Finding]:
    if dialect not in _DIALECTS:
        yield _fault(
            place,
            say("The schema is not of the edition of JSON Schema that is understood here."),
            say("Write {example}.", example=f'"$schema": "{_DIALECTS[0]}"'),
        )


_CHECKED: Mapping[str, Callable[[str, object], Iterator[Finding]]] = {
    "$ref": _reference_faults,
    "$schema": _dialect_faults,
    "format": _format_faults,
    "pattern": _pattern_faults,
}


def _fault(place: str, message: str, hint: str = "") -> Finding:
    return Finding("schema-invalid", message, where="schema", field=place or "/", hint=hint)


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{step}" for step in path)


# --- rules --------------------------------------------------------------------------------

_budget: ContextVar[Budget] = ContextVar("budget")
_Rule = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]


def _counted(rule: _Rule) -> _Rule:
    """The rule, which takes a step off the budget each time."""

    def check(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError] | None:
        _budget.get().spend(1, _SITE)
        return rule(validator, value, instance, schema)

    return check


def _pattern(
    validator: Any, pattern: str, instance: object, schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and len(instance) > MAX_TEXT:
        yield ValidationError("too long for a pattern")
    else:
        yield from (
            Draft202012Validator.VALIDATORS["pattern"](validator, pattern, instance, schema) or ()
        )


def _multiple(
    validator: Any, step: float, instance: object, schema: Any
) -> Iterator[ValidationError]:
    """In decimals: 0.3 is a multiple of 0.1, and Decimal goes with no float."""
    if isinstance(instance, int | float | Decimal) and not isinstance(instance, bool):
        try:
            if Decimal(str(instance)) % Decimal(str(step)):
                yield ValidationError("not a multiple")
        except ArithmeticError:
            yield ValidationError("not a multiple")


_Validator: Any = extend(  # type: ignore[no-untyped-call] # it has no types
    Draft202012Validator,
    {
        keyword: _counted(rule)
        for keyword, rule in {
            **Draft202012Validator.VALIDATORS,
            "multipleOf": _multiple,
            "pattern": _pattern,
        }.items()
    },
)

# --- formats ------------------------------------------------------------------------------

_FORMATS = FormatChecker(formats=("email", "idn-email", "ipv4", "time", "uuid"))


def _fits(read: Callable[[object], object]) -> Callable[[object], bool]:
    """Texts that ``read`` takes, and blank ones, which are printed as nothing."""

    def check(value: object) -> bool:
        if isinstance(value, str) and not is_missing(value):
            try:
                read(value)
            except ValueRefused:
                return False
        return True

    return check


_FORMATS.checks("date")(_fits(to_moment))
_FORMATS.checks("date-time")(_fits(to_moment))
_FORMATS.checks("decimal")(_fits(to_decimal))
