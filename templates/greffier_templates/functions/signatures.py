"""Says in words of a designer why a call can never fit the function that it calls."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from inspect import Parameter

from ..telling.wording import listed, say

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
#: What a parameter is for, where its name does not say it; “a value” for the others.
_WANTED = {
    "account": say("an account number"),
    "amount": say("an amount"),
    "collection": say("a list or a text"),
    "currency": say("a currency, as in 'EUR'"),
    "data": say("a picture"),
    "date": say("a date"),
    "date_obj": say("a date"),
    "feminine": say("the feminine form"),
    "format_": say("a pattern"),
    "iterable": say("a list"),
    "key": say("the name of a part of each item, as in 'total'"),
    "many": say("the form for several"),
    "masculine": say("the masculine form"),
    "number": say("an amount"),
    "one": say("the form for one"),
    "reference": say("a payment reference"),
    "text": say("a text"),
    "time": say("a time"),
    "values": say("a list"),
    "who": say("a sex"),
    "x": say("a number"),
}

_signature = functools.lru_cache(maxsize=256)(inspect.signature)


def misfit(function: Callable[..., object], positional: int, named: Collection[str]) -> str:
    """Why ``function`` cannot take so many values and these named ones; empty when it can.

    It goes on from the name of the function: “needs an amount”.
    """
    signature = _signature(function)
    try:
        signature.bind(*(None,) * positional, **dict.fromkeys(named))
    except TypeError:
        return _why(signature, positional, named)
    return ""


def _why(signature: inspect.Signature, positional: int, named: Collection[str]) -> str:
    parameters = signature.parameters.values()
    places = [one.name for one in parameters if one.kind in _POSITIONAL]
    takes_more = any(one.kind is Parameter.VAR_POSITIONAL for one in parameters)
    if positional > len(places) and not takes_more:
        most = len(places)
        if most == 1:
            return say("takes at most one value and was given {given}", given=positional)
        return say("takes at most {most} values and was given {given}", most=most, given=positional)
    options = [one.name for one in parameters if one.kind in _NAMED]
    for name in named:
        if name not in options:
            if not options:
                return say("has no option “{name}”", name=name)
            offered = ", ".join(options)
            return say("has no option “{name}”; it knows {offered}", name=name, offered=offered)
        if name in places[:positional]:
            return say("is given “{name}” twice", name=name)
    wanted = [
        _WANTED.get(one.name, say("a value"))
        for one in list(parameters)[positional:]
        if one.default is Parameter.empty and one.name not in named and one.kind in _POSITIONAL
    ]
    return say("needs {wanted}", wanted=listed(wanted))
