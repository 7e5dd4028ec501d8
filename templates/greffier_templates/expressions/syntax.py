"""Reads expressions, and says which names they may use."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Sequence

from ..functions.suffixes import PREFIX
from ..telling.wording import say

MAX_SOURCE_CHARACTERS = 2_000
MAX_NODES = 500
#: Characters quoted of what is not understood.
_QUOTED = 30
_EXAMPLE = say(
    "An expression is written like {examples}.",
    examples="person.name, request.fee * 2, name == 'Ann'",
)
_CONSTANTS = ("True", "False", "None")


class ExpressionRefused(Exception):
    """An expression that templates may not use; the message says which part and why."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def parse(source: str) -> ast.expr:
    """Parse one expression.

    Raises:
        ExpressionRefused: it is too long or not an expression.
    """
    names = source.strip().split(".")
    reserved = any(keyword.iskeyword(name) and name not in _CONSTANTS for name in names)
    if reserved and all(map(str.isidentifier, names)):
        return _path(names)
    tree = _parse(source, "eval")
    assert isinstance(tree, ast.Expression)
    return tree.body


def _path(names: Sequence[str]) -> ast.expr:
    """``letter.from``: a path that Python would not read, for JSON has no reserved words."""
    node: ast.expr = ast.Name(names[0])
    for name in names[1:]:
        node = ast.Attribute(node, name)
    return node


def parse_assignments(source: str) -> list[tuple[ast.expr, ast.expr]]:
    """Parse ``a = 1; b = a + 1``, the argument of ``with``.

    Raises:
        ExpressionRefused: it is too long or not a row of assignments.
    """
    tree = _parse(source, "exec")
    assert isinstance(tree, ast.Module)
    assignments = []
    for statement in tree.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise ExpressionRefused(say("“with” takes assignments: name = expression; …"))
        assignments.append((statement.targets[0], statement.value))
    return assignments


def _parse(source: str, mode: str) -> ast.AST:
    if len(source) > MAX_SOURCE_CHARACTERS:
        raise ExpressionRefused(
            say("It is longer than {limit:,} characters.", limit=MAX_SOURCE_CHARACTERS)
        )
    try:
        tree = ast.parse(source.strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _not_understood(source.strip(), error) from None
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise ExpressionRefused(say("It is too complicated."), say("Compute it before it is sent."))
    return tree


def _not_understood(source: str, error: Exception) -> ExpressionRefused:
    """What is wrong in our words: those of Python's parser are for programmers."""
    # Inside an f-text older Pythons count from the start of its braces, not of the expression.
    if not isinstance(error, SyntaxError) or (error.text or "").strip() != source:
        return ExpressionRefused(say("The expression is not understood."), _EXAMPLE)
    start = error.offset or len(source) + 1
    rest = source[start - 1 :]
    if not rest:
        return ExpressionRefused(
            say("The expression is not understood: something is missing at its end."), _EXAMPLE
        )
    hint = _EXAMPLE
    if rest[0] == "=":
        hint = say("To compare, write ==, as in {example}.", example='name == "Ann"')
    return ExpressionRefused(
        say(
            "The expression is not understood at character {number} (“{rest}”).",
            number=start,
            rest=rest[:_QUOTED],
        ),
        hint,
    )


def identifier(name: str | None) -> str:
    """A name, unless it is private to Python.

    Raises:
        ExpressionRefused: it begins with an underscore, or is the ``**`` of a call.
    """
    if name is None:
        raise ExpressionRefused(say("{what} cannot be used in a template.", what="**"))
    if name.startswith("_"):
        raise ExpressionRefused(
            say("“{name}” begins with an underscore, which no field may.", name=name)
        )
    return name


def dotted(node: ast.expr) -> tuple[str, ...] | None:
    """``a.b.c`` as its names, or None for anything else, such as ``a.b.as_eur``."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute) and not node.attr.startswith(PREFIX):
        owner = dotted(node.value)
        return None if owner is None else (*owner, node.attr)
    return None
