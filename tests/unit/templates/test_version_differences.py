"""What changed between two versions of a template, as its designer reads it."""

from __future__ import annotations

import random

import pytest
from greffier_templates.telling.catalogues import LANGUAGES
from greffier_templates.understanding.schema import schema
from greffier_templates.understanding.versions.aligning import Stretch, stretches
from greffier_templates.understanding.versions.differences import Differences, differences
from greffier_templates.understanding.versions.telling import as_text
from odt import PNG, field, h, link, odt, p, picture, row, span, table, typed

BEFORE = odt(
    h("Costs"),
    p("Dear ", field("name"), ", thank you."),
    table(row(p("Fee"), p(field("fee"))), name="Fees"),
    p(link('for="line in lines"')),
    p(field("line.title")),
    p(link("/for")),
    p(link('include="greeting"')),
    p("It stays as it is."),
    header=p("Town"),
)
AFTER = odt(
    h("Costs"),
    p("Dear ", field("name"), ", thank you very much."),
    table(row(p("Fee"), p(field("fee.as_eur"))), row(p("Total"), p(field("total"))), name="Fees"),
    p(link('for="line in items"')),
    p(field("line.title")),
    p(link("/for")),
    p(link('include="signature"')),
    p("It stays as it is."),
    header=p("City"),
)


def changes(before: bytes, after: bytes) -> list[tuple[str, str, str, str]]:
    found = differences(before, after)
    return [(one.subject, one.change, one.before, one.after) for one in found.changes]


def test_it_is_told_as_text() -> None:
    assert as_text(differences(BEFORE, AFTER)) == (
        "Blocks\n"
        "  - greeting\n"
        "  + signature\n"
        "Instructions\n"
        '  body › under heading “Costs” › “for="line in items"”\n'
        "    - for line in lines\n"
        "    + for line in items\n"
        "Text\n"
        "  body › under heading “Costs”\n"
        "    - Dear «name», thank you.\n"
        "    + Dear «name», thank you very much.\n"
        "  body › under heading “Costs” › table “Fees” › row 1 › cell B\n"
        "    - «fee»\n"
        "    + «fee.as_eur»\n"
        "  body › under heading “Costs” › table “Fees” › row 2 › cell A\n"
        "    + Total\n"
        "  body › under heading “Costs” › table “Fees” › row 2 › cell B\n"
        "    + «total»\n"
        "  body › under heading “Costs”\n"
        "    - [for line in lines]\n"
        "    + [for line in items]\n"
        "    - [include greeting]\n"
        "    + [include signature]\n"
        "  header of page style “Standard”\n"
        "    - Town\n"
        "    + City\n"
        "The data they ask for was not compared: a version has mistakes.\n"
    )


def test_nothing_is_told_of_a_version_and_itself() -> None:
    assert differences(BEFORE, BEFORE).as_json() == {
        "same": True,
        "changes": [],
        "more": False,
        "fields_compared": False,
    }
    assert as_text(differences(BEFORE, BEFORE)) == "Nothing that can be seen was changed.\n"


def test_fields_are_compared_where_both_schemas_are_known() -> None:
    before, after = odt(p(field("a")), p(field("b"))), odt(p(field("a")), p(field("c")))
    found = differences(before, after, (schema(before), schema(after)))
    assert found.fields_compared
    assert [(one.change, one.name, one.message) for one in found.changes[:2]] == [
        ("added", "c", "“c” is new, and must be sent."),
        ("removed", "b", "“b” is no longer read."),
    ]


def test_what_carries_an_instruction_is_no_difference() -> None:
    carried = odt(p(link('if="late"')), p("Late: ", field("days")), p(link("/if")))
    retyped = odt(p(typed('if="late"')), p("Late: {{ days }}"), p(typed("/if")))
    assert changes(carried, retyped) == []


def test_a_version_with_mistakes_is_compared_too() -> None:
    broken = odt(p("Dear ", link('if="x"'), field("name.")))
    assert changes(broken, odt(p("Dear ", field("name")))) == [
        ("instruction", "removed", "if x", ""),
        ("text", "changed", "Dear [if x]«name.»", "Dear «name»"),
    ]


