"""Every ending on docs/designers/formats.md prints what the page says, and none is left out."""

from __future__ import annotations

import re

import pytest
from designers_page import Page
from greffier_templates.functions.suffixes import SUFFIXES
from odt import field, link, odt, p

PAGE = Page("formats.md")
FIELDS = [(name.removeprefix("py3o."), shown) for name, shown in PAGE.rows if "py3o." in name]


@pytest.mark.parametrize(("written", "shown"), FIELDS)
def test_endings(written: str, shown: str) -> None:
    for carrier in (field(written), link(f'function="{written}"')):
        assert f"`{PAGE.printed(odt(p(carrier)))}`" == shown


def test_every_ending_is_on_the_page() -> None:
    assert set(SUFFIXES) == set(re.findall(r"\bas_\w+", PAGE.text))
