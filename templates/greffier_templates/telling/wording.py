"""Sentences for people that can be told in other languages than English.

A :class:`Wording` *is* its English text, so that it can be used like any other; it also
remembers the pattern and the values it was made of, by which a catalogue finds it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


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

    def __str__(self) -> str:
        """Itself, so that an exception made of a wording gives it back."""
        return self

    # str has one of its own, which gives the text alone.
    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        return self.pattern, self.values

    def in_language(self, language: str) -> str:
        """The sentence in a language, a key of ``catalogues.LANGUAGES``, its values too.

        In English where there is no translation.
        """
        from .catalogues import Amount, translation

        values = {
            name: value.in_language(language)
            if isinstance(value, Wording)
            else Amount(value, language)
            if type(value) is int
            else value
            for name, value in self.values.items()
        }
        return translation(self.pattern, language).format_map(values)


def say(pattern: str, /, **values: object) -> Wording:
    """A sentence for people: ``say("“{name}” is not in the data.", name=name)``.

    The pattern is a literal, for the catalogues are made by looking for it in the code.
    Large numbers are written ``{number:,}``, which every language groups in its own way.
    """
    return Wording(pattern, values)


def phrase(pattern: str) -> str:
    """The pattern itself: marks for the catalogues what a table holds and is said later."""
    return pattern


def joined(parts: Iterable[str], between: str = " › ") -> Wording:
    """Wordings and names one after another, each translated by itself."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    pattern = between.replace("{", "{{").replace("}", "}}").join(f"{{{name}}}" for name in values)
    return Wording(pattern, values)


def listed(parts: Iterable[str]) -> str:
    """Two or more parts as one names them: “an amount and a list”."""
    told = ""
    for part in parts:
        told = say("{these} and {this}", these=told, this=part) if told else part
    return told


def grouped(number: int) -> Wording:
    """A large number, its digits in groups of three."""
    return Wording("{number:,}", {"number": number})


def in_language(text: str, language: str) -> str:
    """A text in a language when it is a wording; any other as it is."""
    return text.in_language(language) if isinstance(text, Wording) else text


def did_you_mean(name: str) -> Wording:
    """The hint that goes with a name that was probably misspelt."""
    return say("Did you mean “{name}”?", name=name)


#: Characters of a text that help to find it.
_LONGEST_QUOTE = 60


def quoted(text: str) -> Wording:
    """Text between quotes, shortened to what helps to find it."""
    text = " ".join(text.split())
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1] + "…"
    return say("“{text}”", text=text)


def either(parts: Iterable[str]) -> str:
    """One or more parts as one names a choice: “an ODT or a DOCX”."""
    told = ""
    for part in parts:
        told = say("{these} or {this}", these=told, this=part) if told else part
    return told
