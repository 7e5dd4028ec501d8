"""The translations of our sentences: gettext catalogues, one for each language.

``locale/fr.po`` and its like are made from the code by ``scripts/catalogues`` and filled by
hand; they are read as they are, once, when a sentence is first asked for in that language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from ..model import Finding
from .wording import in_language

#: The languages sentences are told in; the first is that of the code.
LANGUAGES = ("en", "fr", "nl", "de", "da", "it")

FOLDER = Path(__file__).parents[1] / "locale"


def nearest(*asked: str) -> str:
    """The first of these languages that we have, or English.

    Args:
        asked: names like ``fr``, ``fr-BE`` or ``fr_BE.UTF-8``, the most wanted first.
    """
    for name in asked:
        language = name.replace("_", "-").partition("-")[0].partition(".")[0].lower()
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def translation(pattern: str, language: str) -> str:
    """The pattern in a language; itself when it has no translation."""
    return _catalogue(nearest(language)).get(pattern, pattern)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> Mapping[str, str]:
    if language == LANGUAGES[0]:
        return {}
    from babel.messages.pofile import read_po

    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.id
        and message.string
    }


def translated(finding: Finding, language: str) -> Finding:
    """The finding in a language: what is wrong, where, and what to do; not what was written."""
    return dataclasses.replace(
        finding,
        message=in_language(finding.message, language),
        where=in_language(finding.where, language),
        hint=in_language(finding.hint, language),
    )


def all_translated(findings: Iterable[Finding], language: str) -> tuple[Finding, ...]:
    """Each of the findings in a language."""
    if nearest(language) == LANGUAGES[0]:
        return tuple(findings)
    return tuple(translated(finding, language) for finding in findings)


class Amount(int):
    """A number that groups its digits the way of a language where a pattern asks for it."""

    language: str

    def __new__(cls, number: object, language: str) -> Amount:
        """Take a number and the language it will be told in."""
        assert isinstance(number, int)
        self = super().__new__(cls, number)
        self.language = language
        return self

    def __format__(self, form: str) -> str:
        if form != ",":
            return super().__format__(form)
        from babel.numbers import format_decimal

        return format_decimal(int(self), locale=self.language)
