"""Every example of docs/designers/functions.md does what the page says, and none is left out."""

from __future__ import annotations

import re

import py3o.template.main as stock
import pytest
from designers_page import Page, document
from greffier_templates.functions.offered import _PYTHON, functions
from greffier_templates.model import Filling
from odt import field, odt, p

PAGE = Page("functions.md")


@pytest.mark.parametrize(("template", "shown"), PAGE.examples)
def test_examples(template: str, shown: str) -> None:
    assert PAGE.printed(document(template)) == shown.rstrip("\n")


@pytest.mark.parametrize(("written", "shown"), PAGE.rows)
def test_functions(written: str, shown: str) -> None:
    assert f"`{PAGE.printed(odt(p(field(written))))}`" == shown


def test_every_function_of_ours_has_an_example() -> None:
    of_others = {*_PYTHON, *stock.Template.add_base_data_to_template(None)} - {"default"}
    ours = {
        name for name in functions(Filling()) if name not in of_others and "format_" not in name
    }
    written = {name for code, _ in PAGE.rows for name in re.findall(r"(\w+)\(", code)}
    written |= {name for code, _ in PAGE.examples for name in re.findall(r"(\w+)\(", code)}
    assert ours <= written
