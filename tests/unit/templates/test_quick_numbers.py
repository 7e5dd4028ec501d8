"""Quick numbers are Babel's numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_currency, format_decimal
from greffier_templates.functions.offered import functions
from greffier_templates.functions.quick_numbers import quick
from greffier_templates.model import Filling
from hypothesis import given
from hypothesis import strategies as st

LOCALES = "fr_BE nl_BE nl_NL de_BE de_DE de_CH de_AT da_DK it_IT en_GB es_ES pl_PL pt_PT ar hi_IN"
AMOUNTS = st.decimals(-(10**16), 10**16, places=2)


@given(AMOUNTS, st.sampled_from(LOCALES.split()), st.sampled_from(["EUR", "DKK", "JPY", "CHF"]))
def test_amounts(amount: Decimal, locale: str, currency: str) -> None:
    number = (amount if currency != "JPY" else amount.to_integral_value()) + 0  # no -0
    written = functions(Filling(locale=locale))["format_currency"](number, currency)
    assert written == format_currency(number, currency, locale=locale)


@given(AMOUNTS, st.sampled_from(LOCALES.split()))
def test_numbers(amount: Decimal, locale: str) -> None:
    written = functions(Filling(locale=locale))["number"](amount, 2)
    assert written == format_decimal(amount, "#,##0.00", locale=locale)


def test_nothing_has_no_sign() -> None:
    offered = functions(Filling(locale="fr_BE"))
    for amount in ("-0", "-0.00", "-0.004"):
        assert offered["money"](Decimal(amount), "EUR") == "0,00\xa0€"
        assert offered["number"](Decimal(amount), 2) == "0,00"


@pytest.mark.parametrize("decimals", [0, 2, 5])
def test_what_writes_otherwise_is_left_as_it_is(decimals: int) -> None:
    def write(number: Decimal) -> str:
        return f"{number:.{decimals}f}".replace("123", "abc")

    assert quick(write, decimals, Locale("en")) is write
