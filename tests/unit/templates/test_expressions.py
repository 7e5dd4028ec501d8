"""What expressions may do, and what they are refused: with a place, before any data is seen."""

import io
from decimal import Decimal
from typing import Any

import pytest
from filling import lines, mismatches, mistakes
from greffier_templates.budget import FillLimits
from greffier_templates.errors import FillLimitExceeded
from greffier_templates.prepared import prepare
from odt import field, link, odt, p

DATA: dict[str, Any] = {
    "name": "Anna",
    "amount": 12.5,
    "count": 3,
    "none": None,
    "order": {"ref": "A1", "lines": [{"t": "b", "n": 2}, {"t": "a", "n": 1}]},
}


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("order.ref", "A1"),
        ("order['ref']", "A1"),
        ("order.get('nope', 'x')", "x"),
        ("order.lines[0].t", "b"),
        ("order.lines[-1].t", "a"),
        ("name[1:3]", "nn"),
        ("name.upper()", "ANNA"),
        ("name.replace('n', 'd').center(6).strip()", "Adda"),
        ("'%s-%03d' % (name, count)", "Anna-003"),
        ("'%.2f' % amount", "12.50"),
        ("'%(ref)s' % order", "A1"),
        ("f'{name}: {count + 1}'", "Anna: 4"),
        ("amount * 1.1", "13.75"),
        ("0.1 + 0.2", "0.3"),
        ("1.1 * 1.1", "1.21"),
        ("10 / 4", "2.5"),
        ("7 // 2", "3"),
        ("-7 % 3", "2"),
        ("-7.5 % 3", "1.5"),
        ("-count", "-3"),
        ("2 * 'ab'", "abab"),
        ("[1] + [2] == [1, 2]", "True"),
        ("'x' if count > 2 else 'y'", "x"),
        ("1 < count <= 3", "True"),
        ("count in (1, 2)", "False"),
        ("'nn' in name", "True"),
        ("'q' not in name", "True"),
        ("none is None", "True"),
        ("none or 'nothing'", "nothing"),
        ("not none and count", "3"),
        ("{'a': 1}['a']", "1"),
        ("len(order.lines)", "2"),
        ("sum(l.n for l in order.lines)", "3"),
        ("sum([l.n for l in order.lines if l.n > 1])", "2"),
        ("', '.join(l.t for l in sorted(order.lines, key=lambda l: l.n))", "a, b"),
        ("'-'.join(a + b for a in 'xy'.split() for b in ['1', '2'])", "xy1-xy2"),
        ("{l.t: l.n for l in order.lines}['a']", "1"),
        ("str(max(l.n for l in order.lines))", "2"),
        ("' '.join(sorted(order.keys()))", "lines ref"),
        ("enumerate(order.lines)[1][0]", "1"),
        ("format_amount(amount, '%.2f')", "12,50"),
        ("decimal.Decimal('1.10') + amount", "13.60"),
    ],
)
def test_ordinary_expressions(expression: str, shown: str) -> None:
    assert lines(p(field(expression)), data=DATA) == [shown]


def test_decimals_of_a_caller_are_exact() -> None:
    assert lines(p(field("a * 1.21")), data={"a": Decimal("0.10")}) == ["0.1210"]


