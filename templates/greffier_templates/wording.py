"""Sentences for people that can be told in other languages than English.

A :class:`Wording` *is* its English text, so that it can be used like any other; it also
remembers the pattern and the values it was made of, by which a catalogue finds it again.
"""

from __future__ import annotations

from collections.abc import Mapping


class Wording(str):
    """An English sentence that remembers how it was made."""

    __slots__ = ("pattern", "values")

    #: The sentence with ``{names}`` where values go: the key of the catalogues.
    pattern: str
    #: What stands there: names the designer wrote, numbers, other wordings; never data.
    values: Mapping[str, object]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> Wording:
        """Fill the English pattern in."""
        self = super().__new__(cls, pattern.format_map(values))
        self.pattern, self.values = pattern, values
        return self


def say(pattern: str, /, **values: object) -> Wording:
    """A sentence for people: ``say("“{name}” is not in the data.", name=name)``.

    The pattern is a literal, for the catalogues are made by looking for it in the code.
    """
    return Wording(pattern, values)
