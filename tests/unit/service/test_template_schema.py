"""A template of the library that brings a schema has the data held against it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from greffier.commands import check
from greffier.library import Library
from greffier.render_program import Renderer
from greffier_templates.model import Undefined
from odt import field, odt, p

SCHEMA = {
    "type": "object",
    "required": ["postcode"],
    "properties": {"postcode": {"type": "string", "pattern": "^[1-9][0-9]{3}$"}},
}
SECRET = "Zebulonski"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter" / "template.odt").write_bytes(odt(p(field("postcode"))))
    (tmp_path / "letter" / "schema.json").write_text(json.dumps(SCHEMA))
    return tmp_path


def fill(folder: Path, postcode: str | None, undefined: str = "error") -> dict[str, Any]:
    message = {
        "op": "fill",
        "folder": str(folder / "letter"),
        "digest": "",
        "template": "template.odt",
        "schema": "schema.json",
        "filling": {"undefined": undefined, "locale": "en", "timezone": "UTC"},
        "images": {},
        "target": "filled.odt",
    }
    data = {} if postcode is None else {"postcode": postcode}
    request = json.dumps({"data": data}).encode()
    return dict(Renderer().work(message, request))


async def test_the_schema_beside_a_template_is_found(folder: Path, tmp_path: Path) -> None:
    template = await Library([folder]).template("letter")
    assert template is not None
    work = tmp_path / "work"
    work.mkdir()
    schema = await template.schema_into(work)
    assert schema is not None
    assert json.loads(schema.read_bytes()) == SCHEMA
    (folder / "letter" / "schema.json").unlink()
    assert await template.schema_into(work) is None


def test_data_that_fits_is_filled(folder: Path) -> None:
    assert "error" not in fill(folder, "5099")


@pytest.mark.parametrize("undefined", sorted(set(Undefined) - {Undefined.ERROR}))
def test_a_draft_may_lack_data_but_not_bring_wrong_ones(folder: Path, undefined: str) -> None:
    assert "error" in fill(folder, None)
    assert "error" not in fill(folder, None, undefined)
    assert "error" in fill(folder, SECRET, undefined)


def test_data_that_does_not_fit_is_refused_by_its_place_and_without_its_value(
    folder: Path,
) -> None:
    error = fill(folder, SECRET)["error"]
    assert error["type"] == "DataMismatch"
    assert error["findings"][0]["field"] == "/postcode"
    assert SECRET not in json.dumps(error)
    assert not (folder / "letter" / "filled.odt").exists()


def test_a_schema_with_mistakes_is_told_as_the_template_s(folder: Path) -> None:
    (folder / "letter" / "schema.json").write_text('{"$ref": "https://example.org/"}')
    error = fill(folder, "5099")["error"]
    assert error["type"] == "TemplateInvalid"
    assert error["findings"][0]["field"] == "/$ref"


def test_check_holds_sample_data_against_a_schema(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    check.command.configure(parser)
    (folder / "data.json").write_text(json.dumps({"postcode": SECRET}))
    words = [folder / "letter" / "template.odt", "--data", folder / "data.json"]
    words += ["--schema", folder / "letter" / "schema.json", "--language", "en"]
    assert check.command.run(parser.parse_args([str(word) for word in words])) == 1
    told = capsys.readouterr().out
    assert "/postcode" in told
    assert SECRET not in told


def test_check_holds_the_schema_against_the_template(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    check.command.configure(parser)
    schema = folder / "letter" / "schema.json"
    words = [str(folder / "letter" / "template.odt"), "--schema", str(schema), "--language", "en"]
    assert check.command.run(parser.parse_args(words)) == 0
    assert "schema" not in capsys.readouterr().out
    schema.write_text('{"type": "object", "properties": {"postcod": {}}}')
    assert check.command.run(parser.parse_args(words)) == 0
    assert "Did you mean “postcod”?" in capsys.readouterr().out
    schema.write_text('{"type": "object", "properties": {"postcode": {"type": "array"}}}')
    assert check.command.run(parser.parse_args(words)) == 1
