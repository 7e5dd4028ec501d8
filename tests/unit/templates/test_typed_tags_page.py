"""Every example of docs/designers/typed-tags.md does what the page says."""

from __future__ import annotations

import pytest
from designers_page import Page, document

PAGE = Page("typed-tags.md")


@pytest.mark.parametrize(("template", "shown"), PAGE.examples)
def test_examples(template: str, shown: str) -> None:
    assert PAGE.printed(document(template)) == shown.rstrip("\n")


def test_the_page_has_examples() -> None:
    assert len(PAGE.examples) == 3
