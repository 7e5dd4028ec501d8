"""Python's operators as expressions may use them: bounded, and exact on amounts.

Numbers with decimals are computed in decimals, so that 0.1 + 0.2 is 0.3 and 1.1 * 1.1 is 1.21.
Every result is checked before it is made where it could be out of proportion to the data.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..errors import ValueRefused, ValueTooLarge
from ..functions.amounts import kind_of
from ..telling.wording import say

#: Characters of a text, and items of a list, that an expression may make.
MAX_TEXT = 1_000_000
MAX_ITEMS = 1_000_000
#: Bits of a whole number: more than any amount in any currency.
MAX_BITS = 1024
#: Characters of a float or Decimal, whatever the pattern: 1e308 has 309 digits before the point.
_LONGEST_NUMBER = 400

_FORMAT = re.compile(r"%(?:%|(?:\((\w+)\))?[-+ 0]*(\d*)(?:\.(\d+))?[sdifFeEgG])")


def refuse_text_of(size: int) -> None:
    """Refuse to make a text of so many characters, when they are too many.

    Raises:
        ValueTooLarge: they are.
    """
    if size > MAX_TEXT:
        raise ValueTooLarge(say("makes a text of more than {limit:,} characters", limit=MAX_TEXT))


def checked(value: object) -> object:
    """A value that was just made, unless it is too large.

    Raises:
        ValueRefused: it is longer than expressions may make.
    """
    if isinstance(value, str):
        refuse_text_of(len(value))
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise ValueRefused(say("makes a number that is too large"))
    elif isinstance(value, list | tuple | dict | set) and len(value) > MAX_ITEMS:
        raise ValueTooLarge(say("makes a list of more than {limit:,} items", limit=MAX_ITEMS))
    return value


def read(value: object) -> int:
    """Steps for handing a value to native code, which goes through about so much a step."""
    return len(value) // 64 if isinstance(value, str | list | tuple | dict) else 0


def made(value: object) -> int:
    """Steps for a value that an expression made: they bound the memory of one filling."""
    if isinstance(value, list | tuple | dict):
        return 1 + len(value)
    return 1 + len(value) // 16 if isinstance(value, str) else 1


def _exact(plain: Callable[[Any, Any], Any]) -> Callable[[object, object], object]:
    """The operation in decimals when a number with decimals takes part."""

    def compute(left: object, right: object) -> object:
        if isinstance(left, float) or isinstance(right, float):
            both_plain = isinstance(left, int | float) and isinstance(right, int | float)
            result = plain(_decimal(left), _decimal(right))
            return float(result) if both_plain else result
        return checked(plain(left, right))

    return compute


def _native(plain: Callable[[Any, Any], Any]) -> Callable[[object, object], object]:
    """The operation as Python does it; a float beside a Decimal becomes one."""

    def compute(left: object, right: object) -> object:
        if isinstance(left, Decimal) or isinstance(right, Decimal):
            left, right = _decimal(left), _decimal(right)
        return checked(plain(left, right))

    return compute


def _decimal(value: object) -> object:
    if isinstance(value, float):
        return Decimal(repr(value))  # the digits that were sent, not the binary behind them
    return Decimal(value) if isinstance(value, int) else value


def _multiply(left: object, right: object) -> object:
    if isinstance(left, int) and not isinstance(right, int | float | Decimal):
        left, right = right, left
    if isinstance(left, str | list | tuple) and isinstance(right, int):
        if isinstance(left, str):
            refuse_text_of(len(left) * right)
        elif len(left) * right > MAX_ITEMS:
            raise ValueTooLarge(say("makes a list of more than {limit:,} items", limit=MAX_ITEMS))
        return left * right
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > MAX_BITS:
            raise ValueRefused(say("makes a number that is too large"))
        return left * right
    return _exact(operator.mul)(left, right)


def _dividing(divide: Callable[[object, object], object]) -> Callable[[object, object], object]:
    """The division, saying so where it divides by zero: decimals have several ways to."""

    def compute(left: object, right: object) -> object:
        if isinstance(right, int | float | Decimal) and not right:
            raise ValueRefused(say("divides by zero"))
        return divide(left, right)

    return compute


_remainder = _dividing(_native(operator.mod))


def _modulo(left: object, right: object) -> object:
    return _printf(left, right) if isinstance(left, str) else _remainder(left, right)


def _printf(pattern: str, given: object) -> str:
    """``'%s: %.2f' % (name, amount)``, measured before it is made."""
    if "%" in _FORMAT.sub("", pattern):
        raise ValueRefused(
            say("has a % pattern other than {known}", known="%s, %d, %i, %f, %e, %g, %%")
        )
    slots = _FORMAT.findall(pattern)
    names = [name for name, _, _ in slots if name]
    if isinstance(given, dict) and names:
        printed = [given.get(name) for name in names]
    else:
        printed = list(given) if isinstance(given, tuple) else [given]
    size = len(pattern)
    for _, *widths in slots:
        size += sum(int(width or 0) for width in widths)
    for value in printed:
        if isinstance(value, list | tuple | dict):
            raise ValueRefused(say("prints {kind} with a % pattern", kind=kind_of(value)))
        size += len(value) if isinstance(value, str) else _LONGEST_NUMBER
    refuse_text_of(size)
    return pattern % given


#: What ``a + b`` and its like may do; operators that are not here are refused in templates.
BINARY: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: _exact(operator.add),
    ast.Sub: _exact(operator.sub),
    ast.Mult: _multiply,
    ast.Div: _dividing(_exact(operator.truediv)),
    ast.FloorDiv: _dividing(_native(operator.floordiv)),
    ast.Mod: _modulo,
}

UNARY: dict[type[ast.unaryop], Callable[[Any], object]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}

COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
