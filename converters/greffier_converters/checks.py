"""The print room's part of ``greffier doctor``: everything it needs of the machine, checked.

Each check is a function that returns what it found; none raises and none
changes anything that outlives it.
"""

from __future__ import annotations

import enum
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greffier_converters import probe, sandbox
from greffier_converters.office import PIPES

#: Office families whose letter widths another font must share, and who shares them.
METRIC_COMPATIBLE = {
    "Carlito": "Calibri",
    "Caladea": "Cambria",
    "Liberation Sans": "Arial",
    "Liberation Serif": "Times New Roman",
    "Liberation Mono": "Courier New",
}
FALLBACKS = ("DejaVu Sans", "Noto Sans")
FONT_PACKAGES = (
    "fonts-crosextra-carlito fonts-crosextra-caladea fonts-liberation "
    "fonts-dejavu-core fonts-noto-core"
)

#: LibreOffice components a converter has no use for and hostile documents had.
UNWANTED = {
    "libfirebird_sdbclo.so": "Firebird",
    "libhsqldb.so": "HSQLDB",
    "libjdbclo.so": "JDBC",
    "libmysqlclo.so": "MySQL",
    "libodbclo.so": "ODBC",
    "libpostgresql-sdbclo.so": "PostgreSQL",
}

_ENOUGH_DISK_BYTES, _LITTLE_DISK_BYTES = 1024 * sandbox.MIB, 100 * sandbox.MIB


class State(enum.StrEnum):
    """How a check ended."""

    OK = "ok"
    #: Works, with a drawback that ``remedy`` takes away.
    WARN = "warn"
    #: The service does not start, or cannot convert.
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    #: What was looked at: ``LibreOffice``.
    name: str
    state: State
    #: What was found, for people.
    found: str
    #: What to do about it; empty when there is nothing to do.
    remedy: str = ""


def check_machine(
    *, data_dir: Path, office: Path | None, python: Path | None, degraded: bool
) -> Iterator[Check]:
    """Look at everything, the most important first.

    Args:
        data_dir: Where the service writes (``GREFFIER_DATA_DIR``).
        office: Where LibreOffice is said to be (``GREFFIER_OFFICE``).
        python: The Python said to drive it (``GREFFIER_OFFICE_PYTHON``).
        degraded: Whether the operator does without a sandbox
            (``GREFFIER_SANDBOX=degraded``).
    """
    try:
        program = probe.find_program_folder(office)
        version = probe.office_version(program)
    except probe.OfficeNotFound as error:
        yield Check("LibreOffice", State.FAIL, str(error), probe.INSTALL)
    else:
        yield Check("LibreOffice", State.OK, f"{version} in {program}")
        yield check_components(program)
        yield check_dialogs(program)
        yield check_unwanted(program)
        yield check_python(program, python)
    yield check_unoserver()
    yield check_fonts()
    yield check_jemalloc()
    yield check_sandbox(degraded=degraded)
    yield check_data_dir(data_dir)
    yield check_pipes()


def check_components(program: Path) -> Check:
    """Writer is needed; Calc and Draw open their own kinds of documents."""
    components = {"libswlo.so": "Writer", "libsclo.so": "Calc", "libsdlo.so": "Draw"}
    there = [name for file, name in components.items() if (program / file).exists()]
    lacking = [name for name in components.values() if name not in there]
    found = ", ".join(there) or "none"
    if "Writer" in lacking:
        return Check("Components", State.FAIL, found, probe.INSTALL)
    if lacking:
        packages = " ".join(f"libreoffice-{name.lower()}" for name in lacking)
        return Check(
            "Components", State.WARN, f"{found}; without {' and '.join(lacking)}",
            f"apt-get install --no-install-recommends {packages}",
        )  # fmt: skip
    return Check("Components", State.OK, found)


def check_dialogs(program: Path) -> Check:
    """Without the .ui files every document with a comment kills LibreOffice."""
    if probe.has_dialogs(program):
        return Check("Comments", State.OK, "the .ui files are there")
    return Check(
        "Comments",
        State.FAIL,
        "LibreOffice lacks its .ui files (a -nogui package?) and aborts on any document "
        "with a comment",
        probe.INSTALL,
    )


def check_unwanted(program: Path) -> Check:
    """Database drivers only widen what a hostile document can reach."""
    there = sorted(name for file, name in UNWANTED.items() if (program / file).exists())
    if not there:
        return Check("Database drivers", State.OK, "none, as it should be")
    return Check(
        "Database drivers", State.WARN, f"LibreOffice has {', '.join(there)}",
        "Remove libreoffice-base, libreoffice-base-drivers and libreoffice-sdbc-*.",
    )  # fmt: skip


def check_python(program: Path, python: Path | None) -> Check:
    """A Python that can import uno drives LibreOffice."""
    try:
        found = probe.find_office_python(program, python)
    except probe.OfficeNotFound as error:
        return Check("Office Python", State.FAIL, str(error), "apt-get install python3-uno")
    version = ".".join(map(str, found.version))
    return Check("Office Python", State.OK, f"{version} at {found.path}")


