"""``greffier render`` and ``greffier convert`` as someone at a terminal uses them."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from greffier_client.cli import commands as cli_commands
from greffier_client.cli import main

from .conftest import ScriptedService, problem


@pytest.fixture
def data(tmp_path: Path) -> str:
    path = tmp_path / "data.json"
    path.write_text('{"name": "Élise"}', encoding="utf-8")
    return str(path)


def test_render_writes_the_document(
    service_in_thread: ScriptedService,
    data: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GREFFIER_URL", service_in_thread.url)
    monkeypatch.setenv("GREFFIER_API_KEY", "k")
    out = tmp_path / "letter.pdf"
    assert main(["render", "letter", data, "-o", str(out), "--undefined", "mark"]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    (request,) = service_in_thread.requests
    assert request["headers"]["Authorization"] == "Bearer k"
    assert json.loads(request["body"]) == {
        "template": "letter",
        "data": {"name": "Élise"},
        "output": {"format": "pdf"},
        "undefined": "mark",
    }
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(out) in captured.err


def test_the_ending_of_the_file_chooses_the_format(
    service_in_thread: ScriptedService, data: str, tmp_path: Path
) -> None:
    options = tmp_path / "options.json"
    options.write_text('{"pdf": {"profile": "PDF/A-2b"}}')
    url = service_in_thread.url
    main(["render", "letter", data, "-o", str(tmp_path / "a.odt"), "--url", url])
    as_archive = ["--options", str(options)]
    main(["render", "letter", data, "-o", str(tmp_path / "b.pdf"), "--url", url, *as_archive])
    outputs = [json.loads(request["body"])["output"] for request in service_in_thread.requests]
    assert outputs == [{"format": "odt"}, {"format": "pdf", "pdf": {"profile": "PDF/A-2b"}}]


def test_convert_posts_the_file(service_in_thread: ScriptedService, tmp_path: Path) -> None:
    source = tmp_path / "x.docx"
    source.write_bytes(b"PK")
    out = tmp_path / "x.pdf"
    assert main(["convert", str(source), "-o", str(out), "--url", service_in_thread.url]) == 0
    assert out.exists()


@pytest.mark.parametrize(
    ("status", "code"), [(400, 2), (401, 4), (404, 1), (413, 1), (422, 1), (500, 3), (504, 3)]
)
def test_exit_codes_tell_whose_fault_it_is(
    service_in_thread: ScriptedService, data: str, tmp_path: Path, status: int, code: int
) -> None:
    service_in_thread.answers = [problem(status)]
    url = service_in_thread.url
    assert main(["render", "x", data, "-o", str(tmp_path / "x.pdf"), "--url", url]) == code
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("content", ["{,}", "[1]", None])
def test_unusable_data_is_named_and_nothing_is_sent(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.json"
    if content is not None:
        data.write_text(content)
    assert main(["render", "x", str(data), "-o", str(tmp_path / "x.pdf"), "--url", "http://x"]) == 2
    assert str(data) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["render", "no-file.odt", "{data}", "-o", "{out}"], "no-file.odt"),
        (["render", "letter", "{data}", "-o", "/no/folder/x.pdf"], "/no/folder"),
        (["convert", "{data}", "-o", "/no/folder/x.pdf"], "/no/folder"),
        (["render", "letter", "{data}", "-o", "{out}", "--key-file", "/no/key"], "/no/key"),
        (["render", "letter", "{data}", "-o", "{out}", "--url", "foo"], "foo"),
        (["render", "letter", "{data}", "-o", "{out}", "--options", "{list}"], "JSON object"),
        (["render", "x", "{data}", "-o", "{out}", "--local", "--options", "{list}"], "JSON object"),
        (["render", "x", "{list}", "-o", "{out}", "--local"], "JSON object"),
        (["render", "x", "{data}", "-o", "{out}", "--local", "--url", "http://x"], "--url"),
        (["render", "x", "{data}", "-o", "{out}", "--local", "--key-file", "/k"], "--key-file"),
    ],
)
def test_everyday_mistakes_are_told_in_one_line(
    arguments: list[str],
    told: str,
    data: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "list.json").write_text("[1]")
    places = {"{data}": data, "{out}": tmp_path / "x.pdf", "{list}": tmp_path / "list.json"}
    assert main([str(places.get(word, word)) for word in arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.startswith("greffier: ")
    assert error.count("\n") == 1
    assert not (tmp_path / "x.pdf").exists()


def test_a_command_without_its_libraries_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = EntryPoint("serve", "no_such_package.serve:command", cli_commands.GROUP)
    monkeypatch.setattr(cli_commands, "entry_points", lambda **_: [entry])
    assert main(["serve", "--port", "1"]) == 2
    error = capsys.readouterr().err
    assert "pip install 'greffier[service]'" in error
    assert "no_such_package" in error
