"""Data held against a designer's own schema."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from greffier_templates.budget import FillLimits
from greffier_templates.errors import DataMismatch, FillLimitExceeded, TemplateInvalid
from greffier_templates.understanding.data_schema import (
    MAX_BYTES,
    DataSchema,
    read_data_schema,
)
from greffier_templates.understanding.patterns import is_quick

SECRET = "Zebulonski"


def faults(schema: object) -> list[tuple[str, str]]:
    with pytest.raises(TemplateInvalid) as caught:
        DataSchema(schema)
    return [(one.field, one.message) for one in caught.value.findings]


def told(schema: dict[str, Any], data: object) -> dict[str, str]:
    findings = DataSchema(schema).mismatches(data)
    assert not any(SECRET in f"{one}" for one in findings)
    return {one.field: one.message for one in findings}


def properties(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        ({"type": "number"}, SECRET, "It is a text, and must be a number."),
        ({"type": ["number", "null"]}, SECRET, "must be a number or nothing (null)"),
        ({"enum": ["red", "blue"]}, SECRET, "red, blue"),
        ({"const": 3}, SECRET, "3"),
        ({"maxLength": 3}, SECRET, "more than 3 signs"),
        ({"minLength": 30}, SECRET, "fewer than 30 signs"),
        ({"pattern": "^[0-9]{4}$"}, SECRET, "^[0-9]{4}$"),
        ({"format": "date"}, SECRET, "“date”"),
        ({"format": "decimal"}, SECRET, "“decimal”"),
        ({"format": "email"}, SECRET, "“email”"),
        ({"minimum": 10}, 3, "10 or more"),
        ({"exclusiveMaximum": 3}, 3, "less than 3"),
        ({"multipleOf": 0.05}, 0.12, "“multipleOf”"),
        ({"not": {"type": "string"}}, SECRET, "“not”"),
    ],
)
def test_each_rule_is_told_in_words_without_the_value(
    rule: object, value: object, said: str
) -> None:
    assert said in told(properties(field=rule), {"field": value})["/field"]


def test_everything_wrong_is_told_with_its_place() -> None:
    schema = properties(
        pieces={"type": "array", "minItems": 1, "items": properties(price={"type": "number"})},
        name={"type": "string"},
    )
    data = {"pieces": [{"price": 1}, {"price": SECRET}, {}], "nmae": SECRET}
    assert told(schema, data) == {
        "/pieces/1/price": "It is a text, and must be a number.",
        "/pieces/2/price": "It is missing.",
        "/name": "It is missing.",
    }


def test_a_misspelt_name_is_recognised() -> None:
    schema = properties(name={}) | {"additionalProperties": False}
    findings = {one.field: one.hint for one in DataSchema(schema).mismatches({"nmae": SECRET})}
    assert findings == {
        "/name": "Did you send it as “nmae”?",
        "/nmae": "Did you mean “name”?",
    }


def test_names_that_may_be_values_are_not_told() -> None:
    schema = {"additionalProperties": {"type": "number"}}
    assert list(told(schema, {f"{SECRET}, Ann": "x"})) == ["/*"]


def test_the_alternative_that_was_meant_is_told() -> None:
    schema = properties(agent={"anyOf": [properties(name={"type": "string"}), {"enum": [None]}]})
    assert told(schema, {"agent": {}}) == {"/agent/name": "It is missing."}
    assert "/agent" in told(schema, {"agent": 3})
    assert told(schema, {"agent": None}) == {}


@pytest.mark.parametrize("value", ["2026-03-31", "2026-03-31T14:30:00+02:00", "", None, 3])
def test_formats_take_what_the_functions_take(value: object) -> None:
    assert told(properties(day={"format": "date"}), {"day": value}) == {}


def test_check_raises() -> None:
    with pytest.raises(DataMismatch):
        DataSchema(properties(name={})).check({})


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"properties": {"a": {"$ref": "https://example.org/s.json"}}}, "/properties/a/$ref"),
        ({"$ref": "file:///etc/passwd"}, "/$ref"),
        ({"$id": "https://example.org/"}, "/$id"),
        ({"$dynamicRef": "#x"}, "/$dynamicRef"),
        ({"items": {"uniqueItems": True}}, "/items/uniqueItems"),
        ({"allOf": [{"propertys": {}}]}, "/allOf/0/propertys"),
        ({"format": "regex"}, "/format"),
        ({"pattern": "^(a+)+$"}, "/pattern"),
        ({"patternProperties": {"(x*)*": {}}}, "/patternProperties/(x*)*"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "/$schema"),
        ({"properties": {"a": {"type": "text"}}}, "/properties/a/type"),
        ({"required": "name"}, "/required"),
        ([], "/"),
        ({"items": 3}, "/items"),
    ],
)
def test_what_a_schema_may_not_say_is_told_with_its_place(schema: object, place: str) -> None:
    assert [field for field, _ in faults(schema)] == [place]


def test_all_faults_of_a_schema_are_told_at_once() -> None:
    assert len(faults({"requird": [], "$id": "x", "properties": {"a": {"tipe": "x"}}})) == 3


def test_a_long_schema_and_one_that_is_no_json_are_refused() -> None:
    with pytest.raises(TemplateInvalid):
        read_data_schema(b" " * MAX_BYTES + b"{}")
    with pytest.raises(TemplateInvalid):
        read_data_schema(b"{")
    with pytest.raises(TemplateInvalid):
        read_data_schema(b'{"not":' * 3000 + b"{}" + b"}" * 3000)


def test_circles_and_explosions_end() -> None:
    with pytest.raises(FillLimitExceeded):
        DataSchema({"$ref": "#"}).mismatches({})
    doubling = {
        f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}, {"$ref": f"#/$defs/a{n + 1}"}]}
        for n in range(30)
    }
    schema = DataSchema({"$defs": {**doubling, "a30": {"type": "number"}}, "$ref": "#/$defs/a0"})
    with pytest.raises(FillLimitExceeded):
        schema.mismatches("x", FillLimits(steps=10_000))


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]{4} ?[A-Z]{2}$",
        r"^\+?[0-9 ]{8,15}$",
        "^(red|blue)$",
        "^[^@]+@[^@]+$",
        r"^(\d{3} ){2}$",
    ],
)
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert is_quick(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a?){30}a{30}$",
        "^" + "a?" * 30 + "a" * 30,
        "^.*.*.*=.*$",
        r"^(a)\1$",
        "(?=a)*",
        "^(?:a*)*$",
        "(",
        "x" * 1000,
        "^[a-z]{1,9999}[a-z]{1,9999}$",
        "^((a{2}){2}b?)*$",
    ],
)
def test_patterns_that_may_take_years_are_refused(pattern: str) -> None:
    assert not is_quick(pattern)


def test_a_text_too_long_for_a_pattern_does_not_fit() -> None:
    assert told({"pattern": "^a*$"}, "a" * 100_000)


def test_the_slowest_pattern_that_is_taken_is_quick() -> None:
    started = time.monotonic()
    DataSchema({"pattern": "^[^@]+[^@]+$"}).mismatches("a" * 249 + "@")
    assert time.monotonic() - started < 5, "it would be years"


def test_numbers_of_every_kind_go_with_every_limit() -> None:
    from decimal import Decimal

    schema = properties(a={"type": "number", "minimum": 0.1, "multipleOf": 0.1, "maximum": 9})
    assert told(schema, {"a": Decimal("0.3")}) == {}
    assert told(schema, {"a": Decimal("0.35")}) != {}
    assert json.dumps(schema)
