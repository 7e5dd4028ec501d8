"""Is LibreOffice there, and a Python to drive it? Asked apart from running it.

``find_office`` gives an ``Installation`` or raises ``OfficeNotFound`` with what to
do; the rest of the room starts what it names without looking again.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from greffier_converters.formats import Family

#: Longest wait for a program that is asked for its version, in seconds: generous,
#: because a cold disk or a busy machine proves nothing about the program.
ANSWER_WITHIN_S = 60.0

#: The Debian packages to name when something is missing; ``scripts/packages`` has all.
PACKAGES = "libreoffice-writer libreoffice-calc libreoffice-draw python3-uno"
INSTALL = f"apt-get install --no-install-recommends {PACKAGES}"


class OfficeNotFound(Exception):
    """LibreOffice, or the Python that drives it, is missing; says what to install."""


@dataclass(frozen=True, slots=True)
class OfficePython:
    """The Python that can import ``uno``."""

    #: The program itself, never a wrapper script around it.
    path: Path
    #: As ``sys.version_info``: (3, 11, 2).
    version: tuple[int, int, int]
    #: What a wrapper script has set for it and what it does not start without;
    #: empty for a system Python.
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Installation:
    """A LibreOffice that can be started, and what goes with it."""

    #: The folder that holds ``soffice.bin``.
    program: Path
    #: ``7.4.7.2``
    version: str
    python: OfficePython
    #: The folder of the package ``unoserver``; its parent holds other packages too,
    #: which the office's Python must not see.
    unoserver: Path
    #: An allocator to preload: 13 % less processor time where measured; None: not installed.
    jemalloc: Path | None

    @property
    def soffice(self) -> Path:
        """The program to start: not the ``soffice`` script, which starts a watcher first."""
        return self.program / "soffice.bin"


def find_office(*, office: Path | None = None, python: Path | None = None) -> Installation:
    """Find LibreOffice and the Python that drives it.

    Args:
        office: Where to look, and nowhere else: LibreOffice's folder, its program
            folder, or a program in it (``GREFFIER_OFFICE``).
        python: The Python to use, and no other (``GREFFIER_OFFICE_PYTHON``).

    Raises:
        OfficeNotFound: what is missing, where was looked and what to do.
    """
    program = find_program_folder(office)
    return Installation(
        program=program,
        version=office_version(program),
        python=find_office_python(program, python),
        unoserver=find_unoserver(),
        jemalloc=find_jemalloc(),
    )


def find_program_folder(office: Path | None = None) -> Path:
    """Return the folder that holds ``soffice.bin``; arguments and errors as ``find_office``."""
    places = list(_program_folders(office))
    for place in places:
        if os.access(place / "soffice.bin", os.X_OK):
            return place
    looked = ", ".join(map(str, places))
    if office is not None:
        raise OfficeNotFound(f"GREFFIER_OFFICE={office}: no soffice.bin there (looked in {looked})")
    raise OfficeNotFound(
        f"LibreOffice was not found (looked in {looked}). Install it: {INSTALL}; "
        "or set GREFFIER_OFFICE to its program folder."
    )


def _program_folders(office: Path | None) -> Iterator[Path]:
    """Return the places to look in, best first."""
    if office is not None:
        real = office.resolve()
        yield from (real, real / "program", real.parent)
        return
    on_path = shutil.which("soffice")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from map(Path, ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program"))
    # The packages of The Document Foundation: /opt/libreoffice25.2; the newest first.
    yield from sorted(Path("/opt").glob("libreoffice*/program"), key=_numbers, reverse=True)


def _numbers(path: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(path))]


def office_version(program: Path) -> str:
    """Ask LibreOffice for its version, ``7.4.7.2``.

    Raises:
        OfficeNotFound: it did not answer; a library it needs may be missing.
    """
    # It writes settings where it can, and without HOME asks the system where that is.
    nowhere = {"HOME": "/nonexistent"}
    answer = _ask([program / "soffice.bin", "--headless", "--version"], nowhere)
    found = re.search(r"LibreOffice\S* (\d[\d.]*)", answer.stdout)
    if not found:
        raise OfficeNotFound(
            f"{program / 'soffice.bin'} does not say its version "
            f"(status {answer.returncode}): {_last_line(answer.stderr)}. Reinstall LibreOffice."
        )
    return found[1]


# Answers as JSON. The environment is what a wrapper script has added to nothing.
_INTRODUCTION = """
import json, os, sys
import uno, unohelper
print(json.dumps([os.readlink("/proc/self/exe"), sys.version_info[:3], dict(os.environ)]))
"""


def find_office_python(program: Path, python: Path | None = None) -> OfficePython:
    """Return a Python that can import ``uno``.

    Args:
        program: LibreOffice's program folder; a Python bundled there comes first,
            because it fits that LibreOffice.
        python: The Python to use, and no other (``GREFFIER_OFFICE_PYTHON``).

    Raises:
        OfficeNotFound: none can, and why not.
    """
    candidates = [python] if python else _pythons(program)
    complaints = []
    for candidate in candidates:
        answer = _ask([candidate, "-c", _INTRODUCTION], {})
        if answer.returncode == 0:
            executable, version, environment = json.loads(answer.stdout)
            # Set by the shell or the C library for every process, not for this Python.
            for usual in ("PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"):
                environment.pop(usual, None)
            # A link (a virtual environment's Python) is kept, a wrapper script is not.
            wrapped = candidate.resolve() != Path(executable)
            path = Path(executable) if wrapped else candidate
            return OfficePython(path, tuple(version), environment)
        complaints.append(f"{candidate}: {_last_line(answer.stderr)}")
    tried = "; ".join(complaints) or "no Python was found"
    raise OfficeNotFound(
        f"No Python here can drive LibreOffice ({tried}). Install one: apt-get install "
        "python3-uno; or set GREFFIER_OFFICE_PYTHON to a Python that can import uno."
    )


def _pythons(program: Path) -> list[Path]:
    """Return the Pythons to try, best first."""
    usual = (program / "python", Path("/usr/bin/python3"), Path(sys.executable))
    return [path for path in usual if os.access(path, os.X_OK)]


def installed_families(program: Path) -> frozenset[Family]:
    """Tell which kinds of documents the LibreOffice in ``program`` can load.

    Each of its applications brings a file of settings (``share/registry/calc.xcd``).
    """
    applications = {
        "writer": Family.TEXT,
        "calc": Family.SPREADSHEET,
        "draw": Family.DRAWING,
        "impress": Family.PRESENTATION,
    }
    registry = program.parent / "share" / "registry"
    return frozenset(
        family for name, family in applications.items() if (registry / f"{name}.xcd").exists()
    )


def find_unoserver() -> Path:
    """Return the folder of the Python package ``unoserver``.

    Raises:
        OfficeNotFound: it is not installed beside the service.
    """
    spec = importlib.util.find_spec("unoserver")
    if spec is None or not spec.submodule_search_locations:
        raise OfficeNotFound(
            "The Python package unoserver is missing. Install it: pip install 'greffier[service]'"
        )
    return Path(spec.submodule_search_locations[0])


def find_jemalloc() -> Path | None:
    """Return the allocator that makes LibreOffice lighter on the processor, if installed."""
    folders = [Path("/usr/lib64"), *Path("/usr/lib").glob("*-linux-gnu")]
    found = (folder / "libjemalloc.so.2" for folder in folders)
    return next((path for path in found if path.exists()), None)


def has_dialogs(program: Path) -> bool:
    """Whether LibreOffice has the ``.ui`` files it needs to show a comment.

    Debian's ``-nogui`` packages come without, and LibreOffice then aborts on any
    document with a comment (measured: 44 of 49 real templates), headless or not.
    """
    settings = program.parent / "share/config/soffice.cfg"
    return all(any((settings / part / "ui").glob("*.ui")) for part in ("modules/swriter", "sfx"))


def find_fonts() -> frozenset[str] | None:
    """Return the font families fontconfig knows; None when it cannot be asked."""
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        return None
    answer = _ask([fc_list, ":", "family"], {"HOME": "/dev/null"})
    if answer.returncode != 0:
        return None
    names = (name for line in answer.stdout.splitlines() for name in line.split(","))
    return frozenset(name.strip() for name in names)


def _ask(
    argv: list[Path | str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program that only answers a question; one that cannot be run answers no."""
    try:
        return subprocess.run(
            argv,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=ANSWER_WITHIN_S,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(argv, 1, "", str(error))


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
