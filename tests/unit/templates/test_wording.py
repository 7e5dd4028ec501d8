"""Sentences for people: their English text at once, and later any language."""

from __future__ import annotations

import copy
import json

import pytest
import sentences
from greffier_templates.errors import ValueRefused
from greffier_templates.model import Finding
from greffier_templates.telling import catalogues
from greffier_templates.telling.catalogues import LANGUAGES, nearest, translated
from greffier_templates.telling.wording import Wording, grouped, joined, listed, say


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of our own, whatever the real one says."""
    known = {
        "needs {wanted}": "benötigt {wanted}",
        "a date": "ein Datum",
        "a list": "eine Liste",
        "{these} and {this}": "{these} und {this}",
        "row {number}": "Zeile {number}",
        "at most {limit:,} rows": "höchstens {limit:,} Zeilen",
    }
    monkeypatch.setattr(
        catalogues, "translation", lambda pattern, _language: known.get(pattern, pattern)
    )


def test_a_wording_is_its_english_text() -> None:
    said = say("at most {limit:,} rows of “{name}”", limit=10_000, name="{x}")
    assert said == "at most 10,000 rows of “{x}”"
    assert json.loads(json.dumps([said])) == [said]
    assert copy.deepcopy(said).values == {"limit": 10_000, "name": "{x}"}


def test_an_exception_gives_its_wording_back() -> None:
    assert isinstance(str(ValueRefused(say("needs a list"))), Wording)


@pytest.mark.usefixtures("german")
def test_values_are_told_in_the_language_too() -> None:
    said = say("needs {wanted}", wanted=listed([say("a date"), say("a list")]))
    assert said == "needs a date and a list"
    assert said.in_language("de") == "benötigt ein Datum und eine Liste"


@pytest.mark.usefixtures("german")
def test_a_place_is_translated_step_by_step_and_names_stay() -> None:
    where = joined(["“{Kosten}”", say("row {number}", number=2)])
    assert where == "“{Kosten}” › row 2"
    finding = translated(Finding("x", say("a date"), where, field="a date"), "de")
    assert (finding.message, finding.where) == ("ein Datum", "“{Kosten}” › Zeile 2")
    assert finding.field == "a date"


@pytest.mark.usefixtures("german")
def test_large_numbers_are_grouped_as_the_language_does() -> None:
    said = say("at most {limit:,} rows", limit=10_000)
    assert said.in_language("de") == "höchstens 10.000 Zeilen"
    assert grouped(1_000_000).in_language("de") == "1.000.000"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (["fr_BE.UTF-8"], "fr"),
        (["nl-BE"], "nl"),
        (["C.UTF-8"], "en"),
        (["pl", "da-DK", "de"], "da"),
        (["DE"], "de"),
        ([], "en"),
    ],
)
def test_the_nearest_language_is_taken(asked: list[str], language: str) -> None:
    assert nearest(*asked) == language


def test_what_has_no_translation_is_told_in_english() -> None:
    said = say("a sentence that is in no catalogue: {name}", name="x")  # of this test only
    for language in LANGUAGES:
        assert said.in_language(language) == said


def test_every_sentence_in_the_code_is_a_literal_pattern() -> None:
    assert len(sentences.sentences()) > 200


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_have_the_values_of_their_sentences(language: str) -> None:
    for pattern, told in sentences.translations(language).items():
        assert not told or sentences.placeholders(told) == sentences.placeholders(pattern), pattern
