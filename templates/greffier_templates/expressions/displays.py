"""Compiles what is written out or gathered: lists, objects, f-texts, comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..scope import MISSING, Getter, Scope, iterated, shadowed
from ..telling.wording import say
from ..values import to_text
from .operators import checked, made, refuse_text_of
from .syntax import ExpressionRefused

if TYPE_CHECKING:
    from .compiler import Compiler


def _without_missing(values: list[object], make: Callable[[Any], object]) -> object:
    """What ``make`` makes of the values, or MISSING when one of them is."""
    return MISSING if any(value is MISSING for value in values) else make(values)


def _sequence(compiler: Compiler, node: ast.List | ast.Tuple) -> Getter:
    make = list if isinstance(node, ast.List) else tuple
    parts = [compiler.getter(part) for part in node.elts]
    return lambda scope: _without_missing([part(scope) for part in parts], make)


def _object(compiler: Compiler, node: ast.Dict) -> Getter:
    keys = [compiler.getter(key) for key in node.keys if key is not None]
    values = [compiler.getter(value) for value in node.values]
    if len(keys) < len(values):
        raise ExpressionRefused(say("{what} cannot be used in a template.", what="**"))

    def build(scope: Scope) -> object:
        found = [get(scope) for get in (*keys, *values)]
        return _without_missing(
            found, lambda all_: dict(zip(all_[: len(keys)], all_[len(keys) :], strict=True))
        )

    return build


def _formatted_text(compiler: Compiler, node: ast.JoinedStr) -> Getter:
    parts: list[Getter] = []
    for part in node.values:
        if not isinstance(part, ast.FormattedValue):
            parts.append(compiler.getter(part))
        elif part.format_spec is not None or part.conversion != -1:
            raise ExpressionRefused(
                say("A format after : or ! in an f-text cannot be used in a template."),
                say(
                    "Use {functions}.",
                    functions="format_decimal(), format_currency(), '%.2f' % x",
                ),
            )
        else:
            parts.append(compiler.getter(part.value))

    def join(values: list[object]) -> str:
        texts = [to_text(value) for value in values]
        refuse_text_of(sum(map(len, texts)))
        return "".join(texts)

    return lambda scope: _without_missing([part(scope) for part in parts], join)


def _comprehension(compiler: Compiler, node: ast.ListComp | ast.GeneratorExp) -> Getter:
    """A list at once, also for a generator: nothing is left to run later."""
    return _gather(compiler, node.generators, compiler.getter(node.elt), list)


def _object_comprehension(compiler: Compiler, node: ast.DictComp) -> Getter:
    key, value = compiler.getter(node.key), compiler.getter(node.value)

    def pair(scope: Scope) -> object:
        return _without_missing([key(scope), value(scope)], tuple)

    return _gather(compiler, node.generators, pair, dict)


def _gather(
    compiler: Compiler,
    clauses: Sequence[ast.comprehension],
    element: Getter,
    make: Callable[[Any], object],
) -> Getter:
    loops = []
    for clause in clauses:
        if clause.is_async:
            raise ExpressionRefused(
                say("{what} cannot be used in a template.", what=say("“{text}”", text="async"))
            )
        store, names = compiler.setter(clause.target)
        compiler.own_names.update(names)
        tests = [compiler.getter(test) for test in clause.ifs]
        loops.append((compiler.getter(clause.iter), store, names, tests))
    site = compiler.site

    def gather(scope: Scope, depth: int, found: list[object]) -> None:
        if depth == len(loops):
            value = element(scope)
            scope.budget.spend(made(value), site)
            found.append(value)
            return
        items, store, names, tests = loops[depth]
        turns = iterated(items(scope))
        with shadowed(scope, names):
            for item in turns:
                scope.budget.spend(1, site)
                store(scope, item)
                if all(test(scope) for test in tests):
                    gather(scope, depth + 1, found)

    def build(scope: Scope) -> object:
        found: list[object] = []
        gather(scope, 0, found)
        return checked(_without_missing(found, make))

    return build


COMPILERS: dict[type[ast.expr], Callable[[Compiler, Any], Getter]] = {
    ast.Dict: _object,
    ast.DictComp: _object_comprehension,
    ast.GeneratorExp: _comprehension,
    ast.JoinedStr: _formatted_text,
    ast.List: _sequence,
    ast.ListComp: _comprehension,
    ast.Tuple: _sequence,
}
