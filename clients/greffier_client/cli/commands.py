"""Commands that other installed packages bring to ``greffier``."""

from __future__ import annotations

import argparse
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

GROUP = "greffier.commands"

#: The entry point behind ``render --local``: a command of its own in no one's eyes.
RENDER_LOCAL = "render-local"


class CommandError(Exception):
    """The command cannot be done as it was called; the message says why."""


class Command(Protocol):
    """What an entry point of the group ``greffier.commands`` gives."""

    #: One line for ``greffier --help``.
    help: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""


def installed(name: str = "") -> dict[str, Command]:
    """Give the commands that installed packages register: the named one, or all of them."""
    entries = entry_points(group=GROUP, name=name) if name else entry_points(group=GROUP)
    return {entry.name: _load(entry) for entry in sorted(entries, key=lambda entry: entry.name)}


def _load(entry: EntryPoint) -> Command:
    """Load a command of another package, or give one that says what to install."""
    try:
        command: Command = entry.load()
    except ModuleNotFoundError as error:
        return NotInstalled(entry.name, error.name or "")
    return command


class NotInstalled:
    """Stands for a command whose package is here but whose libraries are not."""

    help = "(needs the service: pip install 'greffier[service]')"

    def __init__(self, name: str, missing: str) -> None:
        self._name, self._missing = name, missing

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare nothing: the arguments are the missing command's to know."""

    def run(self, args: argparse.Namespace) -> int:
        """Say what is missing and how to get it."""
        raise CommandError(
            f"'{self._name}' needs the service, and the Python package '{self._missing}' "
            "is not here. Install it: pip install 'greffier[service]'"
        )
