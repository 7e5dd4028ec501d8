"""Commands that have actions: ``greffier template push``, ``greffier font add``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..sync import Client
from . import service

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Action(Generic[Part]):
    """Something that a command does."""

    name: str
    help: str
    #: Declares its arguments.
    declare: Callable[[argparse.ArgumentParser], None]
    #: Does it, prints, and gives the exit code.
    work: Callable[[Part, argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class Group(Generic[Part]):
    """Actions under a name of their own."""

    name: str
    help: str
    actions: Sequence[Action[Part]]


class Actions(Generic[Part]):
    """A command with actions.

    Args:
        help: What it is for, in a line.
        part: Chooses the part of the client that the actions work with.
        actions: What it does.
    """

    def __init__(
        self,
        help: str,
        part: Callable[[Client], Part],
        actions: Sequence[Action[Part] | Group[Part]],
    ) -> None:
        self.help, self._part, self._actions = help, part, actions

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the actions and their arguments."""
        _declare(parser, self._actions)

    def run(self, args: argparse.Namespace) -> int:
        """Do it; gives the exit code."""
        with service.client(args) as greffier:
            code: int = args.work(self._part(greffier), args)
        return code


def _declare(
    parser: argparse.ArgumentParser, actions: Sequence[Action[Part] | Group[Part]]
) -> None:
    declared = parser.add_subparsers(metavar="ACTION", required=True)
    for each in actions:
        sub = declared.add_parser(each.name, help=each.help, description=each.help)
        if isinstance(each, Group):
            _declare(sub, each.actions)
            continue
        each.declare(sub)
        service.add_service_arguments(sub)
        sub.set_defaults(work=each.work)


def nothing(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


def as_json(parser: argparse.ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON, as the service answers it")
