"""A schema that a designer made goes with the template, or a finding names each place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from greffier_templates.model import Finding, Severity
from greffier_templates.understanding.contracts.tightened import check_own_schema
from greffier_templates.understanding.describe import describe
from greffier_templates.understanding.schema import schema
from library import FOLDERS, blocks
from odt import field, link, odt, p, picture

SOURCE = odt(
    p(field("name")),
    p(link('for="line in lines"')),
    p(field("line.title")),
    p(link("/for")),
    p(link('if="late"'), field("fine"), link("/if")),
)
TEXT = {"type": "string"}
LINES = {
    "type": "array",
    "items": {"type": "object", "properties": {"title": TEXT}, "required": ["title"]},
}
FITTING: dict[str, Any] = {
    "type": "object",
    "properties": {"name": TEXT, "lines": LINES, "late": {"type": "boolean"}, "fine": TEXT},
    "required": ["name", "lines", "late"],
}


def found(own: object) -> list[Finding]:
    return list(check_own_schema(json.dumps(own).encode(), schema(SOURCE)))


def codes(own: object) -> list[tuple[str, str, str]]:
    return [(one.code, one.field, str(one.severity)) for one in found(own)]


def changed(**properties: object) -> dict[str, Any]:
    members = FITTING["properties"] | properties
    return FITTING | {"properties": {k: v for k, v in members.items() if v is not None}}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_those_of_the_library_go_with_their_templates(folder: Path) -> None:
    described = describe(
        (folder / "template.odt").read_bytes(),
        blocks(),
        own_schema=(folder / "schema.json").read_bytes(),
    )
    assert [one for one in described.findings if one.severity is not Severity.INFO] == []


def test_a_schema_that_fits_is_silent() -> None:
    assert found(FITTING) == []


def test_pictures_that_are_sent_beside_the_data_need_not_be_in_it() -> None:
    source = odt(p(picture("py3o.staticimage.seal")))
    assert check_own_schema(b'{"type": "object"}', schema(source)) == ()


def test_a_field_that_it_does_not_know_is_told_with_the_nearest_name() -> None:
    (finding,) = found(changed(name=None, naam=TEXT))
    assert (finding.code, finding.field) == ("schema-field-unknown", "name")
    assert finding.hint == "Did you mean “naam”?"


def test_a_field_that_it_forbids_is_an_error_where_the_template_always_needs_it() -> None:
    own = changed(name=None, fine=None) | {"additionalProperties": False}
    assert codes(own) == [
        ("schema-field-forbidden", "name", "error"),
        ("schema-field-forbidden", "fine", "warning"),
    ]


def test_a_field_that_may_be_left_out_is_told() -> None:
    assert codes(FITTING | {"required": ["lines", "late"]}) == [
        ("schema-field-optional", "name", "warning")
    ]


def test_a_contradiction_is_an_error_in_words() -> None:
    (finding,) = found(changed(lines=TEXT))
    assert (finding.code, finding.severity) == ("schema-type-contradicted", Severity.ERROR)
    assert finding.message == (
        "The schema says that “lines” is a text; the template needs a list or nothing (null) "
        "or an object."
    )


def test_types_that_the_template_cannot_use_are_told() -> None:
    assert codes(changed(name={"type": ["string", "array"]})) == [
        ("schema-type-wider", "name", "warning")
    ]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b"nothing", "/"),
        (b'{"type": "array"}', "/"),
        (b'{"type": "object", "$ref": "https://example.org/"}', "/$ref"),
        (b'{"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}}', "/properties/a/$ref"),
        (b'{"type": "object", "properties": {"a": {"pattern": "(a+)+"}}}', "/properties/a/pattern"),
    ],
    ids=["no-json", "no-object", "elsewhere", "missing", "slow"],
)
def test_what_is_no_schema_that_can_be_enforced_is_an_error(text: bytes, field: str) -> None:
    (finding,) = check_own_schema(text, schema(SOURCE))
    assert (finding.code, finding.field) == ("schema-invalid", field)
    assert finding.severity is Severity.ERROR
