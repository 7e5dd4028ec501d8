"""A template may bring its texts in several languages; the request chooses."""

from __future__ import annotations

import io

import pytest
from filling import filled, lines, mismatches, mistakes
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from odt import field, link, odt, p, paragraphs, row, table

TEXTS = table(
    row("py3o.translations", "fr", "nl", "nl_NL"),
    row("greeting", "Madame, Monsieur,", "Geachte heer, mevrouw,", "Geachte heer/mevrouw,"),
    row("granted", "accordé", "toegekend", "verleend"),
    row("", "", "", ""),
    columns=4,
)
LETTER = (p(link("function=\"t('greeting')\"")), p(field("status.as_translated")))


@pytest.mark.parametrize(
    ("locale", "greeting", "status"),
    [
        ("fr_BE", "Madame, Monsieur,", "accordé"),
        ("fr", "Madame, Monsieur,", "accordé"),
        ("nl_BE", "Geachte heer, mevrouw,", "toegekend"),
        ("nl-NL", "Geachte heer/mevrouw,", "verleend"),
    ],
)
def test_the_locale_of_the_request_chooses_the_text(
    locale: str, greeting: str, status: str
) -> None:
    data = {"status": "granted"}
    for blocks in ((TEXTS, *LETTER), (*LETTER, TEXTS), (*LETTER, TEXTS, p())):
        assert lines(*blocks, data=data, locale=locale) == [greeting, status]


def test_the_table_is_for_headers_and_conditions_too() -> None:
    source = odt(
        p(link("if=\"t('granted') == 'accordé'\""), "oui", link("/if")), TEXTS, header=LETTER[0]
    )
    done = filled(source, {}, locale="fr_BE")
    assert paragraphs(done) == ["oui"]
    assert paragraphs(done, "styles.xml") == ["Madame, Monsieur,"]


def test_a_missing_value_has_no_translation_and_needs_none() -> None:
    assert lines(
        p("[", field("status.as_translated"), "]"), TEXTS, data={"status": None}, locale="fr"
    ) == ["[]"]


def test_a_key_that_the_table_does_not_have_is_an_error_of_the_template() -> None:
    (finding,) = mistakes(p(field("t('greting')")), TEXTS)
    assert finding.message == "“greting” is not in the table of translations."
    assert finding.hint == "Did you mean “greeting”?"
    assert finding.where.startswith("body")


def test_a_template_without_the_table_is_told_how_to_make_one() -> None:
    (finding,) = mistakes(p(field("t('greeting')")))
    assert finding.message == "The template has no table of translations."
    assert "py3o.translations" in finding.hint


def test_a_key_of_the_data_is_not_told() -> None:
    (finding,) = mismatches(*LETTER, TEXTS, data={"status": "Vandenbroucke"}, locale="fr")
    assert finding.message == "t finds no translation for this value."


def test_a_language_that_the_table_does_not_have_is_an_error() -> None:
    (finding,) = mismatches(LETTER[0], TEXTS, data={}, locale="de_BE")
    assert finding.message == (
        "t has no column for the language of the request; there are fr, nl, nl_NL."
    )


def test_what_is_wrong_with_the_table_is_told_by_its_row() -> None:
    texts = table(
        row("py3o.translations", "fr", "netherlands"), row("a", "A", "B"), row("a", "C", "D")
    )
    language, twice = mistakes(p("x"), texts)
    assert (language.code, language.field) == ("translation-language", "netherlands")
    assert (twice.code, twice.where) == ("translation-twice", "table of translations › row 3")


def test_a_text_that_is_not_there_prints_nothing_and_is_warned_of() -> None:
    texts = table(row("py3o.translations", "fr", "nl"), row("a", "A", ""))
    source = odt(p("[", field("t('a')"), "]"), texts)
    (warning,) = prepare(source).warnings
    assert (warning.code, warning.field) == ("translation-empty", "a")
    assert paragraphs(filled(source, {}, locale="nl")) == ["[]"]


def test_a_block_brings_its_texts_and_the_template_may_replace_them() -> None:
    block = odt(
        p(field("t('a')"), field("t('b')")),
        table(row("py3o.translations", "fr"), row("a", "A"), row("b", "B")),
    )
    source = odt(
        p(link('include="closing"')), table(row("py3o.translations", "fr"), row("b", "own"))
    )
    out = io.BytesIO()
    prepare(source, GivenBlocks({"closing": block})).fill({}, out, Filling(locale="fr"))
    assert paragraphs(out.getvalue()) == ["Aown"]
