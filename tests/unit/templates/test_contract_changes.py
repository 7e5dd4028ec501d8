"""What a new version of a template needs of its data that the one before it did not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from greffier_templates.telling.catalogues import LANGUAGES
from greffier_templates.understanding.contracts.comparing import Comparison, compare
from greffier_templates.understanding.contracts.places import places
from greffier_templates.understanding.schema import schema
from library import FOLDERS, blocks
from odt import field, link, odt, p


def of(**properties: Any) -> dict[str, Any]:
    """The schema of an object; names that begin with a capital must be there."""
    return {
        "type": "object",
        "properties": {name.lower(): one for name, one in properties.items()},
        "required": [name.lower() for name in properties if name[0].isupper()],
    }


TEXT = {"type": "string"}


def needs(found: Comparison) -> list[tuple[str, str]]:
    return [(one.change, one.pointer) for one in found.needs]


def test_the_same_schema_needs_nothing_more() -> None:
    found = compare(of(Name=TEXT), of(Name=TEXT))
    assert not found.needs_more
    assert found.as_json() == {
        "needs_more": False,
        "needs": [],
        "offers": [],
        "unread": [],
        "complete": True,
    }


def test_fields_that_must_be_sent_are_told_with_pointers_and_a_sentence() -> None:
    before = of(Lines={"type": "array", "items": of(Price=TEXT)}, note=TEXT)
    after = of(Lines={"type": "array", "items": of(Price=TEXT, Tax=TEXT)}, Note=TEXT, remark=TEXT)
    found = compare(before, after)
    assert [one.as_json() for one in found.needs] == [
        {
            "change": "field-added",
            "field": "lines[].tax",
            "pointer": "/lines/*/tax",
            "schema": "#/properties/lines/items/properties/tax",
            "before": [],
            "after": [],
            "message": "“lines[].tax” is new, and must be sent.",
        },
        {
            "change": "field-required",
            "field": "note",
            "pointer": "/note",
            "schema": "#/properties/note",
            "before": [],
            "after": [],
            "message": "“note” must be sent; it could be left out before.",
        },
    ]
    assert [one.pointer for one in found.offers] == ["/remark"]


def test_a_narrower_type_is_told_and_a_wider_one_is_not() -> None:
    number = {"type": ["number", "string"]}
    (narrowed,) = compare(of(Fee=number), of(Fee={"type": "integer"})).needs
    assert narrowed.change == "type-narrowed"
    assert (narrowed.before, narrowed.after) == (("integer", "number", "string"), ("integer",))
    assert narrowed.message == (
        "“fee” must be a whole number; it could be a number or a text before."
    )
    assert not compare(of(Fee={"type": "integer"}), of(Fee=number)).needs


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"minLength": 3}, {"minLength": 5}, True),
        ({"minLength": 5}, {"minLength": 3}, False),
        ({"maximum": 3}, {"maximum": 2}, True),
        ({"maximum": 2}, {"maximum": 3}, False),
        ({}, {"format": "date"}, True),
        ({"format": "date"}, {}, False),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, True),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, False),
    ],
)
def test_rules_count_when_they_let_less_through(
    before: dict[str, object], after: dict[str, object], told: bool
) -> None:
    any_of_them = {"type": ["string", "number"]}
    found = compare(of(A=any_of_them | before), of(A=any_of_them | after))
    assert needs(found) == ([("rule-changed", "/a")] if told else [])


def test_what_is_no_longer_read_is_told_once() -> None:
    found = compare(of(Old=of(A=TEXT, B=TEXT), Kept=TEXT), of(Kept=TEXT))
    assert not found.needs_more
    assert [(one.field, one.at) for one in found.unread] == [("old", "#/properties/old")]


def test_templates_are_compared_by_what_they_do() -> None:
    before = schema(odt(p(field("name")), p(link('if="due"')), p("x"), p(link("/if"))))
    after = schema(odt(p(field("name.upper()")), p(field("date(due)")), p(field("fee"))))
    found = compare(before, after)
    assert {one.field: one.change for one in found.needs} == {
        "name": "type-narrowed",
        "due": "rule-changed",
        "fee": "field-added",
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_designers_tightened_needs_at_least_what_the_templates_need(
    folder: Any,
) -> None:
    derived = schema((folder / "template.odt").read_bytes(), blocks())
    own = json.loads((folder / "schema.json").read_bytes())
    more = compare(own, derived).needs
    assert {(one.change, "format" in one.message) for one in more} <= {("rule-changed", True)}
    assert compare(derived, own).needs_more


def test_references_and_alternatives_are_read_through() -> None:
    before = {
        "$defs": {"person": of(Name=TEXT)},
        "type": "object",
        "allOf": [{"properties": {"a": {"$ref": "#/$defs/person"}}}, {"required": ["a"]}],
    }
    after = {
        "type": "object",
        "properties": {"a": {"anyOf": [of(Name=TEXT, Age=TEXT), of(Name=TEXT)]}},
        "required": ["a"],
    }
    assert [one.pointer for one in compare(before, after).offers] == ["/a/age"]
    assert not compare(before, after).needs


def test_a_schema_that_goes_round_in_circles_is_read_to_a_bound() -> None:
    circle = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    assert places({**circle, **of(X={"$ref": "#/$defs/a"})}).whole
    tree = {"$defs": {"n": of(left={"$ref": "#/$defs/n"}, right={"$ref": "#/$defs/n"})}}
    found = compare(of(), {**tree, "$ref": "#/$defs/n"})
    assert not found.whole
    assert found.needs_more


def test_alternatives_that_multiply_are_read_to_a_bound() -> None:
    levels: dict[str, Any] = {
        f"n{level}": {"anyOf": [{"$ref": f"#/$defs/n{level + 1}"}] * 8} for level in range(20)
    }
    assert not places({"$defs": levels, "$ref": "#/$defs/n0"}).whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_in_the_language_asked_for(language: str) -> None:
    (told,) = compare(of(), of(Fee=TEXT)).as_json(language)["needs"]
    assert ("must be sent" in told["message"]) == (language == "en")
