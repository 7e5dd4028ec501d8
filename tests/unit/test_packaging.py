"""The distribution is put together as ARCHITECTURE.md says."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "greffier",
    "greffier_client",
    "greffier_converters",
    "greffier_library",
    "greffier_templates",
}


def test_lock_files_pin_hashes_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        packages = re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE)
        assert packages
        assert text.count("--hash=sha256:") >= len(packages)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_our_packages_and_nothing_with_a_general_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == PACKAGES
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    shipped = {name for name in names if name.startswith("greffier_library/")}
    assert any(name.endswith(".odt") for name in shipped)


def test_the_client_alone_needs_nothing_of_the_service(wheel: Path, tmp_path: Path) -> None:
    """What an application gets from ``pip install greffier``: aiohttp and the command line."""
    wanted = (
        "aiohttp aiosignal aiohappyeyeballs attr attrs frozenlist idna multidict propcache yarl"
    )
    site = Path(next(p for p in sys.path if p.endswith("site-packages")))
    for name in [*wanted.split(), "typing_extensions.py"]:
        if (site / name).exists():
            (tmp_path / name).symlink_to(site / name)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-I", "-S", "-c"]
    start = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from greffier_client.cli import main;"
    )
    helped = subprocess.run(
        [*command, start + "main(['--help'])"], check=True, capture_output=True, text=True
    )
    assert "render" in helped.stdout
    served = subprocess.run(
        [*command, start + "sys.exit(main(['serve', '--port', '1']))"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert served.returncode == 2
    assert "pip install 'greffier[service]'" in served.stderr
