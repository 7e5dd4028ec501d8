"""The ready-made templates stay what their README promises, whoever edits them in Writer."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from greffier_templates.gate.odf import open_odf
from greffier_templates.prepared import prepare
from greffier_templates.py3o_engine import fill_with_py3o
from greffier_templates.understanding.schema import schema as derived_schema
from jsonschema import Draft202012Validator
from library import BLOCK_FOLDERS, CARD, CORE, DATA, FOLDERS, blocks, data_of, filled
from lxml import etree
from odt import NAMESPACES, find, paragraphs, part, plain

PARTS = ("content.xml", "styles.xml")
NAMES = CORE | {
    "afgoerelse-boligstoette",
    "avis-riverains",
    "avviso-tari",
    "deliberation-editeur",
    "designer-card",
    "gebuehrenbescheid",
    "ordre-du-jour",
    "taxe-immondices",
}
SIGNATURES = {"Firma", "Ondertekening", "Signatures", "Underskrift", "Unterschrift"}
#: Tables that only place things; every other table has rows of data under a header row.
LAYOUT_TABLES = SIGNATURES | {
    "Adresse",
    "Adresvenster",
    "Anschriftfeld",
    "Brevhoved",
    "Briefkopf",
    "Briefhoofd",
    "Calendrier",
    "CardHead",
    "Destinatario",
    "Dossier",
    "EnTete",
    "Intestazione",
    "Paiement",
    "Projet",
    "Rata",
    "Registre",
    "Sagen",
    "Scadenza",
    "Seance",
    "Udbetaling",
    "UnicaSoluzione",
    "Ways",
    "Zahlung",
}


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def source(folder: Path) -> bytes:
    return (folder / "template.odt").read_bytes()


@pytest.fixture(params=[*FOLDERS, *BLOCK_FOLDERS], ids=lambda path: path.name, name="file")
def every_file(request: pytest.FixtureRequest) -> Path:
    """Every template and every block."""
    (file,) = request.param.glob("*.odt")
    return file


@pytest.fixture
def document(folder: Path) -> bytes:
    """The template filled with its sample data, with its blocks in it."""
    return filled(folder, "sample")[0]


def attribute(element: etree._Element, name: str) -> str:
    prefix, local = name.split(":")
    return element.get(f"{{{NAMESPACES[prefix]}}}{local}", "")


def instructions(root: etree._Element) -> list[etree._Element]:
    return find(root, ".//text:a[starts-with(@xlink:href, 'py3o:')]")


def shape(value: object) -> object:
    """The keys of data, whatever its values and however long its lists."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return shape(value[0]) if value else None
    return None


def test_the_library_is_complete() -> None:
    assert {folder.name for folder in FOLDERS} == NAMES
    for folder in FOLDERS:
        expected = {"template.odt", "template.json", "schema.json", "sample.json", "awkward.json"}
        assert {path.name for path in folder.iterdir()} == expected
    for folder in BLOCK_FOLDERS:
        assert {"block.odt", "block.json"} == {p.name for p in folder.iterdir()}


def test_every_block_is_included_somewhere() -> None:
    included: set[str] = set()
    for folder in FOLDERS:
        included |= prepare((folder / "template.odt").read_bytes(), blocks()).blocks.keys()
    assert included == {folder.name for folder in BLOCK_FOLDERS}


def test_title_and_language_are_those_of_the_document(file: Path) -> None:
    source, told = file.read_bytes(), data_of(file.parent, f"{file.stem}.json")
    meta = part(source, "meta.xml")
    (title,) = find(meta, "//dc:title")
    # The title of each document may go on with a value of its data.
    assert re.sub(r" – {{ .+ }}$", "", title.text or "") == told["title"]
    assert [language.text for language in find(meta, "//dc:language")] == [told["language"]]
    assert not find(meta, "//meta:initial-creator | //dc:creator | //meta:printed-by")
    (default,) = find(
        part(source, "styles.xml"),
        "//style:default-style[@style:family='paragraph']/style:text-properties",
    )
    written = f"{attribute(default, 'fo:language')}-{attribute(default, 'fo:country')}"
    assert written == told["language"]


def test_the_gate_finds_nothing_to_remove(file: Path) -> None:
    assert open_odf(file.read_bytes(), kinds=["odt"]).warnings == ()


