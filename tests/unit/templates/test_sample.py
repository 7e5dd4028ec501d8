"""Sample data fills the template it is made for, and comes into every branch of it."""

from __future__ import annotations

import io

import pytest
from conformance.fixtures import FIXTURES
from filling import filled
from greffier_templates.functions.offered import functions
from greffier_templates.functions.suffixes import SUFFIXES
from greffier_templates.model import Filling
from greffier_templates.pictures.codes.kinds import CODES as KINDS_OF_CODES
from greffier_templates.prepared import prepare
from greffier_templates.understanding.data_schema import DataSchema
from greffier_templates.understanding.sample import samples
from greffier_templates.understanding.schema import schema
from library import FOLDERS, blocks
from odt import PNG, field, link, odt, p, paragraphs, picture, row, section, table

SOURCES = {
    **{fixture.name: fixture.source for fixture in FIXTURES},
    **{folder.name: (folder / "template.odt").read_bytes() for folder in FOLDERS},
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_sample_fills_without_an_error_and_fits_the_schema(name: str) -> None:
    source = SOURCES[name]
    template, fits = prepare(source, blocks()), DataSchema(schema(source, blocks()))
    found = samples(source, blocks())
    assert not found.warnings
    for sample in found.samples:
        images = dict.fromkeys(template.static_images, PNG)
        template.fill(sample.data, io.BytesIO(), images=images)
        assert not fits.mismatches(sample.data)


def around(marker: str, *blocks: str) -> str:
    return p(link(marker)) + "".join(blocks) + p(link(f"/{marker.partition('=')[0]}"))


@pytest.mark.parametrize(
    "condition",
    [
        "a",
        "not a",
        "a and not b",
        "a or b",
        "not (a or b)",
        "a == 'x'",
        "a != 'x'",
        "fee > 1000",
        "fee <= 0",
        "not fee > 1000 and fee >= 3",
        "1000 < fee",
        "10 < fee < 20",
        "len(pieces) > 5",
        "len(pieces) == 0",
        "'x' in tags",
        "'x' not in tags",
        "kind in ('p', 'q')",
        "kind not in ['p', 'q']",
        "a is None",
        "a is not None",
        "a.b.c == 3 and a.b.d",
        "any(piece.late for piece in pieces)",
        "all(piece.late for piece in pieces) and pieces",
        "sum(piece.price for piece in pieces) > 5000",
        "a == b",
        "a.get('x')",
        "not a.get('x')",
    ],
)
def test_a_sample_is_found_for_a_condition_and_for_its_opposite(condition: str) -> None:
    source = odt(
        p(field("fee"), field("kind"), link('function="len(pieces)"')),
        around(f'if="{condition}"', p("It holds.")),
        around(f'if="not ({condition})"', p("It does not.")),
    )
    found = samples(source)
    assert not found.warnings
    printed = {line for one in found.samples for line in paragraphs(filled(source, one.data))}
    assert {"It holds.", "It does not."} <= printed


def test_branches_within_loops_and_names_given_by_the_template() -> None:
    source = odt(
        around(
            'for="piece in pieces"',
            around('if="piece.late"', p("late")),
            around('if="not piece.late"', p("in time")),
        ),
        around(
            'with="total = sum(p.price for p in pieces); days = delay"',
            around('if="days > 30"', p("long ago")),
            around('if="total > 10000"', p("dear")),
        ),
    )
    found = samples(source)
    assert not found.warnings
    printed = {line for one in found.samples for line in paragraphs(filled(source, one.data))}
    assert {"late", "in time", "long ago", "dear"} <= printed


def test_what_can_never_be_printed_is_told() -> None:
    source = odt(around('if="a and not a"', p("never")), around('if="1 > 2"', p("never")))
    found = samples(source)
    assert [one.field for one in found.warnings] == ['if="a and not a"', 'if="1 > 2"']
    assert found.samples


def test_the_last_one_has_as_little_as_possible() -> None:
    source = odt(
        around('for="piece in pieces"', p(field("piece.name"))),
        around('if="phone"', p(field("phone"))),
        p(field("person.get('fax', '')")),
    )
    assert samples(source).samples[-1].data == {"pieces": [], "phone": None, "person": {}}


def test_names_say_what_values_look_like() -> None:
    source = odt(p(field("applicant.email")), p(field("naam")), p(field("dateDepot.upper()")))
    (first, *_) = samples(source).samples
    assert "@" in first.data["applicant"]["email"]
    assert first.data["naam"] == "Jan Peeters"


def test_tables_that_are_looked_up_have_what_is_looked_for() -> None:
    source = odt(p(field("labels[code]")))
    (first, *_) = samples(source).samples
    assert first.data["code"] in first.data["labels"]


#: A call of each function that templates may use; ``a`` and the like are of the data.
CALLS = (
    "Decimal(a)",
    "abs(a)",
    "agree(a, 'Monsieur', 'Madame')",
    "agree(people, 'inscrit', 'inscrite', 'inscrits', key='sex')",
    "all(a)",
    "any(a)",
    "bool(a)",
    "capitalize(a)",
    "count(people, 'late')",
    "creditor_reference(a)",
    "date(a)",
    "datetime(a, 'long')",
    "decimal.Decimal(a)",
    "default(a.b, c)",
    "enumerate(a)[0][1]",
    "float(a)",
    "format_amount(a)",
    "format_currency(a, currency)",
    "format_date(a, '%d/%m/%Y')",
    "format_datetime(a, 'HH:mm')",
    "format_decimal(a)",
    "format_float(a)",
    "format_locale(a, '%.2f', locale)",
    "format_multiline(a)",
    "format_percent(a)",
    "get_var_corresponding_ods_type(a)",
    "group(people, 'town')[0].items[0].name",
    "html(a)",
    "iban(a)",
    "int(a)",
    "join(people, ', ', key='name')",
    "len(a)",
    "list(a)[0]",
    "lower(a)",
    "max(people, 'age')",
    "min(a, b)",
    "money(a, 'EUR')",
    "number(a, 2)",
    "ordinal(a)",
    "percent(a)",
    "phone(a)",
    "plural(a, '# piece', '# pieces')",
    "range(a)[0]",
    "reversed(a)[0]",
    "round(a, 2)",
    "sort(people, 'name')[0].name",
    "sorted(people, key=lambda p: p.age)[0].age",
    "str(a)",
    "structured_communication(a)",
    "sum(people, 'age')",
    "time(a)",
    "title(a)",
    "upper(a)",
    "words(a, 'EUR')",
    "yes_no(a)",
    "zip(a, b)[0][1]",
)


@pytest.mark.parametrize("call", CALLS)
def test_every_function_is_given_what_it_takes(call: str) -> None:
    source = odt(p(link(f'function="{call}"')))
    found = samples(source)
    assert not found.warnings
    fits = DataSchema(schema(source))
    for sample in found.samples:
        assert paragraphs(filled(source, sample.data)) != [""] or sample.title != "everything"
        assert not fits.mismatches(sample.data)


def test_every_function_is_tried() -> None:
    called = {call.partition("(")[0] for call in CALLS}
    assert called == set(functions(Filling()))  # and t, which only some templates have


def test_keys_of_the_translations_are_taken_from_their_table() -> None:
    texts = table(
        row("py3o.translations", "en", "nl"), row("yes", "Granted", "Verleend"), columns=3
    )
    source = odt(p("x"), texts, p(link('function="t(decision)"')))
    assert samples(source).samples[0].data == {"decision": "yes"}
    assert schema(source)["properties"]["decision"]["examples"] == ["yes"]


def test_every_ending_of_a_name_is_given_what_it_takes() -> None:
    # Those left out have words in Danish only, and need a table of translations.
    endings = SUFFIXES.keys() - {"as_words_dkk", "as_translated"}
    source = odt(*(p(field(f"data{n}.{one}")) for n, one in enumerate(sorted(endings))))
    found = samples(source)
    assert not found.warnings
    assert len(found.samples[0].data) == len(endings)


CODES = (
    "qr(a)",
    "epc(a, b, c, text=d)",
    "pagopa(a, b, c)",
    "swissqr(a, b, c)",
    "datamatrix(a)",
    "aztec(a)",
    "code128(a)",
    "ean13(a)",
)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_given_what_it_says(code: str) -> None:
    source = odt(p(picture(f"py3o.{code}", width="6cm", height="6cm")))
    found = samples(source)
    assert not found.warnings
    assert not DataSchema(schema(source)).mismatches(found.samples[0].data)


def test_every_code_is_tried() -> None:
    assert [code.partition("(")[0] for code in CODES] == list(KINDS_OF_CODES)


def test_sections_and_tables_named_like_a_condition_have_samples_for_both() -> None:
    source = odt(
        section(p("urgent"), name="py3o.if(urgent)#1"),
        section(p(field("piece")), name="py3o.for(piece in pieces)#1"),
        p(link('if="not urgent"')),
        p("calm"),
        p(link("/if")),
    )
    found = samples(source)
    assert not found.warnings
    assert schema(source)["required"] == ["urgent", "pieces"]
    printed = {line for one in found.samples for line in paragraphs(filled(source, one.data))}
    assert {"urgent", "calm"} <= printed


def test_each_case_of_a_condition_and_an_empty_list() -> None:
    source = odt(
        p(link('if="fee > 1000"')),
        p("dear"),
        p(link('elif="fee > 10"')),
        p("cheap"),
        p(link('elif="free"')),
        p("free"),
        p(link("else")),
        p("odd"),
        p(link("/if")),
        p(link('for="piece in pieces"')),
        p(field("loop.index"), " ", field("piece")),
        p(link("empty")),
        p("none"),
        p(link("/for")),
    )
    found = samples(source)
    assert not found.warnings
    printed = {line for one in found.samples for line in paragraphs(filled(source, one.data))}
    assert {"dear", "cheap", "free", "odd", "none"} <= printed
