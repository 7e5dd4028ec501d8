"""What a started program may do, and whether this machine can enforce it.

``Policy`` says it, ``command`` puts the launcher in front of a program, and
``probe`` and ``self_test`` find out what the kernel offers. The enforcement
itself is ``launcher.py``.
"""

from __future__ import annotations

import dataclasses
import json
import platform
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from greffier_converters import launcher

#: The program to be run by path.
LAUNCHER = Path(launcher.__file__).resolve()

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rights of one program; whatever is not named here it cannot do.

    Every path must exist when the program starts. A path stands for all that is
    below it, and symbolic links count as what they point to.
    """

    #: Files and folders to read.
    read: Sequence[Path | str] = ()
    #: Files and folders to read and write; folders also to make and remove files in.
    #: Never symbolic links, FIFOs or devices.
    write: Sequence[Path | str] = ()
    #: Programs to execute, and the loader they name (``loader_of``). Reading a file and
    #: naming it to the loader runs it too, so keep folders of programs out of ``read``.
    execute: Sequence[Path | str] = ()
    #: Folders in which to make Unix sockets and remove files, and nothing else:
    #: LibreOffice insists on putting its pipe in /tmp.
    sockets_in: Sequence[Path | str] = ()
    #: ``none``; ``listen``: wait for calls on Unix sockets, call nobody; ``unix``: both.
    #: There is no value that allows the network.
    sockets: Literal["none", "listen", "unix"] = "none"
    #: May start other processes and send them signals; otherwise it has threads only.
    processes: bool = False
    #: All environment variables it gets; those of the service are never passed on.
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Address space (RLIMIT_AS); None: as the service.
    memory_bytes: int | None = 2048 * MIB
    #: Size of one written file (RLIMIT_FSIZE).
    file_bytes: int | None = 1024 * MIB
    #: Open files (RLIMIT_NOFILE).
    open_files: int | None = 1024
    #: Processor seconds until it is killed (RLIMIT_CPU).
    cpu_s: int | None = None
    #: Added to the niceness it inherits.
    nice: int = 0
    #: How gladly the kernel kills it when memory runs out, up to 1000.
    oom_score_adj: int = 500
    #: Whether to refuse the start where the kernel lacks a layer, or to do without
    #: it (``GREFFIER_SANDBOX=degraded``).
    required: bool = True

    def to_json(self) -> str:
        """Write the policy as the launcher reads it."""
        return json.dumps(dataclasses.asdict(self), default=str)


def command(
    policy: Policy, argv: Sequence[str | Path], *, python: Path | str = sys.executable
) -> tuple[str, ...]:
    """Return the command that starts a program under a policy.

    Start it as a direct child, by its main thread: the program dies with the
    thread that started it.

    Args:
        policy: What the program may do.
        argv: The program, by its absolute path, and its arguments.
        python: The Python to run the launcher with (3.9 or newer). When the
            command is started from inside a sandbox, that one must let this
            Python run.
    """
    program = [str(argument) for argument in argv]
    return (str(python), "-I", "-S", str(LAUNCHER), policy.to_json(), "--", *program)


def existing(*paths: Path | str) -> tuple[Path, ...]:
    """Return those of the paths that this machine has."""
    return tuple(path for path in map(Path, paths) if path.exists())


def system_read() -> tuple[Path, ...]:
    """Return what any dynamically linked program reads: libraries, fonts, time zones.

    Folders of programs (/usr/bin) are left out, see ``Policy.execute``.
    """
    return existing(
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/usr/share",
        "/usr/local/share/fonts",
        "/etc/fonts",
        "/etc/ld.so.cache",
        "/etc/localtime",
        "/etc/nsswitch.conf",
        "/etc/passwd",
        "/var/cache/fontconfig",
        "/dev/urandom",
    )


def python_read(python: Path | str = sys.executable) -> tuple[Path, ...]:
    """Return what a Python reads beside ``system_read`` in order to start.

    For the Python of this process that includes the packages it sees.
    """
    if Path(python) == Path(sys.executable):
        homes = [Path(sys.prefix), Path(sys.base_prefix)]
        # Not the current folder, which ``python -m`` puts there: it may hold the data.
        packages = [path for path in sys.path if Path(path).is_dir() and Path(path) != Path.cwd()]
    else:
        homes, packages = [Path(python).resolve().parent.parent], []
    # Not the whole home: that of a system Python is /usr, with all its programs.
    parts = [home / part for home in homes for part in ("lib", "lib64", "pyvenv.cfg")]
    return existing(*dict.fromkeys([*parts, *map(Path, packages)]))


def loader_of(program: Path | str) -> tuple[Path, ...]:
    """Return the dynamic loader that an ELF program names; empty when it names none.

    The kernel opens the loader as a program, so it needs the right to execute.
    Layout of the file: elf(5), 64 bits, little endian.
    """
    program_header_interp = 3
    with Path(program).open("rb") as file:
        header = file.read(64)
        if header[:6] != b"\x7fELF\x02\x01":
            return ()
        table, size, count = (
            struct.unpack_from("<Q", header, 32)[0],
            *struct.unpack_from("<HH", header, 54),
        )
        for index in range(count):
            file.seek(table + index * size)
            kind, _flags, offset, _virtual, _physical, length = struct.unpack(
                "<IIQQQQ", file.read(40)
            )
            if kind == program_header_interp:
                file.seek(offset)
                return (Path(file.read(length).rstrip(b"\0").decode()),)
    return ()


@dataclass(frozen=True, slots=True)
class Support:
    """What this machine offers the sandbox."""

    #: Landlock's version; 0: none.
    landlock_abi: int
    seccomp: bool
    #: Release of the kernel and architecture: ``6.12.41 x86_64``.
    kernel: str
    #: What is lacking, each as a phrase for people; empty: everything is there.
    missing: tuple[str, ...]


def probe() -> Support:
    """Ask the kernel what it offers, without trying it."""
    abi, seccomp = launcher.landlock_abi(), launcher.seccomp_offered()
    missing = []
    if not abi:
        missing.append("Landlock (Linux 5.13 or newer, with landlock in the list of LSMs)")
    if not seccomp:
        missing.append("seccomp filters (on x86_64 or aarch64)")
    return Support(abi, seccomp, f"{platform.release()} {platform.machine()}", tuple(missing))


# Tries what must fail, and says which of it did not.
_ATTEMPTS = """
import os, socket, sys
def attempt(name, call):
    try:
        call()
    except OSError:
        return
    print(name)
