"""What ``greffier doctor`` says about machines that lack something."""

from __future__ import annotations

from pathlib import Path

import pytest
from greffier_converters import checks, probe, sandbox
from greffier_converters.checks import State
from greffier_converters.sandbox import Support


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "program"
    folder.mkdir()
    return folder


def test_writer_is_needed_and_calc_missed(program: Path) -> None:
    assert checks.check_components(program).state is State.FAIL
    (program / "libswlo.so").touch()
    without = checks.check_components(program)
    assert without.state is State.WARN
    assert "libreoffice-calc libreoffice-draw" in without.remedy
    (program / "libsclo.so").touch()
    (program / "libsdlo.so").touch()
    assert checks.check_components(program).state is State.OK


def test_the_nogui_packages_are_a_failure(program: Path) -> None:
    check = checks.check_dialogs(program)
    assert check.state is State.FAIL
    assert "comment" in check.found


def test_database_drivers_are_unwanted(program: Path) -> None:
    assert checks.check_unwanted(program).state is State.OK
    (program / "libfirebird_sdbclo.so").touch()
    assert "Firebird" in checks.check_unwanted(program).found


def test_missing_fonts_name_the_fonts_they_stand_for(monkeypatch: pytest.MonkeyPatch) -> None:
    families = frozenset({*checks.METRIC_COMPATIBLE, *checks.FALLBACKS})
    monkeypatch.setattr(probe, "find_fonts", lambda: families)
    assert checks.check_fonts().state is State.OK
    monkeypatch.setattr(probe, "find_fonts", lambda: families - {"Carlito"})
    check = checks.check_fonts()
    assert check.state is State.WARN
    assert "Calibri" in check.found


def test_no_landlock_fails_or_warns_as_the_operator_chose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        sandbox, "probe", lambda: Support(0, True, "5.10.0-30 x86_64", ("Landlock",))
    )
    assert checks.check_sandbox(degraded=False).state is State.FAIL
    assert checks.check_sandbox(degraded=True).state is State.WARN


def test_a_sandbox_that_does_not_hold_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: Support(7, True, "6.18 x86_64", ()))
    monkeypatch.setattr(sandbox, "self_test", lambda: ("it read a foreign file",))
    check = checks.check_sandbox(degraded=False)
    assert check.state is State.FAIL
    assert "it read a foreign file" in check.found


def test_the_data_folder_needs_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PIPES", tmp_path / "elsewhere")
    wanted = tmp_path / "not" / "yet" / "made"
    assert checks.check_data_dir(wanted).state is State.OK
    assert not wanted.exists()
    monkeypatch.setattr(checks, "_ENOUGH_DISK_BYTES", 2**60)
    assert checks.check_data_dir(wanted).state is State.WARN
    monkeypatch.setattr(checks, "_LITTLE_DISK_BYTES", 2**60)
    assert checks.check_data_dir(wanted).state is State.FAIL


def test_the_data_folder_should_not_lie_where_offices_remove_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PIPES", tmp_path)
    check = checks.check_data_dir(tmp_path / "data")
    assert (check.state, "GREFFIER_DATA_DIR" in check.remedy) == (State.WARN, True)


@pytest.mark.parametrize("place", ["/proc/nope", "/dev/null", "/dev/null/below"])
def test_a_place_where_no_folder_can_be_is_told_as_such(place: str) -> None:
    check = checks.check_data_dir(Path(place))
    assert check.state is State.FAIL
    assert "can make no folder in" in check.found
    assert "GREFFIER_DATA_DIR" in check.remedy


def test_pipes_need_a_folder_that_takes_sockets(tmp_path: Path) -> None:
    assert checks.check_pipes(tmp_path).state is State.OK
    assert list(tmp_path.iterdir()) == []
    assert checks.check_pipes(tmp_path / "nowhere").state is State.FAIL