@pytest.mark.parametrize("name", PARTS)
def test_every_field_is_declared(file: Path, name: str) -> None:
    root = part(file.read_bytes(), name)
    declared = {attribute(e, "text:name") for e in find(root, "//text:user-field-decl")}
    used = {attribute(e, "text:name") for e in find(root, "//text:user-field-get")}
    assert all(field.startswith("py3o.") for field in used)
    assert used <= declared


@pytest.mark.parametrize("name", PARTS)
def test_instructions_show_what_they_do_in_safe_places(
    folder: Path, source: bytes, name: str
) -> None:
    opened: list[str] = []
    for link in instructions(part(source, name)):
        instruction = unquote(attribute(link, "xlink:href")).removeprefix("py3o://")
        paragraph = link.getparent()
        assert paragraph is not None
        assert plain(link) == instruction, "shows what it does"
        if plain(paragraph) != instruction:
            assert folder.name not in CORE, "stands alone"
            assert within_a_sentence(paragraph), "begins and ends in one sentence"
            continue
        if instruction.startswith("/"):
            assert opened.pop() == instruction[1:]
            continue
        match = re.fullmatch(r'(for|if|with|function|include|elif)="[^"]+"|else|empty', instruction)
        assert match, instruction
        if folder.name in CORE:
            assert match[1] in ("for", "if", "with", "function")
        if match[1] in ("for", "if", "with"):
            opened.append(match[1])
            if link.getparent().getparent().tag.endswith("}table-cell"):
                assert safe_in_table(paragraph), instruction
    assert opened == []


def within_a_sentence(paragraph: etree._Element) -> bool:
    """A block that shares its paragraph with text begins and ends there."""
    opened: list[str] = []
    for link in instructions(paragraph):
        instruction = unquote(attribute(link, "xlink:href")).removeprefix("py3o://")
        if instruction.startswith("/"):
            if not opened or opened.pop() != instruction[1:]:
                return False
        elif instruction != "else" and not instruction.startswith("function="):
            opened.append(instruction.split("=")[0])
    return not opened


def safe_in_table(paragraph: etree._Element) -> bool:
    """A marker shares its row with nothing, or its cell holds both ends of its block."""
    cell = paragraph.getparent()
    row = cell.getparent()
    alone = "".join(plain(p) for p in find(row, ".//text:p")) == plain(paragraph)
    ends = [plain(p) for p in cell if plain(p).startswith("/")]
    return alone or bool(ends)


@pytest.mark.parametrize("name", PARTS)
def test_looks_come_from_named_styles(file: Path, name: str) -> None:
    root = part(file.read_bytes(), name)
    by_hand = find(
        root,
        "//office:automatic-styles/style:style[@style:family='paragraph' or @style:family='text']"
        "/*[self::style:paragraph-properties or self::style:text-properties][@*]",
    )
    assert [etree.tostring(style) for style in by_hand] == []


def test_only_fonts_that_are_present_everywhere(file: Path) -> None:
    for name in PARTS:
        root = part(file.read_bytes(), name)
        used = {attribute(e, "style:font-name") for e in find(root, "//style:text-properties")}
        assert used <= {"", "Carlito", "Liberation Serif", "Liberation Mono"}


def test_headings_make_an_outline(source: bytes) -> None:
    headings = find(part(source), "//text:h")
    levels = [int(attribute(h, "text:outline-level")) for h in headings]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_pages_are_numbered_on_every_page(document: bytes) -> None:
    master = find(part(document, "styles.xml"), "//style:master-page")[0]
    assert find(master, "style:header-first//draw:frame"), "the letterhead"
    assert any(plain(p).strip() for p in find(master, "style:header//text:p")), "the running header"
    for footer in find(master, "style:footer | style:footer-first"):
        assert find(footer, ".//text:page-number") and find(footer, ".//text:page-count")
    assert find(master, "style:footer")


def test_pictures_are_described_for_those_who_cannot_see_them(document: bytes) -> None:
    frames = [
        frame for name in PARTS for frame in find(part(document, name), "//draw:frame[draw:image]")
    ]
    assert frames
    for frame in frames:
        assert find(frame, "svg:title")[0].text
        assert find(frame, "svg:desc")[0].text


def test_tables_of_data_repeat_their_header(source: bytes) -> None:
    for table in find(part(source), "//table:table"):
        repeated = bool(find(table, "table:table-header-rows"))
        assert repeated == (attribute(table, "table:name") not in LAYOUT_TABLES)