def test_formatting_is_told_and_the_names_of_automatic_styles_are_not() -> None:
    def styled(name: str, weight: str, **traces: str) -> str:
        return (
            f'<style:style style:name="{name}" style:family="text"><style:text-properties '
            f'fo:font-weight="{weight}"/></style:style>'
        )

    def version(name: str, weight: str) -> bytes:
        return odt(p("a ", span("b", style=name), " c"), automatic=styled(name, weight))

    assert changes(version("T8", "bold"), version("T9", "bold")) == []
    assert changes(version("T8", "bold"), version("T8", "normal")) == [
        ("format", "changed", "", "a b c")
    ]


def test_pictures_are_told_by_the_names_of_their_frames() -> None:
    def version(size: str, content: bytes, *more: str) -> bytes:
        return odt(p(picture("logo", width=size), *more), parts={"Pictures/dot.png": content})

    other = PNG[:16] + (2).to_bytes(4, "big") + PNG[20:]
    before = version("2cm", PNG)
    assert changes(before, version("3cm", PNG)) == [
        ("picture", "changed", "2cm × 1cm", "3cm × 1cm")
    ]
    assert [(one.name, one.change) for one in differences(before, odt(p())).changes] == [
        ("logo", "removed")
    ]
    (replaced,) = differences(before, version("2cm", other)).changes
    assert (replaced.name, replaced.message) == ("logo", "It shows something else.")


def test_styles_in_use_are_told_by_name() -> None:
    def version(size: str) -> bytes:
        styles = "".join(
            f'<style:style style:name="{name}" style:display-name="{shown}" '
            'style:family="paragraph" style:parent-style-name="Standard">'
            f'<style:text-properties fo:font-size="{size}"/></style:style>'
            for name, shown in (("Fine_20_print", "Fine print"), ("Unused", "Unused"))
        )
        return odt(p("x", style="Fine_20_print"), styles=styles)

    (change,) = differences(version("8pt"), version("9pt")).changes
    assert (change.subject, change.name) == ("style", "style “Fine print”")


def test_title_and_language_are_told() -> None:
    before, after = odt(p("x")), odt(p("x"), meta="<dc:title>Order</dc:title>")
    (change,) = differences(before, after).changes
    assert (change.name, change.before, change.after) == ("title", "A test", "Order")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_the_language_asked_for(language: str) -> None:
    found = differences(BEFORE, AFTER)
    assert ("Instructions" in as_text(found, language).splitlines()) == (language in ("en", "fr"))
    where = [one["where"] for one in found.as_json(language)["changes"]]
    assert ("header of page style “Standard”" in where) == (language == "en")


@pytest.mark.parametrize("kinds", [2, 40, 10_000])
@pytest.mark.parametrize("most", [60, 4_000])
def test_stretches_turn_one_list_into_the_other(kinds: int, most: int) -> None:
    chance = random.Random(f"{kinds} {most}")
    before = [str(chance.randrange(kinds)) for _ in range(chance.randrange(most // 2, most))]
    after = list(before)
    for _ in range(most // 5):
        place = chance.randrange(len(after))
        after[place : place + chance.randrange(3)] = [str(chance.randrange(kinds))]
    found = list(stretches(before, after))
    assert _applied(before, after, found) == after
    if kinds > 40:
        assert sum(a1 - a0 for a0, a1, _, _ in found) < len(before) / 2


def _applied(before: list[str], after: list[str], found: list[Stretch]) -> list[str]:
    made, at = [], 0
    for a0, a1, b0, b1 in found:
        made += [*before[at:a0], *after[b0:b1]]
        at = a1
    return made + before[at:]


def test_of_versions_that_have_nothing_in_common_the_first_changes_are_told() -> None:
    def version(word: str) -> bytes:
        return odt(*(p(f"{word} {number}") for number in range(1_200)))

    found: Differences = differences(version("a"), version("b"))
    assert (len(found.changes), found.more) == (1_000, True)
    assert as_text(found).endswith("There are more changes than are told.\n")
