"""Folders go, whatever was left in them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from greffier_converters import folders

# Root may do anything, so the removal is done by a child that is not root.
REMOVE = """
import os, runpy, sys
from pathlib import Path
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
folder = Path(sys.argv[2]) / "left"
(folder / "a" / "b").mkdir(parents=True)
(folder / "a" / "b" / "file").touch()
for path in (folder / "a" / "b", folder / "a", folder):
    path.chmod(0o100)
runpy.run_path(sys.argv[1])["remove_tree"](folder)
print(folder.exists())
"""


def test_folders_made_unwritable_go_too() -> None:
    python = os.path.realpath(sys.executable)
    if os.getuid() == 0:  # which may have a Python that only it can read
        python = "/usr/bin/python3"
    # Not tmp_path, which is closed to other users.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o777)
        module = Path(place, "folders.py")
        module.write_bytes(Path(folders.__file__).read_bytes())
        command = [python, "-c", REMOVE, module, place]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
