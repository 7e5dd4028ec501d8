"""Run measures, print their table, and keep it in docs/benchmarks.md after a full run."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import importlib.metadata
import os
import platform
import sys
from pathlib import Path

from greffier_converters.probe import Installation, find_office

from benchmarks.measures import FULL, MEASURES, QUICK
from benchmarks.table import Measured, table

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> int:
    """Run from the command line; gives 1 when a bar is missed in a full run."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument(
        "--quick", action="store_true", help="a few letters each: shows that it works, no more"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.measures) - MEASURES.keys()
    if unknown:
        parser.error(f"there is no measure {min(unknown)}; there are: {', '.join(MEASURES)}")
    office = find_office()
    effort = QUICK if arguments.quick else FULL
    results: list[Measured] = []
    for name in arguments.measures or MEASURES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        results += asyncio.run(MEASURES[name](office, effort))
    print(table(results))
    if arguments.quick:
        print("Quick: too few letters to say anything about the bars.")
        return 0
    if not arguments.measures:
        keep(results, office)
    return 0 if all(result.met for result in results) else 1


def keep(results: list[Measured], office: Installation, page: Path = PAGE) -> None:
    """Replace the table on the page and say when and on what it was measured."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    unoserver = importlib.metadata.version("unoserver")
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = (
        f"Measured on {today}: {os.cpu_count()} processors ({platform.machine()}), "
        f"{gigabytes:.0f} GB of memory, LibreOffice {office.version}, "
        f"Python {platform.python_version()}, unoserver {unoserver}."
    )
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{machine}\n\n{table(results)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
