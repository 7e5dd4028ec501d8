"""What expressions in a template may call: functions only, never a type or a module.

The names and arguments are those of py3o.template and of Python; the results
differ from theirs where theirs are wrong for a letter:

- amounts and ``round`` round half up, and are computed in decimals;
- a value that is missing (null, or an empty text) prints as nothing, and a missing
  list is an empty one;
- ``YYYY`` in a date means the year, not the year of an ISO week;
- nothing can make a value that is out of all proportion to the data.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ..errors import ValueRefused, ValueTooLarge
from ..model import Filling, Finding, Severity
from ..rich.asking import html
from ..telling.wording import say
from . import amounts, dates
from .amounts import is_missing, kind_of, to_decimal
from .formats import format_functions
from .grammar import grammar_functions
from .lists import items_of, list_functions
from .references import reference_functions
from .signatures import misfit
from .spelling import spelling_functions
from .texts import default, text_functions

#: Longest list that range() makes; blank lines and calendars need tens.
MAX_RANGE = 10_000

Function = Callable[..., object]


def functions(filling: Filling) -> Mapping[str, Function]:
    """Everything an expression may call, by name; dates and amounts as ``filling`` asks.

    Each raises ValueRefused when its arguments do not fit, with the function's name
    as its subject and no value of the data. Raises ValueRefused itself when the locale or
    the time zone of the filling does not exist.
    """
    return _functions(filling.locale, filling.timezone)


@functools.lru_cache(maxsize=64)
def _functions(locale: str, timezone: str) -> Mapping[str, Function]:
    try:
        amounts.read_locale(locale)
        dates.read_zone(timezone)
    except ValueRefused as error:
        raise ValueRefused(
            say("{subject} {refusal}", subject=say("The request"), refusal=str(error))
        ) from None
    offered = {
        **_PYTHON,
        "html": html,
        **_formats(locale, timezone),
        **format_functions(locale, timezone),
        **grammar_functions(locale),
        **list_functions(locale),
        **reference_functions(locale),
        **spelling_functions(locale),
        **text_functions(locale),
    }
    return MappingProxyType({name: _explained(name, call) for name, call in offered.items()})


def _explained(name: str, function: Function) -> Function:
    """Tell what goes wrong in the words of ValueRefused, never in Python's, which quote data."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> object:
        try:
            return function(*args, **kwargs)
        except ValueRefused as error:
            raise type(error)(str(error), error.subject or name) from None
        except TypeError:
            wrong = misfit(function, len(args), kwargs)
            raise ValueRefused(
                wrong or say("cannot work with values of these kinds"), name
            ) from None
        except (ValueError, ArithmeticError, AttributeError, LookupError):
            raise ValueRefused(say("cannot work with this value"), name) from None

    return call


def _formats(default_locale: str, zone: str) -> dict[str, Function]:
    """The functions of py3o.template, and two of the same kind (decimal, percent)."""

    def format_currency(  # noqa: PLR0917 - babel's arguments, which templates pass by position
        number: object,
        currency: str = "",
        format: str | None = None,
        locale: str | None = None,
        currency_digits: bool = True,
        format_type: str = "standard",
        decimal_quantization: bool = True,
        group_separator: bool = True,
    ) -> str:
        if is_missing(number):
            return ""
        return amounts.currency_text(
            to_decimal(number),
            currency,
            format,
            locale or default_locale,
            currency_digits=currency_digits,
            format_type=format_type,
            decimal_quantization=decimal_quantization,
            group_separator=group_separator,
        )

    def format_decimal(number: object, format: str | None = None, locale: str | None = None) -> str:
        if is_missing(number):
            return ""
        return amounts.decimal_text(to_decimal(number), format, locale or default_locale)

    def format_percent(number: object, format: str | None = None, locale: str | None = None) -> str:
        if is_missing(number):
            return ""
        return amounts.percent_text(to_decimal(number), format, locale or default_locale)

    def format_datetime(
        date_obj: object, format: str | None = None, locale: str | None = None
    ) -> str:
        if is_missing(date_obj):
            return ""
        moment = dates.to_moment(date_obj)
        return dates.moment_text(moment, format, locale or default_locale, zone)

    def format_date(date: object, format: str = dates.DATE, locale: str | None = None) -> str:
        return format_datetime(date, format, locale)

    def format_amount(amount: object, format: str = "%f") -> str:
        if is_missing(amount):
            return ""
        return amounts.printf_text(to_decimal(amount), format)

    def format_locale(
        amount: object, format_: str, locale_: str | None = None, grouping: bool = True
    ) -> str:
        if is_missing(amount):
            return ""
        return amounts.printf_text(
            to_decimal(amount), format_, locale=locale_ or default_locale, grouping=grouping
        )

    return {
        "format_amount": format_amount,
        "format_currency": format_currency,
        "format_date": format_date,
        "format_datetime": format_datetime,
        "format_decimal": format_decimal,
        "format_float": format_decimal,
        "format_locale": format_locale,
        "format_multiline": _format_multiline,
        "format_percent": format_percent,
        "get_var_corresponding_ods_type": _ods_type,
    }


