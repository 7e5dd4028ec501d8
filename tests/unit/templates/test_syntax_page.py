"""Every example of docs/designers/syntax.md does what the page says."""

from __future__ import annotations

import pytest
from designers_page import Page, document
from odt import field, odt, p

PAGE = Page("syntax.md")
EXPRESSIONS = PAGE.rows


@pytest.mark.parametrize(("template", "shown"), PAGE.examples)
def test_examples(template: str, shown: str) -> None:
    assert PAGE.printed(document(template)) == shown.rstrip("\n")


@pytest.mark.parametrize(("written", "shown"), EXPRESSIONS)
def test_expressions_and_functions(written: str, shown: str) -> None:
    assert f"`{PAGE.printed(odt(p(field(written))))}`" == shown


def test_the_page_has_examples() -> None:
    assert len(PAGE.examples) > 10
    assert len(EXPRESSIONS) > 40
