"""Offices know nothing of each other, even where a document has taken one over."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from greffier_converters import sandbox
from greffier_converters.office import OfficeProgram, OfficeSettings
from offices import installation, office_sockets, running_pool

pytestmark = pytest.mark.skipif(
    bool(sandbox.probe().missing), reason=f"this kernel lacks {sandbox.probe().missing}"
)

# Run in place of a driver, which may do more than its office.
_INTRUDER = """
import os, sys
for name, attempt in {
    "list the folder of all pipes": lambda: os.listdir("/tmp"),
    "list the folders of all offices": lambda: os.listdir(os.path.dirname(sys.argv[1])),
    "list the folder of another office": lambda: os.listdir(sys.argv[1]),
    "read the processes": lambda: os.listdir("/proc"),
    "look up bound sockets": lambda: open("/proc/net/unix").read(),
}.items():
    try:
        attempt()
        print(name)
    except OSError:
        pass
print("tried all")
"""


async def test_an_office_cannot_find_another_one(tmp_path: Path) -> None:
    offices = tmp_path / "pool"
    async with running_pool(offices):
        [neighbour] = (offices / "offices").iterdir()
        names = {socket.name for socket in office_sockets(offices)}
        assert any(neighbour.name in name for name in names)  # 128 random bits
        program = OfficeProgram(OfficeSettings(installation=installation()), tmp_path / "intruder")
        program.prepare()
        own = tmp_path / "own"
        own.mkdir()
        launch = program.launch(own, "")
        confined = launch.argv[: launch.argv.index("--") + 1]
        python = str(installation().python.path)
        tried = subprocess.run(
            [*confined, python, "-I", "-c", _INTRUDER, str(neighbour)],
            env={},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert tried.stdout == "tried all\n", tried.stderr
