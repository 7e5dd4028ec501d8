"""``greffier records``, ``usage`` and ``limits``: who did what, how much, and how much one may."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from . import service, telling
from .actions import as_json

#: What narrows the records, besides the time.
_NARROWING = {
    "action": "what was done: documents.create, live.publish",
    "subject": "what it was done to: the name of a template, the id of a key",
    "key": "with which key, by its name",
    "outcome": "how it ended: ok, the name of a problem, or client-left",
}


class Records:
    """Lists who did what."""

    help = "tell who did what, and when"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--since",
            type=lambda text: _moment(text, days_on=0),
            default="",
            metavar="DAY|MOMENT",
            help="from then on: 2026-11-01, 2026-11-25T08:00:00Z; days are those of UTC",
        )
        parser.add_argument(
            "--until",
            type=lambda text: _moment(text, days_on=1),
            default="",
            metavar="DAY|MOMENT",
            help="to the end of that day, or before that moment",
        )
        for name, help_text in _NARROWING.items():
            parser.add_argument(f"--{name}", default="", help=help_text)
        _forms(parser)
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """List them; gives the exit code."""
        narrowed = {name: getattr(args, name) for name in ("since", "until", *_NARROWING)}
        with service.client(args) as greffier:
            if args.csv:
                greffier.operations.records_csv(sys.stdout.buffer.write, **narrowed)
                return 0
            with service.progress("Fetching"):
                found = greffier.operations.records(**narrowed)
        if args.json:
            return telling.print_json(found)
        rows = (
            (
                telling.moment(each["at"], seconds=True),
                each["tenant"] or "-",
                each["key"],
                each["action"],
                _with_version(each),
                each["outcome"],
                "" if each["pages"] is None else str(each["pages"]),
            )
            for each in found
        )
        heads = ("WHEN (UTC)", "TENANT", "KEY", "ACTION", "SUBJECT", "OUTCOME", "PAGES")
        print(telling.table(rows, heads), end="")
        telling.say(f"{len(found)} record(s)")
        return 0


class Usage:
    """Adds up documents."""

    help = "add up the documents, pages and failures of each template"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--since",
            default="",
            metavar="DAY",
            help="first day, in UTC (default: the first of this month)",
        )
        parser.add_argument(
            "--until", default="", metavar="DAY", help="last day, in UTC (default: today)"
        )
        parser.add_argument(
            "--by", choices=["day", "month"], default="day", help="what is added up (default: day)"
        )
        _forms(parser)
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Add up; gives the exit code."""
        narrowed = {name: getattr(args, name) for name in ("since", "until", "by")}
        with service.client(args) as greffier:
            if args.csv:
                greffier.operations.usage_csv(sys.stdout.buffer.write, **narrowed)
                return 0
            with service.progress("Fetching"):
                found = greffier.operations.usage(**narrowed)
        if args.json:
            return telling.print_json(found)
        rows = (
            (
                each["period"],
                each["tenant"],
                each["template"] or "-",
                *(str(each[name]) for name in ("documents", "pages", "failures")),
            )
            for each in found
        )
        heads = (args.by.upper(), "TENANT", "TEMPLATE", "DOCUMENTS", "PAGES", "FAILURES")
        print(telling.table(rows, heads), end="")
        telling.say(
            ", ".join(
                f"{name}: {sum(each[name] for each in found)}"
                for name in ("documents", "pages", "failures")
            )
        )
        return 0


class Limits:
    """Tells what the tenant may use, and uses."""

    help = "tell what your town may use, and uses"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        as_json(parser)
        service.add_service_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Tell; gives the exit code."""
        with service.client(args) as greffier:
            told = greffier.operations.limits()
        if args.json:
            return telling.print_json(told)
        rows: Sequence[Sequence[str]] = [
            (
                each["name"],
                "no limit" if each["allowed"] is None else str(each["allowed"]),
                str(each["used"]),
            )
            for each in told["limits"]
        ]
        print(telling.table(rows, ("LIMIT", "ALLOWED", "USED")), end="")
        telling.say(f"Of {told['tenant']}")
        return 0


def _forms(parser: argparse.ArgumentParser) -> None:
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--csv", action="store_true", help="write CSV, for a spreadsheet")
    forms.add_argument("--json", action="store_true", help="print JSON, as the service answers it")


def _moment(text: str, *, days_on: int) -> str:
    """Write a day as the moment at which it begins in UTC, ``days_on`` later.

    What is no day is for the service to understand.
    """
    try:
        day = date.fromisoformat(text) + timedelta(days=days_on)
    except (ValueError, OverflowError):
        return text
    return f"{day}T00:00:00Z"


def _with_version(record: Mapping[str, object]) -> str:
    subject, version = record["subject"] or "-", record["version"]
    return f"{subject}" if version is None else f"{subject}@{version}"


records, usage, limits = Records(), Usage(), Limits()
