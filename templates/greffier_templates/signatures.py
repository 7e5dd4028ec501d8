"""Says in words of a designer why a call can never fit the function that it calls."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from inspect import Parameter

_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
#: What a parameter is for, where its name does not say it; “a value” for the others.
_WANTED = {
    "amount": "an amount",
    "collection": "a list or a text",
    "data": "a picture",
    "date": "a date",
    "date_obj": "a date",
    "format_": "a pattern",
    "iterable": "a list",
    "number": "an amount",
    "values": "a list",
    "x": "a number",
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
        most = "one value" if len(places) == 1 else f"{len(places)} values"
        return f"takes at most {most} and was given {positional}"
    options = [one.name for one in parameters if one.kind in _NAMED]
    for name in named:
        if name not in options:
            offered = f"; it knows {', '.join(options)}" if options else ""
            return f"has no option “{name}”{offered}"
        if name in places[:positional]:
            return f"is given “{name}” twice"
    wanted = [
        _WANTED.get(one.name, "a value")
        for one in list(parameters)[positional:]
        if one.default is Parameter.empty and one.name not in named and one.kind in _POSITIONAL
    ]
    return f"needs {' and '.join(wanted)}"
