"""What the functions of templates do with what they are given.

Mostly the name of a parameter says it, for :mod:`..functions` names alike what is alike.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..functions.lists import KEYED, WITH_KEY
from ..functions.offered import Function
from . import shapes
from .shapes import Use

#: Parameter -> what is done with it, whatever the function.
_BY_PARAMETER: Final[Mapping[str, Use]] = {
    "account": shapes.ACCOUNT,
    "amount": shapes.AMOUNT,
    "currency": shapes.CURRENCY,
    "date": shapes.DATE,
    "date_obj": shapes.DATE,
    "locale": shapes.LOCALE,
    "locale_": shapes.LOCALE,
    "number": shapes.AMOUNT,
    "text": shapes.WRITTEN,
    "time": shapes.TIME,
}
#: The same for single functions, where the name of the parameter says too little.
_BY_FUNCTION: Final[Mapping[tuple[str, str], Use]] = {
    ("Decimal", "value"): shapes.NUMBER,
    ("abs", "x"): shapes.NUMBER,
    ("agree", "who"): shapes.SEX,
    ("bool", "x"): shapes.TESTED,
    ("creditor_reference", "reference"): shapes.REFERENCE,
    ("datetime", "date"): shapes.MOMENT,
    ("decimal.Decimal", "value"): shapes.NUMBER,
    ("float", "x"): shapes.NUMBER,
    ("html", "text"): shapes.HTML,
    ("format_multiline", "value"): shapes.WRITTEN,
    ("format_percent", "number"): shapes.SHARE,
    ("int", "x"): shapes.NUMBER,
    ("len", "collection"): shapes.MEASURED,
    ("ordinal", "number"): shapes.COUNTED,
    ("percent", "number"): shapes.SHARE,
    ("phone", "number"): shapes.PHONE,
    ("plural", "number"): shapes.HOW_MANY,
    ("range", "step"): shapes.INTEGER,
    ("range", "stop"): shapes.INTEGER,
    ("range", "x"): shapes.INTEGER,
    ("round", "ndigits"): shapes.INTEGER,
    ("round", "number"): shapes.NUMBER,
    ("str", "value"): shapes.WRITTEN,
    ("t", "text"): shapes.KEY,
    ("structured_communication", "reference"): shapes.REFERENCE,
    ("yes_no", "value"): shapes.YES_NO,
}


@dataclass(frozen=True, slots=True)
class Going:
    """What a function does that goes through a list."""

    parameter: str
    #: With the list.
    whole: Use
    #: With each item, or the part of it that its key names.
    item: Use


GO_THROUGH: Final[Mapping[str, Going]] = {
    "all": Going("iterable", shapes.GATHERED, shapes.TESTED),
    "any": Going("iterable", shapes.GATHERED, shapes.TESTED),
    "count": Going("values", shapes.LISTED, shapes.GIVEN),
    "enumerate": Going("iterable", shapes.GATHERED, shapes.GIVEN),
    "group": Going("values", shapes.LISTED, shapes.GIVEN),
    "join": Going("values", shapes.LISTED, shapes.WRITTEN),
    "list": Going("iterable", shapes.GATHERED, shapes.GIVEN),
    "max": Going("iterable", shapes.GATHERED, shapes.GIVEN),
    "min": Going("iterable", shapes.GATHERED, shapes.GIVEN),
    "reversed": Going("sequence", shapes.GATHERED, shapes.GIVEN),
    "sort": Going("values", shapes.LISTED, shapes.GIVEN),
    "sorted": Going("iterable", shapes.GATHERED, shapes.GIVEN),
    "sum": Going("values", shapes.GATHERED, shapes.SUMMED),
    "zip": Going("iterables", shapes.GATHERED, shapes.GIVEN),
}
#: Code and parameter -> what is done with it; without a code, whatever the code.
CODED: Final[Mapping[tuple[str, str], Use]] = {
    ("", "amount"): shapes.AMOUNT,
    ("", "iban"): shapes.ACCOUNT,
    ("ean13", "content"): shapes.ARTICLE,
    ("pagopa", "creditor"): shapes.TAX_CODE,
    ("pagopa", "notice"): shapes.NOTICE,
    ("swissqr", "creditor"): shapes.ADDRESS,
    ("swissqr", "debtor"): shapes.ADDRESS,
    ("swissqr", "iban"): shapes.SWISS_ACCOUNT,
    ("swissqr", "reference"): shapes.GIVEN,
}
#: Functions of which the value is a text, whatever they are given.
GIVE_TEXTS: Final = frozenset(
    {
        "capitalize",
        "creditor_reference",
        "date",
        "datetime",
        "iban",
        "join",
        "lower",
        "money",
        "number",
        "ordinal",
        "percent",
        "phone",
        "str",
        "structured_communication",
        "t",
        "time",
        "title",
        "upper",
        "words",
        "yes_no",
        "format_amount",
        "format_currency",
        "format_date",
        "format_datetime",
        "format_decimal",
        "format_float",
        "format_locale",
        "format_multiline",
        "format_percent",
    }
)
#: Parameters that take a pattern for dates.
_PATTERNS: Final = ("format", "format_", "style")
_STYLES: Final = ("short", "medium", "long", "full")


def arguments(function: Function, node: ast.Call) -> dict[str, ast.expr]:
    """Parameter -> what it is given; further values of ``*others`` are numbered."""
    given: dict[str, ast.expr] = {}
    parameters = list(inspect.signature(function).parameters.values())
    for number, value in enumerate(node.args):
        parameter = parameters[min(number, len(parameters) - 1)]
        name = parameter.name
        given[name if name not in given else f"{name} {number}"] = value
    return given | {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}


def uses(name: str, given: Mapping[str, ast.expr]) -> dict[str, Use]:
    """Parameter -> what function ``name`` does with it."""
    found = {parameter: _use(name, parameter.partition(" ")[0]) for parameter in given}
    pattern = next((given[one] for one in _PATTERNS if one in given), None)
    if isinstance(pattern, ast.Constant) and has_time(str(pattern.value)):
        return {
            parameter: shapes.MOMENT if use is shapes.DATE else use
            for parameter, use in found.items()
        }
    return found


def first_use(name: str, function: Function) -> Use:
    """What a function does with the first value it is given."""
    parameter = next(iter(inspect.signature(function).parameters), "")
    return _use(name, parameter)


def key_of(name: str, node: ast.Call) -> tuple[ast.expr | None, str | None]:
    """The argument that names a part of each item, as ``'total'`` does, and the name."""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    key = node.args[1] if name in KEYED and len(node.args) > 1 else named.get("key")
    if name in KEYED | WITH_KEY and isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key, key.value
    return key, None


def has_time(pattern: str) -> bool:
    """Whether a pattern for dates shows the time of day."""
    if "%" in pattern:
        return any(f"%{sign}" in pattern for sign in "HIMSTp")
    outside_quotes = "".join(pattern.split("'")[::2])
    return pattern not in _STYLES and any(sign in outside_quotes for sign in "Hhms")


def _use(name: str, parameter: str) -> Use:
    return _BY_FUNCTION.get((name, parameter)) or _BY_PARAMETER.get(parameter, shapes.GIVEN)
