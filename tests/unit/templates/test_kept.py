"""What is named to stay together, in the XML that Writer gets."""

from __future__ import annotations

import io

from filling import filled
from greffier_templates.blocks.loading import GivenBlocks
from greffier_templates.prepared import prepare
from lxml import etree
from odt import NAMESPACES, field, find, link, odt, p, part, row, section, table

STYLE_NAME = f"{{{NAMESPACES['style']}}}name"
PROPERTIES = {
    "paragraph": ("style:paragraph-properties", ("fo:keep-with-next", "fo:keep-together")),
    "table": ("style:table-properties", ("fo:keep-with-next", "style:may-break-between-rows")),
}


def kept(document: bytes) -> dict[str, str]:
    """Text of each paragraph, and name of each table -> what its style says of keeping."""
    root = part(document)
    return {
        _name(element): _keeping(root, element)
        for element in find(root, "//office:text//text:p | //office:text//table:table")
    }


def _name(element: etree._Element) -> str:
    return "".join(element.itertext()) if element.tag.endswith("}p") else "table"


def _keeping(root: etree._Element, element: etree._Element) -> str:
    family = "paragraph" if element.tag.endswith("}p") else "table"
    prefix = "text" if family == "paragraph" else "table"
    used = element.get(f"{{{NAMESPACES[prefix]}}}style-name")
    properties, names = PROPERTIES[family]
    for style in find(root, f"//style:style[@style:name='{used}']/{properties}"):
        values = (
            style.get(f"{{{NAMESPACES[name.split(':')[0]]}}}{name.split(':')[1]}") for name in names
        )
        return " ".join(str(value) for value in values)
    return ""


def test_all_but_the_last_keep_with_the_next() -> None:
    document = filled(
        odt(p("before"), section(p("a"), p("b"), name="py3o.together()#1"), p("after")), {}
    )
    assert kept(document) == {
        "before": "",
        "a": "always always",
        "b": "None always",
        "after": "",
    }
    assert not find(part(document), "//text:section")


def test_tables_are_not_divided() -> None:
    document = filled(odt(section(table(row("x")), p("b"), name="py3o.together#2")), {})
    assert kept(document)["table"] == "always false"


def test_the_end_of_the_text_goes_with_a_signature() -> None:
    signature = section(p("signed"), p("name"), name="py3o.signature()#1")
    document = filled(odt(p("one"), p("two"), p(), signature), {})
    assert kept(document) == {
        "one": "",
        "two": "always None",
        "": "always None",
        "signed": "always always",
        "name": "None always",
    }


def test_only_the_last_turn_of_a_loop_goes_with_it() -> None:
    signature = section(p("signed"), name="py3o.signature()#1")
    source = odt(p("start"), p(link('for="x in xs"')), p(field("x")), p(link("/for")), signature)
    assert kept(filled(source, {"xs": ["1", "2", "3"]})) == {
        "start": "always None",
        "1": "",
        "2": "",
        "3": "always None",
        "signed": "None always",
    }
    assert kept(filled(source, {"xs": []}))["start"] == "always None"


def test_a_signature_in_a_block_goes_with_the_text_of_the_template() -> None:
    block = odt(section(p("signed"), p("name"), name="py3o.signature()#1"))
    source = odt(p("text"), p(link('include="signatures"')))
    loader = GivenBlocks({"signatures": block})
    out = io.BytesIO()
    prepare(source, loader).fill({}, out)
    assert kept(out.getvalue()) == {
        "text": "always None",
        "signed": "always always",
        "name": "None always",
    }


def test_a_table_before_a_signature_is_warned_of() -> None:
    source = odt(table(row("x")), section(p("signed"), name="py3o.signature()#1"))
    assert [one.code for one in prepare(source).warnings] == ["signature-may-stand-alone"]


def test_looks_of_a_section_stay() -> None:
    grey = (
        '<style:style style:name="Grey" style:family="section"><style:section-properties '
        'fo:background-color="#dddddd"/></style:style>'
    )
    box = section(p("a"), name="py3o.together()#1").replace(
        "<text:section ", '<text:section text:style-name="Grey" '
    )
    document = filled(odt(box, automatic=grey), {})
    (found,) = find(part(document), "//text:section")
    assert "py3o" not in str(found.attrib)
