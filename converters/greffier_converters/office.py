"""LibreOffice as a supervised program: how one office is started and what it leaves behind.

An office is a driver (``driver.py``) and the ``soffice.bin`` it starts, in one
process group and one folder::

    <folder>/profile    its user profile, a copy
    <folder>/tmp        temporary files (lu*.tmp)
    <folder>/home       what it takes for a home directory
    <folder>/fonts.conf where it finds its set of fonts, when it was started with one
    <folder>/<job>      the files of one job at a time

Both run under the launcher, ``soffice.bin`` with fewer rights than the driver.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from greffier_converters import fonts, sandbox
from greffier_converters.font_sets import FontSets
from greffier_converters.model import Launch, Limits
from greffier_converters.probe import Installation
from greffier_converters.profile import QUIET, copy_profile, make_profile

_DRIVER = Path(__file__).with_name("driver.py")

#: LibreOffice puts the sockets of its pipes here and nowhere else (sal/osl/unx/pipe.cxx).
PIPES = Path("/tmp")  # noqa: S108  not ours to choose


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """Which LibreOffice to run, and how."""

    installation: Installation
    limits: Limits = field(default_factory=Limits)
    #: Whether to refuse to start where the kernel cannot confine an office.
    sandbox_required: bool = True
    #: Address space of one office; a document that needs more is refused.
    memory_bytes: int = 2048 * 2**20
    #: Where sets of fonts may be put while the service runs, a folder each; see
    #: ``font_sets.py``. An office started with a set sees its fonts beside the machine's and
    #: is used only for conversions that name it (``affinity``). None: there are no sets.
    font_sets: Path | None = None


class OfficeProgram:
    """Starts offices; see ``supervisor.Program``."""

    name = "office"

    def __init__(self, settings: OfficeSettings, folder: Path) -> None:
        self._settings = settings
        self._installation = settings.installation
        self._folder = folder
        self._packages = folder / "packages"
        #: Sets of fonts to start offices with.
        self.sets = FontSets(settings.font_sets, folder, sandbox_required=settings.sandbox_required)

    def prepare(self) -> None:
        """Make what all offices share. Blocks; needed once before the first ``launch``.

        Raises:
            ProfileFailed: LibreOffice does not start.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_profile()
        # Alone in a folder: what lies beside it was installed for another Python.
        shutil.rmtree(self._packages, ignore_errors=True)
        shutil.copytree(
            self._installation.unoserver,
            self._packages / "unoserver",
            ignore=shutil.ignore_patterns("__pycache__"),
        )

    def launch(self, folder: Path, affinity: str) -> Launch:
        """Prepare a folder and say how to start the driver in it.

        Raises:
            FileNotFoundError: there is no such set of fonts, or no more.
        """
        if affinity:
            fonts.write_configuration(_fonts_file(folder), [self.sets.folder(affinity)])
        copy_profile(self._make_profile(), folder / "profile")
        (folder / "tmp").mkdir()
        (folder / "home").mkdir()
        python = self._installation.python
        configuration = {
            "unoserver": str(self._packages),
            "pipe": _pipe(folder),
            "office": self.office_command(folder, affinity),
        }
        argv = sandbox.command(
            self._driver_policy(folder, affinity),
            [python.path, "-I", "-B", _DRIVER, json.dumps(configuration)],
        )
        return Launch(argv, env={}, cwd=folder)

    def _make_profile(self) -> Path:
        installation = self._installation
        return make_profile(installation.soffice, installation.version, self._folder)

    def cleanup(self, folder: Path) -> None:
        """Remove the sockets that killed offices leave in /tmp."""
        user = os.getuid()
        # The second one: desktop/source/app/officeipcthread.cxx, CreateMD5FromString, which
        # writes each byte of the digest in hexadecimal, without leading zeros.
        digest = hashlib.md5(
            (folder / "profile").as_uri().encode("utf-16-le"), usedforsecurity=False
        ).digest()
        single_instance = "SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest)
        for name in (_pipe(folder), single_instance):
            (PIPES / f"OSL_PIPE_{user}_{name}").unlink(missing_ok=True)

    def office_command(self, folder: Path, affinity: str = "") -> tuple[str, ...]:
        """Return how the driver starts LibreOffice in a folder that ``launch`` has prepared."""
        soffice = self._installation.soffice
        environment = {
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        if affinity:
            environment |= fonts.environment(_fonts_file(folder))
        if self._installation.jemalloc is not None:
            environment["LD_PRELOAD"] = str(self._installation.jemalloc)
        policy = sandbox.Policy(
            read=self._readable(affinity),
            write=[folder, "/dev/null"],
            execute=[soffice, *sandbox.loader_of(soffice)],
            sockets_in=[PIPES],
            sockets="listen",
            environment=environment,
            memory_bytes=self._settings.memory_bytes,
            required=self._settings.sandbox_required,
        )
        argv: list[str | Path] = [
            soffice,
            *QUIET,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"--accept=pipe,name={_pipe(folder)};urp;StarOffice.ComponentContext",
        ]
        return sandbox.command(policy, argv, python=self._installation.python.path)

    def _driver_policy(self, folder: Path, affinity: str) -> sandbox.Policy:
        soffice, python = self._installation.soffice, self._installation.python
        return sandbox.Policy(
            read=[
                *self._readable(affinity),
                *sandbox.python_read(python.path),
                self._packages,
                _DRIVER,
                sandbox.LAUNCHER,
            ],
            write=[folder, "/dev/null"],
            execute=[
                python.path,
                *sandbox.loader_of(python.path),
                soffice,
                *sandbox.loader_of(soffice),
            ],
            sockets_in=[PIPES],
            sockets="unix",
            processes=True,
            environment={**python.environment, "LANG": "C.UTF-8", "HOME": str(folder / "home")},
            memory_bytes=None,
            required=self._settings.sandbox_required,
        )

    def _readable(self, affinity: str) -> list[Path]:
        return [
            *([self.sets.folder(affinity)] if affinity else []),
            *sandbox.system_read(),
            *sandbox.existing(
                self._installation.program.parent,
                "/etc/libreoffice",
                "/var/lib/libreoffice",
                "/var/spool/libreoffice",
            ),
        ]


def _fonts_file(folder: Path) -> Path:
    return folder / "fonts.conf"


def _pipe(folder: Path) -> str:
    """Name the pipe of the office in this folder, whose name nobody can guess."""
    return f"greffier{folder.name}"
