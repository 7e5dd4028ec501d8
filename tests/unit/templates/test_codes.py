"""Payment codes say what the standards want, and what does not fit is refused by its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import zxingcpp
from greffier_templates.errors import ValueRefused
from greffier_templates.pictures.codes import plain
from greffier_templates.pictures.codes.kinds import CODES
from greffier_templates.pictures.codes.payments import epc, epc_text, pagopa, pagopa_text
from greffier_templates.pictures.codes.swiss import swissqr, swissqr_text
from greffier_templates.pictures.codes.symbols import Symbol, drawing
from greffier_templates.pictures.images import read_image
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageDraw

IBAN, NAME = "BE71 0961 2345 6769", "Commune d’Exempleville"


def dots(symbol: Symbol, ratio: float = 2.0) -> Image.Image:
    """A code as it is drawn, 6 dots a module; only what :func:`drawing` writes is understood."""
    root = etree.fromstring(drawing(symbol, ratio))
    width, height = (float(root.get(side, "")) * 6 / 8 for side in ("width", "height"))
    image = Image.new("L", (round(width), round(height)), "white")
    pen = ImageDraw.Draw(image)
    white, black = root[0], root[1]
    assert white.get("fill") == "#ffffff"
    for piece in (black.get("d") or "").split("M")[1:]:
        start, _, rest = piece.partition("h")
        x, y = (float(number) * 6 for number in start.split())
        across, _, down = rest.partition("v")
        right, bottom = x + float(across) * 6 - 1, y + float(down.partition("h")[0]) * 6 - 1
        pen.rectangle([x, y, right, bottom], fill="black")
    return image


def read(symbol: Symbol) -> str:
    (found,) = zxingcpp.read_barcodes(dots(symbol))
    return bytes(found.bytes).decode()


# --- codes that say what they are given -----------------------------------------------------


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (plain.qr, "https://example.org/2026-118"),
        (plain.qr, "Élise Müller € ’ 中文"),
        (plain.qr, "12345678"),
        (plain.qr, "x" * 1_500),
        (plain.datamatrix, "IMIO012345600000042"),
        (plain.datamatrix, "Élise € ’"),
        (plain.aztec, "IMIO012345600000042"),
        (plain.aztec, "Élise € ’"),
        (plain.code128, "IMIO-0123/45600000042"),
        (plain.code128, "0123456789"),
        (plain.ean13, "4006381333931"),
    ],
)
def test_a_code_says_what_it_is_given(make: Any, said: str) -> None:
    assert read(make(said)) == said


def test_levels_of_a_qr_code() -> None:
    sizes = [len(plain.qr("x" * 100, level).rows) for level in "LMQH"]
    assert sizes == sorted(set(sizes))
    with pytest.raises(ValueRefused, match="has a field “level” that is none of L, M, Q, H"):
        plain.qr("x", "X")


def test_the_check_digit_of_an_ean_is_computed_or_checked() -> None:
    assert read(plain.ean13("400638133393")) == "4006381333931"
    assert read(plain.ean13(4006381333931)) == "4006381333931"
    for wrong in ("4006381333930", "40063813", "40063813339x1", "٤٠٠٦٣٨١٣٣٣٩٣١"):
        with pytest.raises(ValueRefused, match="twelve digits"):
            plain.ean13(wrong)


@given(st.from_regex(r"\A[0-9]{12}\Z"))
@settings(max_examples=30)
def test_any_twelve_digits_make_an_ean(digits: str) -> None:
    assert read(plain.ean13(digits)).startswith(digits)


def test_a_data_matrix_is_square() -> None:
    for length in range(1, 80):
        rows = plain.datamatrix("A" * length).rows
        assert len(rows) == len(rows[0])


@pytest.mark.parametrize("make", [plain.qr, plain.datamatrix, plain.aztec, plain.code128])
def test_more_than_a_code_holds_is_refused_without_quoting_it(make: Any) -> None:
    for length in (2_990, 100_000):
        with pytest.raises(ValueRefused, match="more text than such a code can hold") as caught:
            make("Vandenbroucke" * (length // 13))
        assert "Vandenbroucke" not in str(caught.value)


@pytest.mark.parametrize("value", [None, True, [], {}])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueRefused, match="needs a text or a number"):
        plain.qr(value)


def test_code_128_holds_no_accents() -> None:
    for text in ("Élise", "a\tb", "٣"):
        with pytest.raises(ValueRefused, match="without accents"):
            plain.code128(text)


def test_every_code_is_drawn_as_the_gate_would_write_it() -> None:
    for symbol in (plain.qr("a"), plain.ean13("400638133393"), swissqr(**SWISS)):
        content = drawing(symbol, 2.5)
        once = read_image(content).content
        assert read_image(once).content == once
        assert b"<path" in once


def test_a_quiet_zone_is_kept() -> None:
    for symbol, modules in (
        (plain.qr("a"), 4),
        (plain.datamatrix("a"), 2),
        (plain.code128("a"), 10),
    ):
        image = dots(symbol)
        left = image.crop((0, 0, modules * 6, image.height))
        right = image.crop((image.width - modules * 6, 0, *image.size))
        assert left.getextrema() == right.getextrema() == (255, 255)


# --- SEPA -----------------------------------------------------------------------------------


def test_an_epc_code_says_what_the_standard_wants() -> None:
    said = epc_text(IBAN, f"  {NAME} ", "143.70", text="+++202/6041/70081+++", bic="gkccbebb")
    assert said == (
        f"BCD\n002\n1\nSCT\nGKCCBEBB\n{NAME}\nBE71096123456769\nEUR143.70\n\n\n+++202/6041/70081+++"
    )
    assert read(epc(IBAN, NAME, "143.70", text="+++202/6041/70081+++", bic="GKCCBEBB")) == said


def test_an_epc_code_needs_an_account_and_a_name_only() -> None:
    assert epc_text(IBAN, NAME) == f"BCD\n002\n1\nSCT\n\n{NAME}\nBE71096123456769"
    with_reference = epc_text(IBAN, NAME, 5, reference="RF18 5390 0754 7034", purpose="TAXS")
    assert with_reference.endswith("EUR5.00\nTAXS\nRF18539007547034")


def test_the_largest_epc_code_is_small_enough() -> None:
    given = {"iban": IBAN, "name": "x" * 70, "amount": "999999999.99", "text": "y" * 140}
    left = 331 - len(epc_text(**given, information="z").encode()) + 1
    symbol = epc(**given, information="z" * left)
    assert len(symbol.rows) <= 69, "version 13"
    with pytest.raises(ValueRefused, match="longer than 331 bytes"):
        epc(**given, information="z" * (left + 1))


EPC: dict[str, Any] = {"iban": IBAN, "name": NAME}


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("iban", "BE71 0961 2345 6768", "is not an IBAN"),
        ("iban", "Vandenbroucke", "is not an IBAN"),
        ("iban", 71096123456769, "is not an IBAN"),
        ("iban", True, "is true or false where a text belongs"),
        ("name", "x" * 71, "has more than 70 characters"),
        ("name", ["Vandenbroucke"], "is a list where a text belongs"),
        ("name", "a\x07b", "has characters that cannot be printed"),
        ("amount", "0.00", "is not between 0.01 and 999999999.99"),
        ("amount", "1000000000", "is not between 0.01 and 999999999.99"),
        ("amount", -5, "is not between 0.01 and 999999999.99"),
        ("amount", "12.345", "has parts of cents"),
        ("amount", "12,50", "is not an amount"),
        ("text", "x" * 141, "has more than 140 characters"),
        ("text", "+++202/6041/70082+++", "structured communication with wrong check digits"),
        ("reference", "RF19539007547034", "creditor reference with wrong check digits"),
        ("reference", "123", "begins with RF"),
        ("bic", "GKCC", "is not of the form"),
        ("purpose", "TAXES", "is not of the form"),
        ("information", "x" * 71, "has more than 70 characters"),
        ("name", "é" * 70, "makes the code longer than 331 bytes"),
    ],
)
def test_a_field_of_an_epc_code_that_does_not_fit(field: str, value: object, why: str) -> None:
    given = {**EPC, field: value}
    if why.startswith("makes"):
        given |= {"text": "é" * 110}
        field = "text"
    with pytest.raises(ValueRefused, match=f"has a field “{field}” that .*{why}") as caught:
        epc_text(**given)
    assert "Vandenbroucke" not in str(caught.value)


def test_a_text_and_a_reference_exclude_each_other() -> None:
    with pytest.raises(ValueRefused, match="“reference” that cannot be given together"):
        epc_text(IBAN, NAME, 1, text="a", reference="RF18539007547034")


# --- pagoPA ---------------------------------------------------------------------------------

NOTICE, CREDITOR = "301000000000000144", "00000000000"


def test_a_pagopa_code_says_what_the_standard_wants() -> None:
    said = f"PAGOPA|002|{NOTICE}|{CREDITOR}|14370"
    assert pagopa_text("3010 0000 0000 0001 44", CREDITOR, "143.70") == said
    symbol = pagopa(NOTICE, CREDITOR, Decimal("143.7"))
    assert read(symbol) == said
    assert len(symbol.rows) == 33, "version 4"
    assert pagopa_text(NOTICE, CREDITOR, "0.05").endswith("|05")
    assert len(pagopa("1" * 18, CREDITOR, "999999999.99").rows) == 33


@pytest.mark.parametrize(
    ("arguments", "field", "why"),
    [
        ((NOTICE[:-1], CREDITOR, 1), "notice", "does not have 18 digits"),
        ((int(NOTICE), CREDITOR, 1), "notice", "is a number where a text of digits belongs"),
        (("301000000000000145", CREDITOR, 1), "notice", "has wrong check digits"),
        ((NOTICE, "00000000001", 1), "creditor", "has wrong check digits"),
        ((NOTICE, "RSSMRA85T10A562S", 1), "creditor", "does not have 11 digits"),
        ((NOTICE, CREDITOR, None), "amount", "is empty"),
        ((NOTICE, CREDITOR, 0), "amount", "is not between"),
    ],
)
def test_a_field_of_a_pagopa_code_that_does_not_fit(
    arguments: tuple[object, object, object], field: str, why: str
) -> None:
    with pytest.raises(ValueRefused, match=f"has a field “{field}” that {why}"):
        pagopa_text(*arguments)


# --- Switzerland ----------------------------------------------------------------------------

ADDRESS = {
    "name": "Gemeinde Beispielwil",
    "street": "Dorfstrasse",
    "house_number": "1a",
    "postal_code": 3000,
    "town": "Bern",
    "country": "ch",
}
DEBTOR = {"name": "Élise Müller", "postal_code": "1200", "town": "Genève", "country": "CH"}
QR_IBAN, PLAIN_IBAN = "CH44 3199 9123 0008 8901 2", "CH93 0076 2011 6238 5295 7"
SWISS: dict[str, Any] = {"iban": PLAIN_IBAN, "creditor": ADDRESS, "amount": "143.7"}


def test_a_swiss_code_says_what_the_standard_wants() -> None:
    said = swissqr_text(
        QR_IBAN, ADDRESS, "1949.75", debtor=DEBTOR, reference="210000000003139471430009017"
    )
    assert said.split("\n") == [
        *("SPC", "0200", "1", "CH4431999123000889012"),
        *("S", "Gemeinde Beispielwil", "Dorfstrasse", "1a", "3000", "Bern", "CH"),
        *[""] * 7,
        *("1949.75", "CHF"),
        *("S", "Élise Müller", "", "", "1200", "Genève", "CH"),
        *("QRR", "210000000003139471430009017"),
        *("", "EPD"),
    ]


def test_a_swiss_code_without_debtor_amount_and_reference() -> None:
    lines = swissqr_text(PLAIN_IBAN, ADDRESS, currency="EUR").split("\n")
    assert lines[18:] == ["", "EUR", *[""] * 7, "NON", "", "", "EPD"]


def test_a_swiss_code_with_everything_that_may_follow() -> None:
    lines = swissqr_text(
        **SWISS,
        reference="RF18539007547034",
        message="Gebühr 2026",
        bill_information="//S1/10/10201409",
        alternatives=["eBill/B/41010560425610173"],
    ).split("\n")
    assert lines[27:] == [
        *("SCOR", "RF18539007547034", "Gebühr 2026", "EPD"),
        *("//S1/10/10201409", "eBill/B/41010560425610173"),
    ]


def test_a_swiss_code_has_its_size_and_its_cross() -> None:
    symbol = swissqr(**SWISS, debtor=DEBTOR, message="Gebühr")
    modules = len(symbol.rows)
    assert symbol.width / modules * 46 == pytest.approx(56)
    assert symbol.mark_modules / modules * 46 == pytest.approx(7)
    assert CODES["swissqr"].side_mm == 56


def test_the_largest_swiss_code_is_small_enough() -> None:
    address = {
        "name": "a" * 70,
        "street": "a" * 70,
        "house_number": "a" * 16,
        "postal_code": "1" * 16,
        "town": "a" * 35,
        "country": "CH",
    }
    symbol = swissqr(
        **{**SWISS, "creditor": address},
        debtor=address,
        message="x" * 140,
        alternatives=["y" * 100] * 2,
    )
    assert len(symbol.rows) <= 117, "version 25"
    accented = {name: text.replace("a", "ä") for name, text in address.items()}
    with pytest.raises(ValueRefused, match="more text than such a code can hold"):
        swissqr(**{**SWISS, "creditor": accented}, debtor=accented, message="ä" * 140)


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"iban": "BE71096123456769"}, "iban", "is not of Switzerland"),
        ({"iban": QR_IBAN}, "reference", "is not a QR reference, which this QR-IBAN needs"),
        (
            {"iban": QR_IBAN, "reference": "210000000003139471430009016"},
            "reference",
            "is not a QR reference",
        ),
        ({"reference": "210000000003139471430009017"}, "reference", "but the IBAN is no QR-IBAN"),
        ({"reference": "RF19539007547034"}, "reference", "wrong check digits"),
        ({"currency": "USD"}, "currency", "is neither CHF nor EUR"),
        ({"amount": "0"}, "amount", "is not between"),
        ({"message": "x" * 141}, "message", "has more than 140"),
        (
            {"message": "x" * 100, "bill_information": "x" * 41},
            "bill_information",
            "together with the message",
        ),
        ({"message": "中文"}, "message", "characters that the standard does not allow"),
        ({"creditor": "Bern"}, "creditor", "is a text where an object belongs"),
        ({"creditor": {**ADDRESS, "Vandenbroucke": 1}}, "creditor", "has other members than"),
        ({"creditor": {**ADDRESS, "name": ""}}, "creditor.name", "is empty"),
        ({"creditor": {**ADDRESS, "town": None}}, "creditor.town", "is empty"),
        ({"creditor": {**ADDRESS, "country": "C1"}}, "creditor.country", "two letters"),
        ({"debtor": {**DEBTOR, "house_number": "1" * 17}}, "debtor.house_number", "more than 16"),
        ({"alternatives": ["a", "b", "c"]}, "alternatives", "at most two"),
        ({"alternatives": "a"}, "alternatives", "at most two"),
    ],
)
def test_a_field_of_a_swiss_code_that_does_not_fit(
    changed: dict[str, object], field: str, why: str
) -> None:
    with pytest.raises(ValueRefused, match=f"has a field “{field}” that .*{why}") as caught:
        swissqr_text(**{**SWISS, **changed})
    assert "Vandenbroucke" not in str(caught.value)


def test_every_code_has_a_text_for_readers_who_cannot_see_it() -> None:
    for code in CODES.values():
        told = [code.told_in(locale) for locale in ("fr_BE", "nl", "de-AT", "da", "it_IT", "en")]
        assert all(told)
        assert code.told_in("pl") == code.told["en"]
