"""Every example of docs/designers/syntax.md does what the page says."""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
import zipfile
from pathlib import Path

import pytest
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from odt import PNG, field, find, link, odt, p, paragraphs, part, picture, row, table, text

PAGE = (Path(__file__).parents[3] / "docs" / "designers" / "syntax.md").read_text()
BELGIAN = Filling(locale="fr_BE", timezone="Europe/Brussels")
_BLOCKS = re.findall(r"^```(json|template|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
DATA = json.loads(_BLOCKS[0][1])
EXAMPLES = [
    (template, shown)
    for (kind, template), (_, shown) in itertools.pairwise(_BLOCKS)
    if kind == "template"
]
_ROWS = re.findall(r"^\| `(.+?)` \| (.+) \|$", PAGE, re.MULTILINE)
EXPRESSIONS = [(written, shown) for written, shown in _ROWS if not written.startswith("py3o.")]
PICTURES = [written for written, _ in _ROWS if written.startswith("py3o.")]


def _inline(line: str) -> str:
    """`«name»` as a field and `⟨if="x"⟩` as a link."""
    marks = re.compile(r"«(?P<field>.+?)»|⟨(?P<link>.+?)⟩|(?P<text>[^«⟨]+)")
    make = {"field": field, "link": link, "text": text}
    return "".join(
        make[str(mark.lastgroup)](mark[0].strip("«»⟨⟩")) for mark in marks.finditer(line)
    )


def _document(template: str) -> bytes:
    blocks = []
    for is_table, lines in itertools.groupby(template.splitlines(), lambda line: line[0] == "|"):
        if is_table:
            cells = [[_inline(cell.strip()) for cell in line[1:].split("|")] for line in lines]
            blocks.append(table(*(row(*one) for one in cells)))
        else:
            blocks += [p(_inline(line)) for line in lines]
    return odt(*blocks)


def _printed(source: bytes, data: dict[str, object]) -> str:
    out = io.BytesIO()
    prepare(source).fill(data, out, BELGIAN)
    return "\n".join(paragraphs(out.getvalue())).replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("template", "shown"), EXAMPLES)
def test_examples(template: str, shown: str) -> None:
    assert _printed(_document(template), DATA) == shown.rstrip("\n")


@pytest.mark.parametrize(("written", "shown"), EXPRESSIONS)
def test_expressions_and_functions(written: str, shown: str) -> None:
    assert f"`{_printed(odt(p(field(written))), DATA)}`" == shown


@pytest.mark.parametrize("name", PICTURES)
def test_names_of_pictures(name: str) -> None:
    out = io.BytesIO()
    prepare(odt(p(picture(name)))).fill({"photo": base64.b64encode(PNG).decode()}, out)
    (image,) = find(part(out.getvalue()), "//draw:image/@xlink:href")
    assert zipfile.ZipFile(out).read(image) == PNG


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 10
    assert len(EXPRESSIONS) > 40
    assert len(PICTURES) > 3
