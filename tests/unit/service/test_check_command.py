"""``greffier check``: what designers see, and what scripts get."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from greffier.commands import check
from odt import field, h, link, odt, p


def run(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    check.command.configure(parser)
    return check.command.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "letter.odt"
    path.write_bytes(odt(h("Your request"), p("Dear ", field("name"))))
    return path


def test_a_good_template_passes(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(template) == 0
    assert capsys.readouterr().out == "Errors: 0. Warnings: 0. Advice: 0.\n"


def test_sample_data_that_does_not_fit_is_told_with_the_place(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.json"
    data.write_text('{"nom": "Ann"}')
    assert run(template, "--data", data) == 1
    told = capsys.readouterr().out
    assert "error: " in told
    assert "at name" in told
    assert "Your request" in told
    assert told.endswith("Errors: 1. Warnings: 0. Advice: 0.\n")
    assert "Ann" not in told


def test_a_file_that_is_no_template_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.odt"
    path.write_bytes(b"nothing")
    assert run(path) == 1
    assert "error: " in capsys.readouterr().out


@pytest.mark.parametrize("data", ["{", "[1]"])
def test_wrong_data_is_a_wrong_call(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: str
) -> None:
    path = tmp_path / "data.json"
    path.write_text(data)
    assert run(template, "--data", path) == 2
    assert str(path) in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("/nowhere/letter.odt") == 2
    assert "/nowhere/letter.odt" in capsys.readouterr().err


def test_blocks_lie_beside_the_template_or_where_it_is_told(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template.write_bytes(odt(h("Your request"), p(link('include="head"'))))
    assert run(template) == 1
    assert "“head”" in capsys.readouterr().out
    (tmp_path / "head.odt").write_bytes(odt(p("Town")))
    assert run(template) == 0
    (tmp_path / "other").mkdir()
    assert run(template, "--blocks", tmp_path / "other") == 1
