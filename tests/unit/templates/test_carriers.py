"""Links, input fields and typed tags say the same: each construct makes the same document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.model import Filling
from greffier_templates.prepared import prepare
from greffier_templates.telling.check import check
from odt import (
    bullets,
    cell,
    field,
    footnote,
    frame,
    h,
    input_field,
    item,
    link,
    odt,
    p,
    row,
    section,
    span,
    table,
    typed,
)

Carrier = Callable[[str], str]


def linked(instruction: str) -> str:
    return link(instruction)


DATA = {
    "name": "Ann & Bob",
    "yes": True,
    "no": False,
    "fee": 1234.5,
    "none": [],
    "rows": [{"n": "a", "tags": ["x", "y"]}, {"n": "b", "tags": []}],
}
CONSTRUCTS: dict[str, Callable[[Carrier], list[str]]] = {
    "value": lambda t: [p("Dear ", t('function="name"'), ","), h(t('function="fee.as_eur"'))],
    "texts in quotes": lambda t: [p(t("function=\"join(['a', 'b'], ' – ')\""))],
    "double quotes": lambda t: [p(t('if="name == "Ann & Bob""'), "same", t("/if"))],
    "paragraphs": lambda t: [p(t('for="r in rows"')), p(t('function="r.n"')), p(t("/for"))],
    "turn of the loop": lambda t: [
        p(t('for="r in rows"')),
        p(t('function="loop.index"'), t('if="not loop.last"'), ";", t("/if")),
        p(t("/for")),
    ],
    "unpacking": lambda t: [
        p(t('for="i, r in enumerate(rows, 1)"')),
        p(t('function="i"'), t('function="r.n"')),
        p(t("/for")),
    ],
    "empty": lambda t: [
        p(t('for="r in none"')),
        p("x"),
        p(t("empty")),
        p("nothing"),
        p(t("/for")),
    ],
    "cases": lambda t: [
        p(t('if="no"')),
        p("1"),
        p(t('elif="yes"')),
        p("2"),
        p(t("else")),
        p("3"),
        p(t("/if")),
    ],
    "words": lambda t: [
        p("A", t('if="no"'), "b", t("else"), span("c"), t("/if"), "D", t('if="yes"'), "e", t("/if"))
    ],
    "words in a span": lambda t: [p("a", span("b", t('if="yes"'), "c"), "d", t("/if"), "e")],
    "text beside": lambda t: [p("a", t('if="yes"')), p("b"), p(t("/if"), "c")],
    "with": lambda t: [p(t('with="x = fee * 2; y = x + 1"')), p(t('function="y"')), p(t("/with"))],
    "choose": lambda t: [
        p(t('choose="name"')),
        p(t("when=\"'Ann'\"")),
        p("1"),
        p(t("/when")),
        p(t("otherwise")),
        p("2"),
        p(t("/otherwise")),
        p(t("/choose")),
    ],
    "rows": lambda t: [
        table(
            row("Name", "Tags"),
            row(t('for="r in rows"'), ""),
            row(t('function="r.n"'), t("function=\"', '.join(r.tags)\"")),
            row(t("/for"), ""),
        )
    ],
    "one row": lambda t: [
        table(row(cell(t('for="r in rows"') + t('function="r.n"')), cell("x" + t("/for"))))
    ],
    "columns": lambda t: [
        table(
            row("Name", cell(p(t('for-column="r in rows"'), t('function="r.n"')))),
            row("x", cell(p(t('function="r.n"')))),
        )
    ],
    "items": lambda t: [
        bullets(
            item(p(t('for="r in rows"'))),
            item(p(t('function="r.n"'))),
            item(p(t("/for"))),
            xml_id="list1",
        )
    ],
    "section": lambda t: [p(t('if="yes"')), section(p("in it")), p(t("/if"))],
    "frame and note": lambda t: [
        p(
            frame(p(t('for="r in rows"')), p(t('function="r.n"')), p(t("/for")), name="Frame"),
            footnote(p(t('if="no"'), "x", t("else"), "y", t("/if"))),
        )
    ],
    "nested": lambda t: [
        p(t('for="r in rows"')),
        p(t('function="r.n"'), t('for="tag in r.tags"'), "[", t('function="tag"'), "]", t("/for")),
        p(t("/for")),
    ],
    "include": lambda t: [p(t('include="block"'))],
}


def content(carrier: Carrier, construct: str) -> bytes:
    source = odt(*CONSTRUCTS[construct](carrier), header=p("H ", carrier('function="name"')))
    block = odt(p("Block for ", carrier('function="name"')))
    out = io.BytesIO()
    filling = Filling(locale="fr_BE")
    prepared = prepare(source, GivenBlocks({"block": block}))
    assert [one.code for one in prepared.warnings if one.code != "text-beside-instruction"] == []
    prepared.fill(DATA, out, filling)
    with zipfile.ZipFile(out) as archive:
        return archive.read("content.xml") + archive.read("styles.xml")


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_carrier_makes_the_same_document(construct: str) -> None:
    made = content(linked, construct)
    assert b"py3o" not in made
    assert content(input_field, construct) == made
    assert content(typed, construct) == made


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_carriers_mix(construct: str) -> None:
    turns = iter([typed, linked, input_field] * 20)

    def mixed(instruction: str) -> str:
        return next(turns)(instruction)

    assert content(mixed, construct) == content(linked, construct)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_mistakes_are_the_same_in_every_carrier(construct: str) -> None:
    def told(carrier: Carrier) -> list[tuple[str, str]]:
        def wrong(instruction: str) -> str:
            return carrier(re.sub(r'="(.*)"$', r'="\1 ?"', instruction))

        findings = check(odt(*CONSTRUCTS[construct](wrong)))
        return [(one.code, one.message.replace(one.field, "")) for one in findings]

    assert told(typed) == told(linked) == told(input_field)


def test_a_field_a_function_and_a_tag_are_the_same_value() -> None:
    made = {
        content_of(carrier)
        for carrier in (
            field("rows[1].n"),
            link('function="rows[1].n"'),
            input_field('function="rows[1].n"'),
            "{{ rows[1].n }}",
            "{% function rows[1].n %}",
        )
    }
    assert len(made) == 1


def content_of(inline: str) -> bytes:
    out = io.BytesIO()
    prepare(odt(p("a", inline, "b"))).fill(DATA, out)
    with zipfile.ZipFile(out) as archive:
        return archive.read("content.xml")