def check_unoserver() -> Check:
    """The driver builds on unoserver's classes."""
    try:
        return Check("unoserver", State.OK, str(probe.find_unoserver()))
    except probe.OfficeNotFound as error:
        return Check("unoserver", State.FAIL, str(error), "pip install 'greffier[service]'")


def check_fonts() -> Check:
    """Fonts decide about line breaks, so the usual ones must have a stand-in."""
    families = probe.find_fonts()
    if families is None:
        return Check("Fonts", State.WARN, "fc-list cannot be asked", "apt-get install fontconfig")
    lacking = [f for f in (*METRIC_COMPATIBLE, *FALLBACKS) if f not in families]
    if not lacking:
        return Check("Fonts", State.OK, f"{len(families)} families, the recommended ones included")
    stood_for = [METRIC_COMPATIBLE[f] for f in lacking if f in METRIC_COMPATIBLE]
    consequence = f"; text in {', '.join(stood_for)} will break differently" if stood_for else ""
    return Check(
        "Fonts", State.WARN, f"without {', '.join(lacking)}{consequence}",
        f"apt-get install {FONT_PACKAGES}",
    )  # fmt: skip


def check_jemalloc() -> Check:
    """An allocator that saves processor time."""
    path = probe.find_jemalloc()
    if path:
        return Check("jemalloc", State.OK, str(path))
    return Check(
        "jemalloc", State.WARN, "not installed; LibreOffice needs some more processor time",
        "apt-get install libjemalloc2",
    )  # fmt: skip


def check_sandbox(*, degraded: bool) -> Check:
    """Documents are opened only in a sandbox, unless the operator does without."""
    support = sandbox.probe()
    if support.missing:
        if not degraded:
            return Check("Sandbox", State.FAIL, sandbox.refusal(support), "Use a newer kernel.")
        lacking = " and ".join(support.missing)
        return Check(
            "Sandbox", State.WARN, f"Linux {support.kernel} lacks {lacking}; degraded mode is on",
            "Convert only documents you trust, or use a newer kernel.",
        )  # fmt: skip
    escapes = sandbox.self_test()
    if escapes:
        return Check(
            "Sandbox", State.FAIL, f"a confined child was not held: {'; '.join(escapes)}",
            "Report this, with the kernel's version and the container's settings.",
        )  # fmt: skip
    found = f"Landlock {support.landlock_abi} and seccomp on Linux {support.kernel}; tried"
    if degraded:
        return Check(
            "Sandbox", State.WARN, f"{found}; GREFFIER_SANDBOX=degraded is set without need",
            "Remove GREFFIER_SANDBOX from the settings.",
        )  # fmt: skip
    return Check("Sandbox", State.OK, found)


def check_data_dir(data_dir: Path) -> Check:
    """Everything the service writes lies in one folder, which must have room."""
    place = data_dir.absolute()
    while not place.exists():
        place = place.parent
    try:
        # Tried, not asked for: root may write everywhere, but in /proc nobody can.
        with tempfile.TemporaryDirectory(dir=place, prefix=".greffier-doctor-"):
            pass
    except OSError as error:
        return Check(
            "Data folder", State.FAIL,
            f"user {os.getuid()} can make no folder in {place}: {error.strerror}",
            "Set GREFFIER_DATA_DIR to a folder that this user can write to.",
        )  # fmt: skip
    free = shutil.disk_usage(place).free
    found = f"{data_dir}, {free // sandbox.MIB:,} MiB free"
    if free < _LITTLE_DISK_BYTES:
        return Check("Data folder", State.FAIL, found, "Make room; 1 GiB is comfortable.")
    if free < _ENOUGH_DISK_BYTES:
        return Check("Data folder", State.WARN, found, "Make room; 1 GiB is comfortable.")
    if data_dir.absolute().is_relative_to(PIPES):
        return Check(
            "Data folder", State.WARN,
            f"{found}; below /tmp, where every office may remove files",
            "Set GREFFIER_DATA_DIR to a folder outside /tmp.",
        )  # fmt: skip
    return Check("Data folder", State.OK, found)


def check_pipes(folder: Path = PIPES) -> Check:
    """LibreOffice makes its pipe in /tmp, whatever TMPDIR says."""
    path = folder / f"greffier-doctor-{secrets.token_hex(8)}"
    try:
        with socket.socket(socket.AF_UNIX) as pipe:
            pipe.bind(str(path))
        path.unlink()
    except OSError as error:
        return Check(
            "Pipes", State.FAIL, f"no socket can be made in {folder}: {error.strerror}",
            f"Make {folder} writable (mode 1777); in a container, mount a tmpfs there.",
        )  # fmt: skip
    return Check("Pipes", State.OK, f"sockets can be made in {folder}")
