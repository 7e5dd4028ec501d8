"""Look at documents as whoever receives them does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def pdf_text(path: Path) -> str:
    """The text of a PDF, page by page separated by form feeds."""
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return done.stdout.decode()


def pdf_pages(path: Path) -> int:
    """The number of pages of a PDF."""
    done = subprocess.run(["pdfinfo", path], check=True, capture_output=True)
    found = re.search(rb"^Pages:\s+(\d+)", done.stdout, re.MULTILINE)
    assert found
    return int(found[1])
