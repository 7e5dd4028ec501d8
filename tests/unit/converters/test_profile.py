"""The profile is made once, and made again when it was touched. The office is a script here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from greffier_converters.profile import ProfileFailed, copy_profile, make_profile


@pytest.fixture
def soffice(tmp_path: Path) -> Path:
    """Does what LibreOffice does with its profile, and counts how often."""
    script = tmp_path / "soffice.bin"
    script.write_text(
        "#!/bin/sh\n"
        "for option; do case $option in -env:*) profile=${option#*file://};; esac; done\n"
        f'echo start >> "{tmp_path}/starts"\n'
        'mkdir -p "$profile/user/extensions" && echo 1 > "$profile/user/extensions/buildid"\n'
    )
    script.chmod(0o755)
    return script


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines())


def test_it_is_warmed_up_once(tmp_path: Path, soffice: Path) -> None:
    first = make_profile(soffice, "7.4", tmp_path / "kept")
    assert make_profile(soffice, "7.4", tmp_path / "kept") == first
    assert starts(tmp_path) == 1
    assert (first / "user/extensions/buildid").is_file()
    settings = (first / "user/registrymodifications.xcu").read_text()
    assert 'oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value>' in settings


def test_another_version_gets_another_one(tmp_path: Path, soffice: Path) -> None:
    kept = tmp_path / "kept"
    assert make_profile(soffice, "7.4", kept) != make_profile(soffice, "25.2", kept)


@pytest.mark.parametrize("damage", ["removed", "changed", "added to"])
def test_a_touched_one_is_made_again(tmp_path: Path, soffice: Path, damage: str) -> None:
    profile = make_profile(soffice, "7.4", tmp_path / "kept")
    settings = profile / "user/registrymodifications.xcu"
    good = settings.read_text()
    if damage == "removed":
        shutil.rmtree(profile)
    elif damage == "changed":
        settings.write_text(good.replace("true", "false"))
    else:
        (profile / "user/basic").mkdir()
        (profile / "user/basic/macro").touch()
    assert make_profile(soffice, "7.4", tmp_path / "kept") == profile
    assert starts(tmp_path) == 2
    assert settings.read_text() == good
    assert not (profile / "user/basic").exists()


def test_each_office_has_its_own_copy(tmp_path: Path, soffice: Path) -> None:
    profile = make_profile(soffice, "7.4", tmp_path / "kept")
    copy_profile(profile, tmp_path / "copy")
    (tmp_path / "copy/user/registrymodifications.xcu").write_text("of one office")
    assert make_profile(soffice, "7.4", tmp_path / "kept") == profile
    assert starts(tmp_path) == 1


def test_an_office_that_does_not_start_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "soffice.bin"
    broken.write_text("#!/bin/sh\necho libfoo.so is missing >&2\nexit 127\n")
    broken.chmod(0o755)
    with pytest.raises(ProfileFailed, match=r"status 127.*libfoo\.so is missing"):
        make_profile(broken, "7.4", tmp_path / "kept")
