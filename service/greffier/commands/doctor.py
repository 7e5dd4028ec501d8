"""``greffier doctor``: is everything here that the service needs?"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import textwrap
from collections.abc import Iterator

from greffier_converters.checks import Check, State, check_machine

from greffier.settings import Settings
from greffier.settings_sources import SettingsRefused, read_settings

_COLOURS = {State.OK: 32, State.WARN: 33, State.FAIL: 31}  # ANSI: green, yellow, red
_SUMMARIES = {
    State.OK: "Everything is here.",
    State.WARN: "Greffier can work here; the warnings say what would be better.",
    State.FAIL: "Greffier cannot work here yet: see the lines marked fail.",
}


class Doctor:
    """Looks at the machine and says what is missing; changes nothing."""

    help = "check that this machine has what the service needs, and say what to install"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the one option."""
        parser.add_argument("--json", action="store_true", help="print the checks as JSON")

    def run(self, args: argparse.Namespace) -> int:
        """Check and print; gives 1 when something needed is missing, 0 otherwise."""
        checks = []
        for check in _checks():
            checks.append(check)
            if not args.json:
                print(_line(check, colour=sys.stdout.isatty()), flush=True)
        worst = max((check.state for check in checks), key=list(State).index)
        if args.json:
            print(json.dumps([dataclasses.asdict(check) for check in checks], indent=2))
        else:
            print(f"\n{_SUMMARIES[worst]}")
        return 1 if worst is State.FAIL else 0


def _checks() -> Iterator[Check]:
    """Check the settings that ``greffier serve`` would use, and the machine with them."""
    try:
        settings = read_settings({})
    except SettingsRefused as error:
        found = f"{'; '.join(error.faults)} (what follows is checked with the defaults)"
        yield Check("Settings", State.FAIL, found, "Correct them: greffier serve --help lists all.")
        settings = Settings.model_validate({})
    yield from check_machine(
        data_dir=settings.data_dir,
        office=settings.office,
        python=settings.office_python,
        degraded=settings.sandbox == "degraded",
    )


def _line(check: Check, *, colour: bool) -> str:
    """Lay one check out for people: state, name, what was found, what to do."""
    state = f"{check.state:4}"
    if colour:
        state = f"\x1b[{_COLOURS[check.state]}m{state}\x1b[0m"
    indent = " " * 24
    text = textwrap.fill(
        check.found, 100, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    ).lstrip()
    remedy = f"\n{indent}-> {check.remedy}" if check.remedy else ""
    return f"{state}  {check.name:16}  {text}{remedy}"


command = Doctor()
