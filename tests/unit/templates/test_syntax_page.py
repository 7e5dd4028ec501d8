"""Every example of docs/designers/syntax.md does what the page says."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from designers_page import Page, document
from greffier_templates.prepared import prepare
from odt import PNG, field, find, odt, p, part, picture

PAGE = Page("syntax.md")
EXPRESSIONS = [row for row in PAGE.rows if not row[0].startswith("py3o.")]
PICTURES = [written for written, _ in PAGE.rows if written.startswith("py3o.")]


@pytest.mark.parametrize(("template", "shown"), PAGE.examples)
def test_examples(template: str, shown: str) -> None:
    assert PAGE.printed(document(template)) == shown.rstrip("\n")


@pytest.mark.parametrize(("written", "shown"), EXPRESSIONS)
def test_expressions_and_functions(written: str, shown: str) -> None:
    assert f"`{PAGE.printed(odt(p(field(written))))}`" == shown


@pytest.mark.parametrize("name", PICTURES)
def test_names_of_pictures(name: str) -> None:
    out = io.BytesIO()
    prepare(odt(p(picture(name)))).fill({"photo": base64.b64encode(PNG).decode()}, out)
    (image,) = find(part(out.getvalue()), "//draw:image/@xlink:href")
    assert zipfile.ZipFile(out).read(image) == PNG


def test_the_page_has_examples() -> None:
    assert len(PAGE.examples) > 10
    assert len(EXPRESSIONS) > 40
    assert len(PICTURES) > 3