ESCAPES = [
    "__import__('os').system('id')",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "globals()",
    "type(name)",
    "getattr(name, 'upper')",
    "setattr(order, 'ref', 1)",
    "().__class__.__bases__",
    "name.__class__",
    "name['__class__']",
    "_private",
    "order._private",
    "order.get('ref').__class__",
    "(lambda: 0).__globals__",
    "(lambda x: x)(1)",
    "(x for x in [1]).gi_frame",
    "[x for x in [1]].append",
    "'{0.__class__}'.format(name)",
    "'{a}'.format_map(order)",
    "f'{name.__class__}'",
    "f'{name!r}'",
    "f'{name:>10}'",
    "len.__self__",
    "decimal.getcontext()",
    "decimal.getcontext",
    "sorted(['x'], key=eval)",
    "sorted(['x'], key=lambda _x: 1)",
    "sorted(['x'], key=lambda x=name: 1)",
    "sorted(['x'], key=lambda *x: 1)",
    "max([1], key=order.get)",
    "[_x for _x in [1]]",
    "[x async for x in [1]]",
    "(y := 1)",
    "(yield)",
    "await name",
    "[*order.lines]",
    "{**order}",
    "len(*[order])",
    "len(**order)",
    "order.lines(_x=1)",
    "name.encode()",
    "order.lines.append(1)",
    "order.clear()",
    "order.update({})",
    "name | name",
    "name @ name",
    "~count",
    "2 ** 9",
    "1 << 9",
    "b'bytes'",
    "1j",
    "...",
    "{1, 2}",
    "name; name",
    "import os",
    "lambda: 0",
    "name\0",
    "",
    "(" * 250 + ")" * 250,
    "9" * 400,
    "x" * 2001,
    "+".join("x" * 300),
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_everything_else_is_refused_before_it_meets_data(expression: str) -> None:
    (finding,) = mistakes(p("Total ", link(f'function="{expression}"', "sum")))
    assert finding.code == "expression-refused"
    assert finding.where == "body › “Total sum”"


@pytest.mark.parametrize(
    "instruction",
    [
        'for="_x in xs"',
        'for="x.y in xs"',
        'for="x"',
        'for="x in open(1)"',
        'if="eval(1)"',
        'with="_x = 1"',
        'with="x"',
        'with="x = y = 1"',
        'with="import os"',
        'with="x[0] = 1"',
        'choose="eval(1)"',
    ],
)
def test_instructions_refuse_the_same(instruction: str) -> None:
    name = instruction.partition("=")[0]
    found = mistakes(p(link(instruction)), p("x"), p(link(f"/{name}")))
    assert [finding.code for finding in found] == ["expression-refused"]
    assert found[0].field == instruction


BOMBS = [
    "'a' * 10000000000",
    "[0] * 10000000000",
    "[[0] * 900000 for i in range(9000)]",
    "['a' * 900000 for i in range(9000)]",
    "sum(range(10000000000))",
    "sum(i for a in range(9999) for b in range(9999) for i in range(9999))",
    "[[1 for b in range(9999)] for a in range(9999)]",
    "'x'.center(10000000000)",
    "'1'.zfill(10000000000)",
    "('a' * 900000).replace('a', 'b' * 900000)",
    "('a' * 900000).join(['b'] * 900000)",
    "'%2000000000d' % 1",
    "'%.2000000000f' % 1",
    "'%*d' % (2000000000, 1)",
    "('%s' * 10000) % (('a' * 90000,) * 10000)",
    "('%999999d' * 10000) % ((1,) * 10000)",
    "'%s' % ([[0] * 90000] * 90000)",
    "''.join(['a' * 90000] * 90000)",
    "f'{" + "}{".join(["x"] * 60) + "}'",
    "9" * 300 + " * " + "9" * 300,
    "int('9' * 100000)",
]


@pytest.mark.parametrize("expression", BOMBS)
def test_bombs_are_stopped(expression: str) -> None:
    template = prepare(odt(p(field(expression))))
    with pytest.raises(Exception) as caught:
        template.fill({"x": "a" * 100_000}, io.BytesIO(), limits=FillLimits(steps=300_000))
    findings = caught.value.findings  # type: ignore[attr-defined] # of any TemplateError
    assert findings[0].where.startswith("body › “")


def test_loops_of_the_document_are_counted_too() -> None:
    deep = [p(link(f'for="{name} in range(5000)"')) for name in "abc"]
    template = prepare(odt(*deep, p("x"), *[p(link("/for"))] * 3))
    with pytest.raises(FillLimitExceeded) as caught:
        template.fill({"x": "a" * 100_000}, io.BytesIO(), limits=FillLimits(steps=100_000))
    assert caught.value.findings[0].field == 'for="c in range(5000)"'


def test_time_and_size_are_limited() -> None:
    template = prepare(odt(p(link('for="a in xs"')), p("text"), p(link("/for"))))
    for limits in (FillLimits(seconds=0), FillLimits(xml_bytes=10_000)):
        with pytest.raises(FillLimitExceeded):
            template.fill({"xs": [1] * 10_000}, io.BytesIO(), limits=limits)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("1 / 0", "divides by zero"),
        ("0.0 / (count - 3)", "divides by zero"),
        ("count // 0.0", "divides by zero"),
        ("amount % 0", "divides by zero"),
        ("decimal.Decimal(0) / 0", "divides by zero"),
        ("name + 1", "cannot work with values of these kinds"),
        ("name < 1", "cannot work with values of these kinds"),
        ("name.get('x')", "calls .get() on something that has no such method"),
        ("order.lines", "is a list, which cannot be printed as text"),
        ("order", "is an object, which cannot be printed as text"),
    ],
)
def test_data_that_does_not_fit_is_told_without_its_values(expression: str, told: str) -> None:
    (finding,) = mismatches(p(field(expression)), data=DATA)
    assert finding.message == f"“{expression}” {told}."
    assert finding.code == "value-refused"


