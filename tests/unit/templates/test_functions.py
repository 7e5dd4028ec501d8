"""What expressions may call gives what an office expects, or says in words why not."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from decimal import Decimal

import py3o.template.main as stock
import pytest
from greffier_templates.errors import ValueRefused
from greffier_templates.functions.offered import MAX_RANGE, advice, functions
from greffier_templates.model import Filling
from hypothesis import given, settings
from hypothesis import strategies as st

BELGIAN = functions(Filling(locale="fr_BE", timezone="Europe/Brussels"))
ENGLISH = functions(Filling())

# Typographic spaces that CLDR prescribes, named so that the expected texts can be read.
NB, THIN = "\xa0", "\u202f"


def test_amounts_are_written_as_the_locale_writes_them() -> None:
    currency = BELGIAN["format_currency"]
    assert currency(1234567.9, "EUR") == f"1{THIN}234{THIN}567,90{NB}€"
    assert currency(-1234.5, "EUR", locale="nl_BE") == f"€{NB}-1.234,50"
    assert currency(1234.5, "EUR", locale="it-IT") == f"1.234,50{NB}€"
    assert currency(1234, "JPY", locale="en") == "¥1,234"
    assert currency(2, "EUR", format_type="name") == "2,00 euros"


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0.125, "0,13"), (2.675, "2,68"), ("1.005", "1,01"), (-0.125, "-0,13"), (0.124, "0,12")],
)
def test_amounts_are_rounded_half_up(amount: object, written: str) -> None:
    assert BELGIAN["format_currency"](amount, "EUR") == f"{written}{NB}€"
    assert BELGIAN["format_currency"](amount, format="#,##0.00") == written
    assert BELGIAN["format_decimal"](amount, "0.00") == written
    assert BELGIAN["format_amount"](amount, "%.2f") == written
    assert BELGIAN["format_locale"](amount, "%.2f", "fr_BE") == written


def test_a_percentage_is_rounded_where_it_is_shown() -> None:
    assert BELGIAN["format_percent"]("0.215") == f"22{NB}%"
    assert BELGIAN["format_percent"](0.2125, "0.0%") == "21,3%"


def test_large_amounts_given_as_text_keep_every_cent() -> None:
    assert ENGLISH["format_decimal"]("12345678901234567890.55", "#,##0.00") == (
        "12,345,678,901,234,567,890.55"
    )


def test_py3os_older_functions_take_c_patterns() -> None:
    assert BELGIAN["format_amount"](1234.5) == "1234,500000"
    assert BELGIAN["format_amount"](7, "%5d €") == "    7 €"
    assert BELGIAN["format_amount"](7, "%-4d|") == "7   |"
    assert BELGIAN["format_amount"](7, "%+05d") == "+0007"
    assert BELGIAN["format_amount"](7.5, "%0.2f %%") == "7,50 %"
    assert BELGIAN["format_locale"](10000.33, "%.02f", "fr_FR.UTF-8") == f"10{THIN}000,33"
    assert BELGIAN["format_locale"](10000.33, "%.02f", "nl_BE", grouping=False) == "10000,33"


@pytest.mark.parametrize(
    ("value", "pattern", "written"),
    [
        ("2026-03-09", None, "2026-03-09"),
        ("2026-03-09", "d MMMM yyyy", "9 mars 2026"),
        ("2026-03-09", "%d/%m/%Y", "09/03/2026"),
        ("2026-03-09", "l'%-d%% %B", "l'9% mars"),
        ("2026-03-09", "%d/%m/%Y %H.%M", "09/03/2026 00.00"),
        ("2026-03-09", "full", "lundi 9 mars 2026"),
        ("2024-12-30", "dd/MM/YYYY", "30/12/2024"),
        ("2024-12-30", "'Y' YYYY", "Y 2024"),
        ("2024-12-30", "YYYY-'W'ww", "2025-W01"),
        ("2026-03-09T14:30:05", None, "2026-03-09 14:30:05"),
        ("2026-03-09 14:30", "HH'h'mm", "14h30"),
        ("2026-03-09T23:30:00Z", None, "2026-03-10 00:30:00"),
        ("2026-07-09T23:30:00Z", "%d %H:%M", "10 01:30"),
        ("2026-03-09T23:30:00.125+05:30", None, "2026-03-09 19:00:00"),
        (date(2026, 3, 9), "dd.MM.yy", "09.03.26"),
        (datetime(2026, 3, 9, 8), "H 'uur'", "8 uur"),
    ],
)
def test_dates(value: object, pattern: str | None, written: str) -> None:
    assert BELGIAN["format_datetime"](value, pattern) == written


def test_format_date_writes_the_day_it_was_in_the_zone_of_the_filling() -> None:
    assert BELGIAN["format_date"]("2026-03-09T23:30:00Z") == "2026-03-10"
    assert ENGLISH["format_date"]("2026-03-09T23:30:00Z") == "2026-03-09"
    assert ENGLISH["format_date"]("2026-03-09", "d MMMM", locale="nl") == "9 maart"


@pytest.mark.parametrize("missing", [None, ""])
@pytest.mark.parametrize(
    "name",
    [
        "format_currency",
        "format_decimal",
        "format_percent",
        "format_date",
        "format_datetime",
        "format_amount",
        "format_multiline",
        "str",
    ],
)
def test_what_is_missing_prints_as_nothing(name: str, missing: object) -> None:
    assert BELGIAN[name](missing) == ""


def test_a_missing_list_is_an_empty_one() -> None:
    assert ENGLISH["len"](None) == ENGLISH["sum"](None) == 0
    for name in ("list", "sorted", "enumerate", "reversed"):
        assert ENGLISH[name](None) == []
    assert ENGLISH["max"](None) is None
    assert ENGLISH["all"](None) is True


def test_zero_is_an_amount_not_a_missing_one() -> None:
    assert BELGIAN["format_currency"](0, "EUR") == f"0,00{NB}€"
    assert ENGLISH["str"](0) == "0"


def test_sums_and_rounding_are_exact_and_keep_the_kind_of_number() -> None:
    assert repr(ENGLISH["sum"]([0.1, 0.2])) == "0.3"
    assert repr(ENGLISH["sum"]([1, 2], 3)) == "6"
    assert repr(ENGLISH["sum"]([True, False, True])) == "2"
    assert ENGLISH["sum"](["0.10", None, 1]) == Decimal("1.10")
    assert repr(ENGLISH["round"](2.5)) == "3"
    assert repr(ENGLISH["round"](-2.5)) == "-3"
    assert repr(ENGLISH["round"](2.675, 2)) == "2.68"
    assert repr(ENGLISH["round"](1250, -2)) == "1300"
    assert str(ENGLISH["round"]("2.5", 2)) == "2.50"


def test_float_gives_a_decimal_that_prints_like_a_float() -> None:
    assert isinstance(ENGLISH["float"](3), Decimal)
    for value in (3, 100, "1.5", "1e3", 0, -2.25):
        assert str(ENGLISH["float"](value)) == str(float(value))


def test_lists() -> None:
    assert ENGLISH["sorted"]([3, 1, 2], key=lambda n: -n) == [3, 2, 1]
    assert ENGLISH["sorted"]([3, 1, 2], reverse=True) == [3, 2, 1]
    assert ENGLISH["enumerate"](["a"], 1) == [(1, "a")]
    assert ENGLISH["zip"]([1, 2], ["a"]) == [(1, "a")]
    assert ENGLISH["reversed"]([1, 2]) == [2, 1]
    assert ENGLISH["range"](1, 6, 2) == [1, 3, 5]
    assert ENGLISH["min"](3, 2) == ENGLISH["min"]([3, 2]) == 2
    assert ENGLISH["max"]([], default=0) == 0
    assert ENGLISH["int"]("12") == ENGLISH["int"](12.9) == 12
    assert ENGLISH["abs"]("-1.5") == Decimal("1.5")


SECRET = "Vandenbroucke"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("format_currency", (SECRET, "EUR"), "needs a number and was given a text"),
        ("format_currency", ([SECRET], "EUR"), "needs a number and was given a list"),
        ("format_currency", (True, "EUR"), "needs a number and was given true or false"),
        ("format_currency", ("1e400", "EUR"), "too many digits"),
        ("format_currency", (10**50, "EUR"), "too many digits"),
        ("format_currency", (float("inf"), "EUR"), "not finite"),
        ("format_currency", ("NaN", "EUR"), "text that is none"),
        ("format_currency", (), "needs an amount"),
        ("format_currency", (1, [SECRET]), "values of these kinds"),
        ("format_currency", (1, "EUR", SECRET), "pattern without digits"),
        ("format_currency", (1, "EUR", "0" * 5000), "pattern longer than 100"),
        ("format_currency", (1, "EUR", None, "xx_YY"), "locale that does not exist"),
        ("format_currency", (1, "EUR", None, None, True, SECRET), "knows the format types"),
        ("format_amount", (1, "%.9999f"), "pattern that is none"),
        ("format_date", (SECRET,), "needs a date and was given a text"),
        ("format_date", ("31/12/2026",), "write 2026-03-31"),
        ("format_date", ("2026-02-30",), "needs a date"),
        ("format_date", ("2026-01-01", "%Q"), "unknown % sign"),
        ("format_date", ("2026-01-01", "y" * 101), "pattern longer than 100"),
        ("format_datetime", ("2026-01-01", "HH:mm"), "the time of a date that has no time"),
        ("format_datetime", (20260101,), "needs a date and was given a number"),
        ("range", (MAX_RANGE + 1,), "more than 10,000 numbers"),
        ("range", (10**30,), "more than 10,000 numbers"),
        ("round", (1.5, 10**9), "cannot work with"),
        ("sorted", ([1, SECRET],), "values of these kinds"),
        ("sum", ([SECRET],), "needs a number"),
        ("len", (3,), "needs a list or a text and was given a number"),
        ("str", ({"name": SECRET},), "needs a text or a number and was given an object"),
        ("int", (SECRET,), "needs a number"),
    ],
)
def test_what_cannot_be_done_is_told_without_the_value(
    name: str, arguments: tuple[object, ...], words: str
) -> None:
    with pytest.raises(ValueRefused) as caught:
        BELGIAN[name](*arguments)
    message = str(caught.value)
    assert caught.value.subject == name
    assert words in message
    assert SECRET not in message
    assert caught.value.__suppress_context__  # a logged traceback shows no value either


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text("αβγδ", max_size=8)
    | st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{1,9})?(e[0-9]{1,4})?", fullmatch=True)
    | st.datetimes(timezones=st.sampled_from([None, UTC])).map(datetime.isoformat)
    | st.sampled_from(["EUR", "#,##0.00", "d MMMM YYYY", "%d %B %Y", "%.2f", "fr_BE", "¤#", "@@"]),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text("αβγδ"), values),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(BELGIAN)), arguments=st.lists(_VALUES, max_size=4))
def test_whatever_is_given_a_function_answers_in_words_and_in_proportion(
    name: str, arguments: list[object]
) -> None:
    try:
        result = BELGIAN[name](*arguments)
    except ValueRefused as refused:
        assert not set(str(refused)) & set("αβγδ")
    else:
        assert not isinstance(result, str) or len(result) < 1000


def test_only_functions_are_offered_never_a_type_or_a_module() -> None:
    for name, offered in BELGIAN.items():
        assert inspect.isfunction(offered), name


def test_a_locale_or_zone_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueRefused, match="locale that does not exist"):
        functions(Filling(locale="xx_YY"))
    with pytest.raises(ValueRefused, match="time zone that does not exist"):
        functions(Filling(timezone="Mars/Olympus"))
    with pytest.raises(ValueRefused, match="time zone that does not exist"):
        functions(Filling(timezone="../../etc/passwd"))


def test_every_function_of_py3o_is_there_and_takes_the_same_arguments() -> None:
    offered = stock.Template.add_base_data_to_template(None)
    for name, function in offered.items():
        if name.startswith("__") or name == "decimal":
            continue
        theirs = list(inspect.signature(function).parameters)
        ours = list(inspect.signature(BELGIAN[name]).parameters)
        if name == "format_currency":  # stock passes *args on to Babel's function of that name
            theirs = ["number", "currency", "format", "locale", "currency_digits"]
        assert ours[: len(theirs)] == theirs, name
    assert BELGIAN["decimal.Decimal"]("1.10") == Decimal("1.10")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("format_datetime(d, 'dd/MM/YYYY')", "Write “dd/MM/yyyy”."),
        ("format_datetime(d, format='YYYY')", "Write “yyyy”."),
        ("'x' if d else format_date(d, 'Y')", "Write “y”."),
    ],
)
def test_a_week_year_where_the_year_is_meant_is_warned_of(expression: str, hint: str) -> None:
    (finding,) = advice(expression)
    assert (finding.code, finding.severity, finding.hint) == ("pattern-week-year", "warning", hint)
    assert finding.field == expression


@pytest.mark.parametrize(
    "expression",
    [
        "format_datetime(d, 'dd/MM/yyyy')",
        "format_datetime(d, \"YYYY-'W'ww\")",
        "format_date(d, '%Y')",
        "d.format('YYYY')",
        "format_datetime(d, 'YY",
    ],
)
def test_nothing_is_said_of_patterns_that_mean_what_they_say(expression: str) -> None:
    assert advice(expression) == ()
