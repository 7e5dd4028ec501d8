"""The commands of the designers' guide, typed as it prints them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from documents import pdf_text
from running import greffier_serve

GUIDE = Path(__file__).parents[2] / "docs" / "designers"


def test_a_designer_tries_a_template_as_the_guide_says(tmp_path: Path) -> None:
    (block,) = re.findall(r"```bash\n(.*?)```", (GUIDE / "README.md").read_text(), re.DOTALL)
    desk = tmp_path / "desk"
    desk.mkdir()
    for ending in (".odt", ".json"):
        shutil.copy(GUIDE / "examples" / f"first-field{ending}", desk / f"letter{ending}")

    with greffier_serve(tmp_path) as service:
        for line in block.splitlines():
            program, *arguments = shlex.split(line)
            assert program == ".venv/bin/greffier"
            done = subprocess.run(
                [sys.executable, "-m", "greffier_client.cli", *arguments],
                cwd=desk,
                env={**os.environ, "GREFFIER_URL": service.url},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr

    assert "Dear Madam Élise Lambert," in pdf_text(desk / "letter.pdf")
