"""The plain functions write what an office of each country writes."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from filling import lines, mismatches
from greffier_templates.errors import ValueRefused
from greffier_templates.functions.offered import functions
from greffier_templates.model import Filling
from hypothesis import given
from hypothesis import strategies as st
from odt import field, p

LOCALES = ("fr_BE", "nl_BE", "nl_NL", "de_BE", "de_DE", "da_DK", "it_IT", "en_GB")
#: In the order of LOCALES; ~ is a space that keeps words together, ^ a narrow one.
WRITTEN = {
    "money(1234567.905, 'EUR')": (
        "1^234^567,91~€",
        "€~1.234.567,91",
        "€~1.234.567,91",
        "1.234.567,91~€",
        "1.234.567,91~€",
        "1.234.567,91~€",
        "1.234.567,91~€",
        "€1,234,567.91",
    ),
    "money(-0.125, 'EUR')": (
        "-0,13~€",
        "€~-0,13",
        "€~-0,13",
        "-0,13~€",
        "-0,13~€",
        "-0,13~€",
        "-0,13~€",
        "-€0.13",
    ),
    "number(1234.565, 2)": (
        "1^234,57",
        "1.234,57",
        "1.234,57",
        "1.234,57",
        "1.234,57",
        "1.234,57",
        "1.234,57",
        "1,234.57",
    ),
    "percent(0.2125, 1)": (
        "21,3~%",
        "21,3%",
        "21,3%",
        "21,3~%",
        "21,3~%",
        "21,3~%",
        "21,3%",
        "21.3%",
    ),
    "date('2026-03-01')": (
        "1er mars 2026",
        "1 maart 2026",
        "1 maart 2026",
        "1. März 2026",
        "1. März 2026",
        "1. marts 2026",
        "1 marzo 2026",
        "1 March 2026",
    ),
    "date('2026-03-02', 'full')": (
        "lundi 2 mars 2026",
        "maandag 2 maart 2026",
        "maandag 2 maart 2026",
        "Montag, 2. März 2026",
        "Montag, 2. März 2026",
        "mandag den 2. marts 2026",
        "lunedì 2 marzo 2026",
        "Monday, 2 March 2026",
    ),
    "date('2026-03-02', 'short')": (
        "2/03/26",
        "2/03/2026",
        "02-03-2026",
        "02.03.26",
        "02.03.26",
        "02.03.2026",
        "02/03/26",
        "02/03/2026",
    ),
    "time('14:05')": ("14:05", "14:05", "14:05", "14:05", "14:05", "14.05", "14:05", "14:05"),
    "datetime('2026-03-02T13:05:00Z')": (
        "2 mars 2026 à 14:05",
        "2 maart 2026 om 14:05",
        "2 maart 2026 om 14:05",
        "2. März 2026 um 14:05 Uhr",
        "2. März 2026 um 14:05 Uhr",
        "2. marts 2026 kl. 14.05",
        "2 marzo 2026 alle ore 14:05",
        "2 March 2026 at 14:05",
    ),
    "ordinal(1)": ("1er", "1e", "1e", "1.", "1.", "1.", "1º", "1st"),
    "ordinal(22, 'f')": ("22e", "22e", "22e", "22.", "22.", "22.", "22ª", "22nd"),
    "yes_no(true)": ("oui", "ja", "ja", "ja", "ja", "ja", "sì", "yes"),
    "yes_no(false)": ("non", "nee", "nee", "nein", "nein", "nej", "no", "no"),
    "plural(0, 'one', 'more')": ("one", *["more"] * 7),
    "plural(1.5, 'one', 'more')": ("one", *["more"] * 4, "one", "more", "more"),
    "plural(1000000, 'one', 'more')": ("more",) * 8,
    "join(names)": (
        "a, b et c",
        "a, b en c",
        "a, b en c",
        "a, b und c",
        "a, b und c",
        "a, b og c",
        "a, b e c",
        "a, b and c",
    ),
    "words(1971)": (
        "mille neuf cent septante et un",
        "duizend negenhonderdeenenzeventig",
        "duizend negenhonderdeenenzeventig",
        "eintausendneunhunderteinundsiebzig",
        "eintausendneunhunderteinundsiebzig",
        "et tusind ni hundrede og enoghalvfjerds",
        "millenovecentosettantuno",
        "one thousand, nine hundred and seventy-one",
    ),
    "words(-21.05)": (
        "moins vingt et un virgule zéro cinq",
        "min eenentwintig komma nul vijf",
        "min eenentwintig komma nul vijf",
        "minus einundzwanzig Komma null fünf",
        "minus einundzwanzig Komma null fünf",
        "minus enogtyve komma nul fem",
        "meno ventuno virgola zero cinque",
        "minus twenty-one point zero five",
    ),
    "words(1091.01, 'EUR')": (
        "mille nonante et un euros et un cent",
        "duizend eenennegentig euro en één cent",
        "duizend eenennegentig euro en één cent",
        "eintausendeinundneunzig Euro und ein Cent",
        "eintausendeinundneunzig Euro und ein Cent",
        "et tusind og enoghalvfems euro og en cent",
        "millenovantuno euro e un centesimo",
        "one thousand and ninety-one euros and one cent",
    ),
    "words(2000000, 'EUR')": (
        "deux millions d’euros",
        "twee miljoen euro",
        "twee miljoen euro",
        "zwei Millionen Euro",
        "zwei Millionen Euro",
        "to millioner euro",
        "due milioni di euro",
        "two million euros",
    ),
    "words(0.5, 'EUR')": (
        "cinquante cents",
        "vijftig cent",
        "vijftig cent",
        "fünfzig Cent",
        "fünfzig Cent",
        "halvtreds cent",
        "cinquanta centesimi",
        "fifty cents",
    ),
    "phone('+32475123456')": (
        "0475 12 34 56",
        "0475 12 34 56",
        "+32 475 12 34 56",
        "0475 12 34 56",
        *["+32 475 12 34 56"] * 4,
    ),
}
DATA = {"names": ["a", None, "b", "", "c"], "true": True, "false": False}


@pytest.mark.parametrize("expression", WRITTEN)
@pytest.mark.parametrize("locale", LOCALES)
def test_values_are_written_as_the_locale_writes_them(expression: str, locale: str) -> None:
    (shown,) = lines(p(field(expression)), data=DATA, locale=locale, timezone="Europe/Brussels")
    plain = shown.replace("\xa0", "~").replace("\u202f", "^")
    assert plain == WRITTEN[expression][LOCALES.index(locale)]


@pytest.mark.parametrize(
    ("number", "locale", "written"),
    [
        (0, "fr_BE", "zéro"),
        (70, "fr_BE", "septante"),
        (77, "fr_BE", "septante-sept"),
        (81, "fr_BE", "quatre-vingt-un"),
        (90_000, "fr_BE", "nonante mille"),
        (95, "fr_BE", "nonante-cinq"),
        (95, "fr_FR", "quatre-vingt-quinze"),
        (80, "fr_BE", "quatre-vingts"),
        (201, "fr_BE", "deux cent un"),
        (1, "nl_BE", "één"),
        (101, "nl_BE", "honderdeen"),
        (2_001_002, "nl_NL", "twee miljoen duizend twee"),
        (101, "da_DK", "et hundrede og en"),
        (1_021_000, "da_DK", "en million enogtyve tusind"),
        (2_000_300, "da_DK", "to millioner tre hundrede"),
        (3, "de_DE", "drei"),
        (100, "it_IT", "cento"),
    ],
)
def test_numbers_in_words(number: int, locale: str, written: str) -> None:
    assert functions(Filling(locale=locale))["words"](number) == written


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (1, "EUR", "fr_BE", "un euro"),
        (0, "EUR", "fr_BE", "zéro euro"),
        (1, "EUR", "de_DE", "ein Euro"),
        (101, "EUR", "de_DE", "einhundertein Euro"),
        (1, "EUR", "it_IT", "un euro"),
        ("2.015", "EUR", "en_GB", "two euros and two cents"),
        ("-3.01", "GBP", "en_GB", "minus three pounds and one penny"),
        ("21.50", "DKK", "da_DK", "enogtyve kroner og halvtreds øre"),
        (1, "DKK", "da_DK", "en krone"),
    ],
)
def test_amounts_in_words(amount: object, currency: str, locale: str, written: str) -> None:
    assert functions(Filling(locale=locale))["words"](amount, currency) == written


def test_ordinals_of_english_know_the_teens() -> None:
    ordinal = functions(Filling(locale="en_GB"))["ordinal"]
    assert [ordinal(n) for n in (2, 3, 4, 11, 12, 13, 21, 112)] == (
        ["2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]
    )


def test_dutch_writes_ij_as_one_letter() -> None:
    dutch, french = functions(Filling(locale="nl_BE")), functions(Filling(locale="fr_BE"))
    assert dutch["capitalize"]("ijsselmeer") == "IJsselmeer"
    assert dutch["title"]("JAN IJSBRAND") == "Jan IJsbrand"
    assert french["title"]("ijsbrand") == "Ijsbrand"
    assert french["title"]("o’neill et mary’s") == "O’Neill Et Mary’s"


def test_danish_sorts_its_own_letters_last() -> None:
    names = ["Åse", "Zoe", "Ærø", "Øster", "anna", "Ann 12", "Ann 2"]
    assert functions(Filling(locale="da_DK"))["sort"](names) == [
        "Ann 2",
        "Ann 12",
        "anna",
        "Zoe",
        "Ærø",
        "Øster",
        "Åse",
    ]
    assert functions(Filling(locale="fr_BE"))["sort"](names)[0] == "Ærø"


def test_numbers_sort_by_size_whether_they_are_texts_or_not() -> None:
    sort = functions(Filling())["sort"]
    assert sort(["12A", "9", 10, None, "2.5", True]) == [True, "2.5", "9", 10, "12A", None]


@pytest.mark.parametrize(
    ("people", "printed"),
    [
        ("M", "né"),
        ("vrouw", "née"),
        (" W ", "née"),
        (1, "né"),
        ("X", "né/née"),
        (None, "né/née"),
        ([], ""),
        (["F"], "née"),
        (["F", "V"], "nées"),
        (["F", "M"], "nés"),
        (["F", None], "nés"),
    ],
)
def test_words_agree_with_whom_they_are_about(people: object, printed: str) -> None:
    agree = functions(Filling())["agree"]
    assert agree(people, "né", "née", "nés", "nées") == printed


SECRET = "Vandenbroucke"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("agree", (SECRET, "a", "b"), "needs a sex written M, F or X"),
        ("creditor_reference", ("RF17539007547034",), "a reference that is wrong"),
        ("creditor_reference", (SECRET * 2,), "a reference that is wrong"),
        ("datetime", ("2026-03-01",), "the time of a date that has no time"),
        ("group", ([{"a": 1}], 3), "needs the name of a part"),
        ("iban", ("BE68539007547035",), "an account number that is wrong"),
        ("iban", ("BE6853900754703",), "an account number that is wrong"),
        ("iban", (SECRET,), "an account number that is wrong"),
        ("iban", (12.5,), "needs a number written as a text"),
        ("join", (["a"], SECRET * 20), "at most 100 characters"),
        ("join", ([["a"]],), "a list, which cannot be printed"),
        ("money", (1, "Euro"), "needs a currency of three capital letters"),
        ("money", (1, "EUR", 99), "takes from 0 to 20 digits"),
        ("number", (1, "0.00"), "takes from 0 to 20 digits"),
        ("ordinal", (1.5,), "needs a whole number"),
        ("phone", ("0475", "Belgium"), "a country that does not exist"),
        ("plural", (2, "", "#" * 5000), "words of at most 1000 characters"),
        ("sort", (SECRET,), "needs a list and was given a text"),
        ("sort", ([{}],), "cannot compare an object"),
        ("structured_communication", ("+++202/6001/23465+++",), "a reference that is wrong"),
        ("structured_communication", ("20260012346",), "a reference that is wrong"),
        ("structured_communication", (SECRET,), "needs a number of at most ten digits"),
        ("time", ("25:00",), "needs a time; write 14:30"),
        ("time", ("2026-03-01",), "the time of a date that has no time"),
        ("words", (10**12,), "too large for words"),
        ("words", (1, "JPY"), "has words in this language for EUR only"),
        ("words", (1, None, "sv_SE"), "cannot write numbers in words in this language"),
        ("yes_no", (SECRET,), "needs true or false and was given a text"),
    ],
)
def test_what_cannot_be_done_is_told_without_the_value(
    name: str, arguments: tuple[object, ...], words: str
) -> None:
    with pytest.raises(ValueRefused) as caught:
        functions(Filling(locale="fr_BE"))[name](*arguments)
    assert words in str(caught.value)
    assert SECRET not in str(caught.value)


@given(st.integers(1, 10**10 - 1))
def test_what_is_computed_is_what_is_checked(number: int) -> None:
    offered = functions(Filling())
    communication = offered["structured_communication"](number)
    assert isinstance(communication, str)
    digits = "".join(filter(str.isdecimal, communication))
    assert len(communication) == 20
    assert (int(digits[:10]), int(digits[10:]) % 97) == (number, number % 97)
    assert offered["structured_communication"](communication) == communication
    reference = offered["creditor_reference"](number)
    assert offered["creditor_reference"](reference) == reference


@given(st.sets(st.integers(0, 10**12 - 1), min_size=2, max_size=2), st.sampled_from(LOCALES))
def test_every_number_has_words_of_its_own(numbers: set[int], locale: str) -> None:
    words = functions(Filling(locale=locale))["words"]
    assert len({words(number) for number in numbers}) == 2


@pytest.mark.parametrize("cents", [1, 99, 100, 101, 123456])
def test_amounts_of_texts_and_numbers_read_alike(cents: int) -> None:
    words = functions(Filling(locale="nl_BE"))["words"]
    exact = Decimal(cents).scaleb(-2)
    assert words(str(exact), "EUR") == words(float(exact), "EUR") == words(exact, "EUR")


LINES = {"lines": [{"total": 1, "who": {"sex": "F"}}, {"total": None, "who": {"sex": "M"}}]}


def test_parts_of_items_are_found_by_dotted_names_and_missing_ones_told() -> None:
    expression = "agree(lines, 'le', 'la', 'les', key='who.sex')"
    assert lines(p(field(expression)), data=LINES) == ["les"]
    (finding,) = mismatches(p(field("sum(lines, 'totl')")), data=LINES)
    assert finding.message == "“totl” is not in “item”. The same in 1 more items."
    assert finding.hint == "Did you mean “total”?"
    assert lines(p(field("sum(lines, 'totl')")), data=LINES, undefined="blank") == ["0"]


def test_default_takes_what_is_not_in_the_data_and_tells_what_is_wrong_otherwise() -> None:
    data = {"person": {"name": "Ann", "fax": ""}}
    assert lines(
        p(field("default(person.mobile, 'none')"), field("default(person.fax, person.name)")),
        p(field("default(nobody.fax.number)")),
        p(field("default(person.name, person.missing)")),
        data=data,
    ) == ["noneAnn", "", "Ann"]
    (finding,) = mismatches(p(field("default(person.mobile, person.gsm)")), data=data)
    assert finding.message == "“gsm” is not in “person”."
    (finding,) = mismatches(p(field("default(money(person.name, 'EUR'))")), data=data)
    assert finding.message.startswith("money needs a number")


def test_python_forms_of_the_same_names_keep_working() -> None:
    expressions = {
        "sum([1, 2], 3)": "6",
        "min('b', 'a')": "a",
        "max([1, 3], key=lambda n: -n)": "1",
        "max([{'a': 1}, {'a': 2}], key=lambda item: item.a).a": "2",
        "sorted(lines, key=lambda line: line.who.sex)[0].who.sex": "F",
    }
    for expression, shown in expressions.items():
        assert lines(p(field(expression)), data=LINES) == [shown]


def test_libraries_that_few_templates_need_are_not_imported_before() -> None:
    program = (
        "import sys, greffier_templates.prepared;"
        "print({'num2words', 'phonenumbers', 'stdnum'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
