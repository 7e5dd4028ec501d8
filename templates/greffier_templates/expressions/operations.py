"""Compiles constants, operators, comparisons and conditions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..scope import MISSING, Getter, Scope
from ..telling.wording import say
from .operators import BINARY, COMPARE, MAX_BITS, UNARY, made
from .syntax import ExpressionRefused

if TYPE_CHECKING:
    from .compiler import Compiler

_Node = TypeVar("_Node", bound=ast.AST)
_Operation = TypeVar("_Operation")
#: How to name the operators that are not on the list.
_SIGNS: dict[type[ast.AST], str] = {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.Invert: "~",
    ast.LShift: "<<",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.RShift: ">>",
}


def _allowed(table: Mapping[type[_Node], _Operation], node: _Node) -> _Operation:
    operation = table.get(type(node))
    if operation is None:
        raise ExpressionRefused(
            say("The operator “{sign}” cannot be used in a template.", sign=_SIGNS[type(node)])
        )
    return operation


def _constant(compiler: Compiler, node: ast.Constant) -> Getter:
    value = node.value
    if not isinstance(value, str | int | float | None):
        raise ExpressionRefused(say("Only texts, numbers, True, False and None can be written."))
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ExpressionRefused(say("A number in it is too large."))
    return lambda scope: value


def _binary(compiler: Compiler, node: ast.BinOp) -> Getter:
    operate, site = _allowed(BINARY, node.op), compiler.site
    left, right = compiler.getter(node.left), compiler.getter(node.right)

    def compute(scope: Scope) -> object:
        a, b = left(scope), right(scope)
        if a is MISSING or b is MISSING:
            return MISSING
        result = operate(a, b)
        scope.budget.spend(made(result), site)
        return result

    return compute


def _unary(compiler: Compiler, node: ast.UnaryOp) -> Getter:
    operate = _allowed(UNARY, node.op)
    operand = compiler.getter(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda scope: not operand(scope)

    def compute(scope: Scope) -> object:
        value = operand(scope)
        return value if value is MISSING else operate(value)

    return compute


def _compare(compiler: Compiler, node: ast.Compare) -> Getter:
    first = compiler.getter(node.left)
    rest = [
        (_allowed(COMPARE, operator), compiler.getter(one))
        for operator, one in zip(node.ops, node.comparators, strict=True)
    ]

    def compute(scope: Scope) -> object:
        left = first(scope)
        for compare, get in rest:
            right = get(scope)
            if left is MISSING or right is MISSING:
                return MISSING
            if not compare(left, right):
                return False
            left = right
        return True

    return compute


def _boolean(compiler: Compiler, node: ast.BoolOp) -> Getter:
    parts = [compiler.getter(part) for part in node.values]
    until = isinstance(node.op, ast.Or)

    def compute(scope: Scope) -> object:
        value: object = None
        for part in parts:
            value = part(scope)
            if bool(value) is until:
                break
        return value

    return compute


def _conditional(compiler: Compiler, node: ast.IfExp) -> Getter:
    test, then, otherwise = map(compiler.getter, (node.test, node.body, node.orelse))
    return lambda scope: then(scope) if test(scope) else otherwise(scope)


COMPILERS: dict[type[ast.expr], Callable[[Compiler, Any], Getter]] = {
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.IfExp: _conditional,
    ast.UnaryOp: _unary,
}
