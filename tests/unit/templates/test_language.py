"""A template that is filled in no particular locale is filled in its own language."""

from __future__ import annotations

import io

import pytest
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from greffier_templates.py3o_engine import fill_with_py3o
from lxml import etree
from odt import link, odt, p, pack, paragraphs, part

DATA = {"fee": 1234.5}
FEE = p(link("function=\"format_currency(fee, 'EUR')\""))


def written_in(language: str, country: str) -> bytes:
    source = odt(FEE)
    styles = etree.tostring(part(source, "styles.xml")).decode()
    styles = styles.replace('fo:language="en"', f'fo:language="{language}"')
    styles = styles.replace('fo:country="GB"', f'fo:country="{country}"')
    return pack({"content.xml": etree.tostring(part(source)), "styles.xml": styles.encode()})


def filled(source: bytes, locale: str) -> list[str]:
    out = io.BytesIO()
    prepare(source).fill(DATA, out, Filling(locale=locale))
    return paragraphs(out.getvalue())


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("fr", "BE", "1\u202f234,50\u00a0€"),
        ("nl", "BE", "€\u00a01.234,50"),
        ("da", "none", "1.234,50\u00a0€"),
        ("none", "none", "€1,234.50"),
        ("zxx", "none", "€1,234.50"),
        ("qx", "QQ", "€1,234.50"),
    ],
)
def test_amounts_are_written_as_the_language_of_the_template_writes_them(
    language: str, country: str, expected: str
) -> None:
    assert filled(written_in(language, country), "") == [expected]


def test_a_locale_that_is_asked_for_goes_first() -> None:
    assert filled(written_in("nl", "BE"), "de_DE") == ["1.234,50\u00a0€"]


def test_the_engine_py3o_does_the_same() -> None:
    out = io.BytesIO()
    fill_with_py3o(written_in("nl", "BE"), DATA, out, Filling(locale=""))
    assert paragraphs(out.getvalue()) == ["€\u00a01.234,50"]


def test_a_template_without_styles_is_english() -> None:
    source = pack({"content.xml": etree.tostring(part(odt(FEE)))})
    assert filled(source, "") == ["€1,234.50"]
