"""Functions that change the letters of a text, or stand in for one that is missing."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..values import to_text
from .amounts import is_missing, read_locale

Function = Callable[..., object]

#: A word for ``title``: letters, together with what follows an apostrophe when it is but one
#: letter, as in Mary’s; after d’ a new word begins.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_](?![^\W\d_]))?")


def text_functions(locale: str) -> dict[str, Function]:
    """The functions of texts, by the name they have in templates."""
    dutch = read_locale(locale).language == "nl"

    def upper(text: object) -> str:
        return to_text(text).upper()

    def lower(text: object) -> str:
        return to_text(text).lower()

    def capitalize(text: object) -> str:
        return _with_capital(to_text(text), dutch)

    def title(text: object) -> str:
        return _WORD.sub(lambda word: _with_capital(word[0], dutch), to_text(text).lower())

    return {"capitalize": capitalize, "lower": lower, "title": title, "upper": upper}


def _with_capital(text: str, dutch: bool) -> str:
    """The text with its first letter in capitals; in Dutch, ij is one letter."""
    first = 2 if dutch and text[:2].lower() == "ij" else 1
    return text[:first].upper() + text[first:]


def default(value: object, other: object = "") -> object:
    """``other`` where the value is missing: null, an empty text, or not in the data at all.

    Calls are compiled apart, because the value may not even be in the data.
    """
    return other if is_missing(value) else value
