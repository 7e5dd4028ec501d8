"""What a newcomer runs first."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from documents import pdf_text

ROOT = Path(__file__).parents[2]
TITLES = {
    "accuse-reception": "Objet : accusé de réception",
    "deliberation-conseil": "Délibérations du Conseil communal",
    "omgevingsvergunning": "Omgevingsvergunning: ’t Oud Molenhuis",
}


def test_the_demo_makes_three_documents_and_stops_what_it_started(tmp_path: Path) -> None:
    out = {name: ROOT / "out" / f"{name}.pdf" for name in TITLES}
    for pdf in out.values():
        pdf.unlink(missing_ok=True)

    # Its temporary files go where they can be looked for afterwards.
    done = subprocess.run(
        [ROOT / "scripts" / "demo"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "docs/designers/README.md" in done.stdout
    for name, title in TITLES.items():
        assert title.casefold() in pdf_text(out[name]).casefold()
    assert list(tmp_path.iterdir()) == []
    assert processes_naming(str(tmp_path)) == []


def processes_naming(text: str) -> list[str]:
    """Command lines of running processes that hold ``text``."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if text in line:
            lines.append(line)
    return lines
