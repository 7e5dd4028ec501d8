"""How commands say what is wrong, and with which exit code they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

from greffier_templates.telling.catalogues import nearest

from greffier.problems import Problem, problem_of

#: The template, its data or the document is at fault.
AT_FAULT = 1
#: The command, or its settings, are wrong.
CALLED_WRONGLY = 2
#: The service cannot run here or now.
CANNOT_RUN = 3


def refusal(error: Exception) -> int:
    """Print why a document could not be made; gives the exit code.

    Raises:
        Exception: the error itself, when it is none that has to be expected.
    """
    problem = problem_of(error)
    if problem is None:
        raise error
    complain(problem.detail if not problem.errors else problem.type.title)
    print(faults(problem.errors), end="", file=sys.stderr)
    return _exit_code(problem)


def language_of_environment() -> str:
    """The language that people here speak, in the order POSIX asks for it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return nearest(os.environ[name])
    return nearest()


def complain(message: str) -> None:
    """Print one line for people to standard error."""
    print(f"greffier: {message}", file=sys.stderr)


def faults(told: Iterable[Mapping[str, str]]) -> str:
    """Lay out findings for people, a paragraph each."""
    return "".join(_fault(each) for each in told)


def _fault(told: Mapping[str, str]) -> str:
    severity = told.get("severity", "error")
    lines = [f"{severity}: {told['message']}"]
    if told["where"]:
        lines.append(f"    in {told['where']}")
    if told["field"]:
        lines.append(f"    at {told['field']}")
    if told["hint"]:
        lines.append(f"    -> {told['hint']}")
    return "\n".join(lines) + "\n"


def _exit_code(problem: Problem) -> int:
    if problem.type.status in (400, 403):
        return CALLED_WRONGLY
    return AT_FAULT if problem.type.status < 500 else CANNOT_RUN
