"""Tags of other engines are found, counted and judged: what would one write here instead?"""

from __future__ import annotations

import pytest
from greffier_templates.model import Severity
from greffier_templates.telling.check import examine
from greffier_templates.telling.lints import translating
from greffier_templates.telling.lints.translating import Judgement, Verdict
from odt import input_field, odt, p, text


def comment(*lines: str) -> str:
    return f"<office:annotation>{''.join(p(text(line)) for line in lines)}</office:annotation>"


def plain_input(shown: str) -> str:
    return f'<text:text-input text:description="">{text(shown)}</text:text-input>'


def conditional(condition: str, true: str) -> str:
    return (
        f'<text:conditional-text text:condition="ooow:{text(condition)}" '
        f'text:string-value-if-true="{true}" text:string-value-if-false="">'
        f"{true}</text:conditional-text>"
    )


def test_every_kind_is_counted_and_listed_with_its_place() -> None:
    checked = examine(
        odt(
            p(comment("do text if urgent", "from html(text)"), "Urgent"),
            p("Dear ", plain_input("self.getName()"), ", ", plain_input("person.name")),
            p("Total {d.total:formatC} and {d.rows[i].x:unheardOf}"),
            p("«NAME», «not a field»"),
            p('<text:database-display text:column-name="Street">x</text:database-display>'),
            p(conditional("sum EQ 1", "one")),
            p(input_field('if="x"'), "x", input_field("/if")),
            p(plain_input("Write the name of the street")),
        )
    )
    assert checked.foreign == {
        "appy.pod": {"has-equivalent": 2, "needs-data": 1},
        "Carbone": {"has-equivalent": 1, "no-equivalent": 1},
        "mail merge": {"has-equivalent": 2},
        "LibreOffice": {"has-equivalent": 1},
    }
    tags = [one for one in checked.findings if one.code.startswith("foreign-")]
    assert {one.severity for one in tags} == {Severity.WARNING}
    assert [(one.code, one.field) for one in tags[:3]] == [
        ("foreign-has-equivalent", "do text if urgent from html(text)"),
        ("foreign-needs-data", "self.getName()"),
        ("foreign-has-equivalent", "person.name"),
    ]
    assert tags[0].where == "body › “Urgent”"
    assert checked.usable


@pytest.mark.parametrize(
    ("judged", "verdict", "example"),
    [
        (translating.expression("person.name"), Verdict.EQUIVALENT, "py3o.person.name"),
        (translating.expression("a + b['c']"), Verdict.EQUIVALENT, "function=\"a + b['c']\""),
        (translating.expression("', '.join(names)"), Verdict.EQUIVALENT, "function="),
        (translating.expression("self.getName()"), Verdict.DATA, ""),
        (translating.expression("[x for x in self.all()]"), Verdict.DATA, ""),
        (translating.expression("(n := 1)"), Verdict.NONE, ""),
        (translating.expression("not python at"), Verdict.NONE, ""),
        (translating.statement(["do row for x in rows"]), Verdict.EQUIVALENT, 'for="x in rows"'),
        (translating.statement(["do text if not x"]), Verdict.EQUIVALENT, 'if="not x"'),
        (translating.statement(["do text else"]), Verdict.EQUIVALENT, "else"),
        (translating.statement(["do section- with x = a.b; y = c"]), Verdict.EQUIVALENT, "with="),
        (translating.statement(["do section for x in self.getAll()"]), Verdict.DATA, ""),
        (translating.statement(["do text", "from xhtml(x)"]), Verdict.EQUIVALENT, ""),
        (translating.statement(["do text meta-if x"]), Verdict.NONE, ""),
        (translating.condition('NAME EQ "x"'), Verdict.EQUIVALENT, '''if="NAME == 'x'"'''),
        (translating.column("Street and number"), Verdict.EQUIVALENT, "py3o.Street_and_number"),
        (translating.carbone("{d.name}"), Verdict.EQUIVALENT, "py3o.name"),
        (translating.carbone("{d.rows[i].name}"), Verdict.EQUIVALENT, "for="),
        (translating.carbone("{d.sum:formatC(2)}"), Verdict.EQUIVALENT, "format_currency"),
        (translating.carbone("{d.sum:nobodyKnows}"), Verdict.NONE, ""),
    ],
)
def test_verdicts(judged: Judgement, verdict: Verdict, example: str) -> None:
    assert judged.verdict is verdict
    assert example in judged.told


@pytest.mark.parametrize(
    ("tag", "instead"),
    [
        ("{% set x = 1 %}", "{% with … %}"),
        ("{{ name|upper }}", "{{ upper(name) }}"),
        ("{%tr for x in xs %}", "{% for x in xs %}"),
        ("{# not printed #}", "Insert › Comment"),
        ("{% macro address(x) %}", ""),
    ],
)
def test_of_jinja_only_what_typed_tags_lack_is_foreign(tag: str, instead: str) -> None:
    checked = examine(odt(p(text(tag)), p("{% if x %}"), p("{{ name }}"), p("{% endif %}")))
    (one,) = [one for one in checked.findings if one.code.startswith("foreign-")]
    assert one.field == tag
    assert instead in one.hint
    verdict = "has-equivalent" if instead else "no-equivalent"
    assert checked.foreign == {"Jinja": {verdict: 1}}


def test_what_our_own_comments_quote_is_not_taken_for_tags() -> None:
    from datetime import datetime

    from greffier_templates.telling.comments import with_comments

    source = odt(p(comment("do text if urgent"), "Urgent"))
    first = examine(source)
    annotated = with_comments(source, first.findings, language="en", written=datetime(2026, 1, 1))
    assert examine(annotated) == first
