"""Invents values that look like those of a town, by the name of a place and what is done there.

The names are those that templates in the languages of our towns use; people, streets and
numbers are invented.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from .kinds import kind_of
from .shapes import Shape

#: A grey dot, 1 by 1 pixel (GIF).
DOT = bytes.fromhex("47494638376101000100800000808080ffffff2c00000000010001000002024401003b")

#: Words of a name -> what a text of that name may be: the first that fits counts.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "email mail courriel": ("elise.lambert@example.org", "jan.peeters@example.org"),
    "phone tel telephone telefoon telefon telefono gsm mobile": (
        "+32 81 12 34 56",
        "+32 2 123 45 67",
    ),
    "iban account compte rekening konto": ("BE68 5390 0754 7034", "BE71 0961 2345 6769"),
    "bic swift": ("GEBABEBB",),
    "communication mededeling ogm": ("+++090/9337/55493+++",),
    "language langue taal sprache sprog lingua lang": ("fr",),
    "zip postcode postal postalcode cp plz cap postnummer": ("5099", "9999"),
    "street rue address adresse": ("Rue de l’Église 12", "Grand-Place 1"),
    "straat adres": ("Kerkstraat 3", "Markt 1"),
    "strasse gade vej via indirizzo": ("Kirchstraße 3", "Marktplatz 1"),
    "city ville town commune municipality localite": ("Exempleville", "Autreville"),
    "gemeente stad plaats woonplaats": ("Voorbeeldstad", "Anderdorp"),
    "stadt ort kommune by comune citta": ("Musterstadt", "Andersdorf"),
    "country pays": ("Belgique",),
    "land paese": ("België",),
    "firstname prenom": ("Élise", "Luc"),
    "voornaam vorname fornavn": ("Jan", "Fatiha"),
    "lastname surname": ("Lambert", "N’Diaye"),
    "achternaam nachname cognome efternavn": ("Peeters", "El Amrani"),
    "civility civilite salutation": ("Madame", "Monsieur"),
    "aanhef aanspreking anrede": ("Mevrouw", "Mijnheer"),
    "gender sexe sex geslacht geschlecht genre": ("f", "m"),
    "name nom applicant demandeur mayor bourgmestre": ("Élise Lambert", "Luc N’Diaye"),
    "naam aanvrager burgemeester": ("Jan Peeters", "Fatiha El Amrani"),
    "navn antragsteller nome": ("Anna Weiß", "Søren Møller"),
    "function fonction role": ("Directrice générale", "Bourgmestre"),
    "functie funktion titulature": ("Algemeen directeur", "Burgemeester"),
    "subject objet": ("Demande de permis d’urbanisme", "Permis de stationnement"),
    "onderwerp betreff oggetto emne": ("Omgevingsvergunning", "Parkeervergunning"),
    "number numero nummer num nr no reference ref referentie kenmerk dossier zaak aktenzeichen": (
        "2026/118",
        "2026/119",
    ),
    "url link lien website site": ("https://www.example.org/",),
    "date datum dato": ("2026-03-24", "2026-04-21"),
    "hour heure uur uhrzeit": ("19:30", "20:00"),
}
_WORDS = {word: texts for words, texts in _TEXTS.items() for word in words.split()}
_VALUES: Mapping[str, tuple[object, ...]] = {
    "account": ("BE68 5390 0754 7034", "BE71 0961 2345 6769"),
    "address": (
        {
            "name": "Stadt Musterstadt",
            "street": "Marktplatz",
            "house_number": "1",
            "postal_code": "8000",
            "town": "Musterstadt",
            "country": "CH",
        },
    ),
    "amount": (143.7, 25),
    "article": ("541234567890",),
    "condition": (True, True),
    "currency": ("EUR",),
    "date": ("2026-03-24", "2026-04-21"),
    "html": ("<p>Un texte <strong>mis en forme</strong>.</p>", "<p>Un autre.</p>"),
    "integer": (2, 3),
    "locale": ("fr_BE",),
    "moment": ("2026-03-24T19:30:00+01:00", "2026-04-21T20:00:00+02:00"),
    "notice": ("111111111111111111",),
    "number": (3, 2),
    "picture": (base64.b64encode(DOT).decode(),),
    "phone": ("+32 81 12 34 56", "+32 2 123 45 67"),
    "reference": ("202604170", "202604171"),
    "sex": ("f", "m"),
    "share": (0.21, 0.06),
    "swiss account": ("CH93 0076 2011 6238 5295 7",),
    "tax code": ("12345678903",),
    "time": ("19:30", "20:00"),
}


def example(shape: Shape, turn: int = 0) -> object:
    """A value for a place that holds a single one; ``turn`` tells apart those of a list."""
    if shape.examples and kind_of(shape) in ("text", "value", "number", "integer"):
        examples = list(shape.examples)
        return examples[turn % len(examples)]
    values = _VALUES.get(kind_of(shape)) or _texts(shape)
    return values[turn % len(values)]


def _texts(shape: Shape) -> tuple[object, ...]:
    """Texts that fit the words of its name; the last word of a name says most."""
    for word in reversed(_words(shape.name)):
        if word in _WORDS:
            return _WORDS[word]
    told = shape.name.replace("_", " ") or "…"
    return (told, f"{told} 2")


def _words(name: str) -> list[str]:
    """``dateDepot`` and ``date_depot`` as their words, in small letters."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("_", " ").replace("-", " "))
    return spaced.lower().split()
