"""``greffier doctor`` as people and scripts see it."""

from __future__ import annotations

import argparse
import json

import pytest
from greffier.commands import doctor
from greffier_converters.checks import Check, State

FINE = Check("LibreOffice", State.OK, "25.2.3.2 in /usr/lib/libreoffice/program")
MISSED = Check("jemalloc", State.WARN, "not installed", "apt-get install libjemalloc2")
BROKEN = Check("Sandbox", State.FAIL, "Linux 5.10 lacks Landlock", "Use a newer kernel.")


def run(monkeypatch: pytest.MonkeyPatch, *checks: Check, arguments: tuple[str, ...] = ()) -> int:
    monkeypatch.setattr(doctor, "_checks", lambda: iter(checks))
    parser = argparse.ArgumentParser()
    doctor.command.configure(parser)
    return doctor.command.run(parser.parse_args(arguments))


def test_warnings_do_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, FINE, MISSED) == 0
    printed = capsys.readouterr().out
    assert "ok    LibreOffice" in printed
    assert "-> apt-get install libjemalloc2" in printed
    assert printed.endswith("the warnings say what would be better.\n")


def test_a_failure_gives_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, FINE, BROKEN, MISSED) == 1
    assert "Greffier cannot work here yet" in capsys.readouterr().out


def test_mistaken_settings_are_a_failure_and_the_machine_is_checked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GREFFIER_SANDBOX", "perhaps")
    monkeypatch.setattr(doctor, "check_machine", lambda **_: iter([FINE]))
    settings, machine = doctor._checks()
    assert settings.state is State.FAIL
    assert "GREFFIER_SANDBOX" in settings.found
    assert machine is FINE


def test_json_for_scripts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, FINE, BROKEN, arguments=("--json",)) == 1
    assert [check["state"] for check in json.loads(capsys.readouterr().out)] == ["ok", "fail"]
