"""Finding LibreOffice and its Python, with stand-ins for both."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from greffier_converters import probe
from greffier_converters.probe import OfficeNotFound


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program folder whose LibreOffice tells its version and nothing else."""
    folder = tmp_path / "libreoffice" / "program"
    script(folder / "soffice.bin", "echo 'LibreOffice 25.2.3.2 520(Build:2)'")
    return folder


@pytest.fixture
def with_uno(tmp_path: Path) -> Path:
    """A Python that can import uno, behind a wrapper as LibreOffice bundles it."""
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "uno.py").touch()
    (modules / "unohelper.py").touch()
    return script(
        tmp_path / "python",
        f'export PYTHONPATH={modules} UNO_PATH=/program\nexec {sys.executable} "$@"',
    )


@pytest.mark.parametrize("given", [".", "..", "soffice.bin"])
def test_the_setting_may_name_the_folder_the_program_folder_or_a_program(
    program: Path, given: str
) -> None:
    assert probe.find_program_folder(program / given) == program


def test_a_wrong_setting_is_refused_and_no_other_office_taken(tmp_path: Path) -> None:
    with pytest.raises(OfficeNotFound, match=f"GREFFIER_OFFICE={tmp_path}"):
        probe.find_program_folder(tmp_path)


def test_a_link_on_the_path_leads_to_the_program_folder(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(program / "soffice", "exit 1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "soffice").symlink_to(program / "soffice")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert probe.find_program_folder() == program


def test_the_version_is_asked_of_the_program(program: Path) -> None:
    assert probe.office_version(program) == "25.2.3.2"


def test_a_program_that_cannot_run_is_reported_in_its_words(program: Path) -> None:
    script(program / "soffice.bin", "echo 'libcups.so.2: cannot open' >&2; exit 127")
    with pytest.raises(OfficeNotFound, match=r"libcups\.so\.2: cannot open"):
        probe.office_version(program)


def test_a_wrapped_python_is_unwrapped(program: Path, with_uno: Path) -> None:
    found = probe.find_office_python(program, with_uno)
    assert found.path == Path(sys.executable).resolve()
    assert found.environment["UNO_PATH"] == "/program"
    assert set(found.environment) == {"PYTHONPATH", "UNO_PATH"}
    assert found.version == sys.version_info[:3]


def test_the_bundled_python_comes_first(program: Path, with_uno: Path) -> None:
    (program / "python").symlink_to(with_uno)
    assert probe.find_office_python(program).environment["UNO_PATH"] == "/program"


def test_a_python_without_uno_is_refused_and_no_other_taken(program: Path, tmp_path: Path) -> None:
    lacking = script(tmp_path / "lacking", f'exec {sys.executable} -I -S "$@"')
    with pytest.raises(OfficeNotFound, match="No module named 'uno'") as refused:
        probe.find_office_python(program, lacking)
    assert "python3-uno" in str(refused.value)


def test_the_ui_files_of_writer_are_noticed(program: Path) -> None:
    settings = program.parent / "share" / "config" / "soffice.cfg"
    for part in ("sfx", "modules/swriter"):
        assert not probe.has_dialogs(program)
        folder = settings / part / "ui"
        folder.mkdir(parents=True)
        (folder / "annotation.ui").touch()
    assert probe.has_dialogs(program)


def test_fonts_are_those_fontconfig_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probe.find_fonts() is None
    script(tmp_path / "fc-list", "echo 'Carlito\nDejaVu Sans,DejaVu Sans Light'")
    assert probe.find_fonts() == {"Carlito", "DejaVu Sans", "DejaVu Sans Light"}
