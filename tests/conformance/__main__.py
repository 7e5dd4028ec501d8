"""Fill every template of a folder with both engines and print, as Markdown, how they compare.

Usage: scripts/conformance FOLDER

The data of NAME.odt is NAME.json beside it; without one, data are derived from the
template. Counted are the ODT templates that stock py3o.template renders without an error;
where the texts part because of a defect of stock (docs/upstream.md), it is named, and the
template is not counted. Exits with 1 when less than 95 % of those counted have the same text.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
from pathlib import Path

from conformance.comparing import Outcome, Verdict, compare_file

REQUIRED = 0.95
#: What remarks quote of a template; the table names templates and tells nothing of their text.
_QUOTED = re.compile(r"'.*'|\".*\"|“.*”|<.*>")


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/conformance", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, help="a folder of .odt files, searched throughout")
    folder: Path = parser.parse_args().folder
    logging.disable()  # stock logs a traceback beside every error it raises
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".odt", ".ott", ".ods"))
    if not files:
        parser.error(f"there are no templates in {folder}")
    outcomes = [compare_file(path) for path in files]
    counted = [outcome for outcome in outcomes if outcome.counted]
    same = sum(outcome.verdict is Verdict.SAME for outcome in counted)
    print("\n".join(report(outcomes)))
    print(f"\n**{same} of {len(counted)} counted templates have the same text.**")
    return 0 if same >= REQUIRED * len(counted) else 1


def report(outcomes: list[Outcome]) -> list[str]:
    """The lines of the table, the counted templates first."""
    lines = ["| Template | Uses | Outcome | Remarks |", "|---|---|---|---|"]
    order = list(Verdict)
    for outcome in sorted(outcomes, key=lambda outcome: order.index(outcome.verdict)):
        remark = _QUOTED.sub("…", outcome.detail).replace("|", "\\|").replace("\n", " ")
        uses = ", ".join(outcome.constructs)
        lines.append(f"| {outcome.name} | {uses} | {outcome.verdict} | {remark} |")
    return lines


sys.exit(main())
