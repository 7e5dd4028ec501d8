"""Numbers in letters and in order: twelve hundred, twelve euros, 1st.

num2words spells whole numbers; what it spells wrong in our languages is mended here, and
Danish, which it spells word by word from English, is ours. It is imported when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from ..errors import ValueRefused
from ..telling.wording import say
from .amounts import REMEMBERED, is_missing, read_locale, round_half_up, to_decimal

Function = Callable[..., object]

#: Beyond a thousand billion languages differ in their words, and no town has so much.
_LARGEST = 10**12

#: Language -> minus, the decimal sign, and the word between euros and cents.
_WORDS = {
    "da": ("minus", "komma", "og"),
    "de": ("minus", "Komma", "und"),
    "en": ("minus", "point", "and"),
    "fr": ("moins", "virgule", "et"),
    "it": ("meno", "virgola", "e"),
    "nl": ("min", "komma", "en"),
}
#: Language and currency -> one unit, several, one hundredth, several: where it is official.
_MONEY = {
    ("da", "DKK"): ("krone", "kroner", "øre", "øre"),
    ("da", "EUR"): ("euro", "euro", "cent", "cent"),
    ("de", "EUR"): ("Euro", "Euro", "Cent", "Cent"),
    ("en", "EUR"): ("euro", "euros", "cent", "cents"),
    ("en", "GBP"): ("pound", "pounds", "penny", "pence"),
    ("fr", "EUR"): ("euro", "euros", "cent", "cents"),
    ("it", "EUR"): ("euro", "euro", "centesimo", "centesimi"),
    ("nl", "EUR"): ("euro", "euro", "cent", "cent"),
}
#: What stands between a round number of millions and the currency: un million d’euros.
_OF = {"fr": "d’", "it": "di "}

#: French of France counts 70 and 90 from 60 and 80; Belgium has words of its own for them.
_FRENCH_TENS = re.compile(
    r"(soixante|quatre-vingt)(?:-| et )"
    r"(dix-sept|dix-huit|dix-neuf|dix|onze|douze|treize|quatorze|quinze|seize)\b"
)
_BELGIAN_TENS = {"soixante": "septante", "quatre-vingt": "nonante"}
_BELGIAN_UNITS = {
    "dix": "",
    "onze": " et un",
    "douze": "-deux",
    "treize": "-trois",
    "quatorze": "-quatre",
    "quinze": "-cinq",
    "seize": "-six",
    "dix-sept": "-sept",
    "dix-huit": "-huit",
    "dix-neuf": "-neuf",
}

_DANISH_BELOW_20 = (
    "nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten "
    "sytten atten nitten"
)
_DANISH_UNITS = _DANISH_BELOW_20.split()
_DANISH_FROM_20 = "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems"
_DANISH_TENS = _DANISH_FROM_20.split()


def spelling_functions(locale: str) -> dict[str, Function]:
    """The functions that spell numbers, by the name they have in templates."""

    def words(number: object, currency: str | None = None, locale: str = locale) -> str:
        if is_missing(number):
            return ""
        exact = to_decimal(number)
        if currency is not None:
            return money_in_words(round_half_up(exact, 2), currency, locale)
        return number_in_words(exact, locale)

    def ordinal(number: object, gender: str = "m", locale: str = locale) -> str:
        if is_missing(number):
            return ""
        exact = to_decimal(number)
        if exact != exact.to_integral_value() or exact < 0:
            raise ValueRefused(say("needs a whole number"))
        if gender not in ("m", "f"):
            raise ValueRefused(say("knows the genders m and f"))
        return _ordinal(int(exact), gender, read_locale(locale).language)

    return {"ordinal": ordinal, "words": words}


_ENGLISH_ENDS = {1: "st", 2: "nd", 3: "rd"}


def _ordinal(number: int, gender: str, language: str) -> str:
    """1er, 2e; 1st, 2nd; 1º, 1ª; 1.: the ways of the languages, from their spelling guides."""
    match language:
        case "fr":
            return f"{number}{'e' if number != 1 else 're' if gender == 'f' else 'er'}"
        case "nl":
            return f"{number}e"
        case "it" | "es" | "pt":
            return f"{number}{'ª' if gender == 'f' else 'º'}"
        case "en":
            teens = number % 100 in (11, 12, 13)
            return (
                f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
            )
        case "de" | "da" | "nb" | "nn" | "no":
            return f"{number}."
    raise ValueRefused(say("does not know how this language counts in order"))


@lru_cache(maxsize=REMEMBERED)
def number_in_words(number: Decimal, locale: str) -> str:
    """A number in letters; decimals digit by digit.

    Raises:
        ValueRefused: it is too large, or the language is not known.
    """
    language, spell = _speller(locale)
    minus, point, _ = _WORDS[language]
    whole, _, decimals = format(abs(number), "f").partition(".")
    words = [spell(int(whole))]
    decimals = decimals.rstrip("0")
    if decimals:
        words += [point, *(spell(int(digit)) for digit in decimals)]
    return " ".join([minus, *words] if number < 0 else words)


@lru_cache(maxsize=REMEMBERED)
def money_in_words(amount: Decimal, currency: str, locale: str) -> str:
    """An amount in letters, of whole hundredths: twelve euros and fifty cents.

    Raises:
        ValueRefused: it is too large, or this currency has no words in this language.
    """
    language, spell = _speller(locale)
    names = _MONEY.get((language, currency))
    if names is None:
        known = ", ".join(code for spoken, code in _MONEY if spoken == language)
        raise ValueRefused(say("has words in this language for {known} only", known=known))
    minus, _, joined = _WORDS[language]
    units, hundredths = divmod(int(abs(amount).scaleb(2)), 100)
    parts = []
    if units or not hundredths:
        parts.append(_counted(units, names[0], names[1], language, spell))
    if hundredths:
        parts.append(_counted(hundredths, names[2], names[3], language, spell))
    text = f" {joined} ".join(parts)
    return f"{minus} {text}" if amount < 0 else text


def _counted(
    number: int, one: str, several: str, language: str, spell: Callable[[int], str]
) -> str:
    spelt = spell(number)
    if language == "de":
        spelt = re.sub("eins$", "ein", spelt)
    elif language == "it" and number == 1:
        spelt = "un"
    if number and number % 1_000_000 == 0 and language in _OF:
        return f"{spelt} {_OF[language]}{several}"
    single = number == 1 or (number == 0 and language == "fr")
    return f"{spelt} {one if single else several}"


def _speller(locale: str) -> tuple[str, Callable[[int], str]]:
    found = read_locale(locale)
    language = found.language
    if language not in _WORDS:
        raise ValueRefused(say("cannot write numbers in words in this language"))

    def spell(number: int) -> str:
        if number >= _LARGEST:
            raise ValueRefused(say("was given a number that is too large for words"))
        if language == "da":
            return _danish(number)
        from num2words import num2words

        text = str(num2words(number, lang=language))
        if language == "fr" and found.territory == "BE":
            return _FRENCH_TENS.sub(
                lambda tens: _BELGIAN_TENS[tens[1]] + _BELGIAN_UNITS[tens[2]], text
            )
        return _dutch(text) if language == "nl" else text

    return language, spell


def _dutch(text: str) -> str:
    """With the spaces and accents of the Woordenlijst: duizend een, tweeduizend honderd."""
    text = re.sub(r"duizend(?=\w)", "duizend ", text)
    return text if text == "één" else text.replace("éé", "ee")


def _danish(number: int) -> str:
    """Source: Retskrivningsordbogen; the last two figures are joined by “og”."""
    for size, one, several in (
        (10**9, "en milliard", "milliarder"),
        (10**6, "en million", "millioner"),
        (1000, "et tusind", "tusind"),
        (100, "et hundrede", "hundrede"),
    ):
        if number >= size:
            count, rest = divmod(number, size)
            spelt = one if count == 1 else f"{_danish(count)} {several}"
            if not rest:
                return spelt
            return f"{spelt} {'og ' if rest < 100 else ''}{_danish(rest)}"
    if number < 20:
        return _DANISH_UNITS[number]
    tens, unit = divmod(number, 10)
    return (f"{_DANISH_UNITS[unit]}og" if unit else "") + _DANISH_TENS[tens - 2]