def test_a_function_that_does_not_fit_the_data_is_the_subject() -> None:
    (finding,) = mismatches(p(link("function=\"'a' + format_currency(name)\"")), data=DATA)
    assert finding.message.startswith("format_currency needs a number and was given a text")
    (finding,) = mismatches(p(field("sorted(order, key=format_date)")), data=DATA)
    assert finding.message.startswith("format_date needs a date")


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("format_currency()", "format_currency needs an amount."),
        ("format_locale()", "format_locale needs an amount and a pattern."),
        ("1 + len()", "len needs a list or a text."),
        ("max()", "max needs a list."),
        ("format_date(1, 2, 3, 4, 5)", "format_date takes at most 3 values and was given 5."),
        ("len(a, b)", "len takes at most one value and was given 2."),
        ("range(1, 2, 3, 4)", "range takes at most 3 values and was given 4."),
        ("format_amount(1, format='%f', amount=2)", "format_amount is given “amount” twice."),
        ("round(1, digits=2)", "round has no option “digits”; it knows number, ndigits."),
        ("sorted(xs, key=format_locale)", "format_locale needs a pattern."),
    ],
)
def test_calls_that_can_never_fit_are_found_without_data(expression: str, told: str) -> None:
    (finding,) = mistakes(p("Here ", field(expression, "x")))
    assert (finding.code, finding.message) == ("expression-refused", told)
    assert finding.where == "body › “Here x”"


@pytest.mark.parametrize(
    ("expression", "told", "hint"),
    [
        ("1 + * 2", "The expression is not understood at character 5 (“* 2”).", "person.name"),
        ("2x", "The expression is not understood at character 1 (“2x”).", "person.name"),
        ("(a", "The expression is not understood at character 1 (“(a”).", "person.name"),
        (
            "a +",
            "The expression is not understood: something is missing at its end.",
            "person.name",
        ),
        ("a = 1", "The expression is not understood at character 3 (“= 1”).", "write =="),
    ],
)
def test_what_is_not_understood_is_told_in_our_words(expression: str, told: str, hint: str) -> None:
    (finding,) = mistakes(p(field(expression, "x")))
    assert finding.message == told
    assert hint in finding.hint


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("len(range(10001))", "range makes more than 10,000 numbers"),
        ("len(range(10 * 10000000000000000000000000000))", "range makes more than 10,000 numbers"),
        ("'a' * 10000000", "an expression in it makes a text of more than 1,000,000 characters"),
    ],
)
def test_what_is_made_in_excess_is_over_the_limits_not_unfit(expression: str, told: str) -> None:
    with pytest.raises(FillLimitExceeded) as caught:
        prepare(odt(p(field(expression)))).fill({}, io.BytesIO())
    (finding,) = caught.value.findings
    assert (finding.code, finding.field) == ("fill-limit", expression)
    assert told in finding.message


def test_blocks_may_not_be_nested_without_end() -> None:
    nested = [link('if="a"')] * 51 + [link("/if")] * 51
    assert [finding.code for finding in mistakes(p(*nested))] == ["blocks-too-deep"]


def test_mistakes_come_to_an_end() -> None:
    assert len(mistakes(*[p(link("/if"))] * 600)) == 500