def test_the_signatures_are_not_torn_from_the_text_above(folder: Path, document: bytes) -> None:
    if folder.name == CARD:
        return
    root = part(document)
    (table,) = [
        table
        for table in find(root, "//table:table")
        if attribute(table, "table:name") in SIGNATURES
    ]
    style = find(root, f"//style:style[@style:name='{attribute(table, 'table:style-name')}']/*")
    assert attribute(style[0], "style:may-break-between-rows") == "false"
    before = table.getprevious()
    assert before is not None
    named = attribute(before, "text:style-name")
    kept = find(
        part(document, "styles.xml"),
        f"//style:style[@style:name='{named}']/style:paragraph-properties",
    )
    assert attribute(kept[0], "fo:keep-with-next") == "always"


def test_french_punctuation_never_begins_a_line(folder: Path, source: bytes) -> None:
    told = data_of(folder, "template.json")
    texts = [text for name in PARTS for text in paragraphs(source, name)]
    texts = [text for text in texts if '="' not in text]
    texts.append((folder / "sample.json").read_text(encoding="utf-8").replace('": ', ""))
    for text in texts:
        assert "'" not in text, "typographic apostrophes"
        if str(told["language"]).startswith("fr"):
            assert not re.search(r" [;:?!»]|« (?!\u00a0)", text), text


def test_the_awkward_data_has_the_same_keys(folder: Path) -> None:
    def known(sample: object, awkward: object, at: str) -> None:
        if isinstance(sample, dict) and isinstance(awkward, dict):
            assert set(sample) == set(awkward), at
            for key in sample:
                known(sample[key], awkward[key], f"{at}.{key}")

    known(shape(data_of(folder, "sample.json")), shape(data_of(folder, "awkward.json")), "")


def test_every_document_has_a_title_of_its_own(folder: Path, document: bytes) -> None:
    (title,) = find(part(document, "meta.xml"), "//dc:title")
    assert str(title.text).startswith(str(data_of(folder, "template.json")["title"]))
    assert "{{" not in str(title.text)
    if folder.name not in {*CORE, CARD}:
        assert " – " in str(title.text)


@pytest.mark.parametrize("data", DATA)
def test_the_schema_lets_its_data_through(folder: Path, data: str) -> None:
    schema = data_of(folder, "schema.json")
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator.FORMAT_CHECKER
    faults = Draft202012Validator(schema, format_checker=checker).iter_errors(
        data_of(folder, f"{data}.json")
    )
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def names_in(schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Every name of the data that a schema tells of, dots between; items have no step."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{at}{name}"
        yield from names_in(inner, f"{at}{name}.")
    yield from names_in(schema["items"], at) if "items" in schema else ()
    for other in schema.get("anyOf", ()):
        yield from names_in(other, at)


def test_the_schema_knows_every_name_the_template_asks_for(folder: Path, source: bytes) -> None:
    asked = set(names_in(derived_schema(source, blocks())))
    assert asked
    assert asked - set(names_in(data_of(folder, "schema.json"))) == set()


def test_the_schema_misses_whatever_is_left_out(folder: Path) -> None:
    validator = Draft202012Validator(data_of(folder, "schema.json"))
    sample = data_of(folder, "sample.json")
    for key in sample:
        without = {name: value for name, value in sample.items() if name != key}
        assert not validator.is_valid(without), key
        if isinstance(sample[key], dict):
            for inner in sample[key]:
                less = {name: value for name, value in sample[key].items() if name != inner}
                assert not validator.is_valid({**sample, key: less}), f"{key}.{inner}"


@pytest.mark.parametrize("data", DATA)
def test_it_is_filled_without_a_warning(folder: Path, source: bytes, data: str) -> None:
    document, warnings = filled(folder, data)
    assert warnings == ()
    stock = io.BytesIO()
    if folder.name in CORE:
        fill_with_py3o(source, data_of(folder, f"{data}.json"), stock)
    for part_name in PARTS:
        text = paragraphs(document, part_name)
        if folder.name in CORE:
            assert text == paragraphs(stock.getvalue(), part_name)
        assert "None" not in "\n".join(text)
        if folder.name != CARD:
            assert not re.search(r'py3o|for="|if="|with="|function="', "\n".join(text))
