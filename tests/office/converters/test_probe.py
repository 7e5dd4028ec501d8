"""The LibreOffice of this machine is found, and ``greffier doctor`` likes the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from greffier_converters import probe


def test_the_office_and_a_python_that_drives_it_are_found() -> None:
    found = probe.find_office()
    assert found.soffice.is_file()
    assert int(found.version.split(".")[0]) >= 7
    imported = subprocess.run(
        [found.python.path, "-c", "import uno"], env=dict(found.python.environment), check=False
    )
    assert imported.returncode == 0
    assert (found.unoserver / "converter.py").is_file()


def test_the_doctor_finds_nothing_missing() -> None:
    greffier = Path(sys.executable).with_name("greffier")
    own = {name: value for name, value in os.environ.items() if not name.startswith("GREFFIER_")}
    result = subprocess.run(
        [greffier, "doctor", "--json"], env=own, capture_output=True, check=False
    )
    checks = json.loads(result.stdout)
    assert [check for check in checks if check["state"] == "fail"] == []
    assert result.returncode == 0