attempt("it read a foreign file", lambda: open(sys.argv[1]))
attempt("it wrote into a foreign folder", lambda: open(sys.argv[1] + ".new", "w"))
attempt("it opened a network socket", lambda: socket.socket(socket.AF_INET))
attempt("it started a process", os.fork)
"""


def self_test() -> tuple[str, ...]:
    """Start a child that tries what it must not, and return what it got away with.

    Proves the chain (launcher, Python, kernel) on this machine, where ``probe``
    only asks. Takes about a tenth of a second.

    Returns:
        One phrase for each attempt that was not refused, or for why the child
        could not be started; empty when all is well.
    """
    policy = Policy(
        read=[*system_read(), *python_read()],
        execute=[sys.executable, *loader_of(sys.executable)],
        environment={},
    )
    with tempfile.TemporaryDirectory(prefix="greffier-") as folder:
        canary = Path(folder, "canary")
        canary.write_text("canary")
        attempts = [sys.executable, "-I", "-S", "-c", _ATTEMPTS, str(canary)]
        child = subprocess.run(  # noqa: PLW1510  the status is judged below
            command(policy, attempts), capture_output=True, text=True, timeout=60
        )
    if child.returncode != 0:
        return (child.stderr.strip() or f"the child ended with status {child.returncode}",)
    return tuple(child.stdout.splitlines())


def refusal(support: Support) -> str:
    """Return what to tell the operator of a machine that cannot enforce the sandbox."""
    return (
        f"This machine cannot confine LibreOffice: Linux {support.kernel} lacks "
        f"{' and '.join(support.missing)}. Greffier opens other people's documents, so it "
        "does not start without. Use a newer kernel, or, for a trial with documents you "
        "trust, set\n    GREFFIER_SANDBOX=degraded\n"
        "See docs/operators/sandbox.md for kernels and distributions."
    )
