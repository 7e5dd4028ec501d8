"""The settings every office starts with: a user profile made once and copied for each.

A fresh profile makes LibreOffice synchronise its extensions, which starts another
program, and end with status 81 the first time (measured, LibreOffice 7.4). So it
is warmed up once, outside the sandbox and without any document, and kept.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

#: Flags every office gets: no window, no dialogue, no recovery, no splash, no lock files.
QUIET = (
    "--headless",
    "--invisible",
    "--nocrashreport",
    "--nodefault",
    "--nologo",
    "--nofirststartwizard",
    "--norestore",
    "--nolockcheck",
)

_WARM_UP_TIMEOUT_S = 120
_making = threading.Lock()

# What an office may do at all, whatever a document asks for: the second of three
# layers (docs/decisions/0002-office-worker.md). Keys that a version does not know are ignored;
# DisableActiveContent and its two neighbours came after 7.4.
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "CheckDocumentEvents", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Office.Common/Security/Scripting", "DisablePythonRuntime", "true"),
    ("Office.Common/Security", "LoadExoticFileFormats", "0"),
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
    # A proxy where nobody listens: what gets past all else reaches no network.
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Setup/Office", "ooSetupInstCompleted", "true"),
)


class ProfileFailed(Exception):
    """LibreOffice could not be started once to make its profile."""


def make_profile(soffice: Path, version: str, folder: Path) -> Path:
    """Return the profile to copy, made in ``folder`` unless it is there undamaged. Blocks.

    Args:
        soffice: the program to warm it up with.
        version: its version; another one gets another profile.
        folder: where it is kept between starts of the service.

    Raises:
        ProfileFailed: LibreOffice did not start; says what it printed.
    """
    settings = _registry_modifications()
    key = hashlib.sha256(f"{soffice}\0{version}\0{settings}".encode()).hexdigest()[:16]
    profile, digest = folder / f"profile-{key}", folder / f"profile-{key}.sha256"
    with _making:  # offices start in parallel
        if not (profile.is_dir() and digest.is_file() and digest.read_text() == _digest(profile)):
            shutil.rmtree(profile, ignore_errors=True)
            profile.mkdir(parents=True, mode=0o700)
            _warm_up(soffice, profile)
            (profile / "user/registrymodifications.xcu").write_text(settings)
            digest.write_text(_digest(profile))
    return profile


def copy_profile(profile: Path, target: Path) -> None:
    """Give one office its own copy, which it may write to. Blocks."""
    shutil.copytree(profile, target, copy_function=shutil.copyfile)


def _digest(folder: Path) -> str:
    """Sum up all files, a few hundred kilobytes: tells a damaged profile from a good one."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _warm_up(soffice: Path, profile: Path) -> None:
    command = [str(soffice), *QUIET, f"-env:UserInstallation={profile.as_uri()}"]
    try:
        with tempfile.TemporaryDirectory(prefix="greffier-") as home:
            done = subprocess.run(
                [*command, "--terminate_after_init"],
                env={"HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_WARM_UP_TIMEOUT_S,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProfileFailed(f"LibreOffice ({soffice}) could not be started: {error}") from error
    if done.returncode != 0 or not (profile / "user").is_dir():
        said = " ".join(done.stderr.decode(errors="replace").split())[-500:]
        raise ProfileFailed(
            f"LibreOffice ({soffice}) ended with status {done.returncode} when its profile "
            f"was made in {profile.parent}: {said or 'it printed nothing'}"
        )


def _registry_modifications() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n"
    )
