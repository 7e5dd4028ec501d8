"""Compiles calls: of our functions, of methods on the list, and ``key=lambda item: …``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ValueRefused
from ..functions.amounts import is_missing
from ..functions.lists import KEYED, WITH_KEY, Key
from ..functions.signatures import misfit
from ..scope import MISSING, Getter, Reporter, Scope, shadowed
from ..telling.site import Site
from ..telling.wording import say
from .methods import NAMES as METHOD_NAMES
from .methods import method_of
from .operators import checked, made, read
from .syntax import ExpressionRefused, dotted, identifier, parse

if TYPE_CHECKING:
    from .compiler import Compiler

#: Finds what is to be called; None when its owner is missing.
_Finder = Callable[[Scope], Callable[..., object] | None]


def _call(compiler: Compiler, node: ast.Call) -> Getter:
    called = ".".join(dotted(node.func) or ())
    positional = [
        _key(compiler, argument) or compiler.getter(argument)
        if place == 1 and called in KEYED
        else compiler.getter(argument)
        for place, argument in enumerate(node.args)
    ]
    named = {
        identifier(given.arg): _argument(compiler, called, given.arg, given.value)
        for given in node.keywords
    }
    find, site = _callee(compiler, node.func), compiler.site
    if called in compiler.functions:
        _refuse_misfit(compiler, called, len(positional), named)
    if called == "t":
        key = node.args[0] if node.args else None
        compiler.functions["t"](key.value if isinstance(key, ast.Constant) else None)
    if called == "default":
        return _default(positional, named)

    def call(scope: Scope) -> object:
        function = find(scope)
        values = [argument(scope) for argument in positional]
        options = {name: argument(scope) for name, argument in named.items()}
        if function is None or any(one is MISSING for one in (*values, *options.values())):
            return MISSING
        scope.budget.spend(sum(map(read, values)), site)
        result = checked(function(*values, **options))
        scope.budget.spend(made(result), site)
        return result

    return call


def _refuse_misfit(compiler: Compiler, name: str, positional: int, named: Collection[str]) -> None:
    wrong = misfit(compiler.functions[name], positional, named)
    if wrong:
        raise ExpressionRefused(say("{function} {refusal}.", function=name, refusal=wrong))


def _callee(compiler: Compiler, node: ast.expr) -> _Finder:
    """A function goes before a name of the data, which keeps its own as a value."""
    name = ".".join(dotted(node) or ())
    if name in compiler.functions:
        return lambda scope: scope.functions[name]
    if isinstance(node, ast.Attribute):
        return _method(compiler, node)
    what = name or ast.unparse(node)
    raise ExpressionRefused(say("“{name}” is not a function that templates can call.", name=what))


def _method(compiler: Compiler, node: ast.Attribute) -> _Finder:
    name, site = identifier(node.attr), compiler.site
    if name not in METHOD_NAMES:
        raise ExpressionRefused(
            say("“.{name}()” is not something that templates can call.", name=name)
        )
    owner = compiler.getter(node.value)

    def find(scope: Scope) -> Callable[..., object] | None:
        value = owner(scope)
        if value is MISSING:
            return None
        method = method_of(value, name)
        if method is None:
            raise ValueRefused(
                say("calls .{name}() on something that has no such method", name=name)
            )
        scope.budget.spend(read(value), site)
        return lambda *args, **kwargs: method(value, *args, **kwargs)

    return find


def _argument(compiler: Compiler, called: str, name: str | None, node: ast.expr) -> Getter:
    if name != "key":
        return compiler.getter(node)
    key = _key(compiler, node) if called in WITH_KEY else None
    if key is not None:
        return key
    if isinstance(node, ast.Lambda):
        return _lambda(compiler, node)
    if isinstance(node, ast.Name) and node.id in compiler.functions:
        function = node.id
        _refuse_misfit(compiler, function, 1, ())
        return lambda scope: scope.functions[function]
    raise ExpressionRefused(say("“key” takes a function or lambda."))


def _key(compiler: Compiler, node: ast.expr) -> Getter | None:
    """``'total'``, ``'person.name'``: the part of each item, found like ``item.total``."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    name = node.value
    if not all(map(str.isidentifier, name.split("."))):
        return None
    item = ast.arg("item")
    make = _lambda(
        compiler,
        ast.Lambda(ast.arguments([], [item], None, [], [], None, []), parse(f"item.{name}")),
    )
    return lambda scope: Key(name, make(scope))


def _default(positional: Sequence[Getter], named: Mapping[str, Getter]) -> Getter:
    """``default(value, other)``: the value need not be in the data, and is then not told of."""
    given = dict(zip(("value", "other"), positional, strict=False)) | dict(named)
    value_of, other_of = given["value"], given.get("other")

    def get(scope: Scope) -> object:
        reporter = scope.reporter
        scope.reporter = _Lenient(reporter)
        try:
            value = value_of(scope)
        finally:
            scope.reporter = reporter
        if value is MISSING or is_missing(value):
            return "" if other_of is None else other_of(scope)
        return value

    return get


class _Lenient:
    """Tells what cannot be computed, and not what is missing."""

    def __init__(self, reporter: Reporter) -> None:
        self.refused = reporter.refused
        self.unformatted = reporter.unformatted

    def missing(self, site: Site, name: str, owner: str, known: object) -> None:
        """Say nothing."""


def _lambda(compiler: Compiler, node: ast.Lambda) -> Callable[[Scope], Callable[[object], Any]]:
    taken = node.args
    others = (taken.posonlyargs, taken.vararg, taken.kwonlyargs, taken.kwarg, taken.defaults)
    if len(taken.args) != 1 or any(others):
        raise ExpressionRefused(say("A lambda takes one name: lambda item: item.name."))
    name, body, site = identifier(taken.args[0].arg), compiler.getter(node.body), compiler.site
    compiler.own_names.add(name)

    def make(scope: Scope) -> Callable[[object], Any]:
        def function(value: object) -> Any:
            scope.budget.spend(1, site)
            with shadowed(scope, (name,)):
                scope[name] = value
                return body(scope)

        return function

    return make


COMPILERS: dict[type[ast.expr], Callable[[Compiler, Any], Getter]] = {ast.Call: _call}
