"""Every example of docs/designers/rich-text.md does what the page says."""

from __future__ import annotations

import pytest
from designers_page import Page, document
from greffier_templates.prepared import prepare
from odt import link, odt, p

PAGE = Page("rich-text.md")


@pytest.mark.parametrize(("template", "shown"), PAGE.examples)
def test_examples(template: str, shown: str) -> None:
    assert PAGE.printed(document(template)) == shown.rstrip("\n")


def test_calls_in_tables_can_be_made() -> None:
    calls = [written for written, _ in PAGE.rows if written.startswith("html(")]
    assert len(calls) == 3
    for call in calls:
        prepare(odt(p(link(f'function="{call}"'))))
