"""Every sentence for people has its translations: ``scripts/catalogues`` says which lack one."""

from __future__ import annotations

import pytest
import sentences
from greffier_templates.telling.catalogues import FOLDER, LANGUAGES

#: What is the same in English and another language, and not by neglect.
SAME: dict[str, set[str]] = {
    "fr": {"Instructions", "Styles", "index {name}", "section {name}", "style {name}"},
    "nl": {"frame {name}", "in {place}", "index {name}", "object {name}"},
    "de": {"Text", "in {place}"},
    "da": {"Data"},
    "it": {"in {place}"},
}
TOLD = LANGUAGES[1:]


@pytest.mark.parametrize("language", TOLD)
def test_every_sentence_is_translated_and_no_translation_is_left_over(language: str) -> None:
    known = sentences.translations(language)
    assert known.keys() == sentences.sentences().keys()
    assert [pattern for pattern, told in known.items() if not told.strip()] == []


@pytest.mark.parametrize("language", TOLD)
def test_no_translation_is_a_guess_or_the_english_text(language: str) -> None:
    assert not any(message.fuzzy for message in sentences.catalogue(language) if message.id)
    same = {
        pattern
        for pattern, told in sentences.translations(language).items()
        if pattern == told and any(char.isalpha() for char in pattern)
    }
    assert same == SAME[language]


@pytest.mark.parametrize("language", TOLD)
def test_sentences_end_as_they_do_in_english(language: str) -> None:
    for pattern, told in sentences.translations(language).items():
        assert pattern.endswith(".") == told.endswith("."), told


def test_there_is_a_catalogue_for_each_language_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == {*TOLD}