def _format_multiline(value: object) -> str:
    """Text as it is: every field keeps its line breaks, not only those of this function."""
    return _text(value)


def _ods_type(var: object) -> str:
    return "float" if isinstance(var, int | float | Decimal) else "string"


def _len(collection: object) -> int:
    if collection is None:
        return 0
    if isinstance(collection, str | list | tuple | dict):
        return len(collection)
    raise ValueRefused(say("needs a list or a text and was given {kind}", kind=kind_of(collection)))


def _sorted(
    iterable: object, *, key: Callable[[Any], Any] | None = None, reverse: bool = False
) -> list[Any]:
    return sorted(items_of(iterable), key=key, reverse=reverse)


def _enumerate(iterable: object, start: int = 0) -> list[tuple[int, Any]]:
    return list(enumerate(items_of(iterable), start))


def _zip(*iterables: object) -> list[tuple[Any, ...]]:
    return list(zip(*map(items_of, iterables), strict=False))


def _range(x: int, stop: int | None = None, step: int = 1, /) -> list[int]:
    numbers = range(x) if stop is None else range(x, stop, step)
    if numbers[MAX_RANGE:]:  # len() cannot count them all
        raise ValueTooLarge(say("makes more than {limit:,} numbers", limit=MAX_RANGE))
    return list(numbers)


def _list(iterable: object = ()) -> list[Any]:
    return list(items_of(iterable))


def _reversed(sequence: object) -> list[Any]:
    return list(items_of(sequence))[::-1]


def _any(iterable: object) -> bool:
    return any(items_of(iterable))


def _all(iterable: object) -> bool:
    return all(items_of(iterable))


def _bool(x: object = False) -> bool:
    return bool(x)


def _text(value: object = "") -> str:
    if value is None:
        return ""
    if isinstance(value, str | bool | int | float | Decimal):
        return str(value)
    raise ValueRefused(say("needs a text or a number and was given {kind}", kind=kind_of(value)))


def _int(x: object = 0) -> int:
    return int(x) if isinstance(x, bool) else int(to_decimal(x))


def _float(x: object = 0) -> Decimal:
    """A decimal number that prints as Python prints a float: 3 becomes 3.0."""
    number = to_decimal(x)
    whole = number == number.to_integral_value()
    return amounts.round_half_up(number, 1) if whole else number.normalize()


def _decimal(value: object = 0) -> Decimal:
    return to_decimal(value)


def _abs(x: object) -> int | float | Decimal:
    number = to_decimal(x)
    return abs(x) if isinstance(x, int | float) else abs(number)


def _round(number: object, ndigits: int | None = None) -> int | float | Decimal:
    """Round half up; to a whole number when ``ndigits`` is left out."""
    rounded = amounts.round_half_up(to_decimal(number), ndigits or 0)
    if ndigits is None or isinstance(number, int):
        return int(rounded)
    return float(rounded) if isinstance(number, float) else rounded


_PYTHON: dict[str, Function] = {
    "Decimal": _decimal,
    "decimal.Decimal": _decimal,
    "abs": _abs,
    "all": _all,
    "any": _any,
    "bool": _bool,
    "default": default,
    "enumerate": _enumerate,
    "float": _float,
    "int": _int,
    "len": _len,
    "list": _list,
    "range": _range,
    "reversed": _reversed,
    "round": _round,
    "sorted": _sorted,
    "str": _text,
    "zip": _zip,
}


def advice(expression: str) -> tuple[Finding, ...]:
    """Warn of what an expression most likely does not mean; ``check`` adds the places.

    Knows one case: ``YYYY`` in a date pattern, which py3o's own documentation
    taught. Greffier reads it as the year; stock py3o prints another year in the
    last days of December.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()  # told as an error where the expression is compiled
    return tuple(
        Finding(
            code="pattern-week-year",
            message=say(
                "“{pattern}” has Y, the year of a week; it is read as the year.", pattern=pattern
            ),
            field=expression,
            hint=say("Write “{meant}”.", meant=dates.read_pattern(pattern)),
            severity=Severity.WARNING,
        )
        for pattern in _date_patterns(tree)
        if len(pattern) <= amounts.MAX_PATTERN and "%" not in pattern and dates.means_year(pattern)
    )


def _date_patterns(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in ("format_date", "format_datetime"):
            given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "format")]
            for pattern in given:
                if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                    yield pattern.value
