"""All that a registry keeps of a version, from one reading."""

from __future__ import annotations

import json

from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.telling.check import check
from greffier_templates.understanding.describe import describe
from greffier_templates.understanding.sample import samples
from greffier_templates.understanding.schema import schema
from library import FOLDERS, blocks
from odt import field, h, link, odt, p, picture, row, table

SOURCE = odt(
    p(link('include="head"')),
    h("Costs"),
    p("Dear ", field("person.name"), picture("py3o.staticimage.seal")),
    table(row(p(link('for="line in lines"'), field("line.price"), link("/for")), "x"), name="L"),
    meta="<dc:title>Order {{ number }}</dc:title>",
)
BLOCKS = GivenBlocks({"head": odt(p(field("town")), p(link('include="logo"'))), "logo": odt(p())})


def test_it_is_what_each_command_says_by_itself() -> None:
    for folder in FOLDERS:
        source = (folder / "template.odt").read_bytes()
        described = describe(source, blocks())
        assert described.schema == schema(source, blocks())
        assert described.samples == samples(source, blocks()).samples
        assert described.findings == check(source, None, blocks())
        json.dumps(described.as_json())


def test_fields_are_told_with_their_places() -> None:
    described = describe(SOURCE, BLOCKS)
    assert [(one.field, one.kind, one.required) for one in described.fields] == [
        ("town", "text", True),
        ("person", "object", True),
        ("person.name", "text", True),
        ("staticimage", "object", False),
        ("staticimage.seal", "picture", False),
        ("lines", "list", True),
        ("lines[]", "object", False),
        ("lines[].price", "text", True),
        ("number", "text", True),
    ]
    assert described.fields[0].where == "block “head” › body › “town”"
    assert described.fields[2].where == "body › under heading “Costs” › “Dear person.name”"


def test_blocks_fonts_title_and_language_are_told() -> None:
    described = describe(SOURCE, BLOCKS)
    assert described.included == ("head",)
    assert sorted(described.blocks) == ["head", "logo"]
    assert described.fonts == {"Liberation Serif"}
    assert described.pictures == {"seal"}
    assert (described.title, described.locale) == ("Order {{ number }}", "en_GB")


def test_sentences_are_in_the_language_asked_for() -> None:
    described = describe(SOURCE, BLOCKS, language="fr")
    assert described.samples[0].title == "tout"
    assert "corps du texte" in json.dumps(described.as_json())


def test_of_a_template_with_mistakes_the_mistakes_are_told() -> None:
    described = describe(odt(p(field("a.")), p(field("b"))))
    assert [one.code for one in described.findings] == ["expression-refused"]
    assert described.schema is None
    assert described.samples == ()


def test_what_asks_for_more_than_can_be_kept_is_an_error() -> None:
    source = odt(*(p(f"{'words ' * 8}{n}", field(f"a{n}.{'b' * 60}")) for n in range(3_000)))
    described = describe(source)
    assert [one.code for one in described.findings] == ["fields-too-many"]
    assert described.schema is None


def test_a_file_that_is_no_template_is_told_of() -> None:
    (finding,) = describe(b"nothing").findings
    assert finding.code == "not-the-declared-type"
