"""``greffier schema``, ``sample``, ``explain`` and ``diff``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from greffier.commands import diff, understanding
from greffier.commands.understanding import Understanding
from odt import field, link, odt, p

COMMANDS = [
    understanding.schema_command,
    understanding.sample_command,
    understanding.explain_command,
]


def run(command: Understanding | diff.Diff, *words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "letter.odt"
    path.write_bytes(
        odt(p("Dear ", field("name")), p(link('if="fee > 100"')), p("Pay."), p(link("/if")))
    )
    return path


def test_schema_prints_a_schema(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(understanding.schema_command, template) == 0
    assert json.loads(capsys.readouterr().out)["required"] == ["name", "fee"]


def test_sample_prints_data_or_all_samples(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(understanding.sample_command, template) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"name", "fee"}
    assert run(understanding.sample_command, template, "--all") == 0
    found = json.loads(capsys.readouterr().out)
    assert found[0]["title"] == "everything"
    assert {one["data"]["fee"] > 100 for one in found} == {True, False}


def test_explain_prints_text_or_json(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(understanding.explain_command, template) == 0
    assert "if fee > 100:" in capsys.readouterr().out
    assert run(understanding.explain_command, template, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["text"] == "body"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_template_with_mistakes_is_told_with_the_place(
    command: Understanding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.odt"
    path.write_bytes(odt(p(link('if="x"'))))
    assert run(command, path) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "error: " in told.err
    assert run(command, tmp_path / "none.odt") == 2


def test_diff_tells_what_changed(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = template.with_name("newer.odt")
    newer.write_bytes(odt(p("Dear ", field("name")), p("Pay ", field("fee"))))
    assert run(diff.command, template, newer, "--language", "fr") == 0
    told = capsys.readouterr().out
    assert "Instructions\n" in told
    assert "- if fee > 100" in told
    assert "Texte\n  corps du texte\n" in told
    assert "+ Pay «fee»" in told
    assert run(diff.command, template, template, "--json", "--language", "en") == 0
    assert json.loads(capsys.readouterr().out)["same"]


def test_diff_says_what_cannot_be_compared(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(diff.command, template, tmp_path / "missing.odt") == 2
    (tmp_path / "text.odt").write_text("nothing")
    assert run(diff.command, template, tmp_path / "text.odt") == 1
    assert "Traceback" not in capsys.readouterr().err
