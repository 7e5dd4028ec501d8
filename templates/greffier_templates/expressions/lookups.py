"""Compiles names and parts: ``a``, ``a.b``, ``a['b']``, ``a[0]``, ``a[1:3]``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..functions import suffixes
from ..scope import MISSING, Getter, Scope
from ..telling.wording import say
from .syntax import ExpressionRefused, identifier

if TYPE_CHECKING:
    from .compiler import Compiler

#: What can have named parts; a literal cannot, and a generator's are Python's own.
_WITH_ATTRIBUTES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


def path(names: Sequence[str], slow: Getter) -> Getter:
    """``a.b.c`` by plain dictionary look-ups; anything unexpected goes the slow way."""
    match names:
        case (one,):

            def lookup(scope: Scope) -> object:
                try:
                    return scope[one]
                except KeyError:
                    return slow(scope)

        case (one, two):

            def lookup(scope: Scope) -> object:
                try:
                    return scope[one][two]  # type: ignore[index] # TypeError goes the slow way
                except (KeyError, TypeError):
                    return slow(scope)

        case _:

            def lookup(scope: Scope) -> object:
                value: object = scope
                try:
                    for name in names:
                        value = value[name]  # type: ignore[index] # as above
                except (KeyError, TypeError):
                    return slow(scope)
                return value

    return lookup


def _name(compiler: Compiler, node: ast.Name) -> Getter:
    name, site = identifier(node.id), compiler.site
    compiler.names.add(name)

    def get(scope: Scope) -> object:
        if name in scope:
            return scope[name]
        scope.reporter.missing(site, name, "", scope)
        return MISSING

    return get


def _attribute(compiler: Compiler, node: ast.Attribute) -> Getter:
    """A key of an object, and never anything else: ``order.items`` is what was sent."""
    name, site = identifier(node.attr), compiler.site
    wrong = suffixes.unknown(name)
    if wrong is not None:
        raise ExpressionRefused(*wrong)
    call = suffixes.call_of(node)
    if call is not None:
        return compiler.getter(call)
    if not isinstance(node.value, _WITH_ATTRIBUTES):
        raise ExpressionRefused(
            say(
                "“{expression}” asks for a part of something unnamed.", expression=ast.unparse(node)
            )
        )
    if isinstance(node.value, ast.Name) and node.value.id in compiler.modules:
        raise ExpressionRefused(say("“{name}” is not known here.", name=ast.unparse(node)))
    owner, owner_text = compiler.getter(node.value), ast.unparse(node.value)

    def get(scope: Scope) -> object:
        value = owner(scope)
        if isinstance(value, Mapping) and name in value:
            found: object = value[name]
            return found
        if value is not MISSING:
            scope.reporter.missing(site, name, owner_text, value)
        return MISSING

    return get


def _subscript(compiler: Compiler, node: ast.Subscript) -> Getter:
    if isinstance(node.slice, ast.Slice):
        return _slice(compiler, node.value, node.slice)
    owner, index = compiler.getter(node.value), compiler.getter(node.slice)
    owner_text, told, site = ast.unparse(node.value), _told(node.slice), compiler.site

    def get(scope: Scope) -> object:
        value, key = owner(scope), index(scope)
        if value is MISSING or key is MISSING:
            return MISSING
        try:
            return value[key]  # type: ignore[index] # TypeError is told where it is guarded
        except LookupError:
            scope.reporter.missing(site, told, owner_text, value)
            return MISSING

    return get


def _told(index: ast.expr) -> str:
    """How messages name a key: only as the designer wrote it, for computed ones are data."""
    if not isinstance(index, ast.Constant):
        return say("this key")
    told = str(index.value)
    if told.startswith("__"):
        raise ExpressionRefused(
            say("“{name}” is a name of Python's own, not of the data.", name=told)
        )
    return told


def _slice(compiler: Compiler, value: ast.expr, node: ast.Slice) -> Getter:
    owner = compiler.getter(value)
    bounds = [
        compiler.getter(bound) if bound else _open for bound in (node.lower, node.upper, node.step)
    ]

    def get(scope: Scope) -> object:
        whole = owner(scope)
        start, stop, step = (bound(scope) for bound in bounds)
        if any(one is MISSING for one in (whole, start, stop, step)):
            return MISSING
        return whole[start:stop:step]  # type: ignore[index] # TypeError is told where guarded

    return get


def _open(scope: Scope) -> None:
    """The bound of a slice that is left out."""


COMPILERS: dict[type[ast.expr], Callable[[Compiler, Any], Getter]] = {
    ast.Attribute: _attribute,
    ast.Name: _name,
    ast.Subscript: _subscript,
}
