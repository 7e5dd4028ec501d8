"""Reads the examples of a page of docs/designers, and fills them.

In a page, `«name»` is a field and `⟨if="x"⟩` a link; a line is a paragraph, and a line that
begins with `|` a row of a table.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from pathlib import Path

from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from odt import field, link, odt, p, paragraphs, row, table, text

_FOLDER = Path(__file__).parents[1] / "docs" / "designers"
BELGIAN = Filling(locale="fr_BE", timezone="Europe/Brussels")
_MARKS = re.compile(r"«(?P<field>.+?)»|⟨(?P<link>.+?)⟩|(?P<text>[^«⟨]+)")


class Page:
    """One page: its data, its examples and the rows of its tables."""

    def __init__(self, name: str) -> None:
        self.text = (_FOLDER / name).read_text(encoding="utf-8")
        blocks = re.findall(
            r"^```(json|template|text)\n(.*?)^```$", self.text, re.MULTILINE | re.DOTALL
        )
        self.data = next((json.loads(block) for kind, block in blocks if kind == "json"), {})
        #: What is written, and the text that comes of it.
        self.examples = [
            (template, shown)
            for (kind, template), (_, shown) in itertools.pairwise(blocks)
            if kind == "template"
        ]
        #: The first two columns of the tables, where the first is code.
        self.rows: list[tuple[str, str]] = re.findall(
            r"^\| `(.+?)` \| (.+?) \|", self.text, re.MULTILINE
        )

    def printed(self, source: bytes) -> str:
        """The text that a template makes of the data of the page, with plain spaces."""
        out = io.BytesIO()
        prepare(source).fill(self.data, out, BELGIAN)
        return "\n".join(paragraphs(out.getvalue())).replace("\xa0", " ").replace("\u202f", " ")


def document(template: str) -> bytes:
    """The template that an example writes."""
    blocks = []
    for is_table, lines in itertools.groupby(template.splitlines(), lambda line: line[0] == "|"):
        if is_table:
            cells = [[inline(cell.strip()) for cell in line[1:].split("|")] for line in lines]
            rows = [row(*one) for one in cells]
            blocks.append(table(*rows, columns=max(map(len, cells))))
        else:
            blocks += [p(inline(line)) for line in lines]
    return odt(*blocks)


def inline(line: str) -> str:
    """`«name»` as a field and `⟨if="x"⟩` as a link."""
    make = {"field": field, "link": link, "text": text}
    return "".join(
        make[str(mark.lastgroup)](mark[0].strip("«»⟨⟩")) for mark in _MARKS.finditer(line)
    )
