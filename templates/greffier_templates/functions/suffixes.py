"""Endings of a name that stand for a function: ``py3o.invoice.total.as_eur``.

Writer's dialog for fields takes names with dots only, so that whoever uses it cannot write
``money(invoice.total, 'EUR')``. The endings are no part of the data, in fields and everywhere
else; a key of the data that is called so is reached as ``invoice['as_eur']``.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from types import MappingProxyType

from ..telling.wording import Wording, did_you_mean, say

PREFIX = "as_"

_CURRENCIES = ("CHF", "CZK", "DKK", "EUR", "GBP", "NOK", "PLN", "SEK", "USD")

#: Ending -> the function and what it is given after the value.
SUFFIXES: Mapping[str, tuple[str, tuple[str | int, ...]]] = MappingProxyType(
    {
        "as_capitalized": ("capitalize", ()),
        "as_count": ("count", ()),
        "as_creditor_reference": ("creditor_reference", ()),
        "as_date": ("date", ()),
        "as_datetime": ("datetime", ()),
        "as_full_date": ("date", ("full",)),
        "as_html": ("html", ()),
        "as_iban": ("iban", ()),
        "as_integer": ("number", (0,)),
        "as_list": ("join", ()),
        "as_long_date": ("date", ("long",)),
        "as_lower": ("lower", ()),
        "as_medium_date": ("date", ("medium",)),
        "as_month": ("date", ("MMMM",)),
        "as_number": ("number", ()),
        "as_optional": ("default", ()),
        "as_ordinal": ("ordinal", ()),
        "as_percent": ("percent", ()),
        "as_phone": ("phone", ()),
        "as_short_date": ("date", ("short",)),
        "as_structured_communication": ("structured_communication", ()),
        "as_time": ("time", ()),
        "as_title": ("title", ()),
        "as_translated": ("t", ()),
        "as_upper": ("upper", ()),
        "as_weekday": ("date", ("EEEE",)),
        "as_words": ("words", ()),
        "as_year": ("date", ("yyyy",)),
        "as_yes_no": ("yes_no", ()),
        **{f"as_{code.lower()}": ("money", (code,)) for code in _CURRENCIES},
        **{f"as_words_{code.lower()}": ("words", (code,)) for code in ("DKK", "EUR", "GBP")},
    }
)


def call_of(node: ast.Attribute) -> ast.Call | None:
    """The call that a name with one of the endings stands for; None for any other name.

    The name must be one that :func:`unknown` says nothing about.
    """
    if node.attr not in SUFFIXES:
        return None
    function, arguments = SUFFIXES[node.attr]
    return ast.Call(ast.Name(function), [node.value, *(ast.Constant(one) for one in arguments)], [])


def unknown(name: str) -> tuple[Wording, Wording] | None:
    """What is wrong with a name that begins like an ending and is none, and a hint."""
    if not name.startswith(PREFIX) or name in SUFFIXES:
        return None
    endings = [one.removeprefix(PREFIX) for one in SUFFIXES]
    near = difflib.get_close_matches(name.removeprefix(PREFIX), endings, 1)
    hint = (
        did_you_mean(PREFIX + near[0])
        if near
        else say("For a name of the data that begins so, write ['{name}'].", name=name)
    )
    return say("“{name}” is not a known way to print a value.", name=name), hint
