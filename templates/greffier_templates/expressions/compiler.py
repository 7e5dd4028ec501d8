"""Compiles the expressions of one place of a template."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ..budget import exceeded
from ..errors import ValueRefused, ValueTooLarge
from ..functions.offered import Function
from ..pointers import paths_in
from ..scope import MISSING, Getter, Scope, Setter
from ..telling.site import Site
from ..telling.wording import say
from . import calls, displays, lookups, operations
from .syntax import ExpressionRefused, dotted, identifier

_COMPILERS = {
    **lookups.COMPILERS,
    **operations.COMPILERS,
    **displays.COMPILERS,
    **calls.COMPILERS,
}
#: How to name what is not on the list.
_UNWANTED: dict[type[ast.expr], str] = {
    ast.Await: say("“{text}”", text="await"),
    ast.Lambda: say("A lambda other than “key=lambda item: …”"),
    ast.NamedExpr: say("An assignment “:=”"),
    ast.Set: say("A set {braces}", braces="{…}"),
    ast.SetComp: say("A set {braces}", braces="{…}"),
    ast.Starred: say("A star *"),
    ast.Yield: say("“{text}”", text="yield"),
    ast.YieldFrom: say("“{text}”", text="yield"),
}


class Compiler:
    """Turns syntax trees into closures that know where in the template they belong."""

    def __init__(self, site: Site, functions: Mapping[str, Function]) -> None:
        """Compile for ``site``, where ``functions`` may be called, by those names."""
        self.site = site
        self.functions = functions
        #: The names that were compiled, of which some may be of comprehensions.
        self.names: set[str] = set()
        #: The names of comprehensions and lambdas.
        self.own_names: set[str] = set()
        #: ``decimal``, where ``decimal.Decimal`` is a function.
        self.modules = {name.partition(".")[0] for name in functions if "." in name}

    def getter(self, node: ast.expr) -> Getter:
        """The closure that computes ``node``.

        Raises:
            ExpressionRefused: something in it is not allowed.
        """
        compile_node = _COMPILERS.get(type(node))
        if compile_node is None:
            what = _UNWANTED.get(type(node), type(node).__name__)
            raise ExpressionRefused(say("{what} cannot be used in a template.", what=what))
        return compile_node(self, node)

    def guarded(self, node: ast.expr) -> Getter:
        """The same, reporting what goes wrong with the data instead of raising.

        Raises:
            ExpressionRefused: something in it is not allowed.
        """
        get, site = self.getter(node), self.site
        path = dotted(node)
        if path is not None:
            return lookups.path(path, get)

        def guarded(scope: Scope) -> object:
            try:
                return get(scope)
            except ValueTooLarge as error:
                subject = error.subject or say("an expression in it")
                why = say("{subject} {refusal}", subject=subject, refusal=str(error))
                raise exceeded(site, why) from None
            except ValueRefused as error:
                scope.reporter.refused(site, str(error), error.subject, paths_in(node))
            except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
                message = say("cannot work with values of these kinds")
                scope.reporter.refused(site, message, paths=paths_in(node))
            return MISSING

        return guarded

    def setter(self, target: ast.expr) -> tuple[Setter, tuple[str, ...]]:
        """The closure that stores a value under a name or a tuple of names, and the names.

        Raises:
            ExpressionRefused: it is neither, or a name is not allowed.
        """
        if isinstance(target, ast.Name):
            name = identifier(target.id)

            def store(scope: Scope, value: object) -> None:
                scope[name] = value

            return store, (name,)
        if not isinstance(target, ast.Tuple | ast.List) or not target.elts:
            raise ExpressionRefused(say("Only names can stand for the items of a loop."))
        setters, names = zip(*(self.setter(part) for part in target.elts), strict=True)
        site = self.site

        def unpack(scope: Scope, value: object) -> None:
            parts: Sequence[object] = [MISSING] * len(setters)
            if isinstance(value, list | tuple) and len(value) == len(setters):
                parts = value
            elif value is not MISSING:
                scope.reporter.refused(
                    site, say("needs items of {number} parts each", number=len(setters))
                )
            for one, part in zip(setters, parts, strict=True):
                one(scope, part)

        return unpack, tuple(name for group in names for name in group)
